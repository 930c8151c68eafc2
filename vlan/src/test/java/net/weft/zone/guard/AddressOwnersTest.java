package net.weft.zone.guard;

import static net.weft.zone.TestFrame.address;
import static net.weft.zone.TestFrame.concat;
import static net.weft.zone.TestFrame.hex;
import static net.weft.zone.TestFrame.ipv6;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.weft.packet.MacAddress;
import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;
import net.weft.zone.AddressBinding;
import net.weft.zone.GuardRole;
import net.weft.zone.TestFrame;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Guests that call themselves what others are called; ports by number. */
class AddressOwnersTest {
    private static final int WEB = 1;
    private static final int DB = 2;
    private static final int ROUTER = 3;
    private static final int UPLINK = 4;
    private static final int VLAN = 10;
    private static final String WEB_MAC = "020000000a01";
    private static final String DB_MAC = "020000000a02";
    private static final String ROUTER_MAC = "020000000a03";
    private static final String FAR_MAC = "020000000f01";

    private final Map<Integer, AddressBinding> bindings = new HashMap<>();
    private final Map<Integer, VlanMembership> memberships = new HashMap<>();
    private final AddressHolds holds = new AddressHolds(7);
    private AddressOwners owners = new AddressOwners(DeclaredAddresses.NONE, holds);
    private int nowSeconds = 1000;

    AddressOwnersTest() {
        declare(WEB, Set.of(WEB_MAC), Set.of(), "10.10.0.11", "fd00:10::11");
        declare(DB, Set.of(DB_MAC), Set.of(), "10.10.0.12", "fd00:10::12");
        declare(UPLINK, null);
        memberships.put(UPLINK, VlanMembership.trunk(VlanSet.of(VLAN, 20), 0));
        publish(true);
    }

    private static MacAddress mac(String hex) {
        return new MacAddress(HexFormat.fromHexDigitsToLong(hex));
    }

    private void declare(int port, Set<String> macs, Set<GuardRole> roles, String... ips) {
        declare(port, new AddressBinding(macs.stream().map(AddressOwnersTest::mac).collect(Collectors.toSet()),
                Arrays.stream(ips).map(TestFrame::prefix).toList(), roles, true));
    }

    private void declare(int port, @Nullable AddressBinding binding) {
        bindings.remove(port);
        if (binding != null) {
            bindings.put(port, binding);
        }
        memberships.putIfAbsent(port, VlanMembership.access(VLAN));
    }

    private void publish(boolean isWebUp) {
        DeclaredAddresses.Builder builder = new DeclaredAddresses.Builder(5);
        memberships.forEach((port, member) -> {
            AddressBinding binding = bindings.get(port);
            holds.adopt(port, binding);
            if (port == WEB && !isWebUp) {
                holds.goesDown(port);
            }
            if (binding != null) {
                builder.port(port, member, binding);
            }
        });
        owners = new AddressOwners(builder.build(), holds);
    }

    private GuardQuery query(int port) {
        AddressBinding binding = bindings.get(port);
        GuardQuery query = new GuardQuery();
        query.adopt(owners, true);
        return query.of(VLAN, port, nowSeconds,
                binding == null || !binding.isStrict() || binding.roles().contains(GuardRole.ROUTER));
    }

    private int check(int port, String mac, int etherType, byte[] payload) {
        return check(query(port), port, mac, etherType, payload);
    }

    private int check(GuardQuery query, int port, String mac, int etherType, byte[] payload) {
        TestFrame frame = TestFrame.of("33:33:00:00:00:01", mac(mac).toString(), etherType, payload);
        AddressBinding binding = bindings.get(port);
        int answer = binding == null || !binding.isStrict()
                ? PortGuard.ALLOW
                : new PortGuard(binding).check(frame.segment(), TestFrame.AT, frame.bytes().length, frame.parsed(),
                        query);
        return answer != PortGuard.ALLOW
                ? answer
                : AddressClaims.check(frame.segment(), TestFrame.AT, frame.bytes().length, frame.parsed(), query);
    }

