package net.weft.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class EndpointTest {
    private static String text(String address) {
        return Endpoint.of(InetAddress.ofLiteral(address).getAddress(), 51820).toString();
    }

    @Test
    void shouldReadAsWgPrintsIt() {
        assertThat(text("192.0.2.1")).isEqualTo("192.0.2.1:51820");
        assertThat(text("2001:db8:0:0:0:0:0:1")).isEqualTo("[2001:db8::1]:51820");
        assertThat(new Endpoint(0xfe80_0000_0000_0000L, 1, 7, 3, 0, 0)).hasToString("[fe80::1%3]:7");
    }
}
