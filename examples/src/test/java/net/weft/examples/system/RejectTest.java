package net.weft.examples.system;

import static net.weft.examples.lab.Packets.ACK;
import static net.weft.examples.lab.Packets.RST;
import static net.weft.examples.lab.Packets.SYN;
import static net.weft.examples.lab.Packets.tcp;
import static net.weft.examples.lab.Packets.udp;
import static net.weft.examples.system.Membership.access;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import net.weft.examples.lab.Attempt;
import net.weft.examples.lab.Attempt.Outcome;
import net.weft.examples.lab.Packets;
import net.weft.examples.lab.Packets.Path;
import net.weft.examples.lab.Policies;
import net.weft.examples.lab.Policies.Rule;
import net.weft.examples.lab.Policies.Verdict;
import net.weft.examples.lab.Services;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the sender of a rejected packet is told: p1 tries TCP 80 and UDP 53 of p2, once with frames made by hand and once by its own stack.
 * The control is the same policy with {@code drop}, of which p1 hears nothing.
 */
@Tag("system")
@TestInstance(Lifecycle.PER_CLASS)
class RejectTest {
    private static final List<String> ANY = List.of("any");
    private static final int WEB = 80;
    private static final int DNS = 53;
    private static final int ALLOWED = 54;
    private static final int FROM = 40_000;
    private static final int ETHERNET_BYTES = 14;
    private static final int ICMP_BYTES = 8;

    @AutoClose
    private final Segment segment = new Segment("reject");
    private Verdict applied = Verdict.ALLOW;

    @BeforeAll
    void start() {
        for (int port : new int[]{1, 2}) {
            segment.host(port).ipv6("fd00:10::" + port + "/64");
        }
        Services.start(segment.lab(), segment.host(2).namespace(), new int[]{WEB}, new int[]{DNS, ALLOWED});
    }

    private void policy(Verdict verdict) {
        if (verdict == applied) {
            segment.forget();
            return;
        }
        applied = verdict;
        List<String> dmz = List.of("dmz");
        Rule rule = new Rule("no-web", dmz, dmz, List.of("tcp/" + WEB, "udp/" + DNS), List.of(), verdict);
        Rule marks = new Rule("marks", ANY, ANY, List.of("ether/0x88b5"), List.of(), Verdict.ALLOW);
        segment.apply(new Policies(Map.of("dmz", true), List.of(rule, marks)).yaml(), access(10).with("zone: dmz"),
                access(10).with("zone: dmz"), access(10), access(10));
        segment.introduce();
    }

    /** Addresses that no stack of the hosts answers for. */
    private Path path(boolean ipv6) {
        String prefix = ipv6 ? "fd00:10::10" : "10.10.0.10";
        return new Path(segment.mac(1), prefix + 1, segment.mac(2), prefix + 2);
    }

    /** What p1 has got of this kind once a frame of its is dealt with, which must not have reached p2. */
    private List<byte[]> answers(byte[] tried, Predicate<byte[]> kind) {
        segment.send(1, tried);
        segment.settle(1);
        assertThat(segment.frames(2, frame -> Arrays.equals(frame, tried))).as("at p2").isEmpty();
        return segment.frames(1, kind);
    }

    private static Predicate<byte[]> errors(boolean ipv6) {
        return Packets.of(ipv6 ? Packets.ICMPV6 : Packets.ICMP)
                .and(Packets.from(ipv6 ? "fd00:10::102" : "10.10.0.102"));
    }

    // ---- frames ----------------------------------------------------------------------------------------------------