    private static byte[] advertisement(String source, String target) {
        return ipv6(source, "ff02::1", 255, 58, concat(hex("88000000 20000000"), address(target)));
    }

    private static byte[] detection(String target) {
        return ipv6("::", "ff02::1:ff00:1", 255, 58, concat(hex("87000000 00000000"), address(target)));
    }

    private static byte[] routerAdvertisement(String source) {
        return ipv6(source, "ff02::1", 255, 58, hex("86000000 40000708 00000000 00000000"));
    }

    private static byte[] arp(int operation, String mac, String sender, String target) {
        return concat(hex("0001 0800 0604 000" + operation + mac), address(sender), new byte[6], address(target));
    }

    private int claim(int port, String mac, String linkLocal) {
        return check(port, mac, 0x86dd, advertisement(linkLocal, linkLocal));
    }

    private void hear(int port, String mac) {
        owners.hear(VLAN, mac(mac).value(), port);
    }

    // ---- link-local addresses --------------------------------------------------------------------------------------

    @Test
    void shouldRefuseTheLinkLocalAddressThatARouterDeclares() {
        assertThat(claim(WEB, WEB_MAC, "fe80::1")).as("while it is nobody's").isZero();
        declare(ROUTER, new AddressBinding(Set.of(mac(ROUTER_MAC)), List.of(TestFrame.prefix("fe80::1")), Set.of(),
                false));
        publish(true);
        assertThat(claim(WEB, WEB_MAC, "fe80::1")).isEqualTo(PortGuard.IP);
        assertThat(check(WEB, WEB_MAC, 0x86dd, advertisement("fd00:10::11", "fe80::1"))).isEqualTo(PortGuard.IP);
        assertThat(check(WEB, WEB_MAC, 0x86dd, ipv6("fe80::1", "fd00::1", 64, 59, new byte[0])))
                .as("as a source of anything").isEqualTo(PortGuard.IP);
        assertThat(claim(ROUTER, ROUTER_MAC, "fe80::1")).isZero();
    }

    @Test
    void shouldPermitTheAddressOfOnesOwnMacAndFewOthers() {
        assertThat(claim(WEB, WEB_MAC, "fe80::ff:fe00:a01")).isZero();
        assertThat(claim(WEB, WEB_MAC, "fe80::a")).isZero();
        assertThat(claim(WEB, WEB_MAC, "fe80::b")).isZero();
        assertThat(claim(WEB, WEB_MAC, "fe80::c")).as("a third").isEqualTo(PortGuard.IP);
        assertThat(claim(WEB, WEB_MAC, "fe80::a")).isZero();
        assertThat(claim(WEB, WEB_MAC, "fe80:1::a")).as("no address of RFC 4291").isEqualTo(PortGuard.IP);
    }

    @Test
    void shouldRefuseTheAddressOfAnothersMac() {
        assertThat(claim(WEB, WEB_MAC, "fe80::ff:fe00:a02")).isEqualTo(PortGuard.IP);
        assertThat(claim(WEB, WEB_MAC, "fe80::ff:fe00:a09")).as("nobody's").isZero();
    }

    @Test
    void shouldServeFirstComeUntilThePortGoesDownOrADayHasPassed() {
        assertThat(claim(WEB, WEB_MAC, "fe80::a")).isZero();
        assertThat(claim(DB, DB_MAC, "fe80::a")).isEqualTo(PortGuard.IP);
        nowSeconds += LinkLocals.SILENCE_SECONDS - 1;
        assertThat(claim(DB, DB_MAC, "fe80::a")).isEqualTo(PortGuard.IP);
        nowSeconds++;
        assertThat(claim(DB, DB_MAC, "fe80::a")).isZero();
        assertThat(claim(WEB, WEB_MAC, "fe80::a")).isEqualTo(PortGuard.IP);
        assertThat(claim(WEB, WEB_MAC, "fe80::b")).isZero();
        publish(false);
        assertThat(claim(DB, DB_MAC, "fe80::b")).isZero();
    }

