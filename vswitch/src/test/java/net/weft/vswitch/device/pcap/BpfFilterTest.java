package net.weft.vswitch.device.pcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BpfFilterTest {
    /** An ARP request, in VLAN 10 where asked. */
    private static byte[] arp(boolean tagged) {
        byte[] frame = new byte[tagged ? 64 : 60];
        int type = 12;
        if (tagged) {
            frame[12] = (byte) 0x81;
            frame[15] = 10;
            type = 16;
        }
        frame[type] = 8;
        frame[type + 1] = 6;
        return frame;
    }

    private static boolean matches(String expression, byte[] frame, int captured) {
        try (BpfFilter filter = BpfFilter.compile(expression)) {
            return filter.matches(frame, captured, frame.length);
        }
    }

    @Test
    void shouldWantWhatTheExpressionSays() {
        assertThat(matches("arp", arp(false), 60)).isTrue();
        assertThat(matches("ip", arp(false), 60)).isFalse();
        assertThat(matches("arp", arp(true), 64)).isFalse();
        assertThat(matches("vlan 10 and arp", arp(true), 64)).isTrue();
        assertThat(matches("vlan 11", arp(true), 64)).isFalse();
        assertThat(matches("greater 60", arp(false), 14)).as("by its length on the wire").isTrue();
    }

    @Test
    void shouldReadNoFurtherThanWasCaptured() {
        byte[] frame = arp(false);
        frame[40] = 7;
        assertThat(matches("ether[40] = 7", frame, 60)).isTrue();
        assertThat(matches("ether[40] = 7", frame, 40)).isFalse();
    }

    @Test
    void shouldSayWhatDoesNotCompile() {
        assertThatThrownBy(() -> BpfFilter.compile("tcp prot 443")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("filter tcp prot 443: ").hasMessageContaining("syntax error")
                .hasMessageContaining("as tcpdump takes it").hasMessageNotContaining("Exception");
    }
}
