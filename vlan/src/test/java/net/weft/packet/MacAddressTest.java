package net.weft.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import net.weft.testing.Seed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MacAddressTest {
    @Test
    void shouldReadAndWrite() {
        assertThat(MacAddress.parse("02:57:45:46:54:Ab").value()).isEqualTo(0x0257_4546_54abL);
        assertThat(MacAddress.parse("02-57-45-46-54-ab")).hasToString("02:57:45:46:54:ab");
    }

    @Test
    void shouldReadWhatItWrites() {
        Random random = Seed.random(MacAddressTest.class);
        for (int round = 0; round < 1000; round++) {
            var mac = new MacAddress(Bytes.randomMac(random));
            assertThat(MacAddress.parse(mac.toString())).isEqualTo(mac);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "02:57:45:46:54", "02:57:45:46:54:0", "02:57:45:46:54:0g", "02:57:45-46-54-01",
            "02.57.45.46.54.01", "025745465401", "02:57:45:46:54:01 ", "02:57:45:46:54:٠1", "+2:57:45:46:54:01"})
    void shouldNameWhatIsNoAddress(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> MacAddress.parse(text))
                .withMessage('"' + text + "\" is not a MAC address: expected six bytes such as 02:00:00:00:00:01");
    }

    @Test
    void shouldRefuseMoreThan48Bits() {
        assertThatIllegalArgumentException().isThrownBy(() -> new MacAddress(1L << 48));
        assertThatIllegalArgumentException().isThrownBy(() -> new MacAddress(-1));
    }

    @Test
    void shouldTellKindsApart() {
        assertThat(MacAddress.BROADCAST.isBroadcast()).isTrue();
        assertThat(MacAddress.BROADCAST.isMulticast()).isTrue();
        assertThat(MacAddress.parse("01:00:5e:00:00:01").isMulticast()).isTrue();
        assertThat(MacAddress.parse("01:00:5e:00:00:01").isBroadcast()).isFalse();
        assertThat(MacAddress.parse("fe:ff:ff:ff:ff:ff").isMulticast()).isFalse();
        assertThat(MacAddress.parse("02:00:00:00:00:01").isLocallyAdministered()).isTrue();
        assertThat(MacAddress.parse("00:1b:21:00:00:01").isLocallyAdministered()).isFalse();
    }

    @Test
    void shouldReserveSixteenGroups() {
        for (int last = 0; last < 256; last++) {
            assertThat(MacAddress.isReserved(0x0180_c200_0000L | last)).isEqualTo(last < 16);
        }
        assertThat(MacAddress.parse("01:80:c2:00:01:00").isReserved()).isFalse();
        assertThat(MacAddress.parse("00:80:c2:00:00:00").isReserved()).isFalse();
    }

    @Test
    void shouldSortAsOnTheWire() {
        assertThat(MacAddress.parse("7f:00:00:00:00:00")).isLessThan(MacAddress.parse("80:00:00:00:00:00"));
    }
}
