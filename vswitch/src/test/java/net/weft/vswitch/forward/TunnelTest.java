package net.weft.vswitch.forward;

import static net.weft.vswitch.Frames.BROADCAST;
import static net.weft.vswitch.Frames.frame;
import static net.weft.vswitch.Frames.tagged;
import static net.weft.vswitch.Frames.untagged;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;
import net.weft.vswitch.InlineSwitch;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.port.Protection;
import net.weft.vswitch.snooping.GroupMessage;
import net.weft.vswitch.snooping.Snooping;
import net.weft.vswitch.trace.Trace;
import net.weft.vswitch.trace.TracedFrame;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pcap4j.packet.IpV4Packet;
import org.pcap4j.packet.TcpPacket;

/** Customers' frames, tags and all, through VLAN 200, and over a trunk as IEEE 802.1ad has them. */
class TunnelTest {
    private static final String A = "02:00:00:00:00:0a";
    private static final int CUSTOMER = 3 << 13 | 5;
    private static final int SERVICE = 0x88A8;

    private final InlineSwitch lab = new InlineSwitch();

    @BeforeEach
    void twoCustomersAndATrunk() {
        VlanSet tunnels = VlanSet.of(200);
        lab.port("q1", VlanMembership.tunnel(200)).port("q2", VlanMembership.tunnel(200))
                .port("t", VlanMembership.trunk(VlanSet.of(10, 200), 0, tunnels, SERVICE), 1504, 0, 0)
                .port("a", VlanMembership.access(10));
    }

    @AfterEach
    void close() {
        lab.close();
    }

    @Test
    void shouldCarryTheCustomersTagInsideItsOwn() {
        lab.send("q1", tagged(BROADCAST, A, CUSTOMER));
        assertThat(lab.receive("q2")).isEqualTo(tagged(BROADCAST, A, CUSTOMER));
        assertThat(lab.receive("t"))
                .isEqualTo(frame(BROADCAST, A, 46, SERVICE, 3 << 13 | 200, 0x8100, CUSTOMER, 0x0800));
        lab.send("q1", untagged(BROADCAST, A));
        assertThat(lab.receive("q2")).isEqualTo(untagged(BROADCAST, A));
        assertThat(lab.receive("t")).isEqualTo(frame(BROADCAST, A, 46, SERVICE, 200, 0x0800));
        assertThat(lab.receive("a")).isEmpty();
    }

    @Test
    void shouldGiveTheCustomerBackWhatCameByTheTrunk() {
        lab.send("t", frame(BROADCAST, A, 46, SERVICE, 200, 0x8100, CUSTOMER, 0x0800));
        assertThat(lab.receive("q1")).isEqualTo(tagged(BROADCAST, A, CUSTOMER));
        lab.send("q2", frame(BROADCAST, A, 46, 0x8100, 0, 0x8100, 7, 0x0800));
        assertThat(lab.receive("q1")).isEqualTo(frame(BROADCAST, A, 46, 0x8100, 0, 0x8100, 7, 0x0800));
    }

    @Test
    void shouldKeepTheTagsOfTunnelsAndOtherVlansApart() {
        lab.send("t", frame(BROADCAST, A, 46, 0x8100, 200, 0x0800)).send("t",
                frame(BROADCAST, A, 46, SERVICE, 10, 0x0800));
        assertThat(lab.drops("t", DropReason.NOT_MEMBER)).isEqualTo(2);
        lab.membership("t", VlanMembership.trunk(VlanSet.of(10, 200), 0, VlanSet.of(200), 0x8100));
        lab.send("t", frame(BROADCAST, A, 46, 0x8100, 200, 0x0800));
        assertThat(lab.receive("q1")).isEqualTo(untagged(BROADCAST, A));
    }

