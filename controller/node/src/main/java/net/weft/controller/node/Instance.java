package net.weft.controller.node;

import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
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
import net.weft.controller.member.MigrateGrpc;
import net.weft.controller.member.RevisionFollower;
import net.weft.controller.member.SwitchMetrics;
import net.weft.controller.member.TraceGrpc;
import net.weft.controller.member.VpnGrpc;
import net.weft.controller.member.ZoneGrpc;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.MemberConfig;
import net.weft.controller.model.WorkerConfig;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.yaml.edit.FabricEdit;
import net.weft.controller.server.ApiServer;
import net.weft.controller.server.Clocks;
import net.weft.controller.server.ControlSocket;
import net.weft.controller.server.DataDirectory;
import net.weft.controller.server.EventStore;
import net.weft.controller.server.Events;
import net.weft.controller.server.Fabric;
import net.weft.controller.server.FabricGrpc;
import net.weft.controller.server.FileRevisionStore;
import net.weft.controller.server.ImpactPreview;
import net.weft.controller.server.MonotonicTimer;
import net.weft.controller.server.NotCarriedOutException;
import net.weft.controller.server.RevisionGrpc;
import net.weft.controller.server.SystemGrpc;
import net.weft.controller.server.Terms;
import net.weft.controller.server.Timer;
import net.weft.linux.BootId;
import net.weft.stacking.StackProtocol;
import net.weft.stacking.lag.LagProtocol;
import net.weft.stacking.neighbor.LldpProtocol;
import net.weft.vpn.FileSecretStore;
import net.weft.vpn.PeerStateFile;
import net.weft.vpn.SecretStore;
import net.weft.vpn.VpnGateways;
import net.weft.vpn.uapi.WgSockets;
import net.weft.vpn.websocket.WebSocketListeners;
import net.weft.vswitch.SwitchOptions;
import net.weft.vswitch.VirtualSwitch;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.port.PortStatus;
import net.weft.vswitch.protocol.FabricKey;
import net.weft.wireguard.PublicKey;

/**
 * The controller and the switch in one process. It opens the store, merges the given file, starts the switch with the
 * newest revision, and only then the API, so that forwarding does not wait for it. If the store cannot be read, no port
 * is opened until a file is applied.
 */
