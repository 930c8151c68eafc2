package net.weft.vswitch.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import net.weft.packet.MacAddress;
import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;
import net.weft.vswitch.device.DeviceSpec.SocketAccess;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.forward.punt.PuntedFrame;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.port.Protection.Bpdu;
import net.weft.vswitch.port.Protection;
import net.weft.zone.AddressBinding;
import net.weft.zone.PortZones;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Loop detection with the clock by hand; the test is the cables. */
class LoopDetectionTest {
    private static final long MS = 1_000_000L;
    private static final long SECOND = 1000 * MS;
    private static final Protection PROBED = new Protection(0, 0, 0, Bpdu.DROP, true);
    private static final VlanMembership TRUNK = VlanMembership.trunk(VlanSet.of(10, 20), 0);
    private static final VlanMembership WEB = VlanMembership.access(10);
    private static final VlanMembership DB = VlanMembership.access(20);

    /** The port at which a frame comes in that left by a port, or null. */
    private record Arrival(int port, int vid) {
    }

    private final LoopPorts ports = new LoopPorts();
    private final LoopProbe probe = new LoopProbe(new FabricKey(new byte[FabricKey.BYTES]));
    private final LoopDetection detection = new LoopDetection(ports, probe, new SplittableRandom(1));
    private long nowNs = 5 * SECOND;

    private static DeviceSpec nic(String name) {
        return new DeviceSpec.Nic(name, false);
    }

    private static DeviceSpec guest(String name) {
        return new DeviceSpec.VhostUser(name, true, 1, SocketAccess.DEFAULT);
    }

    private void port(String name, DeviceSpec device, VlanMembership membership) {
        ports.add(name, device, membership, PROBED);
    }

    /** Runs for some time in steps of 5 ms; each frame that leaves is carried by the cable. */
    private void run(long forNs, Function<LoopPorts.Sent, @Nullable Arrival> cable) {
        for (long end = nowNs + forNs; nowNs < end; nowNs += 5 * MS) {
            detection.tick(nowNs);
            for (LoopPorts.Sent sent = ports.sent.poll(); sent != null; sent = ports.sent.poll()) {
                Arrival arrival = cable.apply(sent);
                if (arrival != null) {
                    receive(arrival, sent.frame());
                }
            }
        }
    }

    private void receive(Arrival arrival, byte[] frame) {
        detection.receive(new PuntedFrame(LoopDetection.rule(probe), arrival.port(), -1, arrival.vid(), frame), nowNs);
    }

    /** A cable between two ports that carries every frame in one VLAN of the switch. */
    private static Function<LoopPorts.Sent, @Nullable Arrival> between(int one, int other, int vid) {
        return sent -> sent.port() == one
                ? new Arrival(other, vid)
                : sent.port() == other ? new Arrival(one, vid) : null;
    }

    // ---- which end ----------------------------------------------------------------------------------------------

    @Test
    void shouldShutTheHigherOfTwoAccessPortsCabledTogether() {
        port("a", nic("a"), WEB);
        port("b", nic("b"), WEB);
        run(SECOND / 2, between(0, 1, 10));
        assertThat(ports.only()).isEqualTo("b");
        assertThat(ports.messages.getFirst()).contains("a in VLAN 10").contains("b in VLAN 10");
    }

    /** An accomplice relays genuine probes from the uplink's network to its guest, and back. */
    @Test
    void shouldShutTheGuestAndNeverTheUplinkWhateverTheirNumbers() {
        for (boolean guestFirst : new boolean[]{true, false}) {
            for (boolean relayedFromGuest : new boolean[]{true, false}) {
                ports.all.clear();
                ports.shutForNs.clear();
                port(guestFirst ? "guest" : "uplink", guestFirst ? guest("g") : nic("u"), guestFirst ? WEB : TRUNK);
                port(guestFirst ? "uplink" : "guest", guestFirst ? nic("u") : guest("g"), guestFirst ? TRUNK : WEB);
                int from = relayedFromGuest == guestFirst ? 0 : 1;
                run(SECOND, sent -> sent.port() == from ? new Arrival(1 - from, 10) : null);
                assertThat(ports.only()).isEqualTo("guest");
                nowNs += 20 * SECOND * 60;
            }
        }
    }

