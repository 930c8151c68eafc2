package net.weft.controller.node;

import io.grpc.BindableService;
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
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import net.weft.controller.cli.Version;
import net.weft.controller.member.CaptureGrpc;
import net.weft.controller.member.InspectGrpc;
import net.weft.controller.member.MemberAgent;
import net.weft.controller.member.MemberIdentity;
import net.weft.controller.member.SwitchMetrics;
import net.weft.controller.member.TraceGrpc;
import net.weft.controller.member.VpnGrpc;
import net.weft.controller.member.ZoneGrpc;
import net.weft.controller.member.remote.MemberLink;
import net.weft.controller.member.remote.StateDirectory;
import net.weft.controller.model.MemberConfig;
import net.weft.controller.model.revision.Progress;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.revision.RevisionLog;
import net.weft.controller.server.ApiServer;
import net.weft.controller.server.Clocks;
import net.weft.controller.server.Cluster;
import net.weft.controller.server.ControlSocket;
import net.weft.controller.server.DataDirectory;
import net.weft.controller.server.EventStore;
import net.weft.controller.server.Events;
import net.weft.controller.server.Fabric;
import net.weft.controller.server.FabricGrpc;
import net.weft.controller.server.ImpactPreview;
import net.weft.controller.server.RevisionGrpc;
import net.weft.controller.server.Rollout;
import net.weft.controller.server.SystemGrpc;
import net.weft.controller.server.Timer;
import net.weft.linux.Errno;
import net.weft.v1.Fence;
import net.weft.v1.Member;
import net.weft.v1.MemberState;
import net.weft.v1.Welcome;
import net.weft.vswitch.port.PortStatus;

/**
 * The switch of one member without a controller. With a state on disk it forwards at once, whether or not a controller
 * answers; at the first start it waits for one.
 */
final class MemberInstance implements Running {
    private static final System.Logger LOG = System.getLogger(MemberInstance.class.getName());
    private static final Duration CARRY_OUT_LIMIT = Duration.ofSeconds(20);

    private final AtomicBoolean closed = new AtomicBoolean();
    private final Options options;
    private final DataDirectory data;
    private final EventStore store;
    private final Events events;
    private final MemberLink link;
    private final SwitchNode node;
    private final Fabric fabric;
    private final ApiServer api;

    /**
     * The options of a member.
     *
     * @param controllers addresses of the controllers, not resolved
     * @param token join token; empty: the host has joined before
     */
    record Options(int member, List<InetSocketAddress> controllers, Optional<String> token, Path data, Path control,
            Optional<String> controlGroup) {
        String controllerNames() {
            return controllers.stream().map(address -> address.getHostString() + ":" + address.getPort())
                    .collect(Collectors.joining(","));
        }
    }

    /**
     * Starts a member.
     *
     * @throws RuntimeException with a message why it cannot run; then nothing runs
     */
    static MemberInstance start(Options options) {
        DataDirectory data = DataDirectory.open(options.data());
        List<AutoCloseable> opened = new ArrayList<>(List.of(data));
        try {
            ControlSocket socket = ControlSocket.prepare(options.control(), options.controlGroup());
            opened.add(socket);
            EventStore store = EventStore.open(data.path());
            opened.add(store);
            MemberLink link = new MemberLink(new MemberLink.Options(options.member(), options.controllers(),
                    options.token(), Version.text()), new StateDirectory(data.path()));
            opened.add(link);
            link.start();
            return new MemberInstance(options, data, socket, store, link);
        } catch (RuntimeException e) {
            opened.reversed().forEach(MemberInstance::closeQuietly);
            throw e;
        }
    }

