package net.weft.vpn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
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
    private static final long TICK_NS = 100_000_000;

    private final SecretStore secrets;
    private final PeerState state;
    private final Map<String, Gateway> gateways = new LinkedHashMap<>();
    private final Thread timer = new Thread(this::run, "weft-vpn-timers");
    private volatile List<Gateway> running = List.of();
    private volatile boolean closed;
    private volatile BiConsumer<String, PublicKey> rotated = (_, _) -> {
    };

    /** @param state keeps the peers' newest time stamps over a restart */
    public VpnGateways(SecretStore secrets, PeerState state) {
        this.secrets = secrets;
        this.state = state;
        timer.setDaemon(true);
        timer.start();
    }

    /** Calls the listener with the port of each peer that is heard by its next key, and that key. It must not block. */
    public void onRotated(BiConsumer<String, PublicKey> listener) {
        rotated = listener;
    }

    /**
     * Makes the gateways as the configuration wishes. Sessions of peers that stay are kept. What is gone ends first, at all gateways,
     * whether or not the keys of the rest can be read.
     *
     * @throws IllegalArgumentException with every fault, such as a key that cannot be read; everything without fault is as wished then
     */
    public synchronized void apply(List<GatewaySpec> wished) {
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
                    (port, next) -> rotated.accept(port, next))).peers().configure(wished, key, secrets);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private synchronized @Nullable Gateway gateway(String name) {
        return gateways.get(name);
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

    private void run() {
        while (!closed) {
            if (running.isEmpty()) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, TICK_NS);
            }
            long nowNs = System.nanoTime();
            for (Gateway gateway : running) {
                try {
                    gateway.tick(nowNs);
                } catch (RuntimeException | Error e) { // or the timers of all gateways would end silently
                    System.getLogger(VpnGateways.class.getName()).log(System.Logger.Level.ERROR,
                            "gateway " + gateway.name() + ": a timer failed", e);
                }
            }
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
