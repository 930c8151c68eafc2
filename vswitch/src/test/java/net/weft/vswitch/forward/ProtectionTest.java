package net.weft.vswitch.forward;

import static net.weft.vswitch.Frames.BROADCAST;
import static net.weft.vswitch.Frames.frame;
import static net.weft.vswitch.Frames.untagged;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;
import net.weft.vswitch.EgressAccounts;
import net.weft.vswitch.InlineSwitch;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.port.LinkLocalProtocol;
import net.weft.vswitch.port.Protection;
import net.weft.vswitch.port.Protection.Bpdu;
import net.weft.vswitch.port.Protection.MacMove;
import net.weft.vswitch.protocol.FabricKey;
import net.weft.vswitch.protocol.LoopProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Limits and spanning tree on the workers' own code, with the clock by hand. */
class ProtectionTest {
    private static final String A = "02:00:00:00:00:0a";
    private static final String B = "02:00:00:00:00:0b";
    private static final String BRIDGES = "01:80:c2:00:00:00";
    private static final String PER_VLAN = "01:00:0c:cc:cc:cd";
    private static final long SECOND_NS = 1_000_000_000L;

    private final InlineSwitch lab = new InlineSwitch();

    @BeforeEach
    void threePorts() {
        lab.nowNs(SECOND_NS);
        lab.port("a", VlanMembership.access(10)).port("b", VlanMembership.access(10))
                .port("c", VlanMembership.access(10));
    }

    @AfterEach
    void accountsBalance() {
        EgressAccounts.assertBalance(lab.counters());
        lab.close();
    }

    private static Protection storm(int limit) {
        return new Protection(limit, 0, 0, Bpdu.DROP, false);
    }

    private static Protection rate(long ingress, long egress) {
        return new Protection(0, ingress, egress, Bpdu.DROP, false);
    }

    private static Protection bpdu(Bpdu bpdu) {
        return new Protection(0, 0, 0, bpdu, false);
    }

    private int received(String port) {
        return lab.receiveAll(port).size();
    }

    private void send(String port, byte[] frame, int times) {
        for (int n = 0; n < times; n++) {
            lab.send(port, frame);
        }
    }

    @Test
    void shouldLimitBroadcastMulticastAndUnknownTogetherButNoKnownUnicast() {
        lab.send("b", untagged(BROADCAST, B));
        lab.protect("a", storm(640));
        send("a", untagged(BROADCAST, A), 30);
        send("a", untagged("01:00:5e:01:02:03", A), 30);
        send("a", untagged("02:00:00:00:00:77", A), 30);
        assertThat(lab.drops("a", DropReason.STORM_LIMIT)).isEqualTo(26);
        assertThat(received("b")).isEqualTo(64);
        send("a", untagged(B, A), 500);
        assertThat(received("b")).isEqualTo(500);
        send("b", untagged(BROADCAST, B), 100);
        assertThat(lab.drops("b", DropReason.STORM_LIMIT)).isZero();
    }

    @Test
    void shouldLetTheStormRateThroughInTheLongRun() {
        lab.protect("a", storm(1000));
        for (int ms = 0; ms < 5000; ms++) {
            lab.nowNs(SECOND_NS + ms * 1_000_000L);
            send("a", untagged(BROADCAST, A), 4);
            received("b");
            received("c");
        }
        assertThat(20_000 - lab.drops("a", DropReason.STORM_LIMIT)).isBetween(5000L, 5110L);
    }

    /** Broadcast and unknown unicast, two seconds of 20,000; multicast is not counted. */
    @Test
    void shouldLimitAStormByDefaultButNoMulticast() {
        lab.protect("a", storm(Protection.DEFAULT_STORM_LIMIT));
        for (int n = 0; n < 41_000; n++) {
            lab.send("a", untagged(n % 2 == 0 ? BROADCAST : "02:00:00:00:00:77", A));
            received("b");
            received("c");
        }
        assertThat(lab.drops("a", DropReason.STORM_LIMIT)).isEqualTo(1000);
        send("a", untagged("01:00:5e:01:02:03", A), 100);
        assertThat(lab.drops("a", DropReason.STORM_LIMIT)).isEqualTo(1000);
        lab.protect("a", storm(0));
        send("a", untagged(BROADCAST, A), 100);
        assertThat(lab.drops("a", DropReason.STORM_LIMIT)).as("off").isEqualTo(1000);
    }

