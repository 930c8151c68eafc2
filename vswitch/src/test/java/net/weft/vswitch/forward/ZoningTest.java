package net.weft.vswitch.forward;

import static net.weft.vswitch.Packets.ACK;
import static net.weft.vswitch.Packets.RST;
import static net.weft.vswitch.Packets.SYN;
import static net.weft.vswitch.Packets.mac;
import static net.weft.vswitch.Packets.tcp;
import static net.weft.vswitch.Packets.udp;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.weft.packet.MacAddress;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.Frames;
import net.weft.vswitch.InlineSwitch;
import net.weft.vswitch.Packets;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.trace.Trace;
import net.weft.vswitch.trace.TracedFrame;
import net.weft.zone.Action;
import net.weft.zone.AddressBinding;
import net.weft.zone.ConnectionLimits;
import net.weft.zone.Match;
import net.weft.zone.Policy;
import net.weft.zone.PortZones;
import net.weft.zone.Timeouts;
import net.weft.zone.Zone;
import net.weft.zone.Zoning;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Zones in the forwarding code: hosts 1 (web, zone dmz), 2 (database, zone data) and 3 (another, no zone) in one VLAN. */
public class ZoningTest {
    public static final int DMZ = 2;
    public static final int DATA = 3;
    private static final Map<String, PortZones> ZONES = Map.of("web", PortZones.of(DMZ), "db", PortZones.of(DATA));

    @AutoClose
    private final InlineSwitch fabric = new InlineSwitch();

    static Policy policy(int id, Set<Integer> from, Set<Integer> to, Match match, Action action) {
        return new Policy(id, null, "p" + id, from, to, List.of(match), List.of(), List.of(), action, false, false,
                false, false);
    }

    public static Zoning zoning(Policy... policies) {
        return new Zoning(List.of(new Zone(DMZ, null, "dmz", true), new Zone(DATA, null, "data", false)),
                List.of(policies), Map.of(), Timeouts.DEFAULT, new ConnectionLimits(1024, 512, 256));
    }

    private static Policy webToDb(Action action) {
        return policy(7, Set.of(DMZ), Set.of(DATA), new Match(Match.Kind.TCP, 5432, 5432), action);
    }

    @BeforeEach
    void ports() {
        for (String name : List.of("web", "db", "other")) {
            fabric.port(name, VlanMembership.access(10));
        }
        for (int host = 1; host <= 3; host++) {
            fabric.send(List.of("web", "db", "other").get(host - 1), Frames.untagged(Frames.BROADCAST, mac(host)));
        }
        for (String name : List.of("web", "db", "other")) {
            drain(name);
        }
    }

    private void drain(String port) {
        fabric.receiveAll(port);
    }

    private boolean passes(String from, String to, byte[] frame) {
        fabric.send(from, frame);
        return fabric.receive(to).length > 0;
    }

    @Test
    void shouldLetPassWhatAPolicyAllowsAndItsRepliesOnly() {
        fabric.zoning(zoning(webToDb(Action.ALLOW)), ZONES, Map.of());

        assertThat(passes("db", "web", tcp(2, 1, 5432, 4000, SYN | ACK, 900, 101))).as("nobody asked").isFalse();
        assertThat(passes("web", "db", tcp(1, 2, 4000, 5432, SYN, 100, 0))).isTrue();
        assertThat(passes("db", "web", tcp(2, 1, 5432, 4000, SYN | ACK, 900, 101))).as("the reply").isTrue();
        assertThat(passes("other", "web", tcp(2, 1, 5432, 4000, ACK, 901, 101))).as("from a third zone").isFalse();
        assertThat(passes("web", "db", tcp(1, 2, 4000, 80, SYN, 100, 0))).as("another port").isFalse();
        assertThat(passes("db", "web", tcp(2, 1, 4000, 5432, SYN, 100, 0))).as("the other way").isFalse();
        assertThat(fabric.zones().counted(7).packets()).isEqualTo(2);
        assertThat(fabric.zones().counted(7).connections()).isEqualTo(1);
    }

