package net.weft.vswitch.forward;

import static net.weft.vswitch.Packets.mac;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.weft.packet.MacAddress;
import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;
import net.weft.vswitch.InlineSwitch;
import net.weft.vswitch.Packets;
import net.weft.vswitch.burst.DropReason;
import net.weft.zone.Action;
import net.weft.zone.AddressBinding;
import net.weft.zone.GuardRole;
import net.weft.zone.Match;
import net.weft.zone.PortZones;
import net.weft.zone.Prefix;
import net.weft.zone.Zoning;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A switch where guests call themselves what others are called, and where DHCP passes between zones. Host n has 10.10.0.n. */
class HeldAddressesTest {
    private static final Map<String, PortZones> ZONES = Map.of("web", PortZones.of(ZoningTest.DMZ), "db",
            PortZones.of(ZoningTest.DATA), "server", PortZones.of(ZoningTest.DATA));
    private final InlineSwitch fabric = new InlineSwitch().port("web", VlanMembership.access(10))
            .port("db", VlanMembership.access(10)).port("server", VlanMembership.access(10))
            .port("trunk", VlanMembership.trunk(VlanSet.of(10, 20), 0));

    @AfterEach
    void close() {
        fabric.close();
    }

    private static AddressBinding binding(int host, GuardRole... roles) {
        return new AddressBinding(Set.of(MacAddress.parse(mac(host))),
                List.of(new Prefix(0, Prefix.ipv4(0x0a0a0000 + host), 128, true)), Set.of(roles), true);
    }

    private void bind(Zoning zoning) {
        fabric.zoning(zoning, ZONES, Map.of("web", binding(1), "db", binding(2)));
    }

    private static byte[] tagged(byte[] frame) {
        return ByteBuffer.allocate(frame.length + 4).put(frame, 0, 12).putInt(0x8100_000a)
                .put(frame, 12, frame.length - 12).array();
    }

    private static byte[] arp(int operation, int from, String sender, String target, int length) {
        byte[] frame = new byte[length];
        byte[] message = HexFormat.of().parseHex("ffffffffffff" + hex(from) + "0806" + "0001080006040001" + hex(from)
                + sender + "000000000000" + target);
        System.arraycopy(message, 0, frame, 0, message.length);
        frame[21] = (byte) operation;
        return frame;
    }

    private static String hex(int host) {
        return mac(host).replace(":", "");
    }

    private void drain() {
        for (String port : List.of("web", "db", "server", "trunk")) {
            while (fabric.receive(port).length > 0) {
                continue;
            }
        }
    }

    private boolean reaches(String port, String to, byte[] frame) {
        drain();
        fabric.send(port, frame);
        return fabric.receive(to).length > 0;
    }

    // ---- what is held ----------------------------------------------------------------------------------------------

    @Test
    void shouldKeepAMacForItsPortWhileThatIsUp() {
        bind(Zoning.OFF);
        fabric.send("web", Packets.udp(1, 9, 1, 2));
        assertThat(reaches("server", "trunk", Packets.udp(1, 9, 1, 2))).as("another's MAC").isFalse();
        assertThat(reaches("trunk", "server", tagged(Packets.udp(1, 9, 1, 2)))).as("by a trunk").isFalse();
        assertThat(fabric.drops("server", DropReason.GUARD_MAC)).isEqualTo(1);
        assertThat(fabric.drops("trunk", DropReason.GUARD_MAC)).isEqualTo(1);
        assertThat(reaches("server", "web", Packets.udp(3, 1, 1, 2))).isTrue();
        fabric.down("web");
        assertThat(reaches("trunk", "server", tagged(Packets.udp(1, 9, 1, 2)))).as("its guest has moved").isTrue();
    }

    @Test
    void shouldServeAGuestThatIsElsewhereUntilItComes() {
        bind(Zoning.OFF);
        fabric.send("trunk", tagged(Packets.udp(1, 9, 1, 2)));
        assertThat(reaches("server", "trunk", Packets.udp(3, 1, 1, 2))).as("it still runs there").isTrue();
        fabric.send("web", Packets.udp(1, 9, 1, 2));
        assertThat(reaches("server", "web", Packets.udp(3, 1, 1, 2))).as("it has come").isTrue();
        drain();
        fabric.send("server", Packets.udp(3, 1, 1, 2));
        assertThat(fabric.receive("trunk")).isEmpty();
    }

    @Test
    void shouldSendToASilentGuestWhatIsItsOwnThoughItsEntryHasAgedOut() {
        bind(Zoning.OFF);
        fabric.send("web", Packets.udp(1, 9, 1, 2));
        fabric.macs().flush(fabric.number("web"), VlanSet.of(10));
        drain();
        fabric.send("server", Packets.udp(3, 1, 1, 2));
        assertThat(fabric.receive("web")).isNotEmpty();
        assertThat(fabric.receive("db")).as("not flooded").isEmpty();
    }

