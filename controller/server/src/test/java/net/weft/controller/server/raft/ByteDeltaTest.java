package net.weft.controller.server.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import net.weft.testing.Seed;
import org.junit.jupiter.api.Test;

class ByteDeltaTest {
    private static final int ROUNDS = 300;

    @Test
    void shouldMakeTheSecondOfTheFirst() {
        long seed = Seed.of(ByteDeltaTest.class);
        for (int round = 0; round < ROUNDS; round++) {
            Random random = new Random(seed + round);
            byte[] base = bytes(random, random.nextInt(3000));
            byte[] target = edited(base, random);
            byte[] delta = ByteDelta.encode(base, target);
            assertThat(ByteDelta.apply(base, ByteBuffer.wrap(delta), target.length)).as("seed " + (seed + round))
                    .isEqualTo(target);
        }
    }

    /** Half of the arrays have few values, so that blocks repeat. */
    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        if (random.nextBoolean()) {
            for (int i = 0; i < length; i++) {
                bytes[i] &= 1;
            }
        }
        return bytes;
    }

    /** Copies parts of an array in any order, with new bytes between. */
    private static byte[] edited(byte[] base, Random random) {
        ByteArrayOutputStream edited = new ByteArrayOutputStream();
        int parts = random.nextInt(6);
        for (int i = 0; i < parts; i++) {
            edited.writeBytes(bytes(random, random.nextInt(40)));
            int from = random.nextInt(base.length + 1);
            edited.write(base, from, random.nextInt(base.length - from + 1));
        }
        return edited.toByteArray();
    }

    @Test
    void shouldBeShortWhereLittleChanged() {
        byte[] base = bytes(new Random(1), 2_000_000);
        byte[] target = base.clone();
        for (int i = 0; i < 10; i++) {
            target[i * 199_999] ^= 1;
        }
        assertThat(ByteDelta.encode(base, target)).hasSizeLessThan(1000);
        assertThat(ByteDelta.encode(base, bytes(new Random(2), 1000))).as("the control: nothing in common")
                .hasSizeGreaterThanOrEqualTo(1000);
    }

    @Test
    void shouldRefuseWhatIsNoDifferenceToTheBase() {
        long seed = Seed.of(ByteDeltaTest.class);
        byte[] base = bytes(new Random(seed), 1000);
        byte[] target = edited(base, new Random(seed + 1));
        byte[] delta = ByteDelta.encode(base, target);
        assertThatThrownBy(() -> ByteDelta.apply(base, ByteBuffer.wrap(delta), target.length + 1))
                .isInstanceOf(IllegalArgumentException.class);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] garbage = bytes(new Random(seed + round), 50);
            assertThatThrownBy(() -> ByteDelta.apply(base, ByteBuffer.wrap(garbage), 1 << 20))
                    .as("seed " + (seed + round)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
