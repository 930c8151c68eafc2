package net.weft.vswitch.snooping;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import net.weft.testing.Seed;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SnoopingTest {
    private static final long S = 1_000_000_000L;
    private static final int VID = 10;
    private static final int QUERIER = 9;

    private final Snooping snooping = new Snooping(new byte[]{2, 0, 0, 0, 0, 0x50});

    private static InetAddress group(boolean ipv6) {
        return InetAddress.ofLiteral(ipv6 ? "ff15::1:2:3" : "239.1.2.3");
    }

    private boolean query(boolean ipv6, Optional<InetAddress> group, long nowNs) {
        return query(ipv6, ipv6 ? "fe80::1" : "10.0.0.9", 9, group, nowNs);
    }

    private boolean query(boolean ipv6, String source, long station, Optional<InetAddress> group, long nowNs) {
        return snooping.take(VID, QUERIER, new GroupMessage.Query(ipv6, InetAddress.ofLiteral(source), station, group,
                group.isPresent(), S, 2, 10 * S), nowNs);
    }

    private boolean report(boolean ipv6, int port, long station, boolean alone, boolean joins, long nowNs) {
        List<InetAddress> groups = List.of(group(ipv6));
        return snooping.take(VID, port, new GroupMessage.Report(ipv6, station, alone, joins ? groups : List.of(),
                joins ? List.of() : groups), nowNs);
    }

    /** A station that may have neighbours on its port that keep silent. */
    private boolean join(boolean ipv6, int port, long nowNs) {
        return report(ipv6, port, port, false, true, nowNs);
    }

    private void leave(boolean ipv6, int port, long nowNs) {
        report(ipv6, port, port, false, false, nowNs);
    }

    /** The ports of the group, or null when it is flooded. */
    private int @Nullable [] ports(boolean ipv6, long nowNs) {
        snooping.expire(nowNs);
        var ports = snooping.table(nowNs).ports(VID, GroupTable.mac(group(ipv6)), ipv6);
        return ports == null ? null : ports.numbers();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldFloodUntilEveryStationHasAnsweredAQuerier(boolean ipv6) {
        join(ipv6, 1, 0);
        assertThat(ports(ipv6, S)).as("without querier").isNull();
        query(ipv6, Optional.empty(), 2 * S);
        assertThat(ports(ipv6, 3 * S)).as("stations may still answer").isNull();
        assertThat(ports(ipv6, 4 * S)).containsExactly(1, QUERIER);
        assertThat(ports(!ipv6, 4 * S)).as("the other family").isNull();
        assertThat(snooping.table(4 * S).ports(VID + 1, GroupTable.mac(group(ipv6)), ipv6)).as("another VLAN").isNull();
        GroupTable table = snooping.table(4 * S);
        assertThat(table.ports(VID, 0x11_5E_00_01L, ipv6)).as("a group nobody wants").isNotNull()
                .isEqualTo(table.routers(VID, ipv6));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldFloodAgainWhenTheQuerierIsLost(boolean ipv6) {
        join(ipv6, 1, 0);
        query(ipv6, Optional.empty(), 0);
        assertThat(ports(ipv6, 20 * S)).isNotNull();
        assertThat(ports(ipv6, 21 * S)).as("2 * 10 s + 1 s").isNull();
        query(ipv6, Optional.empty(), 30 * S);
        assertThat(ports(ipv6, 31 * S)).as("again from a whole response time on").isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldForgetAMemberThatLeavesUnlessAnotherOnItsPortAsksAgain(boolean ipv6) {
        query(ipv6, Optional.empty(), 0);
        join(ipv6, 1, S);
        join(ipv6, 2, S);
        leave(ipv6, 1, 5 * S);
        leave(ipv6, 2, 5 * S);
        assertThat(ports(ipv6, 6 * S)).containsExactly(1, 2, QUERIER);
        join(ipv6, 2, 6 * S);
        assertThat(ports(ipv6, 8 * S)).containsExactly(2, QUERIER);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldLetAStationGoAtOnceWhenNoOtherOnItsPortHasJoined(boolean ipv6) {
        query(ipv6, Optional.empty(), 0);
        report(ipv6, 1, 0xa, true, true, S);
        report(ipv6, 2, 0xb, true, true, S);
        report(ipv6, 2, 0xc, true, true, S);
        assertThat(report(ipv6, 1, 0xa, true, false, 5 * S)).isTrue();
        assertThat(ports(ipv6, 5 * S)).containsExactly(2, QUERIER);
        report(ipv6, 2, 0xb, true, false, 5 * S);
        assertThat(ports(ipv6, 6 * S)).as("c may want it").containsExactly(2, QUERIER);
        report(ipv6, 2, 0xc, true, true, 6 * S);
        assertThat(ports(ipv6, 100 * S)).isNull();
        query(ipv6, Optional.empty(), 101 * S);
        assertThat(ports(ipv6, 103 * S)).as("c has answered").containsExactly(2, QUERIER);
        report(ipv6, 2, 0xc, true, false, 104 * S);
        assertThat(ports(ipv6, 104 * S)).as("and was alone").containsExactly(QUERIER);
    }

    @Test
    void shouldShortenMembershipsThatAreAskedForOneByOne() {
        query(false, Optional.empty(), 0);
        join(false, 1, 0);
        query(false, Optional.of(group(false)), 5 * S);
        assertThat(ports(false, 7 * S)).containsExactly(1, QUERIER);
        assertThat(ports(false, 8 * S)).containsExactly(QUERIER);
    }

    @Test
    void shouldForgetAPortThatGoesDownAndFloodWhenTheQuerierWasThere() {
        query(false, Optional.empty(), 0);
        join(false, 1, 0);
        assertThat(snooping.forget(1)).isTrue();
        assertThat(ports(false, 2 * S)).containsExactly(QUERIER);
        snooping.forget(QUERIER);
        assertThat(ports(false, 2 * S)).isNull();
    }

    @Test
    void shouldSendToMulticastRouters() {
        query(false, Optional.empty(), 0);
        snooping.take(VID, 7, new GroupMessage.Router(false, 30 * S), 0);
        assertThat(ports(false, 2 * S)).containsExactly(7, QUERIER);
        snooping.take(VID, 7, new GroupMessage.Router(false, 0), 3 * S);
        assertThat(ports(false, 3 * S)).as("it has said good-bye").containsExactly(QUERIER);
    }

    @Test
    void shouldSayOnlyOnceThatSomethingChanged() {
        assertThat(query(false, Optional.empty(), 0)).isTrue();
        assertThat(query(false, Optional.empty(), S)).isFalse();
        assertThat(join(false, 1, S)).isTrue();
        assertThat(join(false, 1, 2 * S)).isFalse();
        assertThat(snooping.expire(3 * S)).as("it is snooped now").isTrue();
        assertThat(snooping.expire(4 * S)).isFalse();
    }

    @Test
    void shouldRememberNoMoreGroupsOfAPortThanItMay() {
        query(false, Optional.empty(), 0);
        for (int n = 0; n < 2 * Snooping.GROUPS_OF_PORT; n++) {
            InetAddress group = InetAddress.ofLiteral("239.2." + n / 256 + "." + n % 256);
            snooping.take(VID, 1, new GroupMessage.Report(false, 1, true, List.of(group), List.of()), 0);
        }
        assertThat(join(false, 1, 0)).isFalse();
        assertThat(join(false, 2, 0)).as("another port").isTrue();
        assertThat(snooping.vlans(0).getFirst().refused()).isEqualTo(Snooping.GROUPS_OF_PORT + 1);
        snooping.expire(300 * S);
        assertThat(join(false, 1, 300 * S)).as("when they have run out").isTrue();
    }

    @Test
    void shouldNotCareForLinkLocalGroups() {
        for (String group : new String[]{"224.0.0.1", "224.0.0.251", "10.0.0.1"}) {
            assertThat(Domain.isAsked(InetAddress.ofLiteral(group), false)).as(group).isFalse();
        }
        for (String group : new String[]{"ff02::1", "ff02::1:ff00:1", "ff01::1", "fe80::1"}) {
            assertThat(Domain.isAsked(InetAddress.ofLiteral(group), true)).as(group).isFalse();
        }
        assertThat(Domain.isAsked(InetAddress.ofLiteral("224.0.1.1"), false)).isTrue();
        assertThat(Domain.isAsked(InetAddress.ofLiteral("ff05::1"), true)).isTrue();
    }

    /** The JDK makes an IPv4 address of ::ffff:239.1.2.3; in MLD it would take the place of the IPv4 group's ports. */
    @Test
    void shouldNotTakeAMappedAddressForAGroupOfTheOtherFamily() throws Exception {
        query(false, Optional.empty(), 0);
        query(true, Optional.empty(), 0);
        join(false, 1, 0);
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, (byte) 239, 1, 2, 3};
        List<InetAddress> groups = List.of(InetAddress.getByAddress(mapped));
        snooping.take(VID, 5, new GroupMessage.Report(true, 1, true, groups, List.of()), 0);
        assertThat(ports(false, 2 * S)).containsExactly(1, QUERIER);
    }

    /** What a port asks or says must not end what others have. */
    @Test
    void shouldNotLetAHastyQuerierStarveTheStationsOfAnother() {
        query(false, Optional.empty(), 0);
        GroupMessage hasty = new GroupMessage.Query(false, InetAddress.ofLiteral("10.0.0.1"), 1, Optional.empty(),
                false,
                0, 1, S);
        snooping.take(VID, 6, hasty, S);
        join(false, 1, S);
        for (long now = 10 * S; now < 250 * S; now += 10 * S) {
            query(false, Optional.empty(), now);
            assertThat(ports(false, now)).contains(1);
        }
    }

    @Test
    void shouldAskWhereNobodyElseDoes() {
        snooping.ownQueriers(Set.of(VID));
        snooping.asked(VID, false, S, 10 * S, 0);
        join(false, 1, 0);
        snooping.take(VID, 7, new GroupMessage.Router(false, 100 * S), 0);
        assertThat(ports(false, 2 * S)).containsExactly(1, 7);
        assertThat(snooping.defers(VID, false, 2 * S)).as("a router is no querier").isFalse();
        query(false, Optional.empty(), 3 * S);
        assertThat(snooping.defers(VID, false, 4 * S)).isTrue();
        assertThat(snooping.defers(VID, false, 25 * S)).isFalse();
    }

    /** This switch is 02:00:00:00:00:50. */
    @ParameterizedTest
    @CsvSource({"false, 10.0.0.9, 0x900000000000, true", "false, 0.0.0.0, 0x010000000000, true",
            "false, 0.0.0.0, 0x900000000000, false", "true, fe80::1, 9, true", "true, fe80::ff:fe00:51, 9, false"})
    void shouldDeferToWhoGoesBeforeIt(boolean ipv6, String source, long station, boolean defers) {
        snooping.ownQueriers(Set.of(VID));
        query(ipv6, source, station, Optional.empty(), 0);
        assertThat(snooping.defers(VID, ipv6, S)).isEqualTo(defers);
    }

    @Test
    void shouldTakeOverAtOnceWhenTheOthersPortGoesDown() {
        snooping.ownQueriers(Set.of(VID));
        query(false, Optional.empty(), 0);
        join(false, 1, 0);
        snooping.forget(QUERIER);
        assertThat(snooping.defers(VID, false, S)).isFalse();
        assertThat(ports(false, 2 * S)).as("memberships hold until it has asked").containsExactly(1);
    }

    private record Want(int vid, boolean ipv6, InetAddress group, int port) {
    }

    /** Against a list of who wants what, with random messages and pauses shorter than any time-out. */
    @Test
    void shouldAgreeWithANaiveList() {
        long seed = Seed.of(SnoopingTest.class);
        SplittableRandom random = new SplittableRandom(seed);
        Map<Want, Boolean> wanted = new HashMap<>();
        for (int vid = 1; vid <= 3; vid++) {
            for (boolean ipv6 : new boolean[]{false, true}) {
                snooping.ownQueriers(Set.of(1, 2, 3));
                snooping.asked(vid, ipv6, 0, 100 * S, 0);
            }
        }
        long now = S;
        for (int n = 0; n < 20_000; n++) {
            now += random.nextLong(S / 100);
            boolean ipv6 = random.nextBoolean();
            int vid = 1 + random.nextInt(3);
            int port = random.nextInt(5);
            InetAddress group = InetAddress.ofLiteral((ipv6 ? "ff15::" : "239.0.0.") + (1 + random.nextInt(20)));
            Want want = new Want(vid, ipv6, group, port);
            switch (random.nextInt(20)) {
                case 0 -> {
                    snooping.forget(port);
                    wanted.keySet().removeIf(one -> one.port() == port);
                }
                case 1, 2, 3, 4, 5, 6, 7, 8 -> {
                    snooping.take(vid, port, new GroupMessage.Report(ipv6, port, true, List.of(), List.of(group)), now);
                    wanted.remove(want);
                }
                default -> {
                    snooping.take(vid, port, new GroupMessage.Report(ipv6, port, true, List.of(group), List.of()), now);
                    wanted.put(want, true);
                }
            }
            snooping.expire(now);
            int[] expected = wanted.keySet().stream()
                    .filter(one -> one.vid() == vid && one.ipv6() == ipv6 && one.group().equals(group))
                    .mapToInt(Want::port).sorted().toArray();
            var ports = snooping.table(now).ports(vid, GroupTable.mac(group), ipv6);
            assertThat(ports).as("seed %d, step %d", seed, n).isNotNull();
            assertThat(Objects.requireNonNull(ports).numbers()).as("seed %d, step %d", seed, n)
                    .containsExactly(expected);
        }
    }
}
