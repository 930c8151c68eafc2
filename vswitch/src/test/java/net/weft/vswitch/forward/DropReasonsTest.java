package net.weft.vswitch.forward;

import static net.weft.vswitch.Frames.BROADCAST;
import static net.weft.vswitch.Frames.frame;
import static net.weft.vswitch.Frames.tagged;
import static net.weft.vswitch.Frames.untagged;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import net.weft.packet.MacAddress;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.InlineSwitch;
import net.weft.vswitch.Packets;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.device.MemoryLink;
import net.weft.vswitch.port.PortFlags;
import net.weft.vswitch.port.Protection;
import net.weft.vswitch.snooping.GroupMessage;
import net.weft.vswitch.snooping.QueryFrame;
import net.weft.vswitch.snooping.Snooping;
import net.weft.vswitch.trace.Trace;
import net.weft.vswitch.trace.TracedFrame;
import net.weft.zone.Action;
import net.weft.zone.AddressBinding;
import net.weft.zone.ConnectionLimits;
import net.weft.zone.Match;
import net.weft.zone.Policy;
import net.weft.zone.PortZones;
import net.weft.zone.Prefix;
import net.weft.zone.Timeouts;
import net.weft.zone.Zone;
import net.weft.zone.Zoning;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * A table of all reasons: for each a frame that is dropped for it, is counted under it, and is explained by a trace with the
 * same words. A reason without a row fails.
 */
class DropReasonsTest {
    private static final String A = "02:00:00:00:00:0a";
    private static final String B = "02:00:00:00:00:0b";
    private static final String C = "02:00:00:00:00:0c";
    /** Reasons that only a VPN gateway or a LAG has; their modules test them. */
    private static final EnumSet<DropReason> ELSEWHERE = elsewhere();
    private static final Map<DropReason, Row> TABLE = new EnumMap<>(DropReason.class);

    /**
     * @param prepare what happened before
     * @param at the port it is counted at
     */
    private record Row(Consumer<InlineSwitch> prepare, String from, TracedFrame frame, String at) {
    }

