package net.weft.vswitch.device.vhost;

import static org.assertj.core.api.Assertions.assertThat;

import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.burst.Scratch;
import net.weft.vswitch.burst.TransmitList;
import net.weft.vswitch.device.vhost.TestDriver.Buffer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** A device of two queue pairs, of which the guest uses one or both; each pair is a {@link TestGuest} of its own. */
@ParameterizedClass(name = "packed = {0}")
@ValueSource(booleans = {false, true})
class QueuePairsTest {
    private static final long FEATURES = VirtioNet.VERSION_1;
    private static final int BYTES = 100;

    @AutoClose
    private final TestGuest first;
    @AutoClose
    private final TestGuest second;
    @AutoClose
    private final Burst burst = new Burst();
    @AutoClose
    private final Scratch scratch = new Scratch();
    @AutoClose
    private final VhostUserDevice device;

    QueuePairsTest(boolean packed) {
        first = new TestGuest(packed);
        second = new TestGuest(packed);
        device = first.device(FEATURES);
        second.addTo(device, FEATURES);
    }

    /** A frame that came in by a lane. @return the pair of the ring into which it went */
    private int delivered(int txQueueHint) {
        burst.clear();
        burst.txQueueHint = txQueueHint;
        int frame = burst.begin(BYTES, 7, 0, 0);
        burst.headLength[frame] = BYTES;
        TransmitList list = new TransmitList();
        list.add(frame, 0, 0);
        first.driver(0).offer(new Buffer(TestGuest.BASE + TestGuest.BUFFERS, 2048, TestDriver.WRITE));
        second.driver(0).offer(new Buffer(TestGuest.BASE + TestGuest.BUFFERS, 2048, TestDriver.WRITE));
        int[] before = {first.driver(0).returned().size(), second.driver(0).returned().size()};
        assertThat(device.transmit(burst, list, 0, scratch)).isOne();
        int here = first.driver(0).returned().size() - before[0];
        assertThat(here + second.driver(0).returned().size() - before[1]).isOne();
        return here == 1 ? 0 : 1;
    }

    @Test
    void shouldDeliverOnlyByPairsThatTheGuestUses() {
        for (int round = 0; round < 3; round++) {
            device.enable(1);
            assertThat(delivered(4)).isZero();
            assertThat(delivered(5)).isZero();
            device.enable(2);
            assertThat(delivered(4)).isZero();
            assertThat(delivered(5)).isOne();
        }
    }

    @Test
    void shouldDiscardWhatComesOutOfAPairThatIsNotUsed() {
        ReceiveQueue queue = device.receiveQueues().get(1);
        for (int round = 0; round < 3; round++) {
            device.enable(round % 2 == 0 ? 1 : 2);
            burst.clear();
            second.driver(1).offer(new Buffer(TestGuest.BASE + TestGuest.BUFFERS, 12 + BYTES, 0));
            assertThat(queue.receive(burst, 64)).isEqualTo(round % 2);
            queue.release();
            assertThat(second.driver(1).returned()).as("the guest has its buffer back").hasSize(round + 1);
        }
        assertThat(device.failure()).isNull();
    }

    @Test
    void shouldNotDoubtTheMemoryForAKickOfAnotherPair() {
        device.doubt(new SharingWarning(first.here(TestGuest.DESCRIPTORS[1]), first.here(TestGuest.AVAILABLE[1])));
        second.kick.signal();
        device.receiveQueues().get(1).disarm();
        assertThat(device.failure()).isNull();
        first.kick.signal();
        device.receiveQueues().getFirst().disarm();
        assertThat(device.isUnshared()).isTrue();
    }
}