    /** IEEE 802.1Q-2022, table 8-2: what is not among the addresses reserved for the provider passes. */
    @Test
    void shouldPassTheCustomersLayer2Control() {
        for (int last = 0; last < 16; last++) {
            boolean passes = last == 0 || last == 0xb || last == 0xc || last == 0xd || last == 0xf;
            byte[] frame = frame("01:80:c2:00:00:0%x".formatted(last), A, 43, 38, 0x4242, 0x0300);
            lab.send("q1", frame);
            assertThat(lab.receive("q2")).as("0%x", last).isEqualTo(passes ? frame : new byte[0]);
            lab.receive("t");
            lab.send("a", frame);
            assertThat(lab.receive("t")).as("outside a tunnel").isEmpty();
        }
        byte[] perVlan = frame("01:00:0c:cc:cc:cd", A, 43, 50, 0xAAAA, 0x0300, 0x000C, 0x010B);
        lab.send("q1", perVlan);
        assertThat(lab.receive("q2")).isEqualTo(perVlan);
        assertThat(lab.drops("q1", DropReason.RESERVED_ADDRESS)).isEqualTo(11);
    }

    /** Whoever completes a checksum writes where the frame says: also of control frames that is checked. */
    @Test
    void shouldNotPassAControlFrameWhoseOffloadLies() {
        byte[] bpdu = frame("01:80:c2:00:00:00", A, 43, 38, 0x4242, 0x0300);
        lab.send("q1", bpdu, Offload.of(Offload.NEEDS_CSUM, 0, 0, 40, 63, 0));
        assertThat(lab.receive("q2")).isEmpty();
        assertThat(lab.drops("q1", DropReason.BAD_OFFLOAD)).isOne();
        lab.protect("a", new Protection(0, 0, 0, Protection.Bpdu.FORWARD, false)).send("a", bpdu,
                Offload.of(Offload.NEEDS_CSUM, 0, 0, 40, 63, 0));
        assertThat(lab.drops("a", DropReason.BAD_OFFLOAD)).isOne();
    }

    @Test
    void shouldCountTheCustomersTagOnTheTrunkOnly() {
        byte[] full = frame(BROADCAST, A, 1500, 0x8100, 5, 0x0800);
        lab.send("q1", full);
        assertThat(lab.receive("q2")).isEqualTo(full);
        assertThat(lab.receive("t")).hasSize(full.length + 4);
        lab.send("q1", frame(BROADCAST, A, 1501, 0x8100, 5, 0x0800));
        assertThat(lab.drops("q1", DropReason.OVERSIZE)).isOne();
    }

