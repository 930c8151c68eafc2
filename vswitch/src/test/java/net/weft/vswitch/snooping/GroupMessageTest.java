package net.weft.vswitch.snooping;

import static net.weft.vswitch.snooping.GroupFrames.igmp;
import static net.weft.vswitch.snooping.GroupFrames.mld;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import net.weft.testing.Seed;
import net.weft.vswitch.snooping.GroupMessage.Query;
import net.weft.vswitch.snooping.GroupMessage.Report;
import net.weft.vswitch.snooping.GroupMessage.Router;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GroupMessageTest {
    private static final byte[] SOURCE = {2, 0, 0, 0, 0, 1};
    private static final long STATION = 0x0200_0000_0001L;
    private static final long S = 1_000_000_000L;
    private static final String HOST = "10.10.0.1";
    private static final String LINK = "fe80::ff:fe00:1";
    private static final String GROUP6 = "ff150000000000000000000000000001";
    private static final List<InetAddress> V4 = List.of(ip("239.1.2.3"));
    private static final List<InetAddress> V6 = List.of(ip("ff15::1"));

    private static InetAddress ip(String text) {
        return InetAddress.ofLiteral(text);
    }

    private static Report report(boolean ipv6, boolean alone, List<InetAddress> joined, List<InetAddress> left) {
        return new Report(ipv6, STATION, alone, joined, left);
    }

    private static Optional<GroupMessage> v4(String message) {
        return GroupMessage.parse(igmp(HOST, "224.0.0.22", message));
    }

    private static Optional<GroupMessage> v6(String message) {
        return GroupMessage.parse(mld(LINK, "ff02::16", message));
    }

    @Test
    void shouldReadTheQueriesItMakes() {
        for (boolean ipv6 : new boolean[]{false, true}) {
            InetAddress group = ip(ipv6 ? "ff15::1" : "239.0.0.1");
            InetAddress source = ip(ipv6 ? LINK : "0.0.0.0");
            assertThat(GroupMessage.parse(QueryFrame.of(ipv6, SOURCE, Optional.empty())))
                    .contains(new Query(ipv6, source, STATION, Optional.empty(), false, 2 * S, 2, 125 * S));
            assertThat(GroupMessage.parse(QueryFrame.of(ipv6, SOURCE, Optional.of(group))))
                    .contains(new Query(ipv6, source, STATION, Optional.of(group), true, S, 2, 125 * S));
        }
    }

    @Test
    void shouldReadJoinsAndLeavesOfEachVersion() {
        assertThat(v4("12000000ef010203")).contains(report(false, false, V4, List.of()));
        assertThat(v4("16000000ef010203")).contains(report(false, false, V4, List.of()));
        assertThat(v4("17000000ef010203")).contains(report(false, false, List.of(), V4));
        assertThat(v4("220000000000000104000000ef010203")).contains(report(false, true, V4, List.of()));
        assertThat(v4("220000000000000103000000ef010203")).contains(report(false, true, List.of(), V4));
        assertThat(v6("8300000000000000" + GROUP6)).contains(report(true, false, V6, List.of()));
        assertThat(v6("8400000000000000" + GROUP6)).contains(report(true, false, List.of(), V6));
        assertThat(v6("8f0000000000000204000000" + GROUP6 + "03000000" + GROUP6)).contains(report(true, true, V6, V6));
    }

    @Test
    void shouldReadSourceFiltersAsJoinsOfTheGroup() {
        String record = "0001ef010203" + "0a000001";
        assertThat(v4("22000000000000020500" + record + "0600" + record))
                .contains(report(false, true, V4, List.of()));
        assertThat(v4("22000000000000010100" + record)).contains(report(false, true, V4, List.of()));
    }

    @Test
    void shouldReadLongResponsesAndIntervals() {
        assertThat(GroupMessage.parse(igmp(HOST, "224.0.0.1", "11ff0000000000000aff0000")))
                .contains(new Query(false, ip(HOST), STATION, Optional.empty(), false, 31744 * S / 10, 2, 31744 * S));
    }

    /** RFC 3376, 6.6.1 and 6.6.3.1: who does not answer for sources, or to another router's repetition, has not left. */
    @Test
    void shouldNotTakeAQueryForSourcesOrAnotherRoutersRepetitionForOneOfTheGroup() {
        for (String query : new String[]{"110a0000ef010203027d00010a000001", "110a0000ef0102030a7d0000"}) {
            assertThat(GroupMessage.parse(igmp(HOST, "239.1.2.3", query))).get()
                    .isEqualTo(new Query(false, ip(HOST), STATION, Optional.of(ip("239.1.2.3")), false, S, 2, 125 * S));
        }
    }

    /** RFC 4286, sections 3 to 5. */
    @Test
    void shouldReadTheDiscoveryOfMulticastRouters() {
        assertThat(GroupMessage.parse(igmp(HOST, "224.0.0.106", "30140000007d0002")))
                .contains(new Router(false, 60 * S));
        assertThat(GroupMessage.parse(igmp(HOST, "224.0.0.106", "32000000"))).contains(new Router(false, 0));
        assertThat(GroupMessage.parse(mld(LINK, "ff02::6a", "97140000007d0002"))).contains(new Router(true, 60 * S));
        assertThat(GroupMessage.parse(mld(LINK, "ff02::6a", "99000000"))).contains(new Router(true, 0));
    }

    /** A station would not answer these, so the switch must not wait for answers. */
    @ParameterizedTest
    @CsvSource({"10.10.0.1, 239.9.9.9, 110a000000000000027d0000, a general query to one group",
            "10.10.0.1, 224.0.0.1, 110a0000ef010203027d0000, a query for one group to all",
            "10.10.0.1, 224.0.0.1, 110a111100000000027d0000, a wrong checksum",
            "10.10.0.1, 224.0.0.1, 110a000000000000027d, a length between those of two versions",
            "127.0.0.1, 224.0.0.1, 110a000000000000027d0000, from nobody",
            "fe80::1, ff02::16, 82000000000000000000000000000000000000000000000002000000, a general MLD query to routers",
            "fd00::1, ff02::1, 82000000000000000000000000000000000000000000000002000000, from another link",
            "::, ff02::1, 82000000000000000000000000000000000000000000000002000000, from no address",
            "fe80::1, ff02::1, 82001111000000000000000000000000000000000000000002000000, a wrong checksum",
            "fe80::1, ff02::1, 8200000000000000000000000000000000000000000000000200, between two versions"})
    void shouldNotHeedAQueryThatStationsWouldNot(String source, String destination, String message, String why) {
        boolean ipv6 = source.contains(":");
        byte[] frame = ipv6 ? mld(source, destination, message) : igmp(source, destination, message);
        assertThat(GroupMessage.parse(frame)).as(why).isEmpty();
    }

    @Test
    void shouldNotHeedAQueryThatNoStationsInterfaceTakes() {
        for (byte[] frame : new byte[][]{QueryFrame.of(false, SOURCE, Optional.empty()),
                QueryFrame.of(true, SOURCE, Optional.empty())}) {
            frame[5] ^= 4;
            assertThat(GroupMessage.parse(frame)).as("another group's MAC address").isEmpty();
        }
        byte[] forwarded = QueryFrame.of(true, SOURCE, Optional.empty());
        forwarded[14 + 7] = 64;
        assertThat(GroupMessage.parse(forwarded)).as("hop limit").isEmpty();
        byte[] silent = QueryFrame.of(true, SOURCE, Optional.empty());
        silent[14 + 42] = 1;
        assertThat(GroupMessage.parse(silent)).as("no router alert").isEmpty();
        byte[] fragment = QueryFrame.of(false, SOURCE, Optional.empty());
        fragment[14 + 6] = 0x20;
        fragment[14 + 10] -= 0x20;
        assertThat(GroupMessage.parse(fragment)).as("a fragment").isEmpty();
    }

    @Test
    void shouldNeverThrowWhateverTheFrame() {
        long seed = Seed.of(GroupMessageTest.class);
        SplittableRandom random = new SplittableRandom(seed);
        byte[][] frames = {igmp(HOST, "224.0.0.22", "220000000000000104000000ef010203"),
                igmp(HOST, "239.1.2.3", "16000000ef010203"),
                mld(LINK, "ff02::16", "8f0000000000000104000000ff150000000000000000000000000001"),
                QueryFrame.of(true, SOURCE, Optional.empty()), QueryFrame.of(false, SOURCE, Optional.empty())};
        int read = 0;
        for (int n = 0; n < 500_000; n++) {
            byte[] frame = frames[random.nextInt(frames.length)];
            frame = Arrays.copyOf(frame, random.nextInt(frame.length + 20));
            for (int flips = random.nextInt(4); flips > 0 && frame.length > 0; flips--) {
                frame[random.nextInt(frame.length)] = (byte) random.nextInt();
            }
            try {
                read += GroupMessage.parse(frame).isPresent() ? 1 : 0;
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + HexFormat.of().formatHex(frame), e);
            }
        }
        assertThat(read).as("frames read").isPositive();
    }
}
