package net.weft.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import net.weft.testing.Seed;
import org.junit.jupiter.api.Test;

class MemoryTest {
    private static final int AREA = 2048;

    /** A byte-by-byte copy is the oracle; what lies around the target must stay as it was. */
    @Test
    void shouldCopyLikeAByteLoopForAnyLengthAndAlignment() {
        long seed = Seed.of(MemoryTest.class);
        Random random = new Random(seed);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment from = arena.allocate(AREA);
            MemorySegment to = arena.allocate(AREA);
            for (int bytes = 0; bytes < 700; bytes++) {
                byte[] source = random(random);
                byte[] expected = random(random);
                MemorySegment.copy(source, 0, from, ValueLayout.JAVA_BYTE, 0, AREA);
                MemorySegment.copy(expected, 0, to, ValueLayout.JAVA_BYTE, 0, AREA);
                int fromOffset = random.nextInt(64);
                int toOffset = random.nextInt(64);
                for (int i = 0; i < bytes; i++) {
                    expected[toOffset + i] = source[fromOffset + i];
                }
                Memory.copy(from.address() + fromOffset, to.address() + toOffset, bytes);
                assertThat(to.toArray(ValueLayout.JAVA_BYTE)).as("seed %d, %d bytes", seed, bytes).isEqualTo(expected);
            }
        }
    }

    @Test
    void shouldReadAndWriteNetworkOrderAtOddAddresses() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment area = arena.allocate(32, 8);
            long odd = area.address() + 3;
            Memory.putLongBe(odd, 0x0102030405060708L);
            assertThat(Memory.getByte(odd)).isEqualTo((byte) 1);
            assertThat(Memory.getShortBe(odd + 1)).isEqualTo((short) 0x0203);
            assertThat(Memory.getIntBe(odd + 3)).isEqualTo(0x04050607);
            assertThat(Memory.getLong(odd)).isEqualTo(Long.reverseBytes(Memory.getLongBe(odd)));
            Memory.putIntBe(odd, 0xcafebabe);
            assertThat(Memory.getInt(odd)).isEqualTo(Integer.reverseBytes(0xcafebabe));
            Memory.putShortBe(odd, (short) 0x8100);
            assertThat(Memory.getShort(odd)).isEqualTo(Short.reverseBytes((short) 0x8100));
        }
    }

    @Test
    void shouldPublishAlignedWords() {
        try (Arena arena = Arena.ofConfined()) {
            long at = arena.allocate(16, 8).address();
            Memory.putLongRelease(at, -2);
            assertThat(Memory.getLongAcquire(at)).isEqualTo(-2);
            Memory.putShortRelease(at + 2, (short) 7);
            assertThat(Memory.getShortAcquire(at + 2)).isEqualTo((short) 7);
            assertThat(Memory.compareAndSetInt(at + 8, 0, 5)).isTrue();
            assertThat(Memory.compareAndSetInt(at + 8, 0, 6)).isFalse();
            assertThat(Memory.getIntAcquire(at + 8)).isEqualTo(5);
        }
    }

    private static byte[] random(Random random) {
        byte[] bytes = new byte[AREA];
        random.nextBytes(bytes);
        return bytes;
    }
}
