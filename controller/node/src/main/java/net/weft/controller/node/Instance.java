package net.weft.controller.node;

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
import java.util.stream.Stream;
import net.weft.controller.cli.FileOption;
import net.weft.controller.cli.Version;
import net.weft.controller.cli.connect.FailedException;
import net.weft.controller.member.CaptureGrpc;
import net.weft.controller.member.ConnectionInspection;
import net.weft.controller.member.GuestMigrations;
import net.weft.controller.member.InspectGrpc;
import net.weft.controller.member.MemberAgent;
import net.weft.controller.member.MigrateGrpc;
import net.weft.controller.member.RevisionFollower;
import net.weft.controller.member.SwitchMetrics;
import net.weft.controller.member.TraceGrpc;
import net.weft.controller.member.ZoneGrpc;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.MemberConfig;
import net.weft.controller.model.WorkerConfig;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.yaml.edit.FabricEdit;
import net.weft.controller.server.ApiServer;
import net.weft.controller.server.ControlSocket;
import net.weft.controller.server.DataDirectory;
import net.weft.controller.server.Fabric;
import net.weft.controller.server.FabricGrpc;
import net.weft.controller.server.FileRevisionStore;
import net.weft.controller.server.ImpactPreview;
import net.weft.controller.server.NotCarriedOutException;
import net.weft.controller.server.Refusal;
import net.weft.controller.server.RefusedException;
import net.weft.controller.server.SystemGrpc;
import net.weft.vswitch.SwitchOptions;
import net.weft.vswitch.VirtualSwitch;
import net.weft.vswitch.port.PortStatus;

/**
 * Controller and switch in one process. It opens the store, commits the file it was given if that is another than last time,
 * starts the switch with the newest revision, and only then the API: frames wait for nobody.
 */
