package net.weft.vswitch.device.vhost;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.burst.Scratch;
import net.weft.vswitch.burst.TransmitList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SplitVirtqueueTest {
    private static final int NEXT = 1;
    private static final int WRITE = 2;
    private static final int INDIRECT = 4;
    private static final long FEATURES = VirtioNet.VERSION_1 | VirtioNet.MRG_RXBUF | VirtioNet.INDIRECT_DESC
            | VirtioNet.GUEST_CSUM | VirtioNet.CSUM;
    private static final int AT = TestGuest.BUFFERS;

    private final TestGuest guest = new TestGuest();
    private final Burst burst = new Burst();
    private final Scratch scratch = new Scratch();
    private final Random random = new Random(1);
    private VhostUserDevice device = guest.device(FEATURES);

    @AfterEach
    void close() {
        assertThat(guest.isUntouchedAround()).isTrue();
        device.close();
        guest.close();
        burst.close();
        scratch.close();
    }

    private ReceiveQueue queue() {
        return device.receiveQueues().getFirst();
    }

    private byte[] frame(int bytes) {
        byte[] frame = new byte[bytes];
        random.nextBytes(frame);
        return frame;
    }

    private byte[] received(int index) {
        byte[] bytes = new byte[burst.length[index]];
        Memory.copy(burst.head(index), bytes, 0, burst.headLength[index]);
        int at = burst.headLength[index];
        for (int n = 0; n < burst.bodyCount(index); n++) {
            Memory.copy(burst.bodyAddress(index, n), bytes, at, burst.bodyLength(index, n));
            at += burst.bodyLength(index, n);
        }
        assertThat(at).isEqualTo(bytes.length);
        return bytes;
    }

    /** Puts header and frame into the guest's memory and chains descriptors of these lengths over them. */
    private void send(byte[] frame, int... pieces) {
        guest.write(AT, new byte[12]);
        guest.write(AT + 12, frame);
        int at = AT;
        for (int n = 0; n < pieces.length; n++) {
            boolean last = n == pieces.length - 1;
            guest.descriptor(1, n, TestGuest.BASE + at, pieces[n], last ? 0 : NEXT, n + 1);
            at += pieces[n];
        }
        assertThat(at - AT).isEqualTo(12 + frame.length);
        guest.makeAvailable(1, 0);
    }

    @Test
    void shouldTakeAFrameHoweverItIsSplit() {
        int[][] splits = {{612}, {12, 600}, {5, 607}, {5, 6, 1, 600}, {12, 1, 1, 598}, {12, 128, 472}, {13, 0, 599}};
        for (int[] split : splits) {
            byte[] frame = frame(600);
            send(frame, split);
            assertThat(queue().receive(burst, 64)).as(Arrays.toString(split)).isOne();
            assertThat(received(0)).isEqualTo(frame);
            assertThat(burst.headLength[0]).isEqualTo(Burst.HEAD_BYTES);
            burst.clear();
            queue().release();
        }
        assertThat(guest.usedIndex(1)).isEqualTo(splits.length);
        assertThat(queue().receive(burst, 64)).isZero();
    }

    @Test
    void shouldPutTogetherAFrameOfMorePiecesThanABurstHolds() {
        byte[] frame = frame(128 + 60 * 7);
        int[] split = new int[62];
        Arrays.fill(split, 7);
        split[0] = 12;
        split[1] = 128;
        send(frame, split);
        assertThat(queue().receive(burst, 64)).isOne();
        assertThat(received(0)).isEqualTo(frame);
        assertThat(burst.bodyCount(0)).isOne();
    }

    @Test
    void shouldFollowAnIndirectTableAndABufferOverTwoRegions() {
        int at = TestGuest.REGION - 300;
        byte[] frame = frame(700);
        guest.write(at, new byte[12]);
        guest.write(at + 12, frame);
        int table = AT + 0x8000;
        guest.write(table, new byte[16]);
        Memory.putLong(guest.here(table), TestGuest.BASE + at);
        Memory.putInt(guest.here(table) + 8, 712);
        guest.descriptor(1, 3, TestGuest.BASE + table, 16, INDIRECT, 0);
        guest.makeAvailable(1, 3);
        assertThat(queue().receive(burst, 64)).isOne();
        assertThat(received(0)).isEqualTo(frame);
        burst.clear();
        queue().release();
        assertThat(guest.used(1, 0)).isEqualTo(3);
    }

    @Test
    void shouldHandOnAFrameOfImpossibleLengthAsEmpty() {
        guest.descriptor(1, 0, TestGuest.BASE, 5, 0, 0);
        guest.makeAvailable(1, 0);
        guest.descriptor(1, 1, TestGuest.BASE, 400_000, NEXT, 2);
        guest.descriptor(1, 2, TestGuest.BASE, 400_000, 0, 0);
        guest.makeAvailable(1, 1);
        assertThat(queue().receive(burst, 64)).isEqualTo(2);
        assertThat(burst.length[0]).isZero();
        assertThat(burst.length[1]).isZero();
    }

    private void shouldBeViolation(String sentence) {
        assertThat(queue().receive(burst, 64)).isEqualTo(ReceiveQueue.FAILED);
        assertThat(device.failure()).isNotNull().satisfies(failure -> {
            assertThat(failure.reason()).isEqualTo(PortReason.GUEST_VIOLATION);
            assertThat(failure.message()).contains(sentence);
        });
        device.close();
        guest.clear();
        burst.clear();
        device = guest.device(FEATURES);
    }

    @Test
    void shouldKeepOutAGuestThatBreaksARule() {
        guest.availableIndex(1, 65);
        shouldBeViolation("65 entries ahead in a ring of 64");
        guest.makeAvailable(1, 64);
        shouldBeViolation("descriptor 64 of 64");
        guest.descriptor(1, 0, TestGuest.BASE, 1, NEXT, 0);
        guest.makeAvailable(1, 0);
        shouldBeViolation("a chain of more than 64 descriptors, or a loop");
        guest.descriptor(1, 0, TestGuest.BASE + TestGuest.MEMORY - 10, 20, 0, 0);
        guest.makeAvailable(1, 0);
        shouldBeViolation("not in its memory");
        guest.descriptor(1, 0, -16, -1, 0, 0);
        guest.makeAvailable(1, 0);
        shouldBeViolation("not in its memory");
        guest.descriptor(1, 0, TestGuest.BASE, 100, WRITE, 0);
        guest.makeAvailable(1, 0);
        shouldBeViolation("write-only");
        guest.descriptor(1, 0, TestGuest.BASE + TestGuest.DESCRIPTORS[1], 64 * 16, INDIRECT, 0);
        guest.makeAvailable(1, 0);
        shouldBeViolation("an indirect descriptor where none may be");
        guest.descriptor(1, 0, TestGuest.BASE, 24, INDIRECT, 0);
        guest.makeAvailable(1, 0);
        shouldBeViolation("an indirect table of 24 bytes");
    }

    private int deliver(byte[] frame, long offload, int tag) {
        burst.clear();
        Memory.copy(frame, 0, burst.area(0), frame.length);
        burst.add(burst.area(0), frame.length, 3, offload, 0);
        TransmitList list = new TransmitList();
        list.add(0, tag);
        return device.transmit(burst, list, 0, scratch);
    }

    @Test
    void shouldMergeBuffersAndRewriteTheHeader() {
        for (int n = 0; n < 10; n++) {
            guest.descriptor(0, n, TestGuest.BASE + AT + 500L * n, 500, WRITE, 0);
            guest.makeAvailable(0, n);
        }
        byte[] frame = frame(1200);
        long offload = Offload.of(Offload.NEEDS_CSUM, 0, 0, 34, 16, 54);
        assertThat(deliver(frame, offload, 0x8100_000A)).isOne();
        assertThat(guest.usedIndex(0)).isEqualTo(3);
        assertThat(guest.used(0, 0)).isEqualTo(500L << 32);
        assertThat(guest.used(0, 2)).isEqualTo(216L << 32 | 2);
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
        guest.descriptor(0, 0, TestGuest.BASE + AT, 100, WRITE, 0);
        guest.makeAvailable(0, 0);
        assertThat(deliver(frame(100), 0, 0)).isZero();
        assertThat(scratch.takeRefused()).isFalse();
        assertThat(deliver(frame(88), 0, 0)).isOne();
        device.close();
        device = guest.device(VirtioNet.VERSION_1);
        guest.makeAvailable(0, 0);
        assertThat(deliver(frame(100), 0, 0)).isZero();
        assertThat(scratch.takeRefused()).isTrue();
        assertThat(device.failure()).isNull();
    }

    @Test
    void shouldInterruptOnlyWhenAsked() {
        guest.attachCall();
        for (int n = 0; n < 4; n++) {
            guest.descriptor(0, n, TestGuest.BASE + AT, 500, WRITE, 0);
            guest.makeAvailable(0, n);
        }
        deliver(frame(60), 0, 0);
        assertThat(guest.call.drain()).isOne();
        Memory.putShort(guest.here(TestGuest.AVAILABLE[0]), (short) 1);
        deliver(frame(60), 0, 0);
        assertThat(guest.call.drain()).isZero();
        device.close();
        device = guest.device(FEATURES | VirtioNet.EVENT_IDX);
        long usedEvent = guest.here(TestGuest.AVAILABLE[0]) + 4 + 2L * TestGuest.SIZE;
        Memory.putShort(usedEvent, (short) 3);
        deliver(frame(60), 0, 0);
        assertThat(guest.call.drain()).as("the first always does").isOne();
        Memory.putShort(usedEvent, (short) 3);
        deliver(frame(60), 0, 0);
        assertThat(guest.call.drain()).isOne();
        assertThat(guest.usedIndex(0)).isEqualTo(4);
    }

    @Test
    void shouldSeeWhatWasPublishedBeforeItAskedToBeKicked() {
        for (long features : new long[]{FEATURES, FEATURES | VirtioNet.EVENT_IDX}) {
            device.close();
            guest.clear();
            device = guest.device(features);
            assertThat(queue().arm()).isFalse();
            boolean byEvent = VirtioNet.has(features, VirtioNet.EVENT_IDX);
            assertThat(Memory.getShort(guest.here(TestGuest.USED[1]))).isZero();
            queue().disarm();
            assertThat(Memory.getShort(guest.here(TestGuest.USED[1]))).isEqualTo((short) (byEvent ? 0 : 1));
            send(frame(60), 72);
            assertThat(queue().arm()).isTrue();
            burst.clear();
            assertThat(queue().receive(burst, 64)).isOne();
            queue().release();
            assertThat(queue().arm()).isFalse();
            if (byEvent) {
                assertThat(Memory.getShort(guest.here(TestGuest.USED[1]) + 4 + 8L * TestGuest.SIZE))
                        .isEqualTo((short) 1);
            }
        }
    }

    @Test
    void shouldDecideOnACopyThatTheGuestCannotChange() {
        byte[] frame = frame(Burst.HEAD_BYTES);
        send(frame, 12 + Burst.HEAD_BYTES);
        guest.write(AT, new byte[]{1, 0, 0, 0, 0, 0, 34, 0, 16, 0});
        assertThat(queue().receive(burst, 64)).isOne();
        long offload = burst.offload[0];
        guest.write(AT, frame(12 + Burst.HEAD_BYTES));
        guest.descriptor(1, 0, 0, 0, 0xFFFF, 0xFFFF);
        assertThat(received(0)).isEqualTo(frame);
        assertThat(burst.offload[0]).isEqualTo(offload).isEqualTo(Offload.of(Offload.NEEDS_CSUM, 0, 0, 34, 16, 0));
    }

    @Test
    void shouldAnnounceAGuestThatMoved() {
        device.announce(0x0201_0000_0002L);
        assertThat(queue().arm()).isTrue();
        assertThat(queue().receive(burst, 64)).isOne();
        byte[] frame = received(0);
        assertThat(Arrays.copyOf(frame, 14)).containsExactly(-1, -1, -1, -1, -1, -1, 2, 0, 0, 0, 1, 2, 0x80, 0x35);
        assertThat(Arrays.copyOfRange(frame, 22, 28)).containsExactly(2, 0, 0, 0, 1, 2);
        queue().release();
        assertThat(guest.usedIndex(1)).isZero();
    }
}
