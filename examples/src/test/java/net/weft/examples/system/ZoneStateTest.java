package net.weft.examples.system;

import static net.weft.examples.lab.Packets.ACK;
import static net.weft.examples.lab.Packets.SYN;
import static net.weft.examples.lab.Packets.error;
import static net.weft.examples.lab.Packets.fragment;
import static net.weft.examples.lab.Packets.fragments;
import static net.weft.examples.lab.Packets.tcp;
import static net.weft.examples.lab.Packets.text;
import static net.weft.examples.lab.Packets.udp;
import static net.weft.examples.system.Membership.access;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.weft.examples.lab.Packets;
import net.weft.examples.lab.Packets.Path;
import net.weft.examples.lab.Policies;
import net.weft.examples.lab.Policies.Rule;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Frames made by hand between zones: p1 in {@code dmz} may ask p2 in {@code data} by UDP 53 and TCP 5432, and nothing else may pass between
 * zones; p3 is in a third one, p4 in {@code dmz} too. The control sends what is refused through the same switch without zones, of which
 * all arrives.
 */
@Tag("system")
@TestInstance(Lifecycle.PER_CLASS)
class ZoneStateTest {
    private static final String ZONES = new Policies(Map.of("dmz", true, "data", false, "other", true),
            List.of(new Rule("ask", List.of("dmz"), List.of("data"), List.of("udp/53", "tcp/5432"), List.of(),
                    Policies.Verdict.ALLOW)))
            .yaml() + "  - {name: marks, from: any, to: any, match: [ether/0x88b5], action: allow}\n";

    @AutoClose
    private final Segment segment = new Segment("state");
    private int lastPort = 40_000;
    private boolean zoned;

    private void withZones() {
        if (zoned) {
            segment.forget();
            return;
        }
        zoned = true;
        segment.apply(ZONES, access(10).with("zone: dmz"), access(10).with("zone: data"),
                access(10).with("zone: other"), access(10).with("zone: dmz"));
        segment.introduce();
    }

    private void withoutZones() {
        zoned = false;
        segment.apply("", access(10), access(10), access(10), access(10));
        segment.introduce();
    }

    /** Addresses that no stack of the hosts answers for. */
    private Path path(int from, int to, boolean ipv6) {
        String prefix = ipv6 ? "fd00:10::10" : "10.10.0.10";
        return new Path(segment.mac(from), prefix + from, segment.mac(to), prefix + to);
    }

    /** Returns the number of frames with a text that have left by a port, once all that another port has received is forwarded. */
    private int arrived(int to, int from, String text) {
        segment.settle(from);
        return segment.frames(to, text(text)).size();
    }

    private long drops(int port) {
        return segment.weft().show("drops").stream()
                .filter(drop -> drop.path("port").asString().equals("p" + port))
                .mapToLong(drop -> drop.path("packets").asLong()).sum();
    }

    // ---- replies ---------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldTakeRepliesFromTheZoneThatWasAskedOnly(boolean ipv6) {
        Path path = path(1, 2, ipv6);
        Path answer = path.reversed();
        int port = lastPort++;
        withZones();
        segment.send(2, udp(answer, 53, port, "unasked"));
        assertThat(arrived(1, 2, "unasked")).as("before anybody asked").isZero();

        segment.send(1, udp(path, port, 53, "question"));
        assertThat(arrived(2, 1, "question")).isOne();
        long before = drops(3);
        segment.send(3, udp(answer.by(segment.mac(3)), 53, port, "forged"));
        assertThat(arrived(1, 3, "forged")).as("the address asked, from a third zone").isZero();
        assertThat(drops(3)).isEqualTo(before + 1);
        segment.send(2, udp(answer, 53, port + 1, "stray"));
        assertThat(arrived(1, 2, "stray")).as("to another port").isZero();
        segment.send(2, udp(answer, 53, port, "true"));
        assertThat(arrived(1, 2, "true")).isOne();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldTakeOfTcpOnlyWhatItsConnectionExpects(boolean ipv6) {
        Path path = path(1, 2, ipv6);
        Path answer = path.reversed();
        int port = lastPort++;
        withZones();
        segment.send(2, tcp(answer, 5432, port, SYN | ACK, 500, 1001));
        segment.settle(2);
        assertThat(segment.frames(1, Packets.of(Packets.TCP))).as("SYN+ACK that nobody asked for").isEmpty();
        segment.send(1, tcp(path, port, 5432, SYN, 1000, 0));
        segment.settle(1);
        segment.send(2, tcp(answer, 5432, port, SYN | ACK, 500, 1001));
        segment.settle(2);
        segment.send(1, tcp(path, port, 5432, ACK, 1001, 501));
        segment.settle(1);
        int opened = segment.frames(1, Packets.of(Packets.TCP)).size();
        assertThat(opened).isOne();
        assertThat(segment.frames(2, Packets.of(Packets.TCP))).hasSize(2);

        segment.send(2, tcp(answer, 5432, port, Packets.RST, 500 + (1 << 30), 0));
        segment.settle(2);
        assertThat(segment.frames(1, Packets.of(Packets.TCP))).as("a reset far outside the window").hasSize(opened);
        segment.send(2, tcp(answer, 5432, port, Packets.RST | ACK, 501, 1001));
        segment.settle(2);
        assertThat(segment.frames(1, Packets.of(Packets.TCP))).as("a reset as expected").hasSize(opened + 1);
    }

