package net.weft.vswitch.forward;

import static net.weft.vswitch.Packets.SYN;
import static net.weft.vswitch.Packets.mac;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
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
import net.weft.vswitch.port.Protection;
import net.weft.zone.Action;
import net.weft.zone.AddressBinding;
import net.weft.zone.Match;
import net.weft.zone.PortZones;
import net.weft.zone.Zone;
import net.weft.zone.Zoning;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Zones where frames have tags: a trunk's zone is another in each VLAN, and what is behind a customer's tag is the customer's. */
class TaggedZonesTest {
    private static final int DMZ = ZoningTest.DMZ;
    private static final int DATA = ZoningTest.DATA;

    @AutoClose
    private final InlineSwitch lab = new InlineSwitch();

    private static byte[] tagged(byte[] frame, int vid) {
        return ByteBuffer.allocate(frame.length + 4).put(frame, 0, 12).putShort((short) 0x8100).putShort((short) vid)
                .put(frame, 12, frame.length - 12).array();
    }

    private void drain(String... ports) {
        for (String port : ports) {
            lab.receiveAll(port);
        }
    }

    @Test
    void shouldJudgeLikeDatagramsOfOneBurstEachInItsVlan() {
        VlanMembership trunk = VlanMembership.trunk(VlanSet.of(10, 20), 0);
        lab.port("guests", trunk).port("servers", trunk);
        byte[] datagram = Packets.udp(1, 2, 4000, 53);
        for (int vid : new int[]{10, 20}) {
            lab.send("servers", tagged(Frames.untagged(Frames.BROADCAST, mac(2)), vid));
        }
        lab.zoning(ZoningTest.zoning(), Map.of("guests", PortZones.of(DMZ), "servers",
                new PortZones(Zone.NONE, Map.of(10, DMZ, 20, DATA))), Map.of());
        lab.send("guests", tagged(datagram, 10));
        drain("guests", "servers");

        lab.link("guests").send(tagged(datagram, 10), 0);
        lab.link("guests").send(tagged(datagram, 20), 0);
        lab.run();

        assertThat(lab.receive("servers")).isEqualTo(tagged(datagram, 10));
        assertThat(lab.receive("servers")).as("in the other VLAN their zones are apart").isEmpty();
        assertThat(lab.drops("guests", DropReason.ZONE_DENIED)).isEqualTo(1);
    }

    private void tunnel(Zoning zoning) {
        lab.port("q1", VlanMembership.tunnel(200)).port("q2", VlanMembership.tunnel(200));
        lab.zoning(zoning, Map.of("q1", PortZones.of(DMZ), "q2", PortZones.of(DATA)), Map.of());
        for (int host = 1; host <= 2; host++) {
            lab.send("q" + host, Packets.ipv4(host, 9, 253, 0, new byte[26]));
        }
        drain("q1", "q2");
    }

    private boolean passes(String from, String to, byte[] frame) {
        lab.send(from, frame);
        return lab.receive(to).length > 0;
    }

    @Test
    void shouldNotTakeOneCustomersVlanForAnothersConnection() {
        tunnel(ZoningTest.zoning(
                ZoningTest.policy(7, Set.of(DMZ), Set.of(DATA), new Match(Match.Kind.UDP, 53, 53), Action.ALLOW)));

        assertThat(passes("q1", "q2", Packets.udp(1, 2, 4000, 53))).isTrue();
        assertThat(passes("q2", "q1", Packets.udp(2, 1, 53, 4000))).as("its answer").isTrue();
        assertThat(passes("q2", "q1", tagged(Packets.udp(2, 1, 53, 4000), 5))).as("of a customer's VLAN").isFalse();
        assertThat(passes("q1", "q2", tagged(Packets.udp(1, 2, 4000, 53), 5))).as("no IP").isFalse();
    }

    @Test
    void shouldJudgeWhatIsBehindACustomersTagByTheTag() {
        tunnel(ZoningTest.zoning(ZoningTest.policy(7, Set.of(DMZ), Set.of(DATA),
                new Match(Match.Kind.ETHER, 0x8100, 0x8100), Action.ALLOW)));

        byte[] segment = tagged(Packets.tcp(1, 2, 4000, 80, SYN, 100, 0), 5);
        assertThat(passes("q1", "q2", segment)).isTrue();
        assertThat(passes("q1", "q2", tagged(Packets.ipv4(1, 2, 17, 0x2001, new byte[64]), 5))).as("a fragment")
                .isTrue();
        assertThat(passes("q2", "q1", tagged(Packets.udp(2, 1, 53, 4000), 5))).isFalse();
        assertThat(lab.zones().connections()).satisfies(table -> assertThat(table.size()).isZero());
    }

    @Test
    void shouldAnswerNothingIntoACustomersVlan() {
        tunnel(ZoningTest
                .zoning(ZoningTest.policy(7, Set.of(DMZ), Set.of(DATA), Match.ANY, Action.REJECT)));

        lab.send("q1", tagged(Packets.tcp(1, 2, 4000, 80, SYN, 100, 0), 5));

        assertThat(lab.drops("q1", DropReason.POLICY_REJECT)).isEqualTo(1);
        assertThat(lab.receive("q1")).as("an answer without the tag would be another VLAN's").isEmpty();
    }

    /** What was found in the headers of an earlier frame says nothing of a later one. */
    @Test
    void shouldJudgeACustomersLayer2ControlByItself() {
        tunnel(ZoningTest.zoning(
                ZoningTest.policy(7, Set.of(DMZ), Set.of(DATA), new Match(Match.Kind.UDP, 53, 53), Action.ALLOW)));
        byte[] datagram = Packets.udp(1, 2, 4000, 53);
        byte[] bpdu = ByteBuffer.wrap(datagram.clone()).put(new byte[]{1, (byte) 0x80, (byte) 0xc2, 0, 0, 0})
                .putShort(12, (short) 38).putShort(14, (short) 0x4242).put(16, (byte) 3).array();
        long denied = lab.drops("q2", DropReason.ZONE_DENIED);

        assertThat(passes("q1", "q2", datagram)).isTrue();
        assertThat(passes("q1", "q2", bpdu)).as("no policy speaks of it").isFalse();
        assertThat(lab.drops("q2", DropReason.ZONE_DENIED)).isEqualTo(denied + 1);

        lab.zoning(ZoningTest.zoning(ZoningTest.policy(8, Set.of(DMZ), Set.of(DATA), Match.ANY, Action.ALLOW)),
                Map.of("q1", PortZones.of(DMZ), "q2", PortZones.of(DATA)), Map.of());
        assertThat(passes("q1", "q2", bpdu)).isTrue();
        assertThat(lab.zones().counted(8).packets()).isEqualTo(1);
    }

    @Test
    void shouldTakeNoBpduFromAPortWithAStrictGuardWhateverBpduSays() {
        byte[] bpdu = Frames.frame("01:80:c2:00:00:00", mac(1), 46, 38, 0x4242, 0x0300);
        for (String port : List.of("a", "b")) {
            lab.port(port, VlanMembership.access(10));
            lab.protect(port, new Protection(0, 0, 0, Protection.Bpdu.FORWARD, false));
        }

        assertThat(passes("a", "b", bpdu)).isTrue();
        lab.zoning(Zoning.OFF, Map.of(), Map.of("a", new AddressBinding(Set.of(MacAddress.parse(mac(1))), List.of())));
        assertThat(passes("a", "b", bpdu)).isFalse();
        assertThat(lab.drops("a", DropReason.GUARD_BPDU)).isEqualTo(1);
    }
}