    @Test
    void shouldRefuseWhatARouterOrAnUnguardedPortHasAdvertised() {
        assertThat(claim(WEB, WEB_MAC, "fe80::1")).isZero();
        check(UPLINK, FAR_MAC, 0x86dd, routerAdvertisement("fe80::2"));
        check(UPLINK, FAR_MAC, 0x86dd, advertisement("fe80::3", "fe80::3"));
        for (String address : List.of("fe80::2", "fe80::3")) {
            assertThat(claim(WEB, WEB_MAC, address)).isEqualTo(PortGuard.IP);
            assertThat(check(WEB, WEB_MAC, 0x86dd, detection(address))).isEqualTo(PortGuard.IP);
        }
        nowSeconds += AdvertisedAddresses.SECONDS;
        assertThat(claim(WEB, WEB_MAC, "fe80::2")).isZero();
    }

    @Test
    void shouldLetARoutersClaimBeatAGuestsButNotTheOtherWayRound() {
        declare(ROUTER, Set.of(ROUTER_MAC), Set.of(GuardRole.ROUTER), "10.10.0.1");
        publish(true);
        assertThat(claim(WEB, WEB_MAC, "fe80::1")).isZero();
        assertThat(check(ROUTER, ROUTER_MAC, 0x86dd, routerAdvertisement("fe80::1"))).isZero();
        assertThat(claim(WEB, WEB_MAC, "fe80::1")).isEqualTo(PortGuard.IP);
        assertThat(check(ROUTER, ROUTER_MAC, 0x86dd, routerAdvertisement("fe80::1"))).isZero();
        assertThat(check(WEB, WEB_MAC, 0x86dd, routerAdvertisement("fe80::ff:fe00:a01"))).isEqualTo(PortGuard.RA);
    }

    @Test
    void shouldRememberSixtyFourAdvertisedAddressesRoutersFirst() {
        for (int i = 0; i < 100; i++) {
            check(UPLINK, FAR_MAC, 0x86dd, advertisement("fe80::ffff", "fe80::1:" + Integer.toHexString(i + 1)));
        }
        check(UPLINK, FAR_MAC, 0x86dd, routerAdvertisement("fe80::2"));
        assertThat(claim(WEB, WEB_MAC, "fe80::2")).isEqualTo(PortGuard.IP);
        assertThat(claim(WEB, WEB_MAC, "fe80::1:1")).isEqualTo(PortGuard.IP);
        assertThat(claim(WEB, WEB_MAC, "fe80::1:60")).as("there was no room").isZero();
    }

    // ---- probes ----------------------------------------------------------------------------------------------------

    @Test
    void shouldRefuseProbesForWhatAnotherPortDeclaresAndSayWhoseItIs() {
        GuardQuery query = query(WEB);
        assertThat(check(query, WEB, WEB_MAC, 0x806, arp(1, WEB_MAC, "0.0.0.0", "10.10.0.12")))
                .isEqualTo(PortGuard.IP);
        assertThat(query.probedMac()).isEqualTo(mac(DB_MAC).value());
        query = query(WEB);
        assertThat(check(query, WEB, WEB_MAC, 0x86dd, detection("fd00:10::12"))).isEqualTo(PortGuard.IP);
        assertThat(query.probedMac()).isEqualTo(mac(DB_MAC).value());
        query = query(WEB);
        assertThat(check(query, WEB, WEB_MAC, 0x86dd, detection("fe80::ff:fe00:a02"))).isEqualTo(PortGuard.IP);
        assertThat(query.probedMac()).isEqualTo(mac(DB_MAC).value());
    }

