package net.weft.vswitch.device.vhost;

import static net.weft.vswitch.device.vhost.TestDriver.NEXT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Consumer;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.ReceiveQueue;
import org.junit.jupiter.api.Test;

/** Rules that only a split ring has. */
class SplitVirtqueueTest {
    static void shouldBreak(boolean packed, String sentence, Consumer<TestGuest> lie) {
        try (TestGuest guest = new TestGuest(packed); Burst burst = new Burst()) {
            VhostUserDevice device = guest.device(VirtioNet.VERSION_1);
            lie.accept(guest);
            assertThat(device.receiveQueues().getFirst().receive(burst, 64)).isEqualTo(ReceiveQueue.FAILED);
            assertThat(device.failure()).extracting(DeviceFailure::message).asString().contains(sentence);
            device.close();
        }
    }

    @Test
    void shouldKeepOutAGuestThatBreaksARule() {
        shouldBreak(false, "65 entries ahead in a ring of 64", guest -> guest.availableIndex(1, 65));
        shouldBreak(false, "descriptor 64 of 64", guest -> guest.makeAvailable(1, 64));
        shouldBreak(false, "a chain of more than 64 descriptors, or a loop", guest -> {
            guest.descriptor(1, 0, TestGuest.BASE, 1, NEXT, 0);
            guest.makeAvailable(1, 0);
        });
    }
}