    @Test
    void shouldPassTheReservedAddressesOfNamedProtocolsOnly() {
        for (LinkLocalProtocol protocol : LinkLocalProtocol.values()) {
            lab.protect("a", new Protection(0, 0, 0, Bpdu.DROP, false, MacMove.TELL, Set.of(protocol)));
            for (int address = 0; address < 16; address++) {
                for (int type : new int[]{0x88CC, 0x8809, 0x888E, 0x88F7, 0x8808}) {
                    byte[] frame = frame("01:80:c2:00:00:%02x".formatted(address), A, 46, type);
                    lab.send("a", frame);
                    boolean passes = (LinkLocalProtocol.flag(type, address) & protocol.flag) != 0;
                    assertThat(received("b")).as("%s to :%x with %x", protocol, address, type)
                            .isEqualTo(passes ? 1 : 0);
                    lab.send("b", frame);
                    assertThat(received("a")).as("from a port without the key").isZero();
                }
            }
            received("c");
        }
        lab.protect("a", new Protection(0, 0, 0, Bpdu.DROP, false, MacMove.TELL, Set.of(LinkLocalProtocol.values())));
        lab.send("a", frame("01:80:c2:00:00:0e", A, 46, 0x88CC)).send("a", frame("01:80:c2:00:00:02", A, 46, 0x8809))
                .send("a", frame("01:80:c2:00:00:03", A, 46, 0x888E))
                .send("a", frame("01:80:c2:00:00:0e", A, 46, 0x88F7))
                .send("a", frame("01:80:c2:00:00:01", A, 46, 0x8808));
        assertThat(received("b")).as("all but the pause frame").isEqualTo(4);
    }

    @Test
    void shouldCountTheSegmentsOfASuperFrame() {
        lab.protect("a", storm(640));
        byte[] datagrams = udp(42 + 40 * 100);
        long offload = Offload.of(Offload.NEEDS_CSUM, Offload.GSO_UDP_L4, 100, 34, 6, 42);
        lab.send("a", datagrams, offload);
        assertThat(lab.drops("a", DropReason.STORM_LIMIT)).as("40 of 64").isZero();
        lab.send("a", datagrams, offload);
        assertThat(lab.drops("a", DropReason.STORM_LIMIT)).as("80 of 64").isOne();
    }

    /** A broadcast UDP datagram over IPv4. */
    private static byte[] udp(int length) {
        byte[] frame = frame(BROADCAST, A, length - 14, 0x0800);
        int ip = length - 14;
        byte[] header = {0x45, 0, (byte) (ip >> 8), (byte) ip, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 1, 0,
                1, 0, (byte) (ip - 20 >> 8), (byte) (ip - 20), 0, 0};
        System.arraycopy(header, 0, frame, 14, header.length);
        return frame;
    }

    @Test
    void shouldLimitWhatAPortSendsInByBitsWithHeadersOfSegments() {
        lab.send("b", untagged(BROADCAST, B));
        lab.protect("a", rate(80_000_000, 0));
        byte[] frame = frame(B, A, 986, 0x88b5);
        long passed = 0;
        for (int ms = 0; ms < 1000; ms++) {
            lab.nowNs(SECOND_NS + ms * 1_000_000L);
            send("a", frame, 20);
            passed += received("b");
            received("c");
        }
        assertThat(passed * 8 * 1000).isBetween(80_000_000L, 90_100_000L);
        assertThat(lab.drops("a", DropReason.RATE_LIMIT)).isEqualTo(20_000 - passed);
    }

