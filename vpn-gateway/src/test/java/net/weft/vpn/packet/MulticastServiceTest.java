package net.weft.vpn.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which packets are multicast DNS or SSDP, and which only look like it. */
class MulticastServiceTest {
    private static final Set<MulticastService> BOTH = EnumSet.allOf(MulticastService.class);
    private static final Set<MulticastService> MDNS = EnumSet.of(MulticastService.MDNS);
    private static final int MDNS_GROUP = 0xe00000fb;
    private static final int SSDP_GROUP = 0xeffffffa;

    private static MemorySegment ipv4(int protocol, int fragment, int group, int port) {
        ByteBuffer packet = ByteBuffer.allocate(28).put((byte) 0x45).put((byte) 0).putShort((short) 28);
        packet.putShort((short) 0).putShort((short) fragment).put((byte) 255).put((byte) protocol).putShort((short) 0);
        packet.putInt(0x0a0a000b).putInt(group).putShort((short) 5353).putShort((short) port);
        return MemorySegment.ofArray(packet.array());
    }

    private static MemorySegment ipv6(long high, long low, int port) {
        ByteBuffer packet = ByteBuffer.allocate(48).putInt(6 << 28).putShort((short) 8).put((byte) 17).put((byte) 255);
        packet.putLong(0xfd00_0010L << 32).putLong(11).putLong(high).putLong(low);
        packet.putShort((short) 5353).putShort((short) port);
        return MemorySegment.ofArray(packet.array());
    }

    private static boolean isAny(Set<MulticastService> services, MemorySegment packet) {
        return MulticastService.isAny(services, packet, 0, (int) packet.byteSize());
    }

    @Test
    void shouldTakeTheServicesThatAreAskedFor() {
        assertThat(isAny(MDNS, ipv4(17, 0, MDNS_GROUP, 5353))).isTrue();
        assertThat(isAny(MDNS, ipv4(17, 0, SSDP_GROUP, 1900))).isFalse();
        assertThat(isAny(BOTH, ipv4(17, 0, SSDP_GROUP, 1900))).isTrue();
        assertThat(isAny(MDNS, ipv6(0xff02L << 48, 0xfb, 5353))).isTrue();
        assertThat(isAny(BOTH, ipv6(0xff05L << 48, 0x0c, 1900))).isTrue();
        assertThat(isAny(Set.of(), ipv4(17, 0, MDNS_GROUP, 5353))).isFalse();
    }

    @Test
    void shouldTakeNothingElse() {
        assertThat(isAny(BOTH, ipv4(17, 0, MDNS_GROUP, 5354))).as("another port").isFalse();
        assertThat(isAny(BOTH, ipv4(17, 0, MDNS_GROUP + 1, 5353))).as("another group").isFalse();
        assertThat(isAny(BOTH, ipv4(6, 0, MDNS_GROUP, 5353))).as("no UDP").isFalse();
        assertThat(isAny(BOTH, ipv4(17, 0x2000, MDNS_GROUP, 5353))).as("a fragment").isFalse();
        assertThat(MulticastService.isAny(BOTH, ipv4(17, 0, MDNS_GROUP, 5353), 0, 27)).as("cut").isFalse();
        assertThat(isAny(BOTH, ipv6(0xff05L << 48, 0xfb, 5353))).as("mDNS is of the link").isFalse();
    }

    @Test
    void shouldMapGroupsToMacAddresses() {
        assertThat(MulticastService.mac(true, 0xffff_efff_fffaL)).isEqualTo(0x0100_5e7f_fffaL);
        assertThat(MulticastService.mac(false, 0xfb)).isEqualTo(0x3333_0000_00fbL);
    }
}
