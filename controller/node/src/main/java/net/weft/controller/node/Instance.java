package net.weft.controller.node;

import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import net.weft.controller.cli.Version;
import net.weft.controller.cli.connect.FailedException;
import net.weft.controller.member.CaptureGrpc;
import net.weft.controller.member.ConnectionInspection;
import net.weft.controller.member.FirstZones;
import net.weft.controller.member.GuestMigrations;
import net.weft.controller.member.InspectGrpc;
import net.weft.controller.member.MemberAgent;
import net.weft.controller.member.MemberIdentity;
import net.weft.controller.member.MigrateGrpc;
import net.weft.controller.member.SwitchMetrics;
import net.weft.controller.member.TraceGrpc;
import net.weft.controller.member.VpnGrpc;
import net.weft.controller.member.ZoneGrpc;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.MemberConfig;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.server.ApiServer;
import net.weft.controller.server.Clocks;
import net.weft.controller.server.ControlSocket;
import net.weft.controller.server.CurrentCluster;
import net.weft.controller.server.DataDirectory;
import net.weft.controller.server.EventStore;
import net.weft.controller.server.Events;
import net.weft.controller.server.Fabric;
import net.weft.controller.server.FabricGrpc;
import net.weft.controller.server.ImpactPreview;
import net.weft.controller.server.MonotonicTimer;
import net.weft.controller.server.RevisionGrpc;
import net.weft.controller.server.SystemGrpc;
import net.weft.controller.server.Timer;
import net.weft.controller.server.backup.BackupGrpc;
import net.weft.controller.server.raft.RaftRevisionStore;
import net.weft.controller.server.remote.FabricWide;
import net.weft.controller.server.remote.IdentityGrpc;
import net.weft.controller.server.remote.MemberRows;
import net.weft.controller.server.remote.MemberSessions;
import net.weft.controller.server.remote.RemoteAccess;
import net.weft.linux.BootId;
import net.weft.vpn.FileSecretStore;
import net.weft.vswitch.port.PortStatus;

/**
 * The controller and the switch in one process. It opens the store, merges the given file, starts the switch with the
 * newest revision, and only then the API, so that forwarding does not wait for it. If the store cannot be read, no port
 * is opened until a file is applied.
 */
final class Instance implements Running {
    private static final System.Logger LOG = System.getLogger(Instance.class.getName());
    /** Longest time a response waits for the switch to carry out a revision; the CLI waits 30 s for the response. */
    private static final Duration CARRY_OUT_LIMIT = Duration.ofSeconds(20);
    /** Longest time it waits for the other members after that. */
    private static final Duration OTHERS_LIMIT = Duration.ofSeconds(5);
    /** The term of a controller that has no others: nobody else ever leads. */
    private static final long SINGLE_TERM = 1;
    /** Stands in tokens for the events of a controller, whichever member its process is. */
    private static final int CONTROLLER = 0;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final DataDirectory data;
    private final Timer timer;
    private final EventStore events;
    private final RaftRevisionStore store;
    private final SwitchNode node;
    private final FabricFile file;
    private final Fabric fabric;
    private final RemoteAccess remote;
    private final ApiServer api;

    /**
     * The options of an instance.
     *
     * @param file configuration to merge at the start; empty: the newest revision of the store runs
     * @param prune whether the file undoes changes that were made by command
     * @param member ID of this member; empty: the only one
     * @param data data directory
     * @param control path of the control socket
     * @param controlGroup group that may use the control socket; empty: the group of this process
     * @param listen where other members and remote clients are taken in; empty: nowhere
     */
    record Options(Optional<String> file, boolean prune, OptionalInt member, Path data, Path control,
            Optional<String> controlGroup, Optional<InetSocketAddress> listen) {
        Options(Optional<String> file, boolean prune, OptionalInt member, Path data, Path control) {
            this(file, prune, member, data, control, Optional.empty(), Optional.empty());
        }
    }

    /**
     * Starts an instance.
     *
     * @throws RuntimeException with a message why the instance cannot run; then nothing runs
     */
    static Instance start(Options options) {
        return start(options, _ -> {
        });
    }

