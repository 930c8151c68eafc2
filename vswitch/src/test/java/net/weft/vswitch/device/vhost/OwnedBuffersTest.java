package net.weft.vswitch.device.vhost;

import static net.weft.vswitch.device.vhost.TestDriver.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.TransmitList;
import net.weft.vswitch.device.vhost.TestDriver.Buffer;
import net.weft.vswitch.device.vhost.TestDriver.Returned;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A burst stores into the first two lines of the buffers that it is about to fill, before it fills them. Here each buffer is
 * filled with a pattern first, so that every byte that Weft stores is seen.
 */
@ParameterizedClass(name = "packed = {0}")
@ValueSource(booleans = {false, true})
class OwnedBuffersTest extends GuestRings {
    private static final int PITCH = 4096;
    private static final byte PATTERN = 0x77;
    private static final int HEADER = 12;

    OwnedBuffersTest(boolean packed) {
        super(packed);
    }

    private long buffer(int n) {
        return AT + (long) PITCH * n;
    }

    private void offer(int first, int count, int bytes) {
        byte[] pattern = new byte[PITCH];
        Arrays.fill(pattern, PATTERN);
        for (int n = first; n < first + count; n++) {
            guest.write(buffer(n), pattern);
            guest.driver(0).offer(new Buffer(TestGuest.BASE + buffer(n), bytes, WRITE));
        }
    }

    /** Delivers frames of these lengths in one burst; returns how many were taken. */
    private int deliverAll(int... lengths) {
        burst.clear();
        TransmitList list = new TransmitList();
        for (int n = 0; n < lengths.length; n++) {
            byte[] frame = frame(lengths[n]);
            Memory.copy(frame, 0, burst.area(n), frame.length);
            burst.add(burst.area(n), frame.length, 3, 0, 0);
            list.add(n, 0, 0);
        }
        return device.transmit(burst, list, 0, scratch);
    }

    /** The offsets in a buffer where the pattern is gone. */
    private List<Integer> changed(int n) {
        byte[] seen = guest.read(buffer(n), PITCH);
        return IntStream.range(0, PITCH).filter(at -> seen[at] != PATTERN).boxed().toList();
    }

    @Test
    void shouldLeaveBuffersBeyondTheBurstUntouched() {
        offer(0, 8, 2048);
        assertThat(deliverAll(60, 60)).isEqualTo(2);
        for (int n = 0; n < 2; n++) {
            assertThat(changed(n)).as("frame %d", n).allMatch(at -> at < HEADER + 60);
        }
        for (int n = 2; n < 8; n++) {
            assertThat(changed(n)).as("buffer %d", n).isEmpty();
        }
    }

    /** The third frame is too large for its buffer, which was stored into: at two places, and it stays the device's. */
    @Test
    void shouldStoreAtTwoPlacesOfABufferThatIsTooSmall() {
        renew(VirtioNet.VERSION_1);
        offer(0, 3, 1024);
        assertThat(deliverAll(60, 60, 1500)).isEqualTo(2);
        assertThat(changed(2)).containsExactly(0, 64);
        assertThat(guest.driver(0).returned()).hasSize(2);
        assertThat(deliverAll(60)).as("the buffer is used for the next frame").isOne();
        assertThat(guest.driver(0).returned()).hasSize(3);
    }

    @Test
    void shouldStoreNowhereBehindAShortBuffer() {
        offer(0, 1, 20);
        offer(1, 1, 500);
        assertThat(deliverAll(100)).isOne();
        assertThat(guest.driver(0).returned()).extracting(Returned::bytes).containsExactly(20, 92);
        assertThat(changed(0)).allMatch(at -> at < 20);
    }

    /** Frames of several buffers need more chains than were fetched at first: those that hold frames already stay as they are. */
    @Test
    void shouldChangeNoFrameWhenMoreBuffersAreFetched() {
        for (int round = 0; round < 200; round++) {
            int[] lengths = random.ints(1 + random.nextInt(5), 60, 5000).toArray();
            int pieces = 200 + random.nextInt(1500);
            device.close();
            guest.clear();
            device = guest.device(FEATURES);
            offer(0, 60, pieces);
            List<byte[]> frames = new ArrayList<>();
            burst.clear();
            TransmitList list = new TransmitList();
            for (int length : lengths) {
                byte[] frame = frame(length);
                frames.add(frame);
                Memory.copy(frame, 0, burst.area(list.count), length);
                burst.add(burst.area(list.count), length, 3, 0, 0);
                list.add(list.count, 0, 0);
            }
            int sent = device.transmit(burst, list, 0, scratch);
            int chain = 0;
            for (int n = 0; n < sent; n++) {
                byte[] seen = new byte[HEADER + frames.get(n).length];
                for (int done = 0; done < seen.length; chain++) {
                    int part = Math.min(pieces, seen.length - done);
                    System.arraycopy(guest.read(buffer(chain), part), 0, seen, done, part);
                    done += part;
                }
                assertThat(Arrays.copyOfRange(seen, HEADER, seen.length)).as("round %d, frame %d", round, n)
                        .isEqualTo(frames.get(n));
            }
            assertThat(sent).as("round %d", round).isPositive();
        }
    }

