package net.weft.vswitch.device.vhost;

import static net.weft.vswitch.device.vhost.TestDriver.INDIRECT;
import static net.weft.vswitch.device.vhost.TestDriver.NEXT;
import static net.weft.vswitch.device.vhost.TestDriver.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.device.vhost.TestDriver.Buffer;
import net.weft.vswitch.device.vhost.TestDriver.Returned;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What a guest receives, into the buffers it has, and the interrupts it asked for. */
@ParameterizedClass(name = "packed = {0}")
@ValueSource(booleans = {false, true})
class GuestReceiveRingTest extends GuestRings {
    GuestReceiveRingTest(boolean packed) {
        super(packed);
    }

    @Test
    void shouldKeepOutAGuestWhoseEmptyBuffersNeverEnd() {
        for (int n = 0; n < Virtqueue.CAPACITY; n++) {
            guest.writeDescriptor(AT + 16L * n, TestGuest.BASE, 0, n < Virtqueue.CAPACITY - 1 ? WRITE | NEXT : WRITE);
            Memory.putShort(guest.here(AT + 16L * n) + 14, (short) (packed ? WRITE : n + 1));
        }
        guest.driver(0).offer(new Buffer(TestGuest.BASE + AT, 16 * Virtqueue.CAPACITY, INDIRECT));
        assertThat(deliver(frame(60), 0, 0)).isZero();
        assertThat(device.failure()).isNotNull().satisfies(
                failure -> assertThat(failure.message())
                        .contains("a chain of 1024 buffers to be received into; expected 128 at most"));
    }

    @Test
    void shouldKeepOutAGuestWhoseBuffersHoldNoFrame() {
        for (int bytes : new int[]{0, 12}) {
            guest.clear();
            renew(FEATURES);
            guest.driver(0).offer(new Buffer(TestGuest.BASE + AT, bytes, WRITE));
            assertThat(deliver(frame(60), 0, 0)).isZero();
            assertThat(device.failure()).isNotNull().satisfies(failure -> assertThat(failure.message())
                    .contains("a chain of " + bytes + " bytes, which holds no frame"));
        }
    }

    /** What the chain in turn holds is known once a frame was refused: it is made unreadable then, and nobody looks. */
    @Test
    void shouldNotWalkAChainAgainForEachFrameThatItDoesNotHold() {
        renew(VirtioNet.VERSION_1);
        guest.driver(0).offer(new Buffer(TestGuest.BASE + AT, 100, WRITE));
        assertThat(deliver(frame(100), 0, 0)).isZero();
        assertThat(scratch.takeRefused()).isTrue();
        Memory.putLong(guest.here(TestGuest.DESCRIPTORS[0]), 0); // where no memory is
        assertThat(deliver(frame(100), 0, 0)).isZero();
        assertThat(scratch.takeRefused()).isTrue();
        assertThat(device.failure()).as("it was not looked at").isNull();
        assertThat(deliver(frame(80), 0, 0)).isZero();
        assertThat(device.failure()).as("now it was").isNotNull();
    }

    @Test
    void shouldMergeBuffersAndRewriteTheHeader() {
        int[] ids = new int[10];
        for (int n = 0; n < 10; n++) {
            ids[n] = guest.driver(0).offer(new Buffer(TestGuest.BASE + AT + 500L * n, 500, WRITE));
        }
        byte[] frame = frame(1200);
        long offload = Offload.of(Offload.NEEDS_CSUM, 0, 0, 34, 16, 54);
        assertThat(deliver(frame, offload, 0x8100_000A)).isOne();
        assertThat(guest.driver(0).returned()).containsExactly(new Returned(ids[0], 500), new Returned(ids[1], 500),
                new Returned(ids[2], 216));
        byte[] seen = guest.read(AT, 1216);
        assertThat(Arrays.copyOf(seen, 12)).containsExactly(1, 0, 0, 0, 0, 0, 38, 0, 16, 0, 3, 0);
        assertThat(Arrays.copyOfRange(seen, 12, 24)).isEqualTo(Arrays.copyOf(frame, 12));
        assertThat(Arrays.copyOfRange(seen, 24, 28)).containsExactly(0x81, 0, 0, 10);
        assertThat(Arrays.copyOfRange(seen, 28, 1216)).isEqualTo(Arrays.copyOfRange(frame, 12, 1200));
    }

    @Test
    void shouldTakeNoMoreThanThereIsRoomForAndRefuseWhatNeverFits() {
        assertThat(deliver(frame(100), 0, 0)).isZero();
        assertThat(scratch.takeRefused()).isFalse();
        guest.driver(0).offer(new Buffer(TestGuest.BASE + AT, 100, WRITE));
        assertThat(deliver(frame(100), 0, 0)).isZero();
        assertThat(scratch.takeRefused()).isFalse();
        assertThat(deliver(frame(88), 0, 0)).isOne();
        renew(VirtioNet.VERSION_1);
        guest.driver(0).offer(new Buffer(TestGuest.BASE + AT, 100, WRITE));
        assertThat(deliver(frame(100), 0, 0)).isZero();
        assertThat(scratch.takeRefused()).isTrue();
        assertThat(device.failure()).isNull();
    }

    @Test
    void shouldInterruptOnlyWhenAsked() {
        guest.attachCall();
        for (int n = 0; n < 4; n++) {
            guest.driver(0).offer(new Buffer(TestGuest.BASE + AT, 500, WRITE));
        }
        deliver(frame(60), 0, 0);
        assertThat(guest.call.drain()).isOne();
        guest.driver(0).interrupts(false);
        deliver(frame(60), 0, 0);
        assertThat(guest.call.drain()).isZero();
        renew(FEATURES | VirtioNet.EVENT_IDX);
        guest.driver(0).interruptAt(1);
        deliver(frame(60), 0, 0);
        assertThat(guest.call.drain()).as("the first always does").isOne();
        deliver(frame(60), 0, 0);
        assertThat(guest.call.drain()).isOne();
        assertThat(guest.driver(0).returned()).hasSize(4);
    }

    @Test
    void shouldInterruptForTheChainThatWasAskedForAllRoundTheRing() {
        guest.attachCall();
        renew(FEATURES | VirtioNet.EVENT_IDX);
        for (int n = 0; n < TestGuest.SIZE; n++) {
            guest.driver(0).offer(new Buffer(TestGuest.BASE + AT, 500, WRITE));
        }
        deliver(frame(60), 0, 0);
        guest.call.drain();
        for (int round = 0; round < 5 * TestGuest.SIZE; round++) {
            int wanted = random.nextInt(8);
            guest.driver(0).interruptAt(wanted);
            for (int n = 0; n < 8; n++) {
                deliver(frame(60), 0, 0);
                assertThat(guest.call.drain()).as("round %d, chain %d of %d", round, n, wanted)
                        .isEqualTo(n == wanted ? 1 : 0);
                guest.driver(0).offer(new Buffer(TestGuest.BASE + AT, 500, WRITE));
            }
        }
    }
}