    /**
     * Starts an instance.
     *
     * @param faults called before each attempt to carry out a revision, on the same thread; tests throw from it
     */
    static Instance start(Options options, Consumer<Revision> faults) {
        return start(options, faults,
                new Clocks(InstantSource.system(), new MonotonicTimer(), BootId.current().toString()));
    }

    /**
     * Starts an instance.
     *
     * @param clocks clocks of the controller, which the instance closes
     */
    static Instance start(Options options, Consumer<Revision> faults, Clocks clocks) {
        DataDirectory data = DataDirectory.open(options.data());
        try {
            ControlSocket socket = ControlSocket.prepare(options.control(), options.controlGroup());
            EventStore events = EventStore.open(data.path());
            RaftRevisionStore store = RaftRevisionStore.open(data.path(), new SecureRandom(), clocks.boot());
            try {
                return new Instance(options, faults, data, socket, events, store, clocks);
            } catch (RuntimeException e) {
                store.close();
                events.close();
                socket.close();
                throw e;
            }
        } catch (RuntimeException e) {
            data.close();
            throw e;
        }
    }

    private Instance(Options options, Consumer<Revision> faults, DataDirectory data, ControlSocket socket,
            EventStore events, RaftRevisionStore store, Clocks clocks) {
        this.data = data;
        timer = clocks.timer();
        this.store = store;
        this.events = events;
        CurrentCluster cluster = CurrentCluster.open(data.path());
        Events memory = new Events(clocks.day(), events);
        memory.resumable(cluster, CONTROLLER, () -> store.last().map(Revision::number).orElse(0L));
        AtomicReference<Optional<SwitchNode>> running = new AtomicReference<>(Optional.empty());
        fabric = new Fabric(store,
                (revision, again) -> carriedOut(running.get(), revision, again),
                revision -> running.get().map(here -> dropped(here.agent(), revision))
                        .orElse(ImpactPreview.DroppedConnections.NONE),
                clocks, memory, new SecureRandom());
        fabric.onRestore(cluster::restored);
        file = new FabricFile(options.file(), options.prune(), fabric);
        store.onProblems(fabric::degraded);
        store.recovery().ifPresentOrElse(fabric::recover, () -> {
            fabric.settleTrial();
            file.start();
        });
        FabricConfig config = store.recovery().isPresent() ? file.shown() : fabric.config();
        MemberConfig member = member(config, options.member());
        remote = new RemoteAccess(data.path(), cluster, () -> SINGLE_TERM,
                new MemberSessions.Keys(data.fabricKey(), data.stackKey(), Version.text()), store, fabric.events(),
                clocks.day());
        remote.sessions().onAhead(fabric::lost);
        node = new SwitchNode(
                new SwitchNode.Place(member, new MemberIdentity(cluster.get().id(), member.id(), data.fabricKey(),
                        data.stackKey()), data.path(), options.control()),
                new SwitchNode.Controller((gateways, secrets) -> new WgEdits(fabric, gateways, secrets),
                        (port, key) -> OwnEdits.rotated(fabric, port, key), System::nanoTime),
                fabric.events(), store.follow(0), faults);
        try {
            store.recovery().ifPresent(reason -> {
                LOG.log(System.Logger.Level.ERROR, "recovery, ports stay closed: " + reason);
                node.recover(config);
            });
            node.follow(fabric.revision(), CARRY_OUT_LIMIT);
            running.set(Optional.of(node));
            MemberAgent agent = node.agent();
            GuestMigrations migrations = new GuestMigrations(agent,
                    (port, keys, comment) -> OwnEdits.moved(fabric, port, keys,
                            comment));
            List<BindableService> services = services(options, member.id(), migrations);
            api = ApiServer.start(socket, services);
            options.listen().ifPresent(address -> remote.listen(address, services));
        } catch (RuntimeException e) {
            remote.close();
            node.close();
            throw e;
        }
    }

