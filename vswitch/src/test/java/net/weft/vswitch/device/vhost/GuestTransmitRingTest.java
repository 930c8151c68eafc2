package net.weft.vswitch.device.vhost;

import static net.weft.vswitch.device.vhost.TestDriver.INDIRECT;
import static net.weft.vswitch.device.vhost.TestDriver.NEXT;
import static net.weft.vswitch.device.vhost.TestDriver.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.device.vhost.TestDriver.Buffer;
import net.weft.vswitch.device.vhost.TestDriver.Returned;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What a guest sends, however it lays it out, and what it must not. */
@ParameterizedClass(name = "packed = {0}")
@ValueSource(booleans = {false, true})
class GuestTransmitRingTest extends GuestRings {
    GuestTransmitRingTest(boolean packed) {
        super(packed);
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
        assertThat(guest.driver(1).returned()).hasSize(splits.length);
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
        int id = guest.driver(1).offer(new Buffer(TestGuest.BASE + table, 16, INDIRECT));
        assertThat(queue().receive(burst, 64)).isOne();
        assertThat(received(0)).isEqualTo(frame);
        burst.clear();
        queue().release();
        assertThat(guest.driver(1).returned()).containsExactly(new Returned(id, 0));
    }

    @Test
    void shouldHandOnAFrameOfImpossibleLengthAsEmpty() {
        guest.driver(1).offer(new Buffer(TestGuest.BASE, 5, 0));
        guest.driver(1).offer(new Buffer(TestGuest.BASE, 400_000, 0), new Buffer(TestGuest.BASE, 400_000, 0));
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
        offer(TestGuest.BASE + TestGuest.MEMORY - 10, 20, 0);
        shouldBeViolation("not in its memory");
        offer(-16, -1, 0);
        shouldBeViolation("not in its memory");
        offer(TestGuest.BASE, 100, WRITE);
        shouldBeViolation("write-only");
        guest.writeDescriptor(AT, TestGuest.BASE, 64, INDIRECT);
        offer(TestGuest.BASE + AT, 16, INDIRECT);
        shouldBeViolation("an indirect descriptor where none may be");
        offer(TestGuest.BASE, 24, INDIRECT);
        shouldBeViolation("an indirect table of 24 bytes");
        offer(-1, 32, INDIRECT);
        shouldBeViolation("an indirect table at 0xffffffffffffffff, which is not in its memory");
        Buffer[] tiny = new Buffer[TestGuest.SIZE];
        Arrays.fill(tiny, new Buffer(TestGuest.BASE, 1, 0));
        guest.driver(1).offer(tiny);
        assertThat(queue().receive(burst, 64)).as("a chain as long as the ring").isOne();
    }

    private void offer(long address, int bytes, int flags) {
        guest.driver(1).offer(new Buffer(address, bytes, flags));
    }

    @Test
    void shouldKeepOutAGuestWhoseChainHasTooManyBuffers() {
        for (int n = 0; n <= Virtqueue.CAPACITY; n++) {
            guest.writeDescriptor(AT + 16L * n, TestGuest.BASE, 1, n < Virtqueue.CAPACITY ? NEXT : 0);
            Memory.putShort(guest.here(AT + 16L * n) + 14, (short) (n + 1));
        }
        offer(TestGuest.BASE + AT, 16 * Virtqueue.CAPACITY + 16, INDIRECT);
        shouldBeViolation("an indirect table of 16400 bytes");
    }

    @Test
    void shouldCarryFramesInOrderAllRoundTheRing() {
        Deque<byte[]> sent = new ArrayDeque<>();
        List<Integer> ids = new ArrayList<>();
        for (int round = 0; round < 2000; round++) {
            int slots = 0;
            int at = AT;
            while (slots < TestGuest.SIZE - 8 && random.nextInt(8) > 0) {
                byte[] frame = frame(14 + random.nextInt(200));
                guest.write(at, new byte[12]);
                guest.write(at + 12, frame);
                Buffer[] chain = split(at, 12 + frame.length, 1 + random.nextInt(6));
                ids.add(guest.driver(1).offer(chain));
                sent.add(frame);
                slots += chain.length;
                at += 300;
            }
            while (!sent.isEmpty()) {
                int frames = queue().receive(burst, 1 + random.nextInt(10));
                assertThat(frames).isPositive();
                for (int n = 0; n < frames; n++) {
                    assertThat(received(n)).isEqualTo(sent.remove());
                }
                queue().release();
                burst.clear();
            }
            assertThat(guest.driver(1).returned()).hasSameSizeAs(ids);
            assertThat(queue().receive(burst, 64)).isZero();
            if (round % 7 == 0) {
                renew(FEATURES);
            }
        }
        assertThat(guest.driver(1).returned()).extracting(Returned::id).isEqualTo(ids);
    }

    private Buffer[] split(int at, int bytes, int parts) {
        Buffer[] chain = new Buffer[parts];
        int done = 0;
        for (int n = 0; n < parts; n++) {
            int part = n == parts - 1 ? bytes - done : random.nextInt(bytes - done + 1);
            chain[n] = new Buffer(TestGuest.BASE + at + done, part, 0);
            done += part;
        }
        return chain;
    }

    @Test
    void shouldSeeWhatWasPublishedBeforeItAskedToBeKicked() {
        for (long features : new long[]{FEATURES, FEATURES | VirtioNet.EVENT_IDX}) {
            device.close();
            guest.clear();
            device = guest.device(features);
            assertThat(queue().arm()).isFalse();
            boolean byEvent = VirtioNet.has(features, VirtioNet.EVENT_IDX);
            assertThat(guest.driver(1).wouldKick(byEvent)).isTrue();
            queue().disarm();
            assertThat(byEvent || !guest.driver(1).wouldKick(false)).isTrue();
            send(frame(60), 72);
            assertThat(queue().arm()).isTrue();
            burst.clear();
            assertThat(queue().receive(burst, 64)).isOne();
            queue().release();
            assertThat(queue().arm()).isFalse();
            assertThat(guest.driver(1).wouldKick(byEvent)).isTrue();
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
        assertThat(guest.driver(1).returned()).isEmpty();
    }
}