final class Instance implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Instance.class.getName());
    /** How long an answer waits for the switch to carry a revision out; the CLI waits 30 s for the answer. */
    private static final Duration CARRY_OUT_LIMIT = Duration.ofSeconds(20);
    private final BlockingQueue<PortStatus> portChanges = new LinkedBlockingQueue<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final DataDirectory data;
    private final VirtualSwitch vswitch;
    private final MemberAgent agent;
    private final RevisionFollower follower;
    private final ApiServer api;

    /**
     * @param file configuration to start with; empty: what the store has
     * @param prune whether it may undo what was made by command
     * @param member which one this is; empty: the only one
     * @param data directory of the store
     * @param control path of the socket for the other commands
     */
    record Options(Optional<String> file, boolean prune, OptionalInt member, Path data, Path control) {
    }

    /** @throws RuntimeException whose message says why it cannot run; nothing runs then */
    static Instance start(Options options) {
        return start(options, _ -> {
        });
    }

    /** @param faults called before each attempt to carry a revision out, on the thread that will; tests throw from it */
    static Instance start(Options options, Consumer<Revision> faults) {
        Optional<byte[]> file = options.file().map(FileOption::read);
        DataDirectory data = DataDirectory.open(options.data());
        try {
            ControlSocket socket = ControlSocket.prepare(options.control());
            try {
                return new Instance(options, faults, file, data, socket);
            } catch (RuntimeException e) {
                socket.close();
                throw e;
            }
        } catch (RuntimeException e) {
            data.close();
            throw e;
        }
    }

    private Instance(Options options, Consumer<Revision> faults, Optional<byte[]> file, DataDirectory data, ControlSocket socket) {
        this.data = data;
        FileRevisionStore store = FileRevisionStore.open(data.path(), file.isPresent());
        AtomicReference<Optional<RevisionFollower>> running = new AtomicReference<>(Optional.empty());
        AtomicReference<Optional<MemberAgent>> previewing = new AtomicReference<>(Optional.empty());
        Fabric fabric = new Fabric(store,
                (revision, again) -> running.get().flatMap(following -> following.await(revision, again, CARRY_OUT_LIMIT)),
                revision -> previewing.get().map(agent -> dropped(agent, revision))
                        .orElse(ImpactPreview.DroppedConnections.NONE),
                InstantSource.system(), new SecureRandom());
        file.ifPresent(bytes -> commit(fabric, bytes, options));
        MemberConfig member = member(fabric.config(), options.member());
        vswitch = new VirtualSwitch(
                switchOptions(member, data.path()).remembering(beside(options.control(), ".connections"),
                        beside(options.control(), ".stations")));
        try {
            vswitch.onPortChange(portChanges::add);
            agent = new MemberAgent(member.id(), vswitch);
            follower = new RevisionFollower(store, faults.andThen(agent::apply));
            follower.start();
            follower.await(fabric.revision(), false, CARRY_OUT_LIMIT);
            previewing.set(Optional.of(agent));
            running.set(Optional.of(follower));
            GuestMigrations migrations = new GuestMigrations(agent, (port, keys, comment) -> moved(fabric, port, keys,
                    comment));
            api = ApiServer.start(socket,
                    List.of(new FabricGrpc(fabric), new InspectGrpc(agent), new ZoneGrpc(agent, InstantSource.system()),
                            new MigrateGrpc(migrations), new TraceGrpc(agent), new CaptureGrpc(agent),
                            new SystemGrpc(Version.text(), data.path(), fabric, new SystemGrpc.LocalMember(member.id(),
                                    this::isReady, follower::progress))));
        } catch (RuntimeException e) {
            vswitch.close();
            throw e;
        }
    }

    /** A guest has moved: the port's new socket becomes a revision. */
    private static void moved(Fabric fabric, String port, Map<String, String> keys, String comment) {
        try {
            fabric.edit(config -> FabricEdit.setPort(config, port, keys), Fabric.Terms.PLAIN, FabricGrpc.LOCAL,
                    comment);
        } catch (NotCarriedOutException e) {
            LOG.log(System.Logger.Level.WARNING, e.getMessage());
        }
    }

    private static ImpactPreview.DroppedConnections dropped(MemberAgent agent, Revision next) {
        ConnectionInspection.Selection dropped = new ConnectionInspection(agent).droppedBy(next);
        return new ImpactPreview.DroppedConnections(dropped.shown(), dropped.count());
    }

    private static void commit(Fabric fabric, byte[] bytes, Options options) {
        String file = options.file().orElse("");
        try {
            fabric.applyAtStart(bytes, options.prune(), "up -f").ifPresent(outcome -> outcome.warnings()
                    .forEach(warning -> LOG.log(System.Logger.Level.WARNING, warning.describe(file))));
        } catch (RefusedException e) {
            throw new FailedException(switch (e.refusal()) {
                case Refusal.Invalid invalid -> invalid.faults().stream().map(fault -> fault.describe(file)).toList();
                case Refusal.Foreign foreign -> Stream.concat(
                        foreign.objects().stream().map(object -> object.describe()),
                        Stream.of(file + " would undo what was made by command; start without -f to keep it,"
                                + " or with --prune to let the file win"))
                        .toList();
                case Refusal.Stale stale -> List.of(stale.describe());
            });
        }
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

    /** A file beside the socket, whose directory is in memory as a rule and Weft's alone. */
    private static Path beside(Path control, String suffix) {
        return control.resolveSibling(control.getFileName() + suffix);
    }

    private static SwitchOptions switchOptions(MemberConfig member, Path data) {
        SwitchOptions defaults = SwitchOptions.defaults(data);
        return new SwitchOptions(member.workers().cpus(), member.workers().poll() == WorkerConfig.Poll.ALWAYS, data,
                defaults.ageingSeconds(), defaults.seed());
    }

    /** Ports that went up or down, in order. */
    BlockingQueue<PortStatus> portChanges() {
        return portChanges;
    }

    /** Told once why the switch cannot forward any more; must not block. The process should end. */
    void onWorkersLost(Consumer<String> listener) {
        vswitch.onWorkersLost(listener);
    }

    List<PortStatus> ports() {
        return vswitch.ports();
    }

    /** What Prometheus asks for. */
    PrometheusRegistry metrics() {
        return SwitchMetrics.of(agent);
    }

    /** Why the switch does not run the newest revision; empty if it does. */
    String behindReason() {
        return follower.progress().reason();
    }

    boolean isReady() {
        return follower.progress().isCurrent() && agent.isReady();
    }

    /** Ends the API, then the ports; each device is left as it was found. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            api.close();
            follower.close();
            agent.close();
            vswitch.close();
            data.close();
        }
    }
}
