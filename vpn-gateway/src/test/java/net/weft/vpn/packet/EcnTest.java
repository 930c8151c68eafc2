package net.weft.vpn.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import net.weft.packet.Ipv4;
import net.weft.packet.Ipv6;
import org.junit.jupiter.api.Test;

/** The four values of the ECN field, both ways, in IPv4 and IPv6. */
class EcnTest {
    private static final int[] OUTER = {0, 1, 2, 2};
    private static final int[] MARKED = {0, 3, 3, 3};
    private static final int DSCP = 0x2e << 2;

    private static MemorySegment ipv4(int ecn) {
        byte[] packet = new byte[28];
        packet[0] = 0x45;
        packet[1] = (byte) (DSCP | ecn);
        packet[3] = 28;
        packet[8] = 64;
        packet[9] = 17;
        packet[12] = 10;
        packet[16] = 10;
        packet[19] = 1;
        MemorySegment segment = MemorySegment.ofArray(packet);
        Ipv4.fillChecksum(segment, 0);
        return segment;
    }

    private static MemorySegment ipv6(int ecn) {
        byte[] packet = new byte[40];
        int trafficClass = DSCP | ecn;
        packet[0] = (byte) (0x60 | trafficClass >> 4);
        packet[1] = (byte) (trafficClass << 4 | 0x5);
        packet[2] = 0x77;
        return MemorySegment.ofArray(packet);
    }

    @Test
    void shouldCopyThePacketsBitsButNotCongestion() {
        for (int ecn = 0; ecn < OUTER.length; ecn++) {
            assertThat(Ecn.outer(ipv4(ecn), 0)).as("IPv4 " + ecn).isEqualTo(OUTER[ecn]);
            assertThat(Ecn.outer(ipv6(ecn), 0)).as("IPv6 " + ecn).isEqualTo(OUTER[ecn]);
        }
    }

    @Test
    void shouldMarkOnlyPacketsThatAreCapable() {
        for (int ecn = 0; ecn < MARKED.length; ecn++) {
            MemorySegment ipv4 = ipv4(ecn);
            Ecn.mark(ipv4, 0);
            assertThat(Ipv4.tos(ipv4, 0)).as("IPv4 " + ecn).isEqualTo(DSCP | MARKED[ecn]);
            assertThat(Ipv4.isChecksumValid(ipv4, 0)).as("checksum of " + ecn).isTrue();
            MemorySegment ipv6 = ipv6(ecn);
            Ecn.mark(ipv6, 0);
            assertThat(Ipv6.trafficClass(ipv6, 0)).as("IPv6 " + ecn).isEqualTo(DSCP | MARKED[ecn]);
            assertThat(Ipv6.flowLabel(ipv6, 0)).isEqualTo(0x57700);
        }
    }
}
