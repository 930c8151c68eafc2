package net.weft.vswitch.device.vhost;

import static net.weft.vswitch.device.vhost.SplitVirtqueueTest.shouldBreak;
import static net.weft.vswitch.device.vhost.TestDriver.NEXT;
import static org.assertj.core.api.Assertions.assertThat;

import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.device.vhost.TestDriver.Buffer;
import org.junit.jupiter.api.Test;

/** Rules that only a packed ring has. */
class PackedVirtqueueTest {
    private static final int AVAILABLE = 1 << 7;

    private static void slot(TestGuest guest, int n, int flags) {
        guest.descriptor(1, n, TestGuest.BASE, 1, 5, flags | AVAILABLE);
    }

    @Test
    void shouldKeepOutAGuestThatBreaksARule() {
        shouldBreak(true, "a chain that runs into itself or others, in a ring of 64", guest -> {
            for (int n = 0; n < TestGuest.SIZE; n++) {
                slot(guest, n, NEXT);
            }
        });
        shouldBreak(true, "a chain that runs into itself or others, in a ring of 64", guest -> {
            slot(guest, 0, 0);
            for (int n = 1; n < TestGuest.SIZE; n++) {
                slot(guest, n, NEXT);
            }
        });
        shouldBreak(true, "an indirect descriptor where none may be", guest -> slot(guest, 0, TestDriver.INDIRECT));
    }

    @Test
    void shouldNotTakeAChainAgainThatTheGuestMarksForTheNextLap() {
        try (TestGuest guest = new TestGuest(true); Burst burst = new Burst()) {
            VhostUserDevice device = guest.device(VirtioNet.VERSION_1);
            ReceiveQueue queue = device.receiveQueues().getFirst();
            for (int n = 0; n < TestGuest.SIZE; n++) {
                guest.driver(1).offer(new Buffer(TestGuest.BASE, 100, 0));
            }
            assertThat(queue.receive(burst, 64)).isEqualTo(TestGuest.SIZE);
            queue.release();
            assertThat(device.base(1)).isEqualTo(PackedPosition.of(0, 0)).isZero();
            burst.clear();
            assertThat(queue.receive(burst, 64)).isZero();
            guest.driver(1).returned();
            guest.driver(1).offer(new Buffer(TestGuest.BASE, 100, 0));
            assertThat(queue.receive(burst, 64)).isOne();
            queue.release();
            assertThat(device.base(1)).isEqualTo(0x0001_0001);
            device.close();
        }
    }
}
