package net.weft.vswitch.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import net.weft.linux.Memory;
import net.weft.testing.Seed;
import net.weft.vswitch.burst.Burst;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CaptureRingTest {
    private static final int RING = 256 << 10;

    private final Arena arena = Arena.ofShared();
    private final Burst burst = new Burst();

    @AfterEach
    void free() {
        burst.close();
        arena.close();
    }

    private record Copy(byte[] bytes, int original, int word, long timeNs) {
        boolean isLike(Copy other) {
            return Arrays.equals(bytes, other.bytes) && original == other.original && word == other.word
                    && timeNs == other.timeNs;
        }
    }

    /** Bytes that tell which frame they are of. */
    private static byte[] frame(int mark, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (31 * mark + i + (i >> 8));
        }
        return bytes;
    }

    private boolean offer(CaptureRing ring, byte[] frame, int word, long timeNs) {
        burst.clear();
        Memory.copy(frame, 0, burst.area(0), frame.length);
        burst.add(burst.area(0), frame.length, 0, 0, 0);
        return ring.offer(burst, 0, 0, word, timeNs);
    }

    private static Copy take(CaptureRing ring) {
        byte[] bytes = new byte[ring.captured()];
        ring.copyTo(bytes);
        Copy copy = new Copy(bytes, ring.original(), ring.word(), ring.timeNs());
        ring.consume();
        return copy;
    }

    @Test
    void shouldHandOverWhatAQueueWould() {
        long seed = Seed.of(CaptureRingTest.class);
        Random random = new Random(seed);
        int snapLength = 1 + random.nextInt(3000);
        CaptureRing ring = new CaptureRing(arena, RING, snapLength);
        Queue<Copy> expected = new ArrayDeque<>();
        int refused = 0;
        for (int step = 0; step < 50_000; step++) {
            if (random.nextInt(100) < 51) {
                byte[] frame = frame(step, 12 + random.nextInt(random.nextInt(50) == 0 ? 60_000 : 1600));
                if (offer(ring, frame, step, 7L * step)) {
                    expected.add(new Copy(Arrays.copyOf(frame, Math.min(snapLength, frame.length)), frame.length, step,
                            7L * step));
                } else {
                    refused++;
                }
            } else if (ring.hasNext()) {
                assertThat(take(ring)).as("seed " + seed + ", step " + step).matches(expected.remove()::isLike);
            } else {
                assertThat(expected).as("seed " + seed).isEmpty();
            }
        }
        while (ring.hasNext()) {
            assertThat(take(ring)).as("seed " + seed).matches(expected.remove()::isLike);
        }
        assertThat(expected).as("seed " + seed + ", refused " + refused).isEmpty();
    }

    @Test
    void shouldRefuseWhatDoesNotFitAndGoOnWhenThereIsRoom() {
        CaptureRing ring = new CaptureRing(arena, RING, 60);
        int held = 0;
        while (offer(ring, frame(held, 60), held, 0)) {
            held++;
        }
        assertThat(held).isBetween(RING / 100, RING / 84);
        assertThat(ring.hasNext()).isTrue();
        for (int n = 0; n < 20; n++) {
            assertThat(take(ring).word()).isEqualTo(n);
        }
        assertThat(offer(ring, frame(held, 60), held, 0)).isTrue();
    }

    @Test
    void shouldPutATagInFrontAndCutToTheSnapLength() {
        CaptureRing ring = new CaptureRing(arena, RING, 20);
        byte[] frame = frame(1, 300);
        burst.clear();
        Memory.copy(frame, 0, burst.area(0), frame.length);
        burst.add(burst.area(0), frame.length, 0, 0, 0);
        assertThat(ring.offer(burst, 0, 0x8100_000A, 0, 0)).isTrue();
        assertThat(ring.hasNext()).isTrue();
        Copy copy = take(ring);
        assertThat(copy.original()).isEqualTo(304);
        assertThat(copy.bytes()).startsWith(Arrays.copyOf(frame, 12)).endsWith(0x81, 0, 0, 0x0A, frame[12], frame[13],
                frame[14], frame[15]).hasSize(20);
    }

    @Test
    void shouldTakeFramesThatEndBeforeTheirHeader() {
        CaptureRing ring = new CaptureRing(arena, RING, 100);
        assertThat(offer(ring, frame(1, 5), 0, 0)).isTrue();
        assertThat(ring.hasNext()).isTrue();
        assertThat(take(ring).bytes()).isEqualTo(frame(1, 5));
    }

    @Test
    void shouldRefuseAMemoryThatIsTooSmall() {
        assertThatThrownBy(() -> new CaptureRing(arena, 65536, Burst.MAX_FRAME))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldLoseNothingBetweenTwoThreads() throws InterruptedException {
        CaptureRing ring = new CaptureRing(arena, RING, 2000);
        int frames = 100_000;
        int[] refused = new int[1];
        AtomicBoolean done = new AtomicBoolean();
        Thread worker = new Thread(() -> {
            for (int n = 0; n < frames; n++) {
                if (!offer(ring, frame(n, 12 + n % 1900), n, n)) {
                    refused[0]++;
                }
            }
            done.set(true);
        });
        worker.start();
        int taken = 0;
        int last = -1;
        while (!done.get() || ring.hasNext()) {
            if (ring.hasNext()) {
                Copy copy = take(ring);
                assertThat(copy.word()).isGreaterThan(last);
                last = copy.word();
                assertThat(Arrays.equals(copy.bytes(), frame(last, 12 + last % 1900))).isTrue();
                taken++;
            }
        }
        worker.join();
        assertThat(taken + refused[0]).isEqualTo(frames);
    }
}