    private static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            LOG.log(System.Logger.Level.DEBUG, "after a failed start", e);
        }
    }

    private MemberInstance(Options options, DataDirectory data, ControlSocket socket, EventStore store,
            MemberLink link) {
        this.options = options;
        this.data = data;
        this.store = store;
        this.link = link;
        events = new Events(InstantSource.system(), store);
        Revision first = first();
        Welcome keys = link.keys().orElseThrow();
        Fence fence = keys.getFence();
        Cluster cluster = new Cluster(fence.getCluster(), fence.getGeneration(), fence.getIncarnation());
        events.resumable(() -> cluster, options.member(), () -> link.last().map(Revision::number).orElse(0L));
        ReceivedStore received = new ReceivedStore(link, options.controllerNames());
        fabric = new Fabric(received, Rollout.NONE, ImpactPreview.NONE,
                new Clocks(InstantSource.system(), Timer.NEVER, ""), events, new SecureRandom());
        MemberConfig config = first.config().members().getOrDefault(options.member(),
                MemberConfig.of(options.member()));
        node = new SwitchNode(new SwitchNode.Place(config, new MemberIdentity(keys.getFence().getCluster(),
                options.member(), keys.getFabricKey().toByteArray(), keys.getStackKey().toByteArray()), data.path(),
                options.control()),
                new SwitchNode.Controller((_, _) -> (_, _) -> Errno.EPERM, (port, _) -> LOG.log(
                        System.Logger.Level.WARNING,
                        "peer " + port
                                + " uses its next key, which only `weft vpn rotate` on the controller can store"),
                        link::lastHeardNs),
                events, link.follow(), _ -> {
                });
        try {
            node.follow(first.number(), CARRY_OUT_LIMIT);
            List<BindableService> services = services(node.agent());
            link.serve(this::state, new ServiceCalls(services));
            List<BindableService> local = new ArrayList<>(services);
            local.addAll(List.of(new CaptureGrpc(node.agent()), new FabricGrpc(fabric), new RevisionGrpc(fabric),
                    new SystemGrpc(Version.text(), data.path(), fabric, new SystemGrpc.LocalMember(options.member(),
                            this::isReady, node.follower()::progress), this::elsewhere)));
            api = ApiServer.start(socket, local);
        } catch (RuntimeException e) {
            node.close();
            throw e;
        }
    }

    private static List<BindableService> services(MemberAgent agent) {
        return List.of(new InspectGrpc(agent), new ZoneGrpc(agent, InstantSource.system()), new TraceGrpc(agent),
                new VpnGrpc(agent));
    }

    /** Waits for the first revision, at the first start of a member. */
    private Revision first() {
        RevisionLog.Follower follower = link.follow();
        while (true) {
            Optional<Revision> last = link.last();
            if (last.isPresent() && link.keys().isPresent()) {
                return last.get();
            }
            try {
                follower.await(TimeUnit.SECONDS.toNanos(1));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("the start was interrupted", e);
            }
        }
    }

    private MemberState state() {
        Progress progress = node.follower().progress();
        return MemberState.newBuilder().setRunning(progress.revision()).setReason(progress.reason())
                .setReady(node.isReady()).build();
    }

    private Member elsewhere(int member, long newest) {
        return Member.newBuilder().setId(member).setRole("member").setState("absent").setNewestRevision(newest)
                .setReason("not known here: ask the controller, " + options.controllerNames()).build();
    }

    @Override
    public BlockingQueue<PortStatus> portChanges() {
        return node.portChanges();
    }

    @Override
    public List<PortStatus> ports() {
        return node.ports();
    }

    @Override
    public boolean isReady() {
        return node.isReady();
    }

    @Override
    public String behindReason() {
        return node.follower().progress().reason();
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
    public void readFileAgain() {
        LOG.log(System.Logger.Level.WARNING, "SIGHUP: a member has no file; its controller has");
    }

    @Override
    public PrometheusRegistry metrics() {
        PrometheusRegistry registry = SwitchMetrics.of(node.agent());
        ProcessMetrics.register(registry);
        GaugeWithCallback.builder().name("weft_ready").help("1 if the newest revision runs and no port is down")
                .callback(cells -> cells.call(isReady() ? 1 : 0)).register(registry);
        GaugeWithCallback.builder().name("weft_controller_connected")
                .help("1 if the member is connected to a controller")
                .callback(cells -> cells.call(link.problem().isEmpty() ? 1 : 0)).register(registry);
        return registry;
    }

    /** Returns why there is no connection to a controller; empty: there is one. */
    String problem() {
        return link.problem();
    }

    /** Ends the connection to the controller, then the API and the ports. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            events.close();
            api.close();
            link.close();
            node.close();
            store.close();
            data.close();
        }
    }
}
