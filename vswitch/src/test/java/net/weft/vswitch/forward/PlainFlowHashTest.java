package net.weft.vswitch.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import net.weft.linux.Memory;
import net.weft.testing.Seed;
import net.weft.vswitch.Packets;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.port.FlowFields;
import org.junit.jupiter.api.Test;

/** The short way to the hash of plain packets must give the hash of the long way, for every frame. */
class PlainFlowHashTest {
    private static final int FRAMES = 200_000;
    private static final int TYPE = 12;

    @Test
    void shouldGiveWhatTheLongWayGives() {
        long seed = Seed.of(PlainFlowHashTest.class);
        Random random = new Random(seed);
        Set<Integer> hashes = new HashSet<>();
        try (Burst burst = new Burst()) {
            for (int n = 0; n < FRAMES; n++) {
                byte[] frame = random.nextBoolean()
                        ? Packets.udp(1, 2, random.nextInt(1 << 16), 53)
                        : Packets.tcp(1, 2, random.nextInt(1 << 16), 80, 0x10, 1, 1);
                for (int flips = random.nextInt(3); flips > 0; flips--) {
                    frame[TYPE + random.nextInt(frame.length - TYPE)] = (byte) random.nextInt(256);
                }
                int length = random.nextInt(8) == 0 ? 14 + random.nextInt(frame.length - 13) : frame.length;
                burst.clear();
                Memory.copy(frame, 0, burst.area(0), length);
                burst.add(burst.area(0), length, 0, 0, 0);
                int expected = FlowHash.whole(burst, 0);
                burst.flowHash[0] = 0;
                assertThat(FlowHash.of(burst, 0, FlowFields.L3_L4)).as("seed %d, frame %d", seed, n)
                        .isEqualTo(expected);
                hashes.add(expected);
            }
        }
        assertThat(hashes).hasSizeGreaterThan(FRAMES / 4);
    }
}