    @Test
    void shouldLimitWhatLeavesByAPortWhereverItComesFrom() {
        lab.send("b", untagged(BROADCAST, B));
        lab.protect("b", rate(0, 8_000_000));
        byte[] frame = frame(B, A, 986, 0x88b5);
        send("a", frame, 1000);
        send("c", frame(B, "02:00:00:00:00:0c", 986, 0x88b5), 1000);
        int passed = received("b");
        assertThat(passed).isEqualTo(160 * 1024 / 1000);
        assertThat(lab.drops("b", DropReason.RATE_LIMIT)).isEqualTo(2000 - passed);
        send("a", untagged("02:00:00:00:00:0c", A), 10);
        assertThat(received("c")).as("others").isEqualTo(1 + 10);
    }

    private static byte[] stp(String destination) {
        return destination.equals(PER_VLAN)
                ? frame(destination, A, 43, 50, 0xAAAA, 0x0300, 0x000C, 0x010B)
                : frame(destination, A, 43, 38, 0x4242, 0x0300);
    }

    @Test
    void shouldDropSpanningTreeUnlessTold() {
        lab.send("a", stp(BRIDGES)).send("a", stp(PER_VLAN)).send("a", untagged(BRIDGES, A));
        assertThat(lab.drops("a", DropReason.GUARD_BPDU)).isEqualTo(2);
        assertThat(lab.drops("a", DropReason.RESERVED_ADDRESS)).isOne();
        assertThat(lab.punted()).isEmpty();
        assertThat(received("b")).isZero();
    }

    @Test
    void shouldForwardSpanningTreeBetweenThePortsThatDo() {
        lab.protect("a", bpdu(Bpdu.FORWARD)).protect("b", bpdu(Bpdu.FORWARD));
        lab.send("a", stp(BRIDGES)).send("a", stp(PER_VLAN));
        assertThat(lab.receive("b")).isEqualTo(stp(BRIDGES));
        assertThat(lab.receive("b")).isEqualTo(stp(PER_VLAN));
        assertThat(received("c")).isZero();
        lab.send("a", untagged(BROADCAST, A));
        assertThat(received("c")).isOne();
        lab.send("a", untagged(BRIDGES, A));
        assertThat(lab.drops("a", DropReason.RESERVED_ADDRESS)).isOne();
    }

    @Test
    void shouldHandSpanningTreeToTheControlThreadOnAGuardedPort() {
        lab.protect("a", bpdu(Bpdu.GUARD));
        lab.send("a", stp(BRIDGES)).send("a", stp(PER_VLAN));
        assertThat(lab.punted()).hasSize(2).allSatisfy(punted -> {
            assertThat(punted.rule().protocol()).isEqualTo("bpdu-guard");
            assertThat(punted.port()).isEqualTo(lab.number("a"));
            assertThat(punted.vid()).isEqualTo(10);
        });
        assertThat(lab.drops("a", DropReason.GUARD_BPDU)).isEqualTo(2);
    }

    @Test
    void shouldHandOverNoMoreThanTheControlThreadCanLookAt() {
        lab.protect("a", bpdu(Bpdu.GUARD));
        send("a", stp(BRIDGES), 1000);
        assertThat(lab.punted()).hasSize(250);
        assertThat(lab.drops("a", DropReason.GUARD_BPDU)).isEqualTo(1000);
    }

    @Test
    void shouldPassProbesOfOtherSwitchesOn() {
        lab.port("t", VlanMembership.trunk(VlanSet.of(10), 0));
        lab.protect("t", new Protection(0, 0, 0, Bpdu.DROP, true));
        LoopProbe other = new LoopProbe(FabricKey.random());
        byte[] probe = other.frame(0, 10, 0, 0);
        byte[] tagged = new byte[probe.length + 4];
        System.arraycopy(probe, 0, tagged, 0, 12);
        System.arraycopy(new byte[]{(byte) 0x81, 0, 0, 10}, 0, tagged, 12, 4);
        System.arraycopy(probe, 12, tagged, 16, probe.length - 12);
        lab.send("t", tagged);
        assertThat(lab.receive("a")).isEqualTo(probe);
        assertThat(lab.punted()).isEmpty();
    }
}
