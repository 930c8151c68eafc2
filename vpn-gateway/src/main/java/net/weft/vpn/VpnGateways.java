package net.weft.vpn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import net.weft.linux.Errno;
import net.weft.linux.LinuxException;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.device.DeviceOpener;
import net.weft.vswitch.device.DeviceProvider;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.device.DeviceUnavailableException;
import net.weft.wireguard.Endpoint;
import net.weft.wireguard.Peer;
import net.weft.wireguard.PeerState;
import net.weft.wireguard.PublicKey;
import org.jspecify.annotations.Nullable;

/**
 * The VPN gateways of a member. Whoever configures the switch calls {@link #apply} first, so that peers which are gone end before
 * anything else happens, and then gives the switch the ports and the attachment of each gateway. Any thread.
 */
public final class VpnGateways implements DeviceProvider, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(VpnGateways.class.getName());
    private static final long SECOND_NS = 1_000_000_000;
    private static final long TICK_NS = 100_000_000;

    private final SecretStore secrets;
    private final ReportedState state;
    private final Map<String, Gateway> gateways = new LinkedHashMap<>();
    private final Thread timer = new Thread(this::run, "weft-vpn-timers");
    private volatile List<Gateway> running = List.of();
    private List<GatewaySpec> lastConfigured = List.of();
    private volatile Set<String> offline = Set.of();
    private long judgedNs = System.nanoTime();
    private volatile LongSupplier controllersNs = System::nanoTime;
    private volatile boolean closed;
    private volatile Consumer<SoftState> softState = _ -> {
    };
    private volatile BiConsumer<String, PublicKey> rotated = (_, _) -> {
    };

    /** @param state keeps the peers' newest time stamps over a restart */
    public VpnGateways(SecretStore secrets, PeerState state) {
        this.secrets = secrets;
        this.state = new ReportedState(state, change -> softState.accept(change));
        timer.setDaemon(true);
        timer.start();
    }

    /** Calls the listener with the port of each peer that is heard by its next key, and that key. It must not block. */
    public void onRotated(BiConsumer<String, PublicKey> listener) {
        rotated = listener;
    }

    /** Calls the sink with each change of what a gateway needs that takes over. It must not block; handshake threads and workers call it. */
    public void onSoftState(Consumer<SoftState> sink) {
        softState = sink;
    }

    /** Returns what a gateway needs that takes over from all of these; changes since follow by {@link #onSoftState}. */
    public synchronized List<SoftState> softState() {
        List<SoftState> all = new ArrayList<>();
        gateways.values().forEach(gateway -> gateway.addSoftState(state, all));
        return all;
    }

    /**
     * Takes what another gateway has learned. A peer that is reached from here, by a gateway whose socket is open, is called at once;
     * one whose socket opens later calls all of its peers then.
     */
    public synchronized void learn(SoftState change) {
        state.learn(change);
        gateways.values().forEach(gateway -> gateway.learn(change));
    }

    /** Says when this member's controllers were heard last, on the clock of {@link System#nanoTime}; until then they always are. */
    public void onControllers(LongSupplier lastHeardNs) {
        controllersNs = lastHeardNs;
    }

    /**
     * Makes the gateways as the configuration wishes. Sessions of peers that stay are kept. What is gone ends first, at all gateways,
     * whether or not the keys of the rest can be read.
     *
     * @throws IllegalArgumentException with every fault, such as a key that cannot be read; everything without fault is as wished then
     */
    public synchronized void apply(List<GatewaySpec> configured) {
        lastConfigured = List.copyOf(configured);
        Set<String> without = offline(System.nanoTime());
        offline = without;
        List<GatewaySpec> wished = configured.stream()
                .map(gateway -> without.contains(gateway.name()) ? gateway.deserted() : gateway).toList();
        withdraw(wished);
        List<RuntimeException> faults = new ArrayList<>();
        for (GatewaySpec gateway : wished) {
            try {
                faults.addAll(configure(gateway));
            } catch (RuntimeException e) {
                faults.add(e);
            }
        }
        running = List.copyOf(gateways.values());
        LockSupport.unpark(timer);
        if (!faults.isEmpty()) {
            IllegalArgumentException all = new IllegalArgumentException(
                    faults.stream().map(Throwable::getMessage).distinct().collect(Collectors.joining("; ")));
            faults.forEach(all::addSuppressed);
            throw all;
        }
    }

    private void withdraw(List<GatewaySpec> wished) {
        Map<String, GatewaySpec> named = new HashMap<>();
        wished.forEach(gateway -> named.put(gateway.name(), gateway));
        for (Gateway gateway : List.copyOf(gateways.values())) {
            GatewaySpec kept = named.get(gateway.name());
            if (kept == null) {
                gateways.remove(gateway.name());
                gateway.close();
            } else {
                gateway.peers().withdraw(kept);
            }
        }
    }

    private List<RuntimeException> configure(GatewaySpec wished) {
        byte[] key = secrets.readOrMake(wished.privateKey());
        try {
            return gateways.computeIfAbsent(wished.name(), _ -> new Gateway(wished, key, state,
                    (port, next) -> rotated.accept(port, next), change -> softState.accept(change))).peers()
                    .configure(wished, key, secrets);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private synchronized @Nullable Gateway gateway(String name) {
        return gateways.get(name);
    }

    /** Returns whether a gateway serves no peer because its controllers have been silent for longer than its {@code max-offline}. */
    public boolean isOffline(String gateway) {
        return offline.contains(gateway);
    }

    /** The public key of a gateway; empty if there is none of that name. */
    public Optional<PublicKey> publicKey(String gateway) {
        return Optional.ofNullable(gateway(gateway)).map(Gateway::publicKey);
    }

    /** The configuration of a gateway; empty if there is none of that name. */
    public Optional<GatewaySpec> spec(String gateway) {
        return Optional.ofNullable(gateway(gateway)).map(found -> found.peers().spec());
    }

    /** Sets where a peer is reached, until it is heard from elsewhere; does nothing if there is no such peer. */
    public void endpoint(String gateway, PublicKey peer, Endpoint endpoint) {
        Gateway found = gateway(gateway);
        Peer known = found == null ? null : found.wireGuard().peer(peer);
        if (known != null) {
            known.endpoint(endpoint);
        }
    }

    /** The peers of a gateway as they are now, in the order of the configuration; empty if there is none of that name. */
    public List<PeerStatus> status(String gateway) {
        return Optional.ofNullable(gateway(gateway)).map(Gateway::status).orElse(List.of());
    }

    /** The gateways whose controllers have been silent for too long. */
    private Set<String> offline(long nowNs) {
        long silentNs = nowNs - controllersNs.getAsLong();
        return lastConfigured.stream()
                .filter(gateway -> gateway.maxOfflineSeconds() > 0
                        && silentNs > gateway.maxOfflineSeconds() * SECOND_NS)
                .map(GatewaySpec::name).collect(Collectors.toSet());
    }

    /** Ends the peers of gateways that have been without controllers for too long, and admits them again when those are back. */
    synchronized void judgeControllers(long nowNs) {
        if (offline(nowNs).equals(offline)) {
            return;
        }
        try {
            apply(lastConfigured);
        } finally {
            LOG.log(System.Logger.Level.WARNING, offline.isEmpty()
                    ? "controllers are heard again: every gateway serves its peers"
                    : "no controller is heard for longer than max-offline: no peer is served at "
                            + String.join(", ", offline));
        }
    }

    private void run() {
        while (!closed) {
            if (running.isEmpty()) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, TICK_NS);
            }
            long nowNs = System.nanoTime();
            if (nowNs - judgedNs >= SECOND_NS) {
                judgedNs = nowNs;
                guarded("max-offline", () -> judgeControllers(nowNs));
            }
            for (Gateway gateway : running) {
                guarded("gateway " + gateway.name(), () -> gateway.tick(nowNs));
            }
        }
    }

    /** Keeps a fault from ending the timers of all gateways silently. */
    private static void guarded(String what, Runnable timer) {
        try {
            timer.run();
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, what + ": a timer failed", e);
        }
    }

    @Override
    public Optional<DeviceOpener> opener(DeviceSpec spec, int[] ports, int mtu) {
        return spec instanceof GatewayDeviceSpec wanted ? Optional.of(new Opener(wanted)) : Optional.empty();
    }

    /** Ends all gateways. Their devices must be closed before. */
    @Override
    public synchronized void close() {
        closed = true;
        LockSupport.unpark(timer);
        gateways.values().forEach(Gateway::close);
        gateways.clear();
        running = List.of();
    }

    private final class Opener implements DeviceOpener {
        private final GatewayDeviceSpec spec;
        private List<String> names = List.of();
        private int[] indices = {};

        Opener(GatewayDeviceSpec spec) {
            this.spec = spec;
        }

        @Override
        public Device open() throws DeviceUnavailableException {
            Gateway gateway = gateway(spec.gateway());
            if (gateway == null) {
                throw new DeviceUnavailableException(PortReason.NO_DEVICE,
                        "there is no gateway " + spec.gateway() + " yet");
            }
            gateway.peers().serve(names, indices);
            try {
                return gateway.open(spec.listen());
            } catch (LinuxException e) {
                boolean isTaken = e.errno() == Errno.EADDRINUSE;
                throw new DeviceUnavailableException(isTaken
                        ? PortReason.DEVICE_IN_USE
                        : e.errno() == Errno.EACCES ? PortReason.NO_PERMISSION : PortReason.NO_DEVICE,
                        "UDP port " + spec.listen() + ": " + (isTaken
                                ? "another program listens there; end it or give the gateway another `listen`"
                                : e.getMessage()));
            }
        }

        @Override
        public boolean canServeOthers() {
            return true;
        }

        @Override
        public void serve(List<String> portNames, int[] portIndices) {
            names = List.copyOf(portNames);
            indices = portIndices.clone();
            Gateway gateway = gateway(spec.gateway());
            if (gateway != null) {
                gateway.peers().serve(names, indices);
            }
        }

        @Override
        public int mtu() {
            // The gateway enforces its own MTU, because it must answer packets that exceed it.
            return GatewaySpec.MAX_MTU;
        }

        @Override
        public void close() {
        }
    }
}
