package net.weft.vswitch.offload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.weft.linux.Memory;
import net.weft.packet.HeaderParser;
import net.weft.testing.Seed;
import net.weft.vswitch.Packets;
import net.weft.vswitch.burst.Burst;
import org.junit.jupiter.api.Test;

/** The short way through the headers of plain TCP and UDP must give what the long way gives, for every frame. */
class PlainHeadersTest {
    private static final int FRAMES = 400_000;
    private static final int ENOUGH = FRAMES / 20;
    private static final int TYPE = 12;

    private static byte[] frame(Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> Packets.udp(1, 2, 1000 + random.nextInt(10), 53);
            case 1 -> Packets.tcp(1, 2, 1000 + random.nextInt(10), 80, 0x10, 1, 1);
            default -> {
                byte[] noise = new byte[15 + random.nextInt(80)];
                random.nextBytes(noise);
                noise[TYPE] = 8;
                noise[TYPE + 1] = 0;
                noise[TYPE + 2] = 0x45;
                yield noise;
            }
        };
    }

    @Test
    void shouldGiveWhatTheWholeParserGives() {
        long seed = Seed.of(PlainHeadersTest.class);
        Random random = new Random(seed);
        int complete = 0;
        try (Burst burst = new Burst()) {
            for (int n = 0; n < FRAMES; n++) {
                byte[] frame = frame(random);
                for (int flips = random.nextInt(3); flips > 0; flips--) {
                    frame[TYPE + random.nextInt(frame.length - TYPE)] = (byte) random.nextInt(256);
                }
                int length = random.nextInt(8) == 0 ? 14 + random.nextInt(frame.length - 13) : frame.length;
                burst.clear();
                Memory.copy(frame, 0, burst.area(0), length);
                burst.add(burst.area(0), length, 0, 0, 0);
                long expected = Headers.parseAny(burst, 0);
                assertThat(Headers.parse(burst, 0)).as("seed %d, frame %d", seed, n).isEqualTo(expected);
                complete += HeaderParser.isL4Complete(expected) ? 1 : 0;
            }
        }
        assertThat(complete).as("frames with valid headers").isBetween(ENOUGH, FRAMES - ENOUGH);
    }
}