    @Test
    void shouldMatchThePortsOfSctpAndTellAssociationsApart() {
        fabric.zoning(
                zoning(policy(7, Set.of(DMZ), Set.of(DATA), new Match(Match.Kind.SCTP, 2905, 2905), Action.ALLOW)),
                ZONES, Map.of());
        assertThat(passes("web", "db", sctp(1, 2, 4000, 2905))).isTrue();
        assertThat(passes("web", "db", sctp(1, 2, 4000, 2906))).as("another port").isFalse();
        assertThat(passes("db", "web", sctp(2, 1, 2905, 4000))).as("the answer").isTrue();
        assertThat(passes("db", "web", sctp(2, 1, 2905, 4001))).as("of another association").isFalse();
        fabric.send("web", Packets.ipv4(1, 2, 132, 0, new byte[11]));
        assertThat(fabric.drops("web", DropReason.MALFORMED)).as("no whole header").isOne();
    }

    private static byte[] sctp(int from, int to, int sourcePort, int destinationPort) {
        return Packets.ipv4(from, to, 132, 0, ByteBuffer.allocate(16).putShort((short) sourcePort)
                .putShort((short) destinationPort).array());
    }

    /** Each after a trace that a policy decided. */
    @Test
    void shouldNameNoPolicyOfTheTraceBefore() {
        fabric.zoning(zoning(webToDb(Action.ALLOW)), ZONES,
                Map.of("other", new AddressBinding(Set.of(MacAddress.parse(mac(3))), List.of())));
        byte[] later = Packets.ipv4(1, 2, 17, 8, new byte[64]);
        byte[] broken = Packets.ipv4(1, 2, 6, 0, new byte[2]);
        for (Map.Entry<String, byte[]> next : List.of(Map.entry("web", udp(1, 2, 1, 2)),
                Map.entry("web", udp(1, 9, 1, 2)), Map.entry("web", later), Map.entry("web", broken),
                Map.entry("web", Frames.untagged(Frames.BROADCAST, mac(1))), Map.entry("web", new byte[3]),
                Map.entry("other", udp(9, 1, 1, 2)), Map.entry("web", udp(1, 1, 1, 2)),
                Map.entry("db", udp(2, 1, 1, 2)))) {
            assertThat(fabric.trace("web", TracedFrame.of(tcp(1, 2, 4000, 5432, SYN, 100, 0))).policy()).isNotNull();
            Trace trace = fabric.trace(next.getKey(), TracedFrame.of(next.getValue()));
            assertThat(trace.policy()).as("%s", trace.steps()).isNull();
        }
    }

    @Test
    void shouldLetEverythingPassWithoutZones() {
        assertThat(passes("web", "db", tcp(1, 2, 4000, 80, SYN, 100, 0))).isTrue();
        assertThat(passes("db", "web", tcp(2, 1, 5432, 4000, SYN | ACK, 900, 101))).isTrue();
    }

    @Test
    void shouldTellTheSenderOfARejectedConnection() {
        fabric.zoning(zoning(webToDb(Action.REJECT)), ZONES, Map.of());

        assertThat(passes("web", "db", tcp(1, 2, 4000, 5432, SYN, 100, 0))).isFalse();

        byte[] answer = fabric.receive("web");
        assertThat(answer).hasSizeGreaterThanOrEqualTo(54);
        assertThat(answer[47] & RST).isNotZero();
        assertThat(fabric.drops("web", DropReason.POLICY_REJECT)).isEqualTo(1);
    }

    @Test
    void shouldJudgeEachCopyOfAFloodForItself() {
        fabric.zoning(zoning(policy(1, Set.of(DMZ), Set.of(Zone.NONE), Match.ANY, Action.ALLOW)), ZONES, Map.of());

        fabric.send("web", udp(1, 9, 4000, 53));

        assertThat(fabric.receive("other")).isNotEmpty();
        assertThat(fabric.receive("db")).isEmpty();
        assertThat(fabric.drops("db", DropReason.ZONE_DENIED)).isEqualTo(1);
    }