    // ---- ICMP errors -----------------------------------------------------------------------------------------------

    /** Unreachable, too big, time exceeded, parameter problem: each about the question and about the answer. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldTakeErrorsAboutConnectionsBothWaysAndNoOthers(boolean ipv6) {
        int[][] kinds = ipv6
                ? new int[][]{{1, 4}, {2, 0}, {3, 0}, {4, 0}}
                : new int[][]{{3, 3}, {3, 4}, {11, 0}, {12, 0}};
        Path path = path(1, 2, ipv6);
        Path answer = path.reversed();
        int port = lastPort++;
        byte[] question = udp(path, port, 53, "question");
        byte[] reply = udp(answer, 53, port, "answer");
        byte[] forged = udp(path, port + 1000, 53, "question");
        byte[] another = udp(path(4, 2, ipv6), port, 53, "question");
        withZones();
        segment.send(1, question);
        segment.settle(1);
        segment.send(2, reply);
        segment.settle(2);
        for (int[] kind : kinds) {
            int rest = kind[0] == (ipv6 ? 2 : 3) ? 1280 : 0;
            assertThat(errors(answer, kind, rest, question)).as("about the question: %s", Arrays.toString(kind))
                    .isOne();
            assertThat(errors(path, kind, rest, reply)).as("about the answer: %s", Arrays.toString(kind)).isOne();
            assertThat(errors(answer, kind, rest, forged)).as("about what was never sent: %s", Arrays.toString(kind))
                    .isZero();
            assertThat(errors(answer, kind, rest, another)).as("about another's packet: %s", Arrays.toString(kind))
                    .isZero();
            assertThat(errors(answer.by(segment.mac(3)), kind, rest, question))
                    .as("from a third zone: %s", Arrays.toString(kind)).isZero();
        }
    }

    /** Returns the number of errors that arrive when one is sent. */
    private int errors(Path path, int[] kind, int rest, byte[] about) {
        int from = port(path.fromMac());
        int to = port(path.toMac());
        int before = segment.frames(to, Packets.icmp(kind[0], kind[1])).size();
        segment.send(from, error(path, kind[0], kind[1], rest, about));
        segment.settle(from);
        return segment.frames(to, Packets.icmp(kind[0], kind[1])).size() - before;
    }

    private int port(String mac) {
        for (int port = 1; port <= Segment.PORTS; port++) {
            if (segment.mac(port).equals(mac)) {
                return port;
            }
        }
        throw new IllegalArgumentException(mac);
    }

    // ---- fragments -------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldLetFragmentsFollowTheirFirstInAnyOrder(boolean ipv6) {
        Path path = path(1, 2, ipv6);
        withZones();
        List<byte[]> inOrder = fragments(path, 1, lastPort++, 53, data("in-order"), 1200);
        inOrder.forEach(frame -> segment.send(1, frame));
        assertThat(arrived(2, 1, "in-order")).isEqualTo(inOrder.size());

        fragments(path, 2, lastPort++, 53, data("reversed"), 1200).reversed()
                .forEach(frame -> segment.send(1, frame));
        assertThat(arrived(2, 1, "reversed")).isEqualTo(inOrder.size());

