package net.weft.controller.server;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CapacityTest {
    private static final long MEMORY = 256L << 20;

    @Test
    void shouldRefuseMorePortsThanFitIntoTheMemory() {
        assertThatCode(() -> Capacity.check(32_768, MEMORY)).doesNotThrowAnyException();
        assertThatThrownBy(() -> Capacity.check(32_769, MEMORY)).isInstanceOf(RefusedException.class)
                .hasMessageContaining(
                        "ports: the fabric has 32769 ports and VPN peers, and the 256 MiB of memory that weft"
                                + " may use are enough for 32768: start it with more, as with WEFT_JAVA_OPTS=-Xmx1g");
        assertThatCode(() -> Capacity.check(65_535, 2 * MEMORY)).doesNotThrowAnyException();
    }
}
