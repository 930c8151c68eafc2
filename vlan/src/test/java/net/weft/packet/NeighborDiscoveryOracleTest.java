package net.weft.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.weft.testing.Seed;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.pcap4j.packet.IcmpV6CommonPacket;
import org.pcap4j.packet.IcmpV6NeighborAdvertisementPacket;
import org.pcap4j.packet.IcmpV6NeighborSolicitationPacket;
import org.pcap4j.packet.IcmpV6RedirectPacket;
import org.pcap4j.packet.IcmpV6RouterAdvertisementPacket;
import org.pcap4j.packet.IcmpV6RouterSolicitationPacket;
import org.pcap4j.packet.IpV6NeighborDiscoveryMtuOption;
import org.pcap4j.packet.IpV6NeighborDiscoveryPrefixInformationOption;
import org.pcap4j.packet.IpV6NeighborDiscoverySourceLinkLayerAddressOption;
import org.pcap4j.packet.IpV6NeighborDiscoveryTargetLinkLayerAddressOption;
import org.pcap4j.packet.Packet;
import org.pcap4j.packet.namednumber.IcmpV6Code;
import org.pcap4j.packet.namednumber.IcmpV6Type;

/** Neighbour discovery beside pcap4j. */
class NeighborDiscoveryOracleTest {
    private static final Random RANDOM = Seed.random(NeighborDiscoveryOracleTest.class);

    private final long targetHigh = RANDOM.nextLong();
    private final long targetLow = RANDOM.nextLong();
    private final long mac = Bytes.randomMac(RANDOM);

    private static byte[] message(IcmpV6Type type, Packet.Builder body) {
        return new IcmpV6CommonPacket.Builder().type(type).code(IcmpV6Code.NO_CODE).checksum((short) 0x1234)
                .payloadBuilder(body).build().getRawData();
    }

    private IpV6NeighborDiscoverySourceLinkLayerAddressOption sourceOption() {
        return new IpV6NeighborDiscoverySourceLinkLayerAddressOption.Builder()
                .linkLayerAddress(Bytes.pcapMac(mac).getAddress()).correctLengthAtBuild(true).build();
    }

    private static void assertRoundTrip(byte[] message) {
        MemorySegment segment = Bytes.segment(message);
        assertThat(NeighborDiscovery.check(segment, Bytes.AT, message.length)).isTrue();
        var header = NeighborDiscovery.Header.parse(segment, Bytes.AT, message.length);
        assertThat(header.length()).isEqualTo(message.length);
        assertThat(Bytes.emitted(header.length(), header::emit)).isEqualTo(message);
    }

    @RepeatedTest(20)
    void shouldReadNeighborSolicitation() {
        byte[] message = message(IcmpV6Type.NEIGHBOR_SOLICITATION,
                new IcmpV6NeighborSolicitationPacket.Builder().targetAddress(Bytes.inet6(targetHigh, targetLow))
                        .options(List.of(sourceOption())));
        MemorySegment segment = Bytes.segment(message);

        assertRoundTrip(message);
        assertThat(NeighborDiscovery.targetHigh(segment, Bytes.AT)).isEqualTo(targetHigh);
        assertThat(NeighborDiscovery.targetLow(segment, Bytes.AT)).isEqualTo(targetLow);
        int option = NeighborDiscovery.findOption(segment, Bytes.AT, message.length,
                NeighborDiscovery.OPTION_SOURCE_LINK_LAYER_ADDRESS);
        assertThat(option).isEqualTo(24);
        assertThat(NeighborDiscovery.linkLayerAddress(segment, Bytes.AT + option)).isEqualTo(mac);
        assertThat(NeighborDiscovery.findOption(segment, Bytes.AT, message.length,
                NeighborDiscovery.OPTION_TARGET_LINK_LAYER_ADDRESS)).isEqualTo(-1);
    }

