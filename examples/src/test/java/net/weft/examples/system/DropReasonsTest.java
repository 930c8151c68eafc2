package net.weft.examples.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import net.weft.examples.lab.Packets;
import net.weft.examples.lab.Packets.Path;
import net.weft.examples.system.DropReasonsNetwork.Row;
import net.weft.examples.system.DropReasonsNetwork.Seen;
import net.weft.examples.system.DropReasonsNetwork.Told;
import net.weft.vswitch.burst.DropReason;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/**
 * For each drop reason a packet in words that causes it on real interfaces, is counted under it by {@code show drops}, and is
 * explained by {@code trace}, given the same words, with the same reason and sentence.
 */
class DropReasonsTest {
    private static final String FROM_A = " src-mac 02:00:00:00:00:0a";
    private static final String TO_ALL = " dst-mac ff:ff:ff:ff:ff:ff";
    private static final String FROM_GUEST = " src-mac " + DropReasonsNetwork.GUEST;
    private static final String TO_VAULT = " src-mac " + DropReasonsNetwork.ZONED + " dst-mac "
            + DropReasonsNetwork.VAULT;
    /** IGMPv2, from 10.10.0.3: which groups are wanted, to be answered within 100 ms. */
    private static final String QUERY = "raw 01005e00000102000000000a080046c000200000000001023a0a0a0a0003e0000001940400001101eefe00000000"
            + "00".repeat(14);
    /** IGMPv2: 239.1.2.3 is wanted. */
    private static final String REPORT = "raw 01005e01020302000000000a080046c0002000000000010229070a0a0003ef010203940400001600f8faef010203"
            + "00".repeat(14);
    /** More segments than a bucket ever holds: no time between two steps of the test makes it pass. */
    private static final String SUPER_FRAME = "tcp 10.10.0.1:1 > 10.10.0.2:2 length 60000 mss 100";
    private static final Map<DropReason, Row> TABLE = new EnumMap<>(DropReason.class);

