package net.weft.controller.node;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import net.weft.controller.member.MemberAgent;
import net.weft.controller.member.MemberIdentity;
import net.weft.controller.member.MemberService;
import net.weft.controller.member.RevisionFollower;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.MemberConfig;
import net.weft.controller.model.WorkerConfig;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.revision.RevisionLog;
import net.weft.controller.server.Events;
import net.weft.stacking.StackProtocol;
import net.weft.stacking.lag.LagProtocol;
import net.weft.stacking.lag.SharedLags;
import net.weft.stacking.neighbor.LldpProtocol;
import net.weft.vpn.FileSecretStore;
import net.weft.vpn.PeerStateFile;
import net.weft.vpn.SecretStore;
import net.weft.vpn.VpnGateways;
import net.weft.vpn.uapi.WgAdmin;
import net.weft.vpn.uapi.WgSockets;
import net.weft.vpn.websocket.WebSocketListeners;
import net.weft.vswitch.SwitchOptions;
import net.weft.vswitch.VirtualSwitch;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.carrier.CarrierWatchdog;
import net.weft.vswitch.carrier.Heartbeat;
import net.weft.vswitch.device.NicCarriers;
import net.weft.vswitch.port.PortStatus;
import net.weft.vswitch.protocol.FabricKey;
import net.weft.wireguard.PublicKey;

/**
 * The switch of one member with everything that runs beside it: its agent, its VPN gateways, its link protocols, and the
 * follower of revisions. It is the same in {@code weft up} and in {@code weft switch}; only where revisions come from
 * differs.
 */
final class SwitchNode implements AutoCloseable {
    /** What runs beside the switch of each member. */
    private static final List<MemberService.Factory> SERVICES = List.of();

    private final BlockingQueue<PortStatus> portChanges = new LinkedBlockingQueue<>();
    private final PeerStateFile vpnStamps;
    private final VpnGateways gateways;
    private final WgSockets wgSockets;
    private final WebSocketListeners webSockets;
    private final Heartbeat heartbeat;
    private final VirtualSwitch vswitch;
    private final MemberAgent agent;
    private final RevisionFollower follower;

    /**
     * The place of a node.
     *
     * @param member the member's configuration, of which the workers count from the start
     * @param identity who the member is in its fabric
     * @param data data directory
     * @param control path of the control socket, beside which the files stand that outlive a restart in memory
     */
    record Place(MemberConfig member, MemberIdentity identity, Path data, Path control) {
    }

    /**
     * What a node asks of its controller.
     *
     * @param admin makes what wg(8) asks for a revision
     * @param rotated is called when a VPN peer uses its next key
     * @param heardNs when a controller was heard last, on the clock of {@link System#nanoTime}
     */
    record Controller(BiFunction<VpnGateways, SecretStore, WgAdmin> admin, BiConsumer<String, PublicKey> rotated,
            LongSupplier heardNs) {
    }

    /**
     * Starts the switch without ports.
     *
     * @param log the revisions that it will follow after {@link #follow}
     * @param faults called before each attempt to carry out a revision, on the same thread; tests throw from it
     */
    SwitchNode(Place place, Controller controller, Events events, RevisionLog.Follower log, Consumer<Revision> faults) {
        vpnStamps = new PeerStateFile(place.data().resolve("vpn-stamps"));
        SecretStore secrets = new FileSecretStore(place.data());
        gateways = new VpnGateways(secrets, vpnStamps);
        gateways.onControllers(controller.heardNs());
        wgSockets = new WgSockets(WgSockets.DIRECTORY, gateways, secrets, controller.admin().apply(gateways, secrets));
        webSockets = new WebSocketListeners(place.data(), secrets);
        LinkEvents links = new LinkEvents(events);
        SharedLags shared = new SharedLags();
        heartbeat = new Heartbeat(CarrierWatchdog.socket(place.data()), NicCarriers.namespace(), shared::isJoined,
                message -> events.add("watchdog", "member " + place.identity().member(), message, ""));
        vswitch = new VirtualSwitch(options(place).with(gateways).speaking(
                ports -> new StackProtocol(ports, shared, links::stack),
                ports -> new LagProtocol(ports, shared, links::lag),
                ports -> new LldpProtocol(ports, links::neighbor), _ -> heartbeat));
        try {
            vswitch.onPortChange(port -> {
                portChanges.add(port);
                DeviceFailure failure = port.failure();
                events.add("port", "port " + port.spec().name(), failure == null
                        ? "is up"
                        : "is down: " + failure.reason().label() + ": " + failure.message(), "");
            });
            vswitch.events().listen(event -> events.add(event.kind().label(), "port " + event.subject(),
                    event.message(), ""));
            agent = new MemberAgent(place.identity(), vswitch, gateways, SERVICES);
            gateways.onRotated((port, key) -> Thread.ofVirtual().name("weft-rotated")
                    .start(() -> controller.rotated().accept(port, key)));
            agent.onGateways(all -> {
                wgSockets.apply(all);
                webSockets.apply(all);
            });
            follower = new RevisionFollower(log, faults.andThen(agent::apply));
        } catch (RuntimeException e) {
            closeSwitch();
            throw e;
        }
    }

    private static SwitchOptions options(Place place) {
        SwitchOptions defaults = SwitchOptions.defaults(place.data());
        WorkerConfig workers = place.member().workers();
        return new SwitchOptions(workers.cpus(), workers.poll() == WorkerConfig.Poll.ALWAYS, place.data(),
                defaults.ageingSeconds(), defaults.seed())
                .remembering(beside(place.control(), ".connections"), beside(place.control(), ".stations"))
                .in(new FabricKey(place.identity().fabricKey()));
    }

    /** Returns the path of a file beside the socket, whose directory is usually in memory and belongs to Weft alone. */
    private static Path beside(Path control, String suffix) {
        return control.resolveSibling(control.getFileName() + suffix);
    }

    /** Begins to follow the revisions, and waits for the newest one to run or to fail. */
    void follow(long newest, Duration limit) {
        follower.start();
        follower.await(newest, false, limit);
    }

    /** Shows the ports of a configuration and opens none of them. */
    void recover(FabricConfig config) {
        agent.recover(config);
    }

    MemberAgent agent() {
        return agent;
    }

    RevisionFollower follower() {
        return follower;
    }

    /** Returns the queue of ports that went up or down, in order. */
    BlockingQueue<PortStatus> portChanges() {
        return portChanges;
    }

    List<PortStatus> ports() {
        return vswitch.ports();
    }

    /** Calls the listener once, with the reason, when the switch cannot forward any more. */
    void onWorkersLost(Consumer<String> listener) {
        vswitch.onWorkersLost(why -> {
            heartbeat.end(false);
            listener.accept(why);
        });
    }

    /** Returns why a packet thread hangs; empty while all run. */
    Optional<String> stuck() {
        return Optional.ofNullable(vswitch.stuck());
    }

    boolean isReady() {
        return follower.progress().isCurrent() && agent.isReady();
    }

    /** Waits as {@link RevisionFollower#await} does. */
    Optional<String> await(long revision, boolean again, Duration limit) {
        return follower.await(revision, again, limit);
    }

    /** Stops following, then the switch, and restores each device to its earlier state. */
    @Override
    public void close() {
        follower.close();
        agent.close();
        closeSwitch();
    }

    private void closeSwitch() {
        heartbeat.end(true);
        vswitch.close();
        wgSockets.close();
        webSockets.close();
        gateways.close();
        vpnStamps.close();
    }
}