    @Test
    void shouldShutATunnelBeforeATrunkAndAGuestsTrunkBeforeATunnel() {
        port("tunnel", nic("t"), VlanMembership.tunnel(10));
        port("trunk", nic("u"), TRUNK);
        run(SECOND, between(0, 1, 10));
        assertThat(ports.only()).isEqualTo("tunnel");
        port("vm", guest("vm"), TRUNK);
        ports.shutForNs.clear();
        nowNs += 2 * SECOND;
        run(SECOND, between(0, 2, 10));
        assertThat(ports.only()).isEqualTo("vm");
    }

    @Test
    void shouldCountALagAsATrunkEvenWhereItIsAnAccessPort() {
        port("lag", new DeviceSpec.Attached("lag", "po1"), WEB);
        port("tap", new DeviceSpec.Tap("t"), WEB);
        run(SECOND, between(0, 1, 10));
        assertThat(ports.only()).isEqualTo("tap");
    }

    @Test
    void shouldNameBothVlansOfAGuestThatBridgesThem() {
        port("eth0", guest("0"), WEB);
        port("eth1", guest("1"), DB);
        run(SECOND, sent -> sent.port() == 0 ? new Arrival(1, 20) : new Arrival(0, 10));
        assertThat(ports.only()).isEqualTo("eth1");
        assertThat(ports.messages.getFirst()).contains("eth0 in VLAN 10").contains("eth1 in VLAN 20")
                .contains("loop-probes: off");
    }

    // ---- confirmation -------------------------------------------------------------------------------------------

    @Test
    void shouldSendThreeMoreFiftyMillisecondsApartWithNoncesOfTheirOwn() {
        port("a", nic("a"), WEB);
        port("b", nic("b"), WEB);
        List<Long> times = new ArrayList<>();
        Set<Long> nonces = new HashSet<>();
        Function<LoopPorts.Sent, @Nullable Arrival> cable = between(0, 1, 10);
        run(SECOND, sent -> {
            long nonce = probe.origin(sent.frame(), nowNs).orElseThrow().nonce();
            if (sent.port() == 0 && nonce != LoopProbe.SEARCHING) {
                times.add(nowNs);
                nonces.add(nonce);
            }
            return sent.port() == 0 ? cable.apply(sent) : null;
        });
        assertThat(nonces).hasSize(3);
        assertThat(times).containsExactly(times.getFirst(), times.getFirst() + 50 * MS, times.getFirst() + 100 * MS);
        assertThat(ports.only()).isEqualTo("b");
    }

    /** A recorded probe may come back any number of times: the three confirmations do not. */
    @Test
    void shouldShutNothingForAProbeThatIsReplayed() {
        port("a", nic("a"), WEB);
        port("b", nic("b"), WEB);
        byte[] recorded = Objects.requireNonNull(firstFrame()).frame();
        for (int n = 0; n < 100; n++) {
            receive(new Arrival(1, 10), recorded);
            run(20 * MS, _ -> null);
        }
        assertThat(ports.shutForNs).isEmpty();
    }

    private LoopPorts.@Nullable Sent firstFrame() {
        detection.tick(nowNs);
        LoopPorts.Sent first = ports.sent.peek();
        ports.sent.clear();
        return first;
    }

    @Test
    void shouldCountEachNonceOnceAndOnlyWithinASecondAndByTheSamePort() {
        for (int broken = 0; broken < 4; broken++) {
            int how = broken;
            ports.all.clear();
            port("a", nic("a"), WEB);
            port("b", nic("b"), WEB);
            port("c", nic("c"), WEB);
            List<LoopPorts.Sent> confirmations = new ArrayList<>();
            run(300 * MS, sent -> {
                long nonce = probe.origin(sent.frame(), nowNs).orElseThrow().nonce();
                if (sent.port() != 0) {
                    return null;
                }
                if (nonce == LoopProbe.SEARCHING) {
                    return confirmations.isEmpty() ? new Arrival(1, 10) : null;
                }
                confirmations.add(sent);
                return null;
            });
            assertThat(confirmations).hasSize(3);
            if (how == 1) {
                nowNs += SECOND;
            }
            for (int n = 0; n < 3; n++) {
                LoopPorts.Sent each = how == 0 ? confirmations.getFirst() : confirmations.get(n);
                receive(new Arrival(how == 2 && n == 2 ? 2 : 1, 10), each.frame());
            }
            if (how == 3) {
                assertThat(ports.only()).as("the control").isEqualTo("b");
            } else {
                assertThat(ports.shutForNs).as("case %d", how).isEmpty();
            }
            nowNs += 5 * SECOND;
        }
    }