    @Test
    void shouldPermitProbesForOnesOwnAndForNobodysAddresses() {
        for (String target : List.of("10.10.0.11", "10.10.0.99")) {
            assertThat(check(WEB, WEB_MAC, 0x806, arp(1, WEB_MAC, "0.0.0.0", target))).as(target).isZero();
        }
        for (String target : List.of("fd00:10::11", "fd00:10::99", "fe80::ff:fe00:a01", "fe80::5")) {
            assertThat(check(WEB, WEB_MAC, 0x86dd, detection(target))).as(target).isZero();
        }
    }

    @Test
    void shouldLetUnguardedPortsProbe() {
        hear(DB, DB_MAC);
        assertThat(check(UPLINK, FAR_MAC, 0x806, arp(1, FAR_MAC, "0.0.0.0", "10.10.0.12"))).isZero();
        assertThat(check(UPLINK, FAR_MAC, 0x86dd, detection("fd00:10::12"))).isZero();
    }

    // ---- what is held ----------------------------------------------------------------------------------------------

    @Test
    void shouldHoldAMacFromTheFirstFrameUntilThePortGoesDown() {
        long mac = mac(WEB_MAC).value();
        assertThat(owners.refusesMac(VLAN, mac, UPLINK)).as("its guest may be elsewhere").isFalse();
        assertThat(owners.holder(VLAN, mac)).isNegative();
        hear(WEB, WEB_MAC);
        assertThat(owners.refusesMac(VLAN, mac, UPLINK)).isTrue();
        assertThat(owners.refusesMac(VLAN, mac, WEB)).isFalse();
        assertThat(owners.refusesMac(20, mac, UPLINK)).as("in a VLAN that is not the port's").isFalse();
        assertThat(owners.holder(VLAN, mac)).isEqualTo(WEB);
        publish(false);
        publish(true);
        assertThat(owners.refusesMac(VLAN, mac, UPLINK)).isFalse();
        assertThat(owners.holder(VLAN, mac)).isNegative();
    }

    @Test
    void shouldHoldAlwaysBetweenGuardedAccessPorts() {
        declare(DB, Set.of(), Set.of(), "10.10.0.12");
        publish(true);
        assertThat(owners.refusesMac(VLAN, mac(WEB_MAC).value(), DB)).isTrue();
    }

    @Test
    void shouldShareWhatBothDeclare() {
        declare(DB, Set.of(DB_MAC, WEB_MAC), Set.of(), "10.10.0.12", "10.10.0.11");
        publish(true);
        hear(WEB, WEB_MAC);
        hear(DB, WEB_MAC);
        assertThat(owners.refusesMac(VLAN, mac(WEB_MAC).value(), DB)).isFalse();
        assertThat(owners.refusesMac(VLAN, mac(WEB_MAC).value(), UPLINK)).isTrue();
        assertThat(owners.holder(VLAN, mac(WEB_MAC).value())).as("where it was heard last").isNegative();
        assertThat(check(DB, DB_MAC, 0x806, arp(2, DB_MAC, "10.10.0.11", "10.10.0.1"))).isZero();
    }

    @Test
    void shouldRefuseClaimsOfWhatIsHeldButNoSourcesOfData() {
        byte[] reply = arp(2, FAR_MAC, "10.10.0.12", "10.10.0.1");
        byte[] advertisement = advertisement("fe80::f", "fd00:10::12");
        byte[] solicitation = ipv6("fd00:10::12", "ff02::1", 255, 58,
                concat(hex("87000000 00000000"), address("fd00:10::1"), hex("0101" + FAR_MAC)));
        assertThat(check(UPLINK, FAR_MAC, 0x806, reply)).as("not heard yet").isZero();
        hear(DB, DB_MAC);
        assertThat(check(UPLINK, FAR_MAC, 0x806, reply)).isEqualTo(PortGuard.IP);
        byte[] ofIeee802 = reply.clone();
        ofIeee802[1] = 6;
        assertThat(check(UPLINK, FAR_MAC, 0x806, ofIeee802)).as("some stations take it").isEqualTo(PortGuard.IP);
        assertThat(check(UPLINK, FAR_MAC, 0x86dd, advertisement)).isEqualTo(PortGuard.IP);
        assertThat(check(UPLINK, FAR_MAC, 0x86dd, solicitation)).as("its option says whose").isEqualTo(PortGuard.IP);
        assertThat(check(UPLINK, FAR_MAC, 0x800,
                TestFrame.ipv4("10.10.0.12", "10.10.0.1", 64, 17, 0, TestFrame.udp(9, 9, 9)))).isZero();
        assertThat(check(UPLINK, FAR_MAC, 0x86dd,
                ipv6("fd00:10::12", "fd00:10::1", 64, 17, TestFrame.udp(9, 9, 9)))).isZero();
        assertThat(check(DB, DB_MAC, 0x806, arp(2, DB_MAC, "10.10.0.12", "10.10.0.1"))).isZero();
    }