    @Test
    void shouldRefuseClaimsByArpButNoDataFromAnIpThatIsHeld() {
        bind(Zoning.OFF);
        fabric.send("web", Packets.udp(1, 9, 1, 2));
        assertThat(reaches("server", "db", arp(2, 3, "0a0a0001", "0a0a0002", 60))).isFalse();
        assertThat(reaches("trunk", "db", tagged(arp(1, 9, "0a0a0001", "0a0a0001", 60)))).isFalse();
        assertThat(fabric.drops("server", DropReason.GUARD_IP)).isEqualTo(1);
        byte[] returned = Packets.udp(1, 2, 80, 4000);
        returned[11] = 3;
        assertThat(reaches("server", "db", returned)).as("direct server return").isTrue();
    }

    // ---- probes ----------------------------------------------------------------------------------------------------

    @Test
    void shouldAnswerARefusedProbeInTheOwnersName() {
        bind(Zoning.OFF);
        drain();
        fabric.send("web", arp(1, 1, "00000000", "0a0a0002", 60));
        assertThat(fabric.receive("db")).as("the owner hears nothing").isEmpty();
        byte[] answer = fabric.receive("web");
        assertThat(HexFormat.of().formatHex(answer, 0, 42)).isEqualTo(hex(1) + hex(2) + "0806" + "0001080006040002"
                + hex(2) + "0a0a0002" + hex(1) + "00000000");
        assertThat(reaches("web", "db", arp(1, 1, "00000000", "0a0a0001", 60))).as("its own").isTrue();
    }

    // ---- never judged ----------------------------------------------------------------------------------------------

    private static byte[] discover(int host, boolean broadcast) {
        byte[] message = new byte[8 + 244];
        ByteBuffer.wrap(message).putShort((short) 68).putShort((short) 67).putShort((short) message.length)
                .put(8, (byte) 1).put(9, (byte) 1).put(10, (byte) 6).put(8 + 28, HexFormat.of().parseHex(hex(host)))
                .putInt(8 + 236, 0x6382_5363).put(8 + 240, (byte) 0xff);
        byte[] frame = Packets.ipv4(host, broadcast ? 9 : 2, 17, 0, message);
        if (broadcast) {
            Arrays.fill(frame, 0, 6, (byte) 0xff);
        }
        return frame;
    }

    @Test
    void shouldLetDhcpPassTowardsServersOnly() {
        bind(ZoningTest.zoning());
        fabric.send("server", Packets.udp(3, 9, 1, 2));
        assertThat(reaches("web", "db", discover(1, false))).as("to a guarded guest").isFalse();
        assertThat(reaches("web", "db", discover(1, true))).as("broadcast").isFalse();
        assertThat(reaches("web", "server", discover(1, true))).as("without guard").isTrue();
        assertThat(reaches("web", "trunk", discover(1, true))).as("a trunk").isTrue();
        assertThat(reaches("web", "server", discover(2, true))).as("for another's MAC").isFalse();
        byte[] covert = Packets.ipv4(1, 2, 17, 0,
                ByteBuffer.allocate(108).putShort((short) 68).putShort((short) 67).putShort((short) 108).array());
        assertThat(reaches("web", "db", covert)).as("any payload").isFalse();
        fabric.zoning(ZoningTest.zoning(), ZONES, Map.of("web", binding(1), "db", binding(2, GuardRole.DHCP_SERVER)));
        assertThat(reaches("web", "db", discover(1, true))).as("the role").isTrue();
    }

    @Test
    void shouldLetAPolicyThatNamesTheProtocolWin() {
        Match named = new Match(Match.Kind.UDP, 67, 67);
        bind(ZoningTest.zoning(ZoningTest.policy(4, Set.of(), Set.of(), named, Action.DROP)));
        assertThat(reaches("web", "server", discover(1, true))).isFalse();
        assertThat(fabric.drops("server", DropReason.POLICY_DROP)).isEqualTo(1);
        assertThat(fabric.zones().counted(4).packets()).isPositive();
        for (Match unnamed : List.of(Match.ANY, new Match(Match.Kind.UDP, 0, 65_535),
                new Match(Match.Kind.UDP, 67, 68))) {
            bind(ZoningTest.zoning(ZoningTest.policy(4, Set.of(), Set.of(), unnamed, Action.DROP)));
            assertThat(reaches("web", "server", discover(1, true))).as("%s", unnamed).isTrue();
        }
        bind(ZoningTest.zoning(ZoningTest.policy(4, Set.of(), Set.of(), new Match(Match.Kind.ETHER, 0x806, 0x806),
                Action.DROP)));
        assertThat(reaches("web", "server", arp(1, 1, "0a0a0001", "0a0a0003", 60))).isFalse();
    }

    @Test
    void shouldLetArpLeaveWithZerosBehindIt() {
        bind(ZoningTest.zoning());
        byte[] arp = arp(1, 1, "0a0a0001", "0a0a0003", 60);
        Arrays.fill(arp, 42, 60, (byte) 0x41);
        drain();
        fabric.send("web", arp);
        byte[] left = fabric.receive("server");
        assertThat(left).startsWith(Arrays.copyOf(arp, 42));
        assertThat(Arrays.copyOfRange(left, 42, left.length)).containsOnly(0);
        byte[] longer = arp(1, 1, "0a0a0001", "0a0a0003", 200);
        assertThat(reaches("web", "server", longer)).as("not its length").isFalse();
    }
}