    /** Returns the services of the API. Those of the member's switch answer for all members. */
    private List<BindableService> services(Options options, int member, GuestMigrations migrations) {
        MemberAgent agent = node.agent();
        FabricWide everywhere = new FabricWide(member, fabric::config, remote.sessions());
        List<BindableService> services = new ArrayList<>(List.of(new FabricGrpc(fabric), new RevisionGrpc(fabric),
                new BackupGrpc(fabric, new StoredKeys(new FileSecretStore(data.path())), data.path(),
                        InstantSource.system()),
                new SystemGrpc(Version.text(), data.path(), fabric,
                        new SystemGrpc.LocalMember(member, this::isReady, node.follower()::progress),
                        new MemberRows(remote.sessions())::of),
                new IdentityGrpc(options.data(), fabric, remote)));
        List.of(new InspectGrpc(agent), new ZoneGrpc(agent, InstantSource.system()), new MigrateGrpc(migrations),
                new TraceGrpc(agent), new CaptureGrpc(agent), new VpnGrpc(agent))
                .forEach(service -> services.add(() -> ServerInterceptors.intercept(service, everywhere)));
        return services;
    }

    /** Waits for this member, then for the others that are connected. */
    private Optional<String> carriedOut(Optional<SwitchNode> here, long revision, boolean again) {
        return here.flatMap(switching -> switching.await(revision, again, CARRY_OUT_LIMIT)
                .or(() -> remote.sessions().await(revision, OTHERS_LIMIT)));
    }

    private static ImpactPreview.DroppedConnections dropped(MemberAgent agent, Revision next) {
        ConnectionInspection.Selection dropped = new ConnectionInspection(agent).droppedBy(next);
        return new ImpactPreview.DroppedConnections(dropped.shown(), dropped.count(),
                FirstZones.newlyJudged(next, agent));
    }

    private static MemberConfig member(FabricConfig config, OptionalInt wanted) {
        if (wanted.isEmpty() && config.members().size() == 1) {
            return config.members().firstEntry().getValue();
        }
        String members = "the fabric has members " + config.members().keySet();
        if (wanted.isEmpty()) {
            throw new FailedException(members + "; say which of them this is with --member N");
        }
        MemberConfig member = config.members().get(wanted.getAsInt());
        if (member == null) {
            throw new FailedException("--member " + wanted.getAsInt() + ": " + members);
        }
        return member;
    }

    @Override
    public BlockingQueue<PortStatus> portChanges() {
        return node.portChanges();
    }

    @Override
    public Optional<String> stuck() {
        return node.stuck();
    }

    @Override
    public void onWorkersLost(Consumer<String> listener) {
        node.onWorkersLost(listener);
    }

    @Override
    public List<PortStatus> ports() {
        return node.ports();
    }

    @Override
    public PrometheusRegistry metrics() {
        PrometheusRegistry registry = SwitchMetrics.of(node.agent());
        ProcessMetrics.register(registry);
        GaugeWithCallback.builder().name("weft_degraded")
                .help("Objects and faults that `weft doctor` names as degraded, until an apply settles them")
                .callback(cells -> cells.call(fabric.problems().size())).register(registry);
        GaugeWithCallback.builder().name("weft_ready").help("1 if the newest revision runs and no port is down")
                .callback(cells -> cells.call(isReady() ? 1 : 0)).register(registry);
        CounterWithCallback.builder().name("weft_remote_refused_total").labelNames("reason")
                .help("Calls and members that were refused over the network, by reason")
                .callback(cells -> remote.sessions().refusals().forEach((reason, count) -> cells.call(count, reason)))
                .register(registry);
        GaugeWithCallback.builder().name("weft_members_connected").help("Members of other processes that are connected")
                .callback(cells -> cells.call(remote.sessions().count())).register(registry);
        return registry;
    }

    @Override
    public String behindReason() {
        return node.follower().progress().reason();
    }

    @Override
    public boolean isReady() {
        return node.isReady();
    }

    @Override
    public void readFileAgain() {
        file.readAgain();
    }

    /** Returns the TCP port for other members and remote clients; 0: there is none. */
    int listeningPort() {
        return remote.port();
    }

    /** Stops the API, then the ports, and restores each device to its earlier state. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            fabric.events().close();
            api.close();
            remote.close();
            timer.close();
            node.close();
            store.close();
            events.close();
            data.close();
        }
    }
}