    static {
        row(DropReason.MALFORMED, "p1", "ether 0x88b5 src-mac 03:00:00:00:00:01" + TO_ALL);
        row(DropReason.OVERSIZE, "narrow", "ether 0x88b5 length 1200" + FROM_A + TO_ALL);
        row(DropReason.RESERVED_ADDRESS, "p1", "ether 0x88b5 dst-mac 01:80:c2:00:00:0f" + FROM_A);
        row(DropReason.NOT_MEMBER, "p1", "ether 0x88b5 vlan 30" + FROM_A + TO_ALL);
        row(DropReason.DOUBLE_TAG, "p1", "ether 0x88b5 vlan 0 vlan 30" + FROM_A + TO_ALL);
        row(DropReason.BAD_OFFLOAD, "p1", "udp 10.10.0.1:1 > 10.10.0.2:2 length 100 csum 20+6" + FROM_A + TO_ALL);
        row(DropReason.HEADER_TOO_LONG, "p1", "raw " + longHeaders() + " csum 702+6");
        row(DropReason.SAME_PORT, network -> network.send("p1", "ether 0x88b5 src-mac 02:00:00:00:00:0e" + TO_ALL),
                "p1", "ether 0x88b5 dst-mac 02:00:00:00:00:0e" + FROM_A, "p1", Told.FORESEEN);
        row(DropReason.NO_DESTINATION, "alone", "ether 0x88b5" + FROM_A + TO_ALL);
        row(DropReason.MAC_LIMIT, network -> network.send("limited", "ether 0x88b5 src-mac 02:00:00:00:00:1a" + TO_ALL),
                "limited", "ether 0x88b5 src-mac 02:00:00:00:00:1b" + TO_ALL, "limited", Told.FORESEEN);
        row(DropReason.NO_LISTENER, network -> network.query("alone", 99, QUERY), "alone",
                "udp 10.10.0.3:1 > 239.1.2.3:2 dst-mac 01:00:5e:01:02:03" + FROM_A, "alone", Told.FORESEEN);
        row(DropReason.GUARD_BPDU, "p1", "raw 0180c200000002000000000a0026424203" + "00".repeat(43));
        row(DropReason.REFUSED,
                network -> network.introduceSmall("ether 0x88b5 src-mac 02:00:00:00:00:1c" + TO_ALL,
                        "02:00:00:00:00:1c"),
                "jumbo", "ether 0x88b5 length 2900 dst-mac 02:00:00:00:00:1c src-mac 02:00:00:00:00:1d", "small",
                Told.AFTERWARDS);
        row(DropReason.RING_FULL,
                network -> network.fill("ether 0x88b5 src-mac 02:00:00:00:00:df" + TO_ALL,
                        "ether 0x88b5 length 1500 dst-mac 02:00:00:00:00:df" + FROM_A),
                "p1", "ether 0x88b5 length 1500 dst-mac 02:00:00:00:00:df" + FROM_A, "deaf", Told.FORESEEN);
        row(DropReason.PORT_DOWN, nothing(), "mirrored", "ether 0x88b5 src-mac 02:00:00:00:00:2a" + TO_ALL, "gone",
                Told.OF_A_COPY);
        row(DropReason.LOOP, network -> network.awaitLoop(), "loop2",
                "ether 0x88b5 vlan 77 src-mac 02:00:00:00:00:2b" + TO_ALL, "loop2", Told.FORESEEN);
        row(DropReason.RATE_LIMIT, network -> network.send("slow", "ether 0x88b5 length 1500" + FROM_A + TO_ALL, 150),
                "slow", SUPER_FRAME + FROM_A + TO_ALL, "slow", Told.FORESEEN);
        row(DropReason.STORM_LIMIT, network -> network.send("stormy", "ether 0x88b5" + FROM_A + TO_ALL, 150),
                "stormy", SUPER_FRAME + FROM_A + TO_ALL, "stormy", Told.FORESEEN);
        row(DropReason.GUARD_MAC, "guest", "udp 10.60.0.1:1 > 10.60.0.2:2 src-mac 02:00:00:00:00:61" + TO_ALL);
        row(DropReason.GUARD_IP, "guest", "udp 10.60.0.9:1 > 10.60.0.2:2" + FROM_GUEST + TO_ALL);
        row(DropReason.GUARD_DHCP, "guest", "udp 10.60.0.1:67 > 255.255.255.255:68" + FROM_GUEST + TO_ALL);
        row(DropReason.GUARD_RA, "guest", "raw " + HexFormat.of().formatHex(Packets.icmp(
                new Path(DropReasonsNetwork.GUEST, "fe80::60", "33:33:00:00:00:01", "ff02::1"), 134, 0, 0,
                new byte[8])));
        row(DropReason.GUARD_QUERIER, "guest", "raw 01005e000001" + DropReasonsNetwork.GUEST.replace(":", "")
                + "080046c0002000000000010239da0a3c0001e0000001940400001101eefe00000000" + "00".repeat(14));
        row(DropReason.ZONE_DENIED, DropReasonsNetwork::introduceVault, "zoned",
                "udp 10.70.0.1:1 > 10.70.0.2:1" + TO_VAULT,
                "zoned", Told.FORESEEN);
        row(DropReason.POLICY_DROP, "zoned", "udp 10.70.0.1:1 > 10.70.0.2:2" + TO_VAULT);
        row(DropReason.POLICY_REJECT, "zoned", "udp 10.70.0.1:1 > 10.70.0.2:3" + TO_VAULT);
        row(DropReason.INVALID_STATE, "zoned", "tcp 10.70.0.2:5 > 10.70.0.2:5 syn" + TO_VAULT);
        row(DropReason.FRAGMENT, "zoned", "raw " + HexFormat.of().formatHex(Packets.fragment(
                new Path(DropReasonsNetwork.ZONED, "10.70.0.1", DropReasonsNetwork.VAULT, "10.70.0.2"), Packets.UDP, 9,
                800, false, new byte[64])));
        row(DropReason.CONNECTION_LIMIT,
                network -> network.connect("udp 10.70.0.1:3999 > 10.70.0.2:5 length 199" + TO_VAULT,
                        "udp 10.70.0.2:5 > 10.70.0.1:3999 length 198 src-mac " + DropReasonsNetwork.VAULT
                                + " dst-mac " + DropReasonsNetwork.ZONED),
                "zoned", "udp 10.70.0.1:4000 > 10.70.0.2:5" + TO_VAULT, "zoned", Told.FORESEEN);
        row(DropReason.PUNT_LIMIT, nothing(), "chatty", REPORT, "chatty", Told.AS_IT_COMES);
        row(DropReason.PUNT_TOO_LONG, "jumbo", REPORT + "00".repeat(2048));
    }