final class Instance implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Instance.class.getName());
    /** Longest time a response waits for the switch to carry out a revision; the CLI waits 30 s for the response. */
    private static final Duration CARRY_OUT_LIMIT = Duration.ofSeconds(20);
    private final BlockingQueue<PortStatus> portChanges = new LinkedBlockingQueue<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final DataDirectory data;
    private final Timer timer;
    private final EventStore events;
    private final VirtualSwitch vswitch;
    private final MemberAgent agent;
    private final PeerStateFile vpnStamps;
    private final VpnGateways gateways;
    private final WgSockets wgSockets;
    private final WebSocketListeners webSockets;
    private final RevisionFollower follower;
    private final FabricFile file;
    private final Fabric fabric;
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
     */
    record Options(Optional<String> file, boolean prune, OptionalInt member, Path data, Path control,
            Optional<String> controlGroup) {
        Options(Optional<String> file, boolean prune, OptionalInt member, Path data, Path control) {
            this(file, prune, member, data, control, Optional.empty());
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
            try {
                return new Instance(options, faults, data, socket, events, clocks);
            } catch (RuntimeException e) {
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
            EventStore events, Clocks clocks) {
        this.data = data;
        timer = clocks.timer();
        FileRevisionStore store = FileRevisionStore.open(data.path());
        this.events = events;
        AtomicReference<Optional<RevisionFollower>> running = new AtomicReference<>(Optional.empty());
        AtomicReference<Optional<MemberAgent>> previewing = new AtomicReference<>(Optional.empty());
        fabric = new Fabric(store,
                (revision, again) -> running.get()
                        .flatMap(following -> following.await(revision, again, CARRY_OUT_LIMIT)),
                revision -> previewing.get().map(agent -> dropped(agent, revision))
                        .orElse(ImpactPreview.DroppedConnections.NONE),
                clocks, new Events(clocks.day(), events), new SecureRandom());
        file = new FabricFile(options.file(), options.prune(), fabric);
        fabric.degraded(store.problems());
        store.recovery().ifPresentOrElse(fabric::recover, () -> {
            fabric.settleTrial();
            file.start();
        });
        FabricConfig config = store.recovery().isPresent() ? file.shown() : fabric.config();
        MemberConfig member = member(config, options.member());
        vpnStamps = new PeerStateFile(data.path().resolve("vpn-stamps"));
        SecretStore secrets = new FileSecretStore(data.path());
        gateways = new VpnGateways(secrets, vpnStamps);
        wgSockets = new WgSockets(WgSockets.DIRECTORY, gateways, secrets, new WgEdits(fabric, gateways, secrets));
        webSockets = new WebSocketListeners(data.path(), secrets);
        LinkEvents links = new LinkEvents(fabric.events());
        vswitch = new VirtualSwitch(
                switchOptions(member, data.path()).remembering(beside(options.control(), ".connections"),
                        beside(options.control(), ".stations")).in(new FabricKey(data.fabricKey())).with(gateways)
                        .speaking(ports -> new StackProtocol(ports, links::stack),
                                ports -> new LagProtocol(ports, links::lag),
                                ports -> new LldpProtocol(ports, links::neighbor)));
        try {
            vswitch.onPortChange(port -> {
                portChanges.add(port);
                DeviceFailure failure = port.failure();
                fabric.events().add("port", "port " + port.spec().name(), failure == null
                        ? "is up"
                        : "is down: " + failure.reason().label() + ": " + failure.message(), "");
            });
            vswitch.events().listen(event -> fabric.events().add(event.kind().label(), "port " + event.subject(),
                    event.message(), ""));
            agent = new MemberAgent(member.id(), vswitch, gateways);
            gateways.onRotated(
                    (port, key) -> Thread.ofVirtual().name("weft-rotated").start(() -> rotated(fabric, port, key)));
            agent.onGateways(all -> {
                wgSockets.apply(all);
                webSockets.apply(all);
            });
            store.recovery().ifPresent(reason -> {
                LOG.log(System.Logger.Level.ERROR, "recovery, ports stay closed: " + reason);
                agent.recover(config);
            });
            follower = new RevisionFollower(store, faults.andThen(agent::apply));
            follower.start();
            follower.await(fabric.revision(), false, CARRY_OUT_LIMIT);
            previewing.set(Optional.of(agent));
            running.set(Optional.of(follower));
            GuestMigrations migrations = new GuestMigrations(agent, (port, keys, comment) -> moved(fabric, port, keys,
                    comment));
            api = ApiServer.start(socket,
                    List.of(new FabricGrpc(fabric), new RevisionGrpc(fabric), new InspectGrpc(agent),
                            new ZoneGrpc(agent, InstantSource.system()),
                            new MigrateGrpc(migrations), new TraceGrpc(agent), new CaptureGrpc(agent),
                            new VpnGrpc(agent),
                            new SystemGrpc(Version.text(), data.path(), fabric, new SystemGrpc.LocalMember(member.id(),
                                    this::isReady, follower::progress))));
        } catch (RuntimeException e) {
            vswitch.close();
            wgSockets.close();
            webSockets.close();
            gateways.close();
            vpnStamps.close();
            throw e;
        }
    }

    /** Commits the new socket of a port whose guest has moved. */
    private static void moved(Fabric fabric, String port, Map<String, String> keys, String comment) {
        try {
            fabric.edit(config -> FabricEdit.setPort(config, port, keys), Terms.PLAIN, FabricGrpc.LOCAL,
                    comment);
        } catch (NotCarriedOutException e) {
            LOG.log(System.Logger.Level.WARNING, e.getMessage());
        }
    }

    /** Commits the new key of a VPN peer that was heard by it. */
    private static void rotated(Fabric fabric, String port, PublicKey key) {
        try {
            fabric.edit(config -> KeyRotation.used(config, port, key), Terms.PLAIN, FabricGrpc.LOCAL,
                    "peer " + port + " uses its next key");
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING,
                    "peer " + port + " uses its next key, but that could not be stored: " + e.getMessage());
        }
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

    /** Returns the path of a file beside the socket, whose directory is usually in memory and belongs to Weft alone. */
    private static Path beside(Path control, String suffix) {
        return control.resolveSibling(control.getFileName() + suffix);
    }

    private static SwitchOptions switchOptions(MemberConfig member, Path data) {
        SwitchOptions defaults = SwitchOptions.defaults(data);
        return new SwitchOptions(member.workers().cpus(), member.workers().poll() == WorkerConfig.Poll.ALWAYS, data,
                defaults.ageingSeconds(), defaults.seed());
    }

    /** Returns the queue of ports that went up or down, in order. */
    BlockingQueue<PortStatus> portChanges() {
        return portChanges;
    }

    /**
     * Registers a listener that is called once, with the reason, when the switch cannot forward any more. The listener
     * must not block; the process should end.
     */
    void onWorkersLost(Consumer<String> listener) {
        vswitch.onWorkersLost(listener);
    }

    List<PortStatus> ports() {
        return vswitch.ports();
    }

    /** Returns the registry of Prometheus metrics. */
    PrometheusRegistry metrics() {
        PrometheusRegistry registry = SwitchMetrics.of(agent);
        ProcessMetrics.register(registry);
        GaugeWithCallback.builder().name("weft_degraded")
                .help("Objects and faults that `weft doctor` names as degraded, until an apply settles them")
                .callback(cells -> cells.call(fabric.problems().size())).register(registry);
        GaugeWithCallback.builder().name("weft_ready").help("1 if the newest revision runs and no port is down")
                .callback(cells -> cells.call(isReady() ? 1 : 0)).register(registry);
        return registry;
    }

    /** Returns why the switch does not run the newest revision; empty if it does. */
    String behindReason() {
        return follower.progress().reason();
    }

    boolean isReady() {
        return follower.progress().isCurrent() && agent.isReady();
    }

    /** Merges the file again, after SIGHUP. Any thread. */
    void readFileAgain() {
        file.readAgain();
    }

    /** Stops the API, then the ports, and restores each device to its earlier state. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            fabric.events().close();
            api.close();
            timer.close();
            follower.close();
            agent.close();
            vswitch.close();
            wgSockets.close();
            webSockets.close();
            gateways.close();
            vpnStamps.close();
            events.close();
            data.close();
        }
    }
}
