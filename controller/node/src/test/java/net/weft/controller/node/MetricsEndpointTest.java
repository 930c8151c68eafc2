package net.weft.controller.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsEndpointTest {
    @Test
    void shouldListenOnLoopbackUnlessAHostIsGiven() {
        assertThat(MetricsEndpoint.address("9400").getAddress().isLoopbackAddress()).isTrue();
        assertThat(MetricsEndpoint.address("9400").getPort()).isEqualTo(9400);
        assertThat(MetricsEndpoint.address("0.0.0.0:1").getAddress().isAnyLocalAddress()).isTrue();
        assertThat(MetricsEndpoint.address("[::1]:9400").getAddress().getHostAddress()).isEqualTo("0:0:0:0:0:0:0:1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "a:b"})
    void shouldSayWhatIsExpected(String text) {
        assertThatThrownBy(() -> MetricsEndpoint.address(text)).hasMessageContaining("expected HOST:PORT or PORT");
    }
}