    private static void row(DropReason reason, String port, String spec) {
        row(reason, nothing(), port, spec, port, Told.FORESEEN);
    }

    private static void row(DropReason reason, Consumer<DropReasonsNetwork> prepare, String from, String spec,
            String at, Told told) {
        TABLE.put(reason, new Row(reason, prepare, from, spec, at, told));
    }

    private static Consumer<DropReasonsNetwork> nothing() {
        return network -> {
        };
    }

    @Test
    void shouldHaveARowForEachReason() {
        // A queue is full only while the protocols' thread gets no processor, and an address moves only between two ports:
        // the test of the forwarder has these rows. VPN gateways and LAGs have tests of their own.
        EnumSet<DropReason> elsewhere = EnumSet.range(DropReason.L3_ONLY, DropReason.EXPIRED);
        elsewhere.addAll(EnumSet.of(DropReason.PUNT_QUEUE_FULL, DropReason.MAC_MOVE, DropReason.LEG_STANDBY,
                DropReason.STACK_FOREIGN, DropReason.STACK_TOPOLOGY, DropReason.STACK_PIECES));
        assertThat(TABLE.keySet()).as("a new drop reason needs a row")
                .containsExactlyInAnyOrderElementsOf(EnumSet.complementOf(elsewhere));
    }

    @Tag("system")
    @TestFactory
    List<DynamicTest> shouldCountAndExplainEachReasonInTheSameWords() {
        DropReasonsNetwork network = new DropReasonsNetwork();
        Map<DropReason, Seen> seen;
        try {
            seen = network.run(List.copyOf(TABLE.values()));
        } catch (Throwable e) {
            network.close();
            throw e;
        }
        List<DynamicTest> tests = new ArrayList<>(TABLE.values().stream().map(row -> DynamicTest
                .dynamicTest(row.reason().label(), () -> check(row, Objects.requireNonNull(seen.get(row.reason())))))
                .toList());
        tests.add(DynamicTest.dynamicTest("a packet that is fine", network::control));
        tests.add(DynamicTest.dynamicTest("a packet that comes in", network::follow));
        tests.add(DynamicTest.dynamicTest("the end", network::close));
        return tests;
    }

    private static void check(Row row, Seen seen) {
        DropReason reason = row.reason();
        assertThat(seen.traced()).as("a trace counts nothing").isEqualTo(seen.before());
        if (row.told() == Told.AS_IT_COMES) {
            assertThat(seen.after()).as("counted at " + row.at()).isGreaterThan(seen.before());
        } else {
            assertThat(seen.after()).as("counted at " + row.at()).isEqualTo(seen.before() + 1);
        }
        JsonNode trace = seen.trace();
        if (row.told() == Told.AFTERWARDS) {
            assertThat(trace.path("stages").values()).anySatisfy(stage -> assertThat(stage.path("text").asString())
                    .contains(reason.label() + ": " + seen.meaning()));
            return;
        }
        assertThat(trace.path("stages").values()).anySatisfy(stage -> {
            assertThat(stage.path("reason").asString()).isEqualTo(reason.label());
            assertThat(stage.path("meaning").asString()).isEqualTo(seen.meaning());
            assertThat(stage.path("port").asString()).isEqualTo(row.at());
        });
        if (row.told() != Told.OF_A_COPY) {
            assertThat(trace.path("verdict").asString()).isEqualTo("drop");
            assertThat(trace.path("reason").asString()).isEqualTo(reason.label());
            assertThat(trace.path("meaning").asString()).isEqualTo(seen.meaning());
        }
    }

    /** IPv6 from 02:…:0a to everybody, with hop-by-hop options longer than the first 512 bytes. */
    private static String longHeaders() {
        byte[] frame = new byte[1014];
        Arrays.fill(frame, 0, 6, (byte) 0xff);
        frame[6] = 2;
        frame[11] = 0x0a;
        frame[12] = (byte) 0x86;
        frame[13] = (byte) 0xdd;
        frame[14] = 0x60;
        frame[18] = (byte) (960 >> 8);
        frame[19] = (byte) 960;
        frame[54] = 17;
        frame[55] = 80;
        return HexFormat.of().formatHex(frame);
    }
}
