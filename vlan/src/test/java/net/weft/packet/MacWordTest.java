package net.weft.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import net.weft.testing.Seed;
import org.junit.jupiter.api.Test;

class MacWordTest {
    @Test
    void shouldHaveTheFirstByteLowest() {
        assertThat(MacWord.of("02:11:22:33:44:55")).isEqualTo(0x55_44_33_22_11_02L);
        assertThat(MacWord.format(0x55_44_33_22_11_02L)).isEqualTo("02:11:22:33:44:55");
        assertThat(MacWord.of("01:00:5e:00:00:01") & MacWord.GROUP_BIT).isOne();
        assertThat(MacWord.of("fe:ff:ff:ff:ff:ff") & MacWord.GROUP_BIT).isZero();
    }

    /** Beside the bytes as they lie in memory. */
    @Test
    void shouldBeWhatALittleEndianLoadFinds() {
        Random random = Seed.random(MacWordTest.class);
        for (int n = 0; n < 1000; n++) {
            byte[] bytes = new byte[8];
            random.nextBytes(bytes);
            long loaded = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 6; i++) {
                text.append(i == 0 ? "" : ":").append(String.format("%02x", bytes[i] & 0xFF));
            }
            assertThat(MacWord.of(text.toString())).isEqualTo(loaded & MacWord.MASK);
            assertThat(MacWord.format(loaded)).isEqualTo(text.toString());
            assertThat(MacWord.address(loaded)).isEqualTo(MacAddress.parse(text.toString()));
        }
    }
}