    @Test
    void shouldHoldFragmentsUntilTheirFirstHasCome() {
        fabric.zoning(zoning(policy(1, Set.of(DMZ), Set.of(DATA), new Match(Match.Kind.UDP, 53, 53), Action.ALLOW)),
                ZONES, Map.of());
        byte[] first = Packets.ipv4(1, 2, 17, 0x2000, ByteBuffer.allocate(64).putShort((short) 4000)
                .putShort((short) 53).putShort((short) 128).array());
        byte[] last = Packets.ipv4(1, 2, 17, 8, new byte[64]);

        assertThat(passes("web", "db", last)).as("before the first").isFalse();
        assertThat(fabric.counters().get(0).held()).isEqualTo(1);
        assertThat(passes("web", "db", first)).isTrue();
        fabric.run();

        assertThat(fabric.receive("db")).as("what was held").isEqualTo(last);
        assertThat(fabric.counters().get(0).held()).isZero();
    }

    @Test
    void shouldLetGoOfHeldFragmentsWhenZonesAreSwitchedOff() {
        fabric.zoning(zoning(), ZONES, Map.of());
        byte[] last = Packets.ipv4(1, 2, 17, 8, new byte[64]);
        assertThat(passes("web", "db", last)).isFalse();
        assertThat(fabric.counters().get(0).held()).isEqualTo(1);

        fabric.zoning(Zoning.OFF, Map.of(), Map.of());
        for (int turn = 0; turn < 16; turn++) {
            fabric.run();
        }

        assertThat(fabric.receive("db")).isEqualTo(last);
        assertThat(fabric.counters().get(0).held()).isZero();
    }

    @Test
    void shouldPickUpWhatWasConnectedWhileZonesWereOff() {
        fabric.zoning(zoning(webToDb(Action.ALLOW)), ZONES, Map.of());
        assertThat(fabric.zones().connections()).satisfies(table -> table.pickUpUntil(0));
        assertThat(passes("web", "db", tcp(1, 2, 4000, 5432, ACK, 100, 900))).as("nobody saw its SYN").isFalse();

        fabric.zoning(Zoning.OFF, Map.of(), Map.of());
        fabric.zoning(zoning(webToDb(Action.ALLOW)), ZONES, Map.of());

        assertThat(passes("web", "db", tcp(1, 2, 4000, 5432, ACK, 100, 900))).isTrue();
        assertThat(passes("web", "db", tcp(1, 2, 4000, 80, ACK, 100, 900))).as("no policy allows it").isFalse();
    }

    @Test
    void shouldPickUpAgainWhatWentOnWhileZonesWereOff() {
        fabric.zoning(zoning(webToDb(Action.ALLOW)), ZONES, Map.of());
        assertThat(fabric.zones().connections()).satisfies(table -> table.pickUpUntil(0));
        assertThat(passes("web", "db", tcp(1, 2, 4000, 5432, SYN, 100, 0))).isTrue();
        assertThat(passes("db", "web", tcp(2, 1, 5432, 4000, SYN | ACK, 900, 101))).isTrue();
        assertThat(passes("web", "db", tcp(1, 2, 4000, 5432, ACK, 101, 901))).isTrue();
        assertThat(passes("web", "db", tcp(1, 2, 4000, 5432, ACK, 900_101, 901))).as("out of nowhere").isFalse();

        fabric.zoning(Zoning.OFF, Map.of(), Map.of());
        fabric.zoning(zoning(webToDb(Action.ALLOW)), ZONES, Map.of());

        assertThat(passes("db", "web", tcp(2, 1, 5432, 4000, ACK, 700_901, 900_101))).isTrue();
        assertThat(passes("web", "db", tcp(1, 2, 4000, 5432, ACK, 900_101, 700_901))).isTrue();
        assertThat(passes("web", "db", tcp(1, 2, 4000, 80, ACK, 100, 900))).as("no policy allows it").isFalse();
    }

    @Test
    void shouldJudgeFragmentsOfWhatIsNeverJudgedWhole() {
        fabric.zoning(zoning(), ZONES, Map.of());
        byte[] discover = ByteBuffer.allocate(64).putShort((short) 68).putShort((short) 67).putShort((short) 128)
                .array();
        for (int to : new int[]{2, 9}) {
            assertThat(passes("web", "db", Packets.ipv4(1, to, 17, 0x2000, discover))).as("to host %d", to).isFalse();
        }
    }