    /** A nic hands a tag over beside the frame; what leaves must be the same. The checksum is completed behind both tags. */
    @Test
    void shouldTreatATagThatCameBesideTheFrameAsOneInside() {
        byte[] datagram = frame(BROADCAST, A, 300, 0x0800);
        byte[] header = {0x45, 0, 1, 44, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 1, 0, 1, 0, 1, 24, 0x33,
                0x44};
        System.arraycopy(header, 0, datagram, 14, header.length);
        byte[] inline = new byte[datagram.length + 4];
        System.arraycopy(datagram, 0, inline, 0, 12);
        System.arraycopy(new byte[]{(byte) 0x81, 0, CUSTOMER >> 8, (byte) CUSTOMER}, 0, inline, 12, 4);
        System.arraycopy(datagram, 12, inline, 16, datagram.length - 12);
        lab.send("q1", inline, Offload.of(Offload.NEEDS_CSUM, 0, 0, 38, 6, 0));
        byte[] expected = lab.receive("t");
        assertThat(expected).hasSize(inline.length + 4);
        lab.receive("q2");
        try (Arena arena = Arena.ofConfined(); Burst burst = new Burst()) {
            MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_BYTE, datagram);
            burst.add(memory.address(), datagram.length, lab.number("q1"),
                    Offload.of(Offload.NEEDS_CSUM, 0, 0, 34, 6, 0), 0x8100 << 16 | CUSTOMER);
            lab.forward(burst);
        }
        assertThat(lab.receive("t")).isEqualTo(expected);
        assertThat(lab.receive("q2")).isEqualTo(inline);
    }

    /** What one guest leaves to be cut and summed up is right behind both tags; pcap4j reads it. */
    @Test
    void shouldCutASuperFrameBehindBothTags() throws Exception {
        lab.port("plain", VlanMembership.trunk(VlanSet.of(200), 0, VlanSet.of(200), SERVICE), 1504, 0, 0);
        byte[] whole = superFrame();
        lab.send("q1", whole, Offload.of(Offload.NEEDS_CSUM, Offload.GSO_TCPV4, 1000, 38, 16, 58));
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        for (byte[] segment = lab.receive("plain"); segment.length > 0; segment = lab.receive("plain")) {
            assertThat(Arrays.copyOfRange(segment, 12, 22))
                    .containsExactly(HexFormat.of().parseHex("88a860c8810060050800"));
            IpV4Packet ip = IpV4Packet.newPacket(segment, 22, segment.length - 22);
            TcpPacket tcp = ip.get(TcpPacket.class);
            assertThat(ip.getHeader().hasValidChecksum(false)).isTrue();
            assertThat(tcp.hasValidChecksum(ip.getHeader().getSrcAddr(), ip.getHeader().getDstAddr(), false)).isTrue();
            payload.writeBytes(tcp.getPayload().getRawData());
        }
        assertThat(payload.toByteArray()).isEqualTo(Arrays.copyOfRange(whole, 58, whole.length));
    }

    /** 3000 bytes of TCP in VLAN 5 of the customer's, with the checksum of the pseudo header. */
    private static byte[] superFrame() {
        byte[] frame = frame(BROADCAST, A, 3040, 0x8100, CUSTOMER, 0x0800);
        ByteBuffer bytes = ByteBuffer.wrap(frame);
        bytes.put(18, HexFormat.of().parseHex("45000be000000000400600000a0000010a000002"));
        bytes.put(38, HexFormat.of().parseHex("000100020000000100000002501000ff00000000"));
        bytes.putShort(28, (short) ~folded(bytes, 18, 20, 0));
        bytes.putShort(54, (short) folded(bytes, 30, 8, 6 + 3020));
        return frame;
    }

    private static int folded(ByteBuffer bytes, int from, int length, int start) {
        int sum = start;
        for (int at = from; at < from + length; at += 2) {
            sum += Short.toUnsignedInt(bytes.getShort(at));
        }
        return (sum & 0xFFFF) + (sum >>> 16);
    }

    @Test
    void shouldFloodMulticastWhateverStationsHaveJoined() {
        Snooping snooping = new Snooping(new byte[]{2, 0, 0, 0, 0, 1});
        snooping.take(200, lab.number("t"), new GroupMessage.Query(false, InetAddress.ofLiteral("10.0.0.9"), 9,
                Optional.empty(), false, 1, 2, 1L << 40), 0);
        lab.multicast(snooping.table(2_000_000_000L));
        byte[] datagram = frame("01:00:5e:01:02:03", A, 46, 0x0800);
        System.arraycopy(HexFormat.of().parseHex("4500002e0000000040110000" + "0a000001ef010203"), 0, datagram, 14, 20);
        lab.send("q1", datagram);
        assertThat(lab.receive("q2")).isEqualTo(datagram);
    }

    @Test
    void shouldGiveAnAccessPortWhatTheCustomerSendsUntaggedAndNotHisTags() {
        lab.port("in200", VlanMembership.access(200));
        lab.send("q1", untagged(BROADCAST, A)).send("q1", tagged(BROADCAST, A, CUSTOMER));
        assertThat(lab.receive("in200")).isEqualTo(untagged(BROADCAST, A));
        assertThat(lab.receive("in200")).isEmpty();
        assertThat(lab.drops("in200", DropReason.DOUBLE_TAG)).isOne();
    }

    @Test
    void shouldSayInATraceWhatIsWrongWithTheTag() {
        assertThat(lab.trace("t", TracedFrame.of(tagged(BROADCAST, A, 200))).steps())
                .anySatisfy(step -> assertThat(step.text())
                        .contains("VLAN 200 is a tunnel, whose outer tag must be 0x88a8"));
        assertThat(lab.trace("t", TracedFrame.of(frame(BROADCAST, A, 46, SERVICE, 10, 0x0800))).steps())
                .anySatisfy(step -> assertThat(step.text()).contains("or, in tunnel VLANs, 0x88a8"));
        assertThat(lab.trace("q1", TracedFrame.of(tagged(BROADCAST, A, CUSTOMER))).exits())
                .extracting(Trace.Exit::port).containsExactly("q2", "t");
    }
}
