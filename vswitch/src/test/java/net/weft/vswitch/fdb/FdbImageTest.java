package net.weft.vswitch.fdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.zip.CRC32C;
import net.weft.testing.Seed;
import org.junit.jupiter.api.Test;

class FdbImageTest {
    private static final UUID BOOT = new UUID(1, 2);
    private static final Map<Integer, Long> PORTS = Map.of(3, 33L, 4, -44L);

    private final FdbImage image = new FdbImage(BOOT);

    private ByteBuffer imageOf(Map<Integer, Long> ports, List<MacEntry> stations) {
        image.begin(ports);
        stations.forEach(one -> image.add(one.vid(), one.mac(), one.port(), one.seenSeconds()));
        return copy(image.finish());
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }

    @Test
    void shouldReadWhatItWrote() throws IOException {
        List<MacEntry> stations = List.of(new MacEntry(1, 0x02, 3, 0),
                new MacEntry(4094, 0xFFFF_FFFF_FFFEL, 4, 1 << 30),
                new MacEntry(10, 0x0A00_0000_0002L, 3, 77));
        assertThat(image.read(imageOf(PORTS, stations)))
                .isEqualTo(new FdbImage.Content(PORTS, stations));
        assertThat(image.read(imageOf(Map.of(), List.of()))).isEqualTo(FdbImage.Content.NONE);
    }

    @Test
    void shouldHoldAsManyAsThereCanBeAndLeaveOutMore() throws IOException {
        Map<Integer, Long> ports = new HashMap<>();
        List<MacEntry> stations = new ArrayList<>();
        for (int i = 0; i < 1 << 16; i++) {
            ports.put(i, (long) i * i);
            stations.add(new MacEntry(1 + i % 4094, 2L * (i + 1), i, i));
        }
        image.begin(ports);
        stations.forEach(one -> image.add(one.vid(), one.mac(), one.port(), one.seenSeconds()));
        image.add(1, 2, 3, 4);
        ByteBuffer bytes = image.finish();
        assertThat(bytes.remaining()).isEqualTo(FdbImage.MAX_BYTES);
        assertThat(image.read(bytes)).isEqualTo(new FdbImage.Content(ports, stations));
    }

    @Test
    void shouldBeAnotherWithEachStationThatIsAnotherWhenever() {
        imageOf(PORTS, List.of(new MacEntry(10, 2, 3, 5), new MacEntry(10, 4, 3, 5)));
        long who = image.who();
        imageOf(PORTS, List.of(new MacEntry(10, 2, 3, 6), new MacEntry(10, 4, 3, 7)));
        assertThat(image.who()).isEqualTo(who);
        for (List<MacEntry> others : List.of(List.of(new MacEntry(10, 2, 3, 5)),
                List.of(new MacEntry(11, 2, 3, 5), new MacEntry(10, 4, 3, 5)),
                List.of(new MacEntry(10, 2, 4, 5), new MacEntry(10, 4, 3, 5)),
                List.of(new MacEntry(10, 2, 3, 5), new MacEntry(10, 6, 3, 5)), List.<MacEntry>of())) {
            imageOf(PORTS, others);
            assertThat(image.who()).as(others.toString()).isNotEqualTo(who);
        }
        imageOf(Map.of(3, 34L, 4, -44L), List.of(new MacEntry(10, 2, 3, 5), new MacEntry(10, 4, 3, 5)));
        assertThat(image.who()).as("another port").isNotEqualTo(who);
    }

    @Test
    void shouldKnowNothingOfAnotherStartOfTheKernel() throws IOException {
        ByteBuffer bytes = imageOf(PORTS, List.of(new MacEntry(10, 2, 3, 5)));
        assertThat(new FdbImage(new UUID(1, 3)).read(bytes)).isEqualTo(FdbImage.Content.NONE);
    }

    @Test
    void shouldRefuseEachChangedByteAndEachOtherLength() {
        ByteBuffer bytes = imageOf(PORTS, List.of(new MacEntry(10, 2, 3, 5), new MacEntry(20, 4, 4, 6)));
        SplittableRandom random = new SplittableRandom(17);
        for (int at = 0; at < bytes.limit(); at++) {
            ByteBuffer changed = copy(bytes);
            changed.put(at, (byte) (changed.get(at) ^ 1 + random.nextInt(255)));
            assertThatThrownBy(() -> image.read(changed)).as("byte " + at).isInstanceOf(IOException.class);
        }
        for (int length = 0; length < bytes.limit(); length++) {
            ByteBuffer shorter = copy(bytes.duplicate().limit(length));
            assertThatThrownBy(() -> image.read(shorter)).as(length + " bytes").isInstanceOf(IOException.class);
        }
        ByteBuffer longer = ByteBuffer.allocate(bytes.limit() + 1).put(bytes.duplicate()).rewind();
        assertThatThrownBy(() -> image.read(longer)).isInstanceOf(IOException.class);
    }

    /** Counts whose sum overflows, groups, VLANs that there are not: behind a checksum that is right. */
    @Test
    void shouldRefuseWhatNoSwitchWouldWrite() {
        List<MacEntry> wrong = List.of(new MacEntry(0, 2, 3, 5), new MacEntry(4095, 2, 3, 5), new MacEntry(10, 0, 3, 5),
                new MacEntry(10, 1, 3, 5), new MacEntry(10, 2, -1, 5), new MacEntry(10, 2, 1 << 16, 5),
                new MacEntry(10, 2, 3, -1));
        for (MacEntry station : wrong) {
            ByteBuffer bytes = imageOf(PORTS, List.of(station));
            assertThatThrownBy(() -> image.read(bytes)).as(station.toString()).hasMessageContaining("it has MacEntry");
        }
        for (int count : new int[]{-1, 1 << 16, 1 << 28, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            for (int field : new int[]{12, 32}) {
                ByteBuffer bytes = imageOf(PORTS, List.of()).putInt(field, count);
                assertThatThrownBy(() -> image.read(sealed(bytes))).hasMessageContaining("it counts");
            }
        }
    }

    private static ByteBuffer sealed(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.array(), 0, FdbImage.CRC_AT);
        crc.update(bytes.array(), FdbImage.HEADER, bytes.limit() - FdbImage.HEADER);
        return bytes.putInt(FdbImage.CRC_AT, (int) crc.getValue());
    }

    @Test
    void shouldNeverFailOtherwiseThanItSays() {
        long seed = Seed.of(FdbImageTest.class);
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] noise = new byte[FdbImage.HEADER + random.nextInt(100)];
            random.nextBytes(noise);
            ByteBuffer bytes = ByteBuffer.wrap(noise).putLong(0, FdbImage.MAGIC).putInt(8, FdbImage.VERSION)
                    .putInt(12, random.nextInt(-1, 4)).putInt(32, random.nextInt(-1, 6)).putLong(16, 1).putLong(24, 2);
            assertThatCode(() -> {
                try {
                    image.read(sealed(bytes));
                } catch (IOException e) {
                    assertThat(e).hasMessageStartingWith("it");
                }
            }).as("seed " + seed + ", round " + round).doesNotThrowAnyException();
        }
    }
}
