package net.weft.vswitch.forward;

import static net.weft.vswitch.Packets.SYN;
import static net.weft.vswitch.Packets.mac;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.weft.packet.MacAddress;
import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;
import net.weft.vswitch.Frames;
import net.weft.vswitch.InlineSwitch;
import net.weft.vswitch.Packets;
import net.weft.vswitch.burst.DropReason;
import net.weft.zone.Action;
import net.weft.zone.AddressBinding;
import net.weft.zone.Match;
import net.weft.zone.PortZones;
import net.weft.zone.Zoning;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Packets in frames that some stations look into, and guards and policies might not. */
class HiddenPacketsTest {
    private static final String RFC_1042 = "aaaa03000000";
    private static final String BRIDGE_TUNNEL = "aaaa030000f8";
    private static final String ADVERTISEMENT = "86dd" + "6000000000103afffe800000000000000000000000000001"
            + "ff020000000000000000000000000001" + "86000000400007080000000000000000";

    @AutoClose
    private final InlineSwitch lab = new InlineSwitch();

    @BeforeEach
    void ports() {
        for (int host = 1; host <= 2; host++) {
            lab.port("h" + host, VlanMembership.trunk(VlanSet.of(10, 20), 10));
        }
        for (int host = 1; host <= 2; host++) {
            lab.send("h" + host, Frames.untagged(Frames.BROADCAST, mac(host)));
        }
        lab.receive("h1");
        lab.receive("h2");
    }

    private static byte[] frame(byte[] like, String rest) {
        return HexFormat.of().parseHex(HexFormat.of().formatHex(like, 0, 12) + rest);
    }

    /** With a length, of which some receivers believe nothing. */
    private static byte[] snap(byte[] packet, String header, int length) {
        return frame(packet, "%04x".formatted(length) + header + HexFormat.of().formatHex(packet, 12, packet.length));
    }

    private boolean passes(byte[] frame) {
        lab.send("h1", frame);
        return lab.receive("h2").length > 0;
    }

    private void guard() {
        lab.zoning(Zoning.OFF, Map.of(),
                Map.of("h1", new AddressBinding(Set.of(MacAddress.parse(mac(1))), List.of())));
    }

    @Test
    void shouldLookIntoSnapForGuards() {
        guard();
        byte[] advertisement = frame(Packets.udp(1, 2, 1, 1), ADVERTISEMENT);
        assertThat(passes(advertisement)).isFalse();
        assertThat(lab.drops("h1", DropReason.GUARD_RA)).isEqualTo(1);

        for (String header : List.of(RFC_1042, BRIDGE_TUNNEL)) {
            for (int length : new int[]{64, 0, 1535}) {
                assertThat(passes(snap(advertisement, header, length))).as("%s, length %d", header, length).isFalse();
            }
        }
        assertThat(lab.drops("h1", DropReason.MALFORMED)).isEqualTo(6);
        assertThat(passes(frame(advertisement, "0040aaaa0300000c2000" + "00".repeat(50)))).as("CDP").isTrue();
        assertThat(passes(frame(advertisement, "0040e0e003" + "00".repeat(50)))).as("another LLC").isTrue();
    }

    @Test
    void shouldLookIntoSnapForPolicies() {
        Match ssh = new Match(Match.Kind.TCP, 22, 22);
        lab.zoning(ZoningTest.zoning(
                ZoningTest.policy(1, Set.of(ZoningTest.DMZ), Set.of(ZoningTest.DATA), ssh, Action.DROP),
                ZoningTest.policy(2, Set.of(ZoningTest.DMZ), Set.of(ZoningTest.DATA), Match.ANY, Action.ALLOW)),
                Map.of("h1", PortZones.of(ZoningTest.DMZ), "h2", PortZones.of(ZoningTest.DATA)), Map.of());
        byte[] syn = Packets.tcp(1, 2, 4000, 22, SYN, 100, 0);
        assertThat(passes(syn)).isFalse();

        assertThat(passes(snap(syn, RFC_1042, 54))).isFalse();
        assertThat(passes(Packets.tcp(1, 2, 4000, 80, SYN, 100, 0))).isTrue();
    }

    /** Which stations take off, like the first of their VLAN. */
    @Test
    void shouldNotLetATagWithoutVlanHideWhatPoliciesForbid() {
        Match ssh = new Match(Match.Kind.TCP, 22, 22);
        lab.zoning(ZoningTest.zoning(
                ZoningTest.policy(1, Set.of(ZoningTest.DMZ), Set.of(ZoningTest.DATA), ssh, Action.DROP),
                ZoningTest.policy(2, Set.of(ZoningTest.DMZ), Set.of(ZoningTest.DATA), Match.ANY, Action.ALLOW)),
                Map.of("h1", PortZones.of(ZoningTest.DMZ), "h2", PortZones.of(ZoningTest.DATA)), Map.of());
        String syn = HexFormat.of().formatHex(Packets.tcp(1, 2, 4000, 22, SYN, 100, 0), 12, 60);
        byte[] like = Packets.udp(1, 2, 1, 1);
        assertThat(passes(frame(like, "81000014" + syn))).isFalse();

        assertThat(passes(frame(like, "81000014" + "8100e000" + syn))).isFalse();
        assertThat(passes(frame(like, "81000014" + "88a80000" + "81000000" + syn))).isFalse();
        assertThat(lab.drops("h1", DropReason.DOUBLE_TAG)).isEqualTo(2);
        assertThat(passes(frame(like, "81000014" + "81000005" + syn))).as("a station's own VLAN").isTrue();
    }

    @Test
    void shouldNotLetMoreTagsThanTheHeadHoldsHideWhatGuardsForbid() {
        guard();
        byte[] advertisement = frame(Packets.udp(1, 2, 1, 1), ADVERTISEMENT);
        for (int tags = 1; tags < 60; tags++) {
            ByteBuffer tagged = ByteBuffer.allocate(advertisement.length + 4 * tags).put(advertisement, 0, 12);
            for (int tag = 0; tag < tags; tag++) {
                tagged.putInt(tag == 0 ? 0x8100_0014 : 0x8100_0000);
            }
            tagged.put(advertisement, 12, advertisement.length - 12);
            assertThat(passes(tagged.array())).as("behind %d tags", tags).isFalse();
        }
    }
}
