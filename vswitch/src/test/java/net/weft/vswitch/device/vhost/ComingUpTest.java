package net.weft.vswitch.device.vhost;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.Scratch;
import net.weft.vswitch.burst.TransmitList;
import net.weft.vswitch.device.vhost.TestDriver.Buffer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A guest whose rings run, and that has not been heard yet. */
class ComingUpTest {
    private static final int BYTES = 100;
    private static final long AN_HOUR = TimeUnit.HOURS.toNanos(1);

    @AutoClose
    private final TestGuest guest = new TestGuest(false);
    @AutoClose
    private final Burst burst = new Burst();
    @AutoClose
    private final Scratch scratch = new Scratch();
    @AutoClose
    private final VhostUserDevice device = guest.device(VirtioNet.VERSION_1);

    @BeforeEach
    void offerBuffer() {
        guest.driver(0).offer(new Buffer(TestGuest.BASE + TestGuest.BUFFERS, 2048, TestDriver.WRITE));
    }

    private int sendToGuest() {
        burst.clear();
        int frame = burst.begin(BYTES, 7, 0, 0);
        burst.headLength[frame] = BYTES;
        TransmitList list = new TransmitList();
        list.add(frame, 0, 0);
        return device.transmit(burst, list, 0, scratch);
    }

    @Test
    void shouldGiveAGuestNothingUntilItHasSentAFrame() {
        device.awaitGuest(AN_HOUR);
        assertThat(sendToGuest()).isZero();
        assertThat(device.isComingUp()).isTrue();
        assertThat(device.refusal(BYTES)).isEqualTo(DropReason.PORT_DOWN);
        assertThat(guest.driver(0).returned()).isEmpty();

        guest.driver(1).offer(new Buffer(TestGuest.BASE + TestGuest.BUFFERS, 12 + BYTES, 0));
        burst.clear();
        assertThat(device.receiveQueues().getFirst().receive(burst, 64)).isOne();
        device.receiveQueues().getFirst().release();
        assertThat(device.isComingUp()).isFalse();
        assertThat(device.refusal(BYTES)).isNull();
        assertThat(sendToGuest()).isOne();
        assertThat(guest.driver(0).returned()).hasSize(1);
    }

    @Test
    void shouldNotWaitForAGuestThatItsHypervisorHasAnnounced() {
        device.awaitGuest(AN_HOUR);
        device.announce(0x0600_0000_0002L);
        assertThat(sendToGuest()).isOne();
    }

    @Test
    void shouldWaitNoLongerThanIsSaid() {
        device.awaitGuest(0);
        assertThat(device.isComingUp()).isFalse();
        assertThat(sendToGuest()).isOne();
    }

    @Test
    void shouldNotWaitUnlessItIsSaid() {
        assertThat(sendToGuest()).isOne();
    }
}