    static {
        row(DropReason.MALFORMED, "a", new byte[13]);
        row(DropReason.OVERSIZE, "a", frame(BROADCAST, A, 1501, 0x0800));
        row(DropReason.RESERVED_ADDRESS, "a", untagged("01:80:c2:00:00:02", A));
        row(DropReason.NOT_MEMBER, "a", tagged(BROADCAST, A, 20));
        row(DropReason.DOUBLE_TAG, "a", frame(BROADCAST, A, 46, 0x8100, 0, 0x8100, 20, 0x0800));
        TABLE.put(DropReason.BAD_OFFLOAD, new Row(none -> {
        }, "a", new TracedFrame(udp(), Offload.of(Offload.NEEDS_CSUM, 0, 0, 20, 6, 0), 0), "a"));
        TABLE.put(DropReason.HEADER_TOO_LONG, new Row(none -> {
        }, "a", new TracedFrame(manyExtensions(), Offload.of(Offload.NEEDS_CSUM, 0, 0, 700, 6, 0), 0), "a"));
        TABLE.put(DropReason.SAME_PORT, new Row(lab -> lab.send("a", untagged(BROADCAST, B)), "a",
                TracedFrame.of(untagged(B, A)), "a"));
        row(DropReason.NO_DESTINATION, "alone", untagged(BROADCAST, A));
        TABLE.put(DropReason.MAC_LIMIT, new Row(lab -> lab.send("limited", untagged(BROADCAST, B)), "limited",
                TracedFrame.of(untagged(BROADCAST, C)), "limited"));
        TABLE.put(DropReason.MAC_MOVE, new Row(lab -> {
            lab.send("b", untagged(BROADCAST, A));
            lab.macs().moves().hold(10, Long.reverseBytes(MacAddress.parse(A).value()) >>> 16, lab.number("b"), 10);
            lab.macs().moves().publish(0);
        }, "a", TracedFrame.of(untagged(BROADCAST, A)), "a"));
        TABLE.put(DropReason.RING_FULL, new Row(lab -> {
            for (int i = 0; i < 2; i++) {
                lab.send("short", untagged(BROADCAST, B));
                lab.send("a", untagged(B, A));
            }
        }, "a", TracedFrame.of(untagged(B, A)), "short"));
        TABLE.put(DropReason.REFUSED, new Row(lab -> lab.send("narrow", untagged(BROADCAST, C)), "a",
                TracedFrame.of(frame(C, A, 1000, 0x0800)), "narrow"));
        TABLE.put(DropReason.PORT_DOWN, new Row(lab -> {
            lab.send("b", untagged(BROADCAST, B));
            lab.down("b");
        }, "a", TracedFrame.of(untagged(B, A)), "b"));
        row(DropReason.GUARD_BPDU, "a", frame("01:80:c2:00:00:00", A, 43, 38, 0x4242, 0x0300));
        TABLE.put(DropReason.STORM_LIMIT, new Row(lab -> {
            lab.protect("a", new Protection(640, 0, 0, Protection.Bpdu.DROP, false));
            for (int i = 0; i < 64; i++) {
                lab.send("a", untagged(BROADCAST, A));
            }
        }, "a", TracedFrame.of(untagged(BROADCAST, A)), "a"));
        TABLE.put(DropReason.RATE_LIMIT, new Row(lab -> {
            lab.protect("a", new Protection(0, 8000, 0, Protection.Bpdu.DROP, false));
            for (int i = 0; i < 160; i++) {
                lab.send("a", frame(B, A, 1010, 0x88b5));
            }
        }, "a", TracedFrame.of(frame(B, A, 1010, 0x88b5)), "a"));
        TABLE.put(DropReason.PUNT_LIMIT, new Row(lab -> {
            for (int i = 0; i < 250; i++) {
                lab.send("a", igmpReport());
            }
        }, "a", TracedFrame.of(igmpReport()), "a"));
        TABLE.put(DropReason.PUNT_TOO_LONG, new Row(none -> {
        }, "vast", TracedFrame.of(Arrays.copyOf(igmpReport(), 2049)), "vast"));
        TABLE.put(DropReason.PUNT_QUEUE_FULL, new Row(lab -> {
            for (int i = 0; i < 256; i++) {
                lab.nowNs(i * 4_000_000L);
                lab.send("b", igmpReport());
            }
        }, "a", TracedFrame.of(igmpReport()), "a"));
        TABLE.put(DropReason.NO_LISTENER, new Row(lab -> {
            Snooping snooping = new Snooping(new byte[]{2, 0, 0, 0, 0, 1});
            snooping.take(10, lab.number("a"),
                    new GroupMessage.Query(false, InetAddress.ofLiteral("10.0.0.9"), 9, Optional.empty(), false, 1, 2,
                            1L << 40),
                    0);
            lab.multicast(snooping.table(2_000_000_000L));
        }, "a", TracedFrame.of(multicast()), "a"));
        bound(DropReason.GUARD_MAC, Packets.udp(2, 3, 1, 2));
        bound(DropReason.GUARD_IP, forged(Packets.udp(1, 3, 1, 2)));
        bound(DropReason.GUARD_DHCP, Packets.udp(1, 3, 67, 68));
        bound(DropReason.GUARD_RA, routerAdvertisement());
        bound(DropReason.GUARD_QUERIER, Packets.ipv4(1, 3, 2, 0, new byte[]{0x11, 0, 0, 0, 0, 0, 0, 0}));
        zoned(DropReason.ZONE_DENIED, Packets.udp(1, 2, 4000, 1));
        zoned(DropReason.POLICY_DROP, Packets.udp(1, 2, 4000, 2));
        zoned(DropReason.POLICY_REJECT, Packets.udp(1, 2, 4000, 3));
        zoned(DropReason.INVALID_STATE, Packets.tcp(1, 2, 4000, 4, Packets.SYN | Packets.RST, 1, 1));
        zoned(DropReason.FRAGMENT, Packets.ipv4(1, 2, 17, 20, new byte[64]));
        zoned(DropReason.CONNECTION_LIMIT, Packets.udp(1, 2, 4000, 5));
        TABLE.put(DropReason.LOOP, new Row(lab -> lab.shut("a", PortFlags.SHUT_LOOP), "a",
                TracedFrame.of(untagged(BROADCAST, A)), "a"));
    }

