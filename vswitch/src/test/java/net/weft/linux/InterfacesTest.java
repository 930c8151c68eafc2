package net.weft.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.Random;
import net.weft.testing.Seed;
import org.junit.jupiter.api.Test;

class InterfacesTest {
    @Test
    void shouldFindTheLoopbackDeviceInEveryWay() {
        try (Interfaces interfaces = new Interfaces()) {
            Link found = Objects.requireNonNull(interfaces.find("lo"));
            assertThat(found.flags() & Link.IFF_LOOPBACK).isEqualTo(Link.IFF_LOOPBACK);
            assertThat(found.mtu()).isPositive();
            assertThat(interfaces.find(found.index())).isEqualTo(found);
            assertThat(interfaces.links()).contains(found);
            assertThat(interfaces.find("absent-device")).isNull();
            assertThat(interfaces.find(Integer.MAX_VALUE)).isNull();
            assertThat(interfaces.find("lo")).isEqualTo(found);
        }
    }

    @Test
    void shouldRefuseNamesThatNoDeviceCanHave() {
        for (String name : new String[]{"", "sixteen-bytes-xx", "a/b", "a b", "..", "a:1", "a\0"}) {
            assertThatThrownBy(() -> Interfaces.checkName(name)).as(name).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(Interfaces.checkName("fifteen-bytes-x")).hasSize(15);
    }

    @Test
    void shouldNameTheDeviceThatIsNotThere() {
        try (Interfaces interfaces = new Interfaces()) {
            assertThatThrownBy(() -> interfaces.up(Integer.MAX_VALUE)).isInstanceOf(LinuxException.class)
                    .hasMessageContaining("interface " + Integer.MAX_VALUE);
        }
    }

    /** Whatever the bytes, parsing ends and stays inside them. */
    @Test
    void shouldSurviveAnyLinkMessage() {
        long seed = Seed.of(InterfacesTest.class);
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(80)];
            random.nextBytes(bytes);
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] &= random.nextBoolean() ? (byte) 0x1f : 0;
            }
            Link link = Link.parse(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()));
            assertThat(link == null).as("seed %d round %d", seed, round)
                    .isEqualTo(bytes.length < Link.HEADER_BYTES || bytes[0] != 0);
        }
    }
}