    @Test
    void shouldHoldPrefixesToo() {
        declare(DB, Set.of(DB_MAC), Set.of(), "10.10.0.16/28", "fd00:20::/64");
        publish(true);
        hear(DB, DB_MAC);
        assertThat(check(UPLINK, FAR_MAC, 0x806, arp(2, FAR_MAC, "10.10.0.17", "10.10.0.1"))).isEqualTo(PortGuard.IP);
        assertThat(check(UPLINK, FAR_MAC, 0x806, arp(2, FAR_MAC, "10.10.0.32", "10.10.0.1"))).isZero();
        assertThat(check(UPLINK, FAR_MAC, 0x86dd, advertisement("fe80::f", "fd00:20::7"))).isEqualTo(PortGuard.IP);
    }

    @Test
    void shouldHoldWhatAPortWithoutGuardDeclares() {
        declare(DB, new AddressBinding(Set.of(mac(DB_MAC)), List.of(), Set.of(), false));
        publish(true);
        hear(DB, FAR_MAC);
        assertThat(owners.refusesMac(VLAN, mac(DB_MAC).value(), UPLINK)).as("somebody else was heard").isFalse();
        hear(DB, DB_MAC);
        assertThat(owners.refusesMac(VLAN, mac(DB_MAC).value(), UPLINK)).isTrue();
    }

    // ---- roles -----------------------------------------------------------------------------------------------------

    @Test
    void shouldPermitQueriersByRoleOnly() {
        byte[] igmp = TestFrame.ipv4("10.10.0.11", "224.0.0.1", 1, 2, 0, hex("11000000 00000000"));
        byte[] mld = ipv6("fe80::ff:fe00:a01", "ff02::1", 1, 58, hex("82000000 00000000" + "00".repeat(16)));
        for (byte[] query : List.of(igmp, mld)) {
            int type = query == igmp ? 0x800 : 0x86dd;
            declare(WEB, Set.of(WEB_MAC), Set.of(), "10.10.0.11");
            assertThat(check(WEB, WEB_MAC, type, query)).isEqualTo(PortGuard.QUERIER);
            declare(WEB, Set.of(WEB_MAC), Set.of(GuardRole.QUERIER), "10.10.0.11");
            assertThat(check(WEB, WEB_MAC, type, query)).isZero();
        }
    }

    @Test
    void shouldKeepTheBindingOfAServer() {
        declare(WEB, Set.of(WEB_MAC), Set.of(GuardRole.DHCP_SERVER), "10.10.0.11");
        byte[] offer = TestFrame.dhcp(2, DB_MAC, "350102ff");
        assertThat(check(WEB, WEB_MAC, 0x800, TestFrame.ipv4("10.10.0.11", "255.255.255.255", 64, 17, 0, offer)))
                .isZero();
        assertThat(check(WEB, WEB_MAC, 0x800, TestFrame.ipv4("10.10.0.12", "255.255.255.255", 64, 17, 0, offer)))
                .isEqualTo(PortGuard.IP);
        assertThat(check(WEB, WEB_MAC, 0x86dd, routerAdvertisement("fe80::ff:fe00:a01"))).isEqualTo(PortGuard.RA);
    }
}