    /** A frame of a port that may only be host 1. */
    private static void bound(DropReason reason, byte[] frame) {
        AddressBinding binding = new AddressBinding(Set.of(MacAddress.parse(Packets.mac(1))),
                List.of(new Prefix(0, Prefix.ipv4(0x0a0a0001), 128, true)));
        TABLE.put(reason, new Row(lab -> lab.zoning(Zoning.OFF, Map.of(), Map.of("a", binding)), "a",
                TracedFrame.of(frame), "a"));
    }

    /** A frame from host 1 in one zone to host 2 in another, where policies drop UDP port 2, reject 3, and let one connection begin. */
    private static void zoned(DropReason reason, byte[] frame) {
        Zoning zoning = new Zoning(List.of(new Zone(2, null, "a", true), new Zone(3, null, "b", true)),
                List.of(udp(2, Action.DROP), udp(3, Action.REJECT), udp(5, Action.ALLOW),
                        ZoningTest.policy(4, Set.of(), Set.of(), new Match(Match.Kind.TCP, 4, 4), Action.ALLOW)),
                Map.of(), Timeouts.DEFAULT, new ConnectionLimits(64, 1, 1));
        TABLE.put(reason, new Row(lab -> {
            lab.send("b", untagged(BROADCAST, Packets.mac(2)));
            lab.zoning(zoning, Map.of("a", PortZones.of(2), "b", PortZones.of(3)), Map.of());
            if (reason == DropReason.CONNECTION_LIMIT) {
                lab.send("a", Packets.udp(1, 2, 3999, 5));
                lab.send("b", Packets.udp(2, 1, 5, 3999));
            }
            if (reason == DropReason.FRAGMENT) {
                byte[] first = ByteBuffer.allocate(64).putShort(2, (short) 5).putShort(4, (short) 224).array();
                lab.send("a", Packets.ipv4(1, 2, 17, 0x2000, first));
                lab.send("a", Packets.ipv4(1, 2, 17, 0x2004, new byte[64])); // overlaps it
            }
        }, "a", TracedFrame.of(frame), "a"));
    }

    private static Policy udp(int port, Action action) {
        return ZoningTest.policy(port, Set.of(), Set.of(), new Match(Match.Kind.UDP, port, port), action);
    }

    /** From 10.10.0.9. */
    private static byte[] forged(byte[] frame) {
        frame[29] = 9;
        return frame;
    }

    private static byte[] routerAdvertisement() {
        byte[] frame = frame("33:33:00:00:00:01", Packets.mac(1), 56, 0x86dd);
        frame[14] = 0x60;
        frame[18] = 0;
        frame[19] = 16;
        frame[20] = 58;
        frame[21] = (byte) 255;
        frame[22] = (byte) 0xfe;
        frame[23] = (byte) 0x80;
        frame[38] = (byte) 0xff;
        frame[39] = 2;
        frame[53] = 1;
        frame[54] = (byte) 134;
        return frame;
    }

    private static void row(DropReason reason, String from, byte[] frame) {
        TABLE.put(reason, new Row(none -> {
        }, from, TracedFrame.of(frame), from));
    }

    private static EnumSet<DropReason> elsewhere() {
        EnumSet<DropReason> reasons = EnumSet.range(DropReason.L3_ONLY, DropReason.EXPIRED);
        reasons.add(DropReason.LEG_STANDBY);
        reasons.add(DropReason.STACK_FOREIGN);
        reasons.add(DropReason.STACK_TOPOLOGY);
        reasons.add(DropReason.STACK_PIECES);
        return reasons;
    }