    /** "Administratively prohibited": ICMP type 3 code 13 (RFC 1812, 5.2.7.1), ICMPv6 type 1 code 1 (RFC 4443, 3.1). */
    @ParameterizedTest
    @CsvSource({"false, 3, 13", "true, 1, 1"})
    void shouldTellOfDatagramsFromTheAddressTriedAndQuoteThem(boolean ipv6, int type, int code) {
        byte[] tried = udp(path(ipv6), FROM, DNS, "a question that is not to be asked");
        policy(Verdict.REJECT);
        List<byte[]> told = answers(tried, errors(ipv6));
        assertThat(told).hasSize(1).allMatch(Packets.icmp(type, code));
        byte[] error = told.getFirst();
        assertThat(Arrays.copyOf(error, 12)).as("from p2's station to p1's")
                .isEqualTo(Arrays.copyOf(udp(path(ipv6).reversed(), DNS, FROM, ""), 12));
        byte[] quoted = Packets.packet(tried);
        int at = ETHERNET_BYTES + (ipv6 ? 40 : 20) + ICMP_BYTES;
        assertThat(Arrays.copyOfRange(error, at, at + quoted.length)).isEqualTo(quoted);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldResetConnectionsFromTheAddressTried(boolean ipv6) {
        policy(Verdict.REJECT);
        List<byte[]> told = answers(tcp(path(ipv6), FROM, WEB, SYN, 1000, 0), Packets.of(Packets.TCP));
        assertThat(told).hasSize(1);
        ByteBuffer reset = ByteBuffer.wrap(told.getFirst());
        ByteBuffer expected = ByteBuffer.wrap(tcp(path(ipv6).reversed(), WEB, FROM, RST | ACK, 0, 1001));
        int segment = ETHERNET_BYTES + (ipv6 ? 40 : 20);
        int addresses = ETHERNET_BYTES + (ipv6 ? 8 : 12);
        assertThat(reset.slice(0, 12)).as("stations").isEqualTo(expected.slice(0, 12));
        assertThat(reset.slice(addresses, segment - addresses)).as("addresses")
                .isEqualTo(expected.slice(addresses, segment - addresses));
        assertThat(reset.slice(segment, 14)).as("ports, sequence, acknowledgment, flags")
                .isEqualTo(expected.slice(segment, 14));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldTellNothingOfWhatIsDropped(boolean ipv6) {
        policy(Verdict.DROP);
        Predicate<byte[]> answers = Packets.of(Packets.TCP).or(errors(ipv6));
        assertThat(answers(udp(path(ipv6), FROM, DNS, "a question that is not to be asked"), answers)).isEmpty();
        assertThat(answers(tcp(path(ipv6), FROM, WEB, SYN, 1000, 0), answers)).isEmpty();
        assertThat(segment.weft().drops("p1", "policy-drop")).as("both frames").isGreaterThanOrEqualTo(2);
    }

    // ---- sockets ---------------------------------------------------------------------------------------------------

    /** What Linux makes of the errors: EHOSTUNREACH of ICMP, EACCES of ICMPv6, ECONNREFUSED of a reset. */
    @ParameterizedTest
    @CsvSource({"10.10.0.2, No route to host", "fd00:10::2, Permission denied"})
    void shouldFailSocketsAtOnce(String to, String unreachable) throws Exception {
        policy(Verdict.REJECT);
        try (Attempt udp = tryUdp(to, DNS); Attempt tcp = tryTcp(to)) {
            udp.send();
            segment.weft().await("both are refused", () -> List.of(udp.outcome(), tcp.outcome()),
                    both -> both.equals(List.of(Outcome.REFUSED, Outcome.REFUSED)));
            assertThat(udp.refusal()).contains(unreachable);
            assertThat(tcp.refusal()).contains("Connection refused");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.10.0.2", "fd00:10::2"})
    void shouldLeaveSocketsWaitingForWhatIsDropped(String to) throws Exception {
        policy(Verdict.DROP);
        try (Attempt udp = tryUdp(to, DNS); Attempt tcp = tryTcp(to); Attempt behind = tryUdp(to, ALLOWED)) {
            udp.send();
            segment.weft().await("what was sent behind is answered", () -> {
                behind.send();
                return behind.outcome();
            }, Outcome.ANSWERED::equals);
            assertThat(List.of(udp.outcome(), tcp.outcome())).containsOnly(Outcome.SILENCE);
        }
    }

    private Attempt tryUdp(String to, int port) throws IOException {
        return Attempt.udp(segment.host(1).namespace(), new InetSocketAddress(InetAddress.ofLiteral(to), port));
    }

    private Attempt tryTcp(String to) throws IOException {
        return Attempt.tcp(segment.host(1).namespace(), new InetSocketAddress(InetAddress.ofLiteral(to), WEB));
    }
}