    @RepeatedTest(20)
    void shouldReadRouterAdvertisement() {
        int lifetime = RANDOM.nextInt(0x10000);
        int reachable = RANDOM.nextInt();
        int mtu = RANDOM.nextInt(0x10000);
        var prefix = new IpV6NeighborDiscoveryPrefixInformationOption.Builder().prefixLength((byte) 64)
                .onLinkFlag(true).addressConfigurationFlag(true).validLifetime(86400).preferredLifetime(3600)
                .prefix(Bytes.inet6(targetHigh, 0)).correctLengthAtBuild(true).build();
        byte[] message = message(IcmpV6Type.ROUTER_ADVERTISEMENT,
                new IcmpV6RouterAdvertisementPacket.Builder().curHopLimit((byte) 200)
                        .managedAddressConfigurationFlag(true).otherConfigurationFlag(false)
                        .routerLifetime((short) lifetime).reachableTime(reachable).retransTimer(~reachable)
                        .options(List.of(sourceOption(), prefix, new IpV6NeighborDiscoveryMtuOption.Builder().mtu(mtu)
                                .correctLengthAtBuild(true).build())));
        MemorySegment segment = Bytes.segment(message);

        assertRoundTrip(message);
        assertThat(NeighborDiscovery.routerHopLimit(segment, Bytes.AT)).isEqualTo(200);
        assertThat(NeighborDiscovery.routerFlags(segment, Bytes.AT)).isEqualTo(NeighborDiscovery.RA_MANAGED);
        assertThat(NeighborDiscovery.routerLifetime(segment, Bytes.AT)).isEqualTo(lifetime);
        assertThat(NeighborDiscovery.reachableTime(segment, Bytes.AT)).isEqualTo(Integer.toUnsignedLong(reachable));
        assertThat(NeighborDiscovery.retransTimer(segment, Bytes.AT)).isEqualTo(Integer.toUnsignedLong(~reachable));
        int prefixAt = NeighborDiscovery.findOption(segment, Bytes.AT, message.length,
                NeighborDiscovery.OPTION_PREFIX_INFORMATION);
        assertThat(prefixAt).isEqualTo(24);
        assertThat(NeighborDiscovery.optionLength(segment, Bytes.AT + prefixAt)).isEqualTo(32);
        int mtuAt = NeighborDiscovery.findOption(segment, Bytes.AT, message.length, NeighborDiscovery.OPTION_MTU);
        assertThat(NeighborDiscovery.mtu(segment, Bytes.AT + mtuAt)).isEqualTo(mtu);
    }

    @RepeatedTest(20)
    void shouldReadSolicitationOfRoutersAndRedirect() {
        byte[] solicitation = message(IcmpV6Type.ROUTER_SOLICITATION,
                new IcmpV6RouterSolicitationPacket.Builder().reserved(RANDOM.nextInt())
                        .options(List.of(sourceOption())));
        byte[] redirect = message(IcmpV6Type.REDIRECT,
                new IcmpV6RedirectPacket.Builder().targetAddress(Bytes.inet6(targetHigh, targetLow))
                        .destinationAddress(Bytes.inet6(targetLow, targetHigh)).options(List.of(sourceOption())));

        assertRoundTrip(solicitation);
        assertRoundTrip(redirect);
        assertThat(NeighborDiscovery.targetHigh(Bytes.segment(redirect), Bytes.AT)).isEqualTo(targetHigh);
    }

    @RepeatedTest(20)
    void shouldEmitTheAdvertisementThatPcap4jDissects() throws Exception {
        var icmp = new Icmpv6.Header(NeighborDiscovery.NEIGHBOR_ADVERTISEMENT, 0, 0x4321,
                NeighborDiscovery.NA_SOLICITED | NeighborDiscovery.NA_OVERRIDE);
        var header = new NeighborDiscovery.Header(icmp, Octets.of(Bytes.inet6(targetHigh, targetLow).getAddress()),
                List.of(NeighborDiscovery.Option.linkLayerAddress(NeighborDiscovery.OPTION_TARGET_LINK_LAYER_ADDRESS,
                        new MacAddress(mac))));
        byte[] message = Bytes.emitted(header.length(), header::emit);

        var dissected = IcmpV6CommonPacket.newPacket(message, 0, message.length)
                .get(IcmpV6NeighborAdvertisementPacket.class).getHeader();
        assertThat(dissected.getTargetAddress()).isEqualTo(Bytes.inet6(targetHigh, targetLow));
        assertThat(dissected.getRouterFlag()).isFalse();
        assertThat(dissected.getSolicitedFlag()).isTrue();
        assertThat(dissected.getOverrideFlag()).isTrue();
        assertThat(dissected.getOptions())
                .containsExactly(new IpV6NeighborDiscoveryTargetLinkLayerAddressOption.Builder()
                        .linkLayerAddress(Bytes.pcapMac(mac).getAddress()).correctLengthAtBuild(true).build());
    }

    @Test
    void shouldRefuseOptionsThatDoNotFillTheMessage() {
        byte[] message = message(IcmpV6Type.ROUTER_SOLICITATION,
                new IcmpV6RouterSolicitationPacket.Builder().options(List.of(sourceOption())));

        for (int length = 0; length < message.length; length++) {
            byte[] cut = Arrays.copyOf(message, length);
            assertThat(NeighborDiscovery.check(Bytes.segment(cut), Bytes.AT, length)).isEqualTo(length == 8);
        }
        for (int units : new int[]{0, 2, 255}) {
            message[9] = (byte) units;
            assertThat(NeighborDiscovery.check(Bytes.segment(message), Bytes.AT, message.length)).isFalse();
        }
    }
}