    @Test
    void shouldHaveARowForEachReason() {
        assertThat(TABLE.keySet()).as("a new drop reason needs a row here and in the system test")
                .containsExactlyInAnyOrderElementsOf(EnumSet.complementOf(ELSEWHERE));
    }

    @TestFactory
    Iterable<DynamicTest> shouldCountAndExplainEachReasonInTheSameWords() {
        return TABLE.entrySet().stream().map(entry -> DynamicTest.dynamicTest(entry.getKey().label(),
                () -> check(entry.getKey(), entry.getValue()))).toList();
    }

    private static void check(DropReason reason, Row row) {
        try (InlineSwitch lab = new InlineSwitch()) {
            VlanMembership in10 = VlanMembership.access(10);
            lab.port(link("a", 16, 2048), in10, 1500, 0).port(link("b", 16, 2048), in10, 1500, 0)
                    .port(link("alone", 16, 2048), VlanMembership.access(99), 1500, 0)
                    .port(link("limited", 16, 2048), in10, 1500, 1).port(link("short", 2, 2048), in10, 1500, 0)
                    .port(link("narrow", 16, 256), in10, 1500, 0)
                    .port(link("vast", 16, 4096), in10, 4000, 0);
            row.prepare.accept(lab);
            long before = lab.drops(row.at, reason);
            int stations = lab.macs().entries(lab.number(row.from));

            Trace trace = lab.trace(row.from, row.frame);

            assertThat(lab.drops(row.at, reason)).as("a trace counts nothing").isEqualTo(before);
            assertThat(lab.macs().entries(lab.number(row.from))).as("a trace learns nothing").isEqualTo(stations);
            assertThat(trace.verdict()).isEqualTo(Trace.Verdict.DROP);
            assertThat(trace.reason()).isEqualTo(reason);
            assertThat(trace.steps().stream().filter(step -> step.reason() == reason)).singleElement()
                    .satisfies(step -> assertThat(step.port()).isEqualTo(row.at));
            lab.link(row.from).send(row.frame.bytes(), row.frame.offload());
            lab.run();
            assertThat(lab.drops(row.at, reason)).as("the frame itself is dropped for the same reason")
                    .isEqualTo(before + 1);
        }
    }

    private static MemoryLink link(String name, int frames, int frameBytes) {
        return new MemoryLink(name, frames, frameBytes, ~0);
    }

    private static byte[] igmpReport() {
        byte[] frame = QueryFrame.of(false, new byte[]{2, 0, 0, 0, 0, 0x0a}, Optional.empty());
        frame[14 + 24] = 0x16;
        return frame;
    }

    /** UDP to 239.1.1.1. */
    private static byte[] multicast() {
        byte[] frame = udp();
        System.arraycopy(new byte[]{1, 0, 0x5e, 1, 1, 1}, 0, frame, 0, 6);
        System.arraycopy(new byte[]{(byte) 239, 1, 1, 1}, 0, frame, 30, 4);
        return frame;
    }

    /** IPv4 and UDP, 60 bytes. */
    private static byte[] udp() {
        byte[] frame = frame(BROADCAST, A, 46, 0x0800);
        frame[14] = 0x45;
        frame[16] = 0;
        frame[17] = 46;
        frame[20] = 0;
        frame[21] = 0;
        frame[22] = 64;
        frame[23] = 17;
        frame[38] = 0;
        frame[39] = 26;
        return frame;
    }

    /** IPv6 whose hop-by-hop options leave the first 512 bytes. */
    private static byte[] manyExtensions() {
        byte[] frame = frame(BROADCAST, A, 1000, 0x86dd);
        frame[14] = 0x60;
        frame[18] = (byte) (960 >> 8);
        frame[19] = (byte) 960;
        frame[20] = 0;
        frame[54] = 17;
        frame[55] = 80;
        return frame;
    }
}