        fragments(path, 3, lastPort++, 99, data("denied"), 1200).forEach(frame -> segment.send(1, frame));
        assertThat(arrived(2, 1, "denied")).as("to a port that no policy allows").isZero();
        fragments(path, 4, lastPort++, 53, data("headless"), 1200).stream().skip(1)
                .forEach(frame -> segment.send(1, frame));
        assertThat(arrived(2, 1, "headless")).as("without the first").isZero();
        fragments(path.reversed(), 5, 99, lastPort, data("backwards"), 1200).forEach(frame -> segment.send(2, frame));
        assertThat(arrived(1, 2, "backwards")).as("the other way").isZero();
    }

    /** A second fragment that says something else of bytes that have been sent: Teardrop, and how ports are changed behind a filter. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldDropFragmentsThatOverlap(boolean ipv6) {
        Path path = path(1, 2, ipv6);
        byte[] whole = Packets.datagram(path, lastPort++, 53, data("overlap"));
        withZones();
        segment.send(1, fragment(path, Packets.UDP, 7, 0, true, Arrays.copyOf(whole, 1200)));
        assertThat(arrived(2, 1, "overlap")).isOne();
        segment.send(1, fragment(path, Packets.UDP, 7, 8, true, Arrays.copyOfRange(whole, 8, 1208)));
        assertThat(arrived(2, 1, "overlap")).as("that overlaps the first").isOne();
        assertThat(segment.weft().drops("p1", "fragment")).isPositive();
    }

    /** Several fragments' worth of a text. */
    private static byte[] data(String text) {
        return (text + " ").repeat(4000 / (text.length() + 1)).getBytes(StandardCharsets.US_ASCII);
    }

    // ---- floods ----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:fb", "02:00:00:00:00:99"})
    void shouldJudgeFloodedFramesForEachPortTheyLeaveBy(String to) {
        Path flooded = path(1, 2, false).via(to);
        withZones();
        long before = drops(3);
        segment.send(1, udp(flooded, 1, 99, "flooded"));
        segment.settle(1);
        assertThat(segment.frames(4, text("flooded"))).as("p4, of the same zone").hasSize(1);
        assertThat(segment.frames(2, text("flooded"))).as("p2, of a zone that may not be talked to").isEmpty();
        assertThat(segment.frames(3, text("flooded"))).as("p3, likewise").isEmpty();
        assertThat(drops(3)).as("counted where it does not leave").isEqualTo(before + 1);
        segment.send(1, udp(flooded, 1, 53, "asked"));
        segment.settle(1);
        assertThat(segment.frames(2, text("asked"))).as("p2, by the policy").hasSize(1);
        segment.send(2, udp(path(2, 1, false), 53, 1, "answer"));
        assertThat(arrived(1, 2, "answer")).as("unknown unicast begins a connection, broadcast and multicast do not")
                .isEqualTo(to.startsWith("02") ? 1 : 0);
    }

    // ---- the control -----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldLetAllOfThatThroughWithoutZones(boolean ipv6) {
        Path path = path(1, 2, ipv6);
        Path answer = path.reversed();
        withoutZones();
        segment.send(3, udp(answer.by(segment.mac(3)), 53, 1, "forged"));
        segment.send(3, udp(path.by(segment.mac(3)).via("02:00:00:00:00:99"), 1, 99, "flooded"));
        segment.settle(3);
        segment.introduce();
        segment.send(2, tcp(answer, 5432, 1, SYN | ACK, 500, 1001));
        assertThat(arrived(1, 3, "forged")).isOne();
        for (int port : new int[]{1, 2, 4}) {
            assertThat(segment.frames(port, text("flooded"))).as("p%d", port).hasSize(1);
        }
        assertThat(segment.frames(1, Packets.of(Packets.TCP))).hasSize(1);
        assertThat(errors(answer, ipv6 ? new int[]{1, 4} : new int[]{3, 3}, 0, udp(path, 1, 53, "never sent")))
                .isOne();
        fragments(path, 6, 1, 99, data("headless"), 1200).stream().skip(1).forEach(frame -> segment.send(1, frame));
        assertThat(arrived(2, 1, "headless")).isEqualTo(3);
        byte[] whole = Packets.datagram(path, 1, 53, data("overlap"));
        segment.send(1, fragment(path, Packets.UDP, 8, 0, true, Arrays.copyOf(whole, 1200)));
        segment.send(1, fragment(path, Packets.UDP, 8, 8, true, Arrays.copyOfRange(whole, 8, 1208)));
        assertThat(arrived(2, 1, "overlap")).isEqualTo(2);
    }
}