    @Test
    void shouldDropFragmentsOfAFirstThatIsDenied() {
        fabric.zoning(zoning(), ZONES, Map.of());

        byte[] first = ByteBuffer.allocate(64).putShort(4, (short) 128).array();
        assertThat(passes("web", "db", Packets.ipv4(1, 2, 17, 0x2000, first))).isFalse();
        assertThat(passes("web", "db", Packets.ipv4(1, 2, 17, 8, new byte[64]))).isFalse();

        assertThat(fabric.drops("web", DropReason.ZONE_DENIED)).isEqualTo(2);
    }

    @Test
    void shouldJudgeAConnectionAgainWhenPoliciesChange() {
        fabric.zoning(zoning(webToDb(Action.ALLOW)), ZONES, Map.of());
        assertThat(passes("web", "db", tcp(1, 2, 4000, 5432, SYN, 100, 0))).isTrue();
        assertThat(passes("db", "web", tcp(2, 1, 5432, 4000, SYN | ACK, 900, 101))).isTrue();
        assertThat(passes("web", "db", tcp(1, 2, 4000, 5432, ACK, 101, 901))).isTrue();

        fabric.zoning(zoning(webToDb(Action.DROP)), ZONES, Map.of());

        assertThat(passes("web", "db", tcp(1, 2, 4000, 5432, ACK, 101, 901))).isFalse();
        assertThat(fabric.drops("web", DropReason.POLICY_DROP)).isEqualTo(1);
    }

    @Test
    void shouldBindAPortToItsAddresses() {
        AddressBinding binding = new AddressBinding(Set.of(MacAddress.parse(mac(1))), List.of());
        fabric.zoning(Zoning.OFF, Map.of(), Map.of("web", binding));

        assertThat(passes("web", "db", udp(1, 2, 1, 2))).isTrue();
        assertThat(passes("web", "db", udp(3, 2, 1, 2))).isFalse();
        assertThat(fabric.drops("web", DropReason.GUARD_MAC)).isEqualTo(1);
        assertThat(passes("db", "other", udp(2, 3, 1, 2))).as("what was claimed is not learned").isTrue();
    }

    @Test
    void shouldTraceWithoutChangingAnything() {
        fabric.zoning(zoning(webToDb(Action.ALLOW)), ZONES, Map.of());
        TracedFrame syn = TracedFrame.of(tcp(1, 2, 4000, 5432, SYN, 100, 0));

        Trace trace = fabric.trace("web", syn);

        assertThat(trace.verdict()).isEqualTo(Trace.Verdict.FORWARD);
        assertThat(trace.policy()).isNotNull().satisfies(policy -> assertThat(policy.name()).isEqualTo("p7"));
        assertThat(fabric.zones().connections()).isNotNull()
                .satisfies(connections -> assertThat(connections.size()).isZero());
        assertThat(fabric.zones().counted(7).packets()).isZero();
    }

    /** The policy of the frame that was traced before is not reported for this one. */
    @Test
    void shouldTraceWhatIsNeverJudgedAsThat() {
        fabric.zoning(zoning(webToDb(Action.ALLOW)), ZONES, Map.of());
        assertThat(fabric.trace("web", TracedFrame.of(tcp(1, 2, 4000, 5432, SYN, 100, 0))).policy()).isNotNull();

        byte[] arp = Packets.ipv4(1, 2, 17, 0, new byte[22]);
        System.arraycopy(HexFormat.of().parseHex("0806" + "0001080006040001"), 0, arp, 12, 10);
        Trace trace = fabric.trace("web", TracedFrame.of(arp));

        assertThat(trace.verdict()).isEqualTo(Trace.Verdict.FORWARD);
        assertThat(trace.policy()).isNull();
        assertThat(trace.steps()).anySatisfy(step -> assertThat(step.text()).contains("never judged"));
    }

    @Test
    void shouldTraceAReplyByTheConnectionsThatAre() {
        fabric.zoning(zoning(webToDb(Action.ALLOW)), ZONES, Map.of());
        TracedFrame reply = TracedFrame.of(tcp(2, 1, 5432, 4000, SYN | ACK, 900, 101));
        assertThat(fabric.trace("db", reply).reason()).isNotNull();

        assertThat(passes("web", "db", tcp(1, 2, 4000, 5432, SYN, 100, 0))).isTrue();

        assertThat(fabric.trace("db", reply).verdict()).isEqualTo(Trace.Verdict.FORWARD);
    }
}