    @Test
    void shouldIgnoreProbesOfPortsThatProbeNotOrAreShut() {
        port("a", nic("a"), WEB);
        ports.add("off", nic("b"), WEB, Protection.NONE);
        run(SECOND, between(0, 1, 10));
        assertThat(ports.shutForNs).isEmpty();
    }

    // ---- which ports probe --------------------------------------------------------------------------------------

    @Test
    void shouldProbeByEveryPortWithoutMacGuardGuestsIncluded() {
        port("nic", nic("n"), WEB);
        port("guest", guest("g"), WEB);
        port("qemu", new DeviceSpec.QemuDgram("a", "b", SocketAccess.DEFAULT), DB);
        port("tunnel", nic("t"), VlanMembership.tunnel(30));
        port("trunk", nic("u"), TRUNK);
        port("file", new DeviceSpec.PcapFiles(null, false, 0, "f"), WEB);
        ports.add("off", guest("o"), WEB, Protection.NONE);
        bound("guarded", true, "02:00:00:00:00:01");
        bound("ips only", true, "");
        bound("guard off", false, "02:00:00:00:00:02");
        detection.tick(nowNs);
        assertThat(ports.sent).extracting(sent -> ports.all.get(sent.port()).spec().name())
                .containsExactly("nic", "guest", "qemu", "tunnel", "trunk", "trunk", "ips only", "guard off");
    }

    private void bound(String name, boolean strict, String mac) {
        int index = ports.all.size();
        AddressBinding binding = new AddressBinding(mac.isEmpty() ? Set.of() : Set.of(MacAddress.parse(mac)), List.of(),
                Set.of(), strict);
        ports.all.add(new ProtocolPort(index,
                PortSpec.of(name, index, guest(name), WEB).with(PROBED).zoned(PortZones.NONE, binding)));
    }

    /** However many ports there are, a round is bounded, and every port has its turn. */
    @Test
    void shouldProbeByManyPortsInTurn() {
        for (int n = 0; n < 2000; n++) {
            port("g" + n, guest("g" + n), WEB);
        }
        port("wide", nic("w"), VlanMembership.trunk(VlanSet.ALL, 0));
        Set<Integer> seen = new HashSet<>();
        Set<Integer> vids = new HashSet<>();
        for (int round = 0; round < 700; round++) {
            detection.tick(nowNs);
            assertThat(ports.sent.size()).isLessThanOrEqualTo(512 + 32);
            ports.sent.forEach(sent -> {
                seen.add(sent.port());
                if (sent.port() == 2000) {
                    vids.add(sent.vid());
                }
            });
            ports.sent.clear();
            nowNs += LoopDetection.PROBE_INTERVAL_NS;
        }
        assertThat(seen).hasSize(2001);
        assertThat(vids).hasSize(4094);
    }

    // ---- how long -----------------------------------------------------------------------------------------------

    @Test
    void shouldOpenAfterTenSecondsAndDoubleToTenMinutesWhileTheLoopIsThere() {
        port("a", nic("a"), WEB);
        port("b", nic("b"), WEB);
        List<Long> holds = new ArrayList<>();
        for (int n = 0; n < 9; n++) {
            run(SECOND, between(0, 1, 10));
            long hold = Objects.requireNonNull(ports.shutForNs.remove(1));
            holds.add(hold / SECOND);
            nowNs += hold;
        }
        assertThat(holds).containsExactly(10L, 20L, 40L, 80L, 160L, 320L, 600L, 600L, 600L);
        nowNs += 601 * SECOND;
        run(SECOND, between(0, 1, 10));
        assertThat(ports.shutForNs.get(1)).as("after ten minutes without a loop").isEqualTo(10 * SECOND);
    }
}
