package net.weft.vswitch.station;

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

class StationImageTest {
    private static final UUID BOOT = new UUID(1, 2);
    private static final Map<Integer, Long> PORTS = Map.of(3, 33L, 4, -44L);

    private final StationImage image = new StationImage(BOOT);

    private ByteBuffer imageOf(Map<Integer, Long> ports, List<Station> stations) {
        image.begin(ports);
        stations.forEach(one -> image.add(one.vid(), one.mac(), one.port(), one.seenSeconds()));
        return copy(image.finish());
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }

    @Test
    void shouldReadWhatItWrote() throws IOException {
        List<Station> stations = List.of(new Station(1, 0x02, 3, 0), new Station(4094, 0xFFFF_FFFF_FFFEL, 4, 1 << 30),
                new Station(10, 0x0A00_0000_0002L, 3, 77));
        assertThat(image.read(imageOf(PORTS, stations)))
                .isEqualTo(new StationImage.Content(PORTS, stations));
        assertThat(image.read(imageOf(Map.of(), List.of()))).isEqualTo(StationImage.Content.NONE);
    }

    @Test
    void shouldHoldAsManyAsThereCanBeAndLeaveOutMore() throws IOException {
        Map<Integer, Long> ports = new HashMap<>();
        List<Station> stations = new ArrayList<>();
        for (int i = 0; i < 1 << 16; i++) {
            ports.put(i, (long) i * i);
            stations.add(new Station(1 + i % 4094, 2L * (i + 1), i, i));
        }
        image.begin(ports);
        stations.forEach(one -> image.add(one.vid(), one.mac(), one.port(), one.seenSeconds()));
        image.add(1, 2, 3, 4);
        ByteBuffer bytes = image.finish();
        assertThat(bytes.remaining()).isEqualTo(StationImage.MAX_BYTES);
        assertThat(image.read(bytes)).isEqualTo(new StationImage.Content(ports, stations));
    }

    @Test
    void shouldBeAnotherWithEachStationThatIsAnotherWhenever() {
        imageOf(PORTS, List.of(new Station(10, 2, 3, 5), new Station(10, 4, 3, 5)));
        long who = image.who();
        imageOf(PORTS, List.of(new Station(10, 2, 3, 6), new Station(10, 4, 3, 7)));
        assertThat(image.who()).isEqualTo(who);
        for (List<Station> others : List.of(List.of(new Station(10, 2, 3, 5)),
                List.of(new Station(11, 2, 3, 5), new Station(10, 4, 3, 5)),
                List.of(new Station(10, 2, 4, 5), new Station(10, 4, 3, 5)),
                List.of(new Station(10, 2, 3, 5), new Station(10, 6, 3, 5)), List.<Station>of())) {
            imageOf(PORTS, others);
            assertThat(image.who()).as(others.toString()).isNotEqualTo(who);
        }
        imageOf(Map.of(3, 34L, 4, -44L), List.of(new Station(10, 2, 3, 5), new Station(10, 4, 3, 5)));
        assertThat(image.who()).as("another port").isNotEqualTo(who);
    }

    @Test
    void shouldKnowNothingOfAnotherStartOfTheKernel() throws IOException {
        ByteBuffer bytes = imageOf(PORTS, List.of(new Station(10, 2, 3, 5)));
        assertThat(new StationImage(new UUID(1, 3)).read(bytes)).isEqualTo(StationImage.Content.NONE);
    }

    @Test
    void shouldRefuseEachChangedByteAndEachOtherLength() {
        ByteBuffer bytes = imageOf(PORTS, List.of(new Station(10, 2, 3, 5), new Station(20, 4, 4, 6)));
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
        List<Station> wrong = List.of(new Station(0, 2, 3, 5), new Station(4095, 2, 3, 5), new Station(10, 0, 3, 5),
                new Station(10, 1, 3, 5), new Station(10, 2, -1, 5), new Station(10, 2, 1 << 16, 5),
                new Station(10, 2, 3, -1));
        for (Station station : wrong) {
            ByteBuffer bytes = imageOf(PORTS, List.of(station));
            assertThatThrownBy(() -> image.read(bytes)).as(station.toString()).hasMessageContaining("it has Station");
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
        crc.update(bytes.array(), 0, StationImage.CRC_AT);
        crc.update(bytes.array(), StationImage.HEADER, bytes.limit() - StationImage.HEADER);
        return bytes.putInt(StationImage.CRC_AT, (int) crc.getValue());
    }

    @Test
    void shouldNeverFailOtherwiseThanItSays() {
        long seed = Seed.of(StationImageTest.class);
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] noise = new byte[StationImage.HEADER + random.nextInt(100)];
            random.nextBytes(noise);
            ByteBuffer bytes = ByteBuffer.wrap(noise).putLong(0, StationImage.MAGIC).putInt(8, StationImage.VERSION)
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
