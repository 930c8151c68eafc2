package net.weft.vswitch.device.vhost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.burst.Scratch;
import net.weft.vswitch.burst.TransmitList;
import net.weft.vswitch.device.vhost.TestDriver.Buffer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory that is taken away while rings run: whose it was fails, nobody else, and no claim is kept. */
@ParameterizedClass(name = "packed = {0}")
@ValueSource(booleans = {false, true})
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GoneMemoryTest {
    private static final int LONG = 9000;
    private static final int HEADER = 12;

    @AutoClose
    private final TestGuest sender;
    @AutoClose
    private final TestGuest receiver;
    @AutoClose
    private final Burst burst = new Burst();
    @AutoClose
    private final Scratch scratch = new Scratch();
    @AutoClose
    private final VhostUserDevice from;
    @AutoClose
    private final VhostUserDevice to;
    private final ReceiveQueue queue;
    private final TransmitList list = new TransmitList();

    GoneMemoryTest(boolean packed) {
        sender = TestGuest.ofFile(packed);
        receiver = TestGuest.ofFile(packed);
        from = sender.device(VirtioNet.VERSION_1 | VirtioNet.MRG_RXBUF);
        to = receiver.device(VirtioNet.VERSION_1 | VirtioNet.MRG_RXBUF);
        queue = from.receiveQueues().getFirst();
        sender.attachCall();
        receiver.attachCall();
        for (int n = 0; n < 16; n++) {
            receiver.driver(0).offer(
                    new Buffer(TestGuest.BASE + TestGuest.BUFFERS + 2048L * n, 2048, TestDriver.WRITE));
        }
        list.add(0, 0, 0);
    }

    /** A frame of the sender's, received and not yet released. */
    private void receive(int bytes) {
        sender.driver(1).offer(new Buffer(TestGuest.BASE + TestGuest.BUFFERS, HEADER + bytes, 0));
        burst.clear();
        assertThat(queue.receive(burst, 64)).isOne();
    }

    private static void isServed(VhostUserDevice device) {
        assertThat(device.failure()).isNull();
    }

    private static void isShut(VhostUserDevice device) {
        assertThat(device.failure()).isNotNull().matches(failure -> failure.reason() == PortReason.GUEST_VIOLATION);
    }

    @Test
    void shouldFailTheRingThatCannotBeReturnedAndKeepNoClaim() {
        receive(60);
        sender.cut(TestGuest.DESCRIPTORS[1]);
        queue.release();
        isShut(from);
        sender.notifier.replace(null); // hangs where the worker left it claimed
        assertThat(queue.receive(burst, 64)).isEqualTo(ReceiveQueue.FAILED);
    }

    @Test
    void shouldFailTheRingThatCannotBeRead() {
        sender.cut(TestGuest.DESCRIPTORS[1]);
        assertThat(queue.receive(burst, 64)).isEqualTo(ReceiveQueue.FAILED);
        isShut(from);
        assertThat(burst.count).isZero();
    }

    @Test
    void shouldFailTheRingThatCannotBeArmedOrDisarmed() {
        assertThat(queue.arm()).isFalse();
        receiver.cut(TestGuest.DESCRIPTORS[1]);
        to.receiveQueues().getFirst().disarm();
        assertThat(to.receiveQueues().getFirst().arm()).as("awake, to be found failed").isTrue();
        isShut(to);
        sender.cut(TestGuest.DESCRIPTORS[1]);
        assertThat(queue.arm()).isTrue();
        isShut(from);
    }

    @Test
    void shouldFailTheSenderOfAFrameWhoseBodyIsGone() {
        receive(LONG);
        sender.cut(TestGuest.BUFFERS + 4096);
        assertThatThrownBy(() -> to.transmit(burst, list, 0, scratch)).isInstanceOf(InternalError.class);
        assertThat(queue.isOwnFault()).isTrue();
        isShut(from);
        isServed(to);
        assertThat(receiver.driver(0).returned()).as("nothing is shown to the receiver").isEmpty();
        burst.clear();
        burst.headLength[burst.begin(60, 7, 0, 0)] = 60;
        assertThat(to.transmit(burst, list, 0, scratch)).as("its ring is not claimed").isOne();
    }

    @Test
    void shouldFailTheReceiverWhoseBuffersAreGone() {
        receive(LONG);
        receiver.cut(TestGuest.BUFFERS + 4096);
        assertThat(to.transmit(burst, list, 0, scratch)).isZero();
        isShut(to);
        assertThat(queue.isOwnFault()).isFalse();
        queue.release();
        isServed(from);
    }

    @Test
    void shouldFailTheReceiverWhoseRingIsGone() {
        receive(60);
        receiver.cut(TestGuest.DESCRIPTORS[0]);
        assertThat(to.transmit(burst, list, 0, scratch)).isZero();
        isShut(to);
        assertThat(queue.isOwnFault()).isFalse();
        queue.release();
        isServed(from);
    }
}