    /** Some drivers give the header a descriptor of its own. */
    @Test
    void shouldFillBuffersWhoseHeaderLiesApart() {
        byte[] pattern = new byte[PITCH];
        Arrays.fill(pattern, PATTERN);
        guest.write(buffer(0), pattern);
        guest.write(buffer(1), pattern);
        int id = guest.driver(0).offer(new Buffer(TestGuest.BASE + buffer(0), HEADER, WRITE),
                new Buffer(TestGuest.BASE + buffer(1), 2000, WRITE));
        byte[] frame = frame(300);
        assertThat(deliver(frame, 0, 0)).isOne();
        assertThat(guest.driver(0).returned()).containsExactly(new Returned(id, HEADER + 300));
        assertThat(guest.read(buffer(1), 300)).isEqualTo(frame);
        assertThat(changed(0)).allMatch(at -> at < HEADER);
        assertThat(changed(1)).allMatch(at -> at < 300);
    }

    /** A used entry is the driver's to read once the index has passed it, so none may change before or behind. */
    @Test
    void shouldChangeNoUsedEntryThatIsNotReturned() {
        if (packed) {
            return; // a packed ring has no used entries
        }
        long entries = guest.here(TestGuest.USED[0]) + 4;
        for (int n = 0; n < TestGuest.SIZE; n++) {
            Memory.putLong(entries + 8L * n, 0x1111_2222_3333_4444L + n);
        }
        offer(0, 20, 1024);
        assertThat(deliverAll(60, 60, 60, 60, 60, 60, 60, 60, 60, 60)).isEqualTo(10);
        assertThat(guest.usedIndex(0)).isEqualTo(10);
        for (int n = 0; n < TestGuest.SIZE; n++) {
            assertThat(guest.used(0, n)).as("entry %d", n)
                    .isEqualTo(n < 10 ? n | (long) (HEADER + 60) << 32 : 0x1111_2222_3333_4444L + n);
        }
    }

    @Test
    void shouldStoreNothingWhenTheRingHasStopped() {
        offer(0, 4, 1024);
        device.close();
        assertThat(deliverAll(60)).isZero();
        for (int n = 0; n < 4; n++) {
            assertThat(changed(n)).isEmpty();
        }
    }

    /** Only the first two lines are touched early, so a page that is missing behind them is noticed by who needs it. */
    @Test
    void shouldNotTouchAPageBehindTheSecondLine() {
        try (TestGuest cut = TestGuest.ofFile(packed);
                VhostUserDevice to = cut.device(VirtioNet.VERSION_1 | VirtioNet.MRG_RXBUF)) {
            cut.driver(0).offer(new Buffer(TestGuest.BASE + AT + 8192 - 128, 2048, WRITE));
            cut.driver(0).offer(new Buffer(TestGuest.BASE + AT + 4096, 2048, WRITE));
            cut.cut(AT + 8192);
            burst.clear();
            burst.headLength[burst.begin(60, 7, 0, 0)] = 60;
            TransmitList list = new TransmitList();
            list.add(0, 0, 0);
            assertThat(to.transmit(burst, list, 0, scratch)).isOne();
            assertThat(to.failure()).isNull();
            burst.clear();
            Memory.copy(frame(200), 0, burst.area(0), 200);
            burst.add(burst.area(0), 200, 3, 0, 0);
            assertThat(to.transmit(burst, list, 0, scratch)).isOne();
            assertThat(to.failure()).isNull();
            cut.driver(0).offer(new Buffer(TestGuest.BASE + AT + 8192 - 128, 2048, WRITE));
            assertThat(to.transmit(burst, list, 0, scratch)).as("this frame needs the missing page").isZero();
            assertThat(to.failure()).isNotNull();
        }
    }
}
