package net.weft.vswitch.zoning;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.weft.linux.Memory;
import net.weft.packet.HeaderParser;
import net.weft.vswitch.burst.Burst;
import net.weft.zone.PolicyDecision;
import net.weft.zone.ZoneVerdict;
import net.weft.zone.fragment.FragmentTable;
import net.weft.zone.fragment.FragmentTracker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FragmentHoldTest {
    private static final int VLAN = 10;
    private static final int FROM = 2;
    private static final int TO = 3;
    private static final long MS = 1_000_000;

    private final Arena arena = Arena.ofShared();
    private final FragmentTable table = new FragmentTable(4096, 1);
    private final FragmentTracker tracker = new FragmentTracker(table);
    private final FragmentHold hold = new FragmentHold(table);
    private final Burst in = new Burst();
    private final Burst out = new Burst();
    private long nowNs = -1000 * MS;

    @BeforeEach
    void start() {
        tracker.now(nowNs);
    }

    @AfterEach
    void close() {
        hold.close();
        in.close();
        out.close();
        arena.close();
    }

    /** An IPv4 fragment: bytes 8 * start to 8 * end of a datagram. */
    private static byte[] fragment(int id, int start, int end, boolean last, boolean tagged) {
        int data = (end - start) * 8;
        String type = tagged ? "8100000a0800" : "0800";
        String header = String.format("020000000002020000000001%s4500%04x%04x%04x4011000000" + "000a0000010a000002",
                type, 20 + data, id, start | (last ? 0 : 0x2000));
        byte[] frame = new byte[header.length() / 2 + data];
        System.arraycopy(HexFormat.of().parseHex(header), 0, frame, 0, header.length() / 2);
        for (int i = header.length() / 2; i < frame.length; i++) {
            frame[i] = (byte) (start + i);
        }
        if (start == 0) {
            frame[header.length() / 2 + 4] = 0;
            frame[header.length() / 2 + 5] = 8;
        }
        return frame;
    }

    /** What the forwarder does with a fragment: true when it has been kept. */
    private boolean give(byte[] frame, int port, int txQueueHint, int outOfBandTag) {
        MemorySegment memory = arena.allocate(frame.length);
        MemorySegment.copy(frame, 0, memory, JAVA_BYTE, 0, frame.length);
        in.clear();
        in.txQueueHint = txQueueHint;
        in.add(memory.address(), frame.length, port, 0, outOfBandTag);
        boolean tagged = frame[12] == (byte) 0x81;
        if (tagged) {
            in.tag[0] = Memory.getIntBe(in.head(0) + 12);
            in.typeOffset[0] = 16;
        }
        long parsed = HeaderParser.parse(in.heads(), in.headOffset(0), in.typeOffset[0], in.headLength[0],
                frame.length);
        assertThat(HeaderParser.isFragment(parsed)).isTrue();
        if (HeaderParser.isFirstFragment(parsed)) {
            tracker.first(in.heads(), in.headOffset(0), parsed, VLAN, FROM, TO, port, ZoneVerdict.ALLOW,
                    PolicyDecision.withoutPolicy(true));
            return false;
        }
        int answer = tracker.later(in.heads(), in.headOffset(0), parsed, VLAN, FROM, TO, port);
        return answer == FragmentTracker.HOLD && hold.hold(in, 0, parsed, VLAN, FROM, TO, nowNs);
    }

    /** Turns of the worker, until nothing more comes of its own accord. */
    private List<byte[]> released() {
        List<byte[]> frames = new ArrayList<>();
        for (int turn = 0; turn < 4 * FragmentHold.FRAMES / 32; turn++) {
            out.clear();
            hold.release(tracker, out, nowNs);
            for (int i = 0; i < out.count; i++) {
                byte[] frame = new byte[out.length[i]];
                Memory.copy(out.head(i), frame, 0, out.headLength[i]);
                int at = out.headLength[i];
                for (int n = 0; n < out.bodyCount(i); n++) {
                    Memory.copy(out.bodyAddress(i, n), frame, at, out.bodyLength(i, n));
                    at += out.bodyLength(i, n);
                }
                frames.add(frame);
            }
        }
        return frames;
    }

    @Test
    void shouldGiveBackWhatWaitedForItsFirstByteForByte() {
        byte[] last = fragment(1, 300, 400, true, false);
        byte[] middle = fragment(1, 100, 300, false, false);
        assertThat(give(last, 1, 7, 0)).isTrue();
        assertThat(give(middle, 1, 7, 0)).isTrue();
        assertThat(hold.isEmpty()).isFalse();
        assertThat(released()).isEmpty();

        give(fragment(1, 0, 100, false, false), 1, 7, 0);
        assertThat(released()).containsExactlyInAnyOrder(last, middle);
        assertThat(hold.isEmpty()).isTrue();
        assertThat(released()).isEmpty();
    }

    @Test
    void shouldKeepPortLaneAndTag() {
        byte[] inline = fragment(1, 100, 300, false, true);
        byte[] outOfBand = fragment(2, 100, 300, false, false);
        give(inline, 3, 5, 0);
        give(outOfBand, 4, 6, 0x8100_000b);
        give(fragment(1, 0, 100, false, true), 3, 5, 0);
        give(fragment(2, 0, 100, false, false), 4, 6, 0x8100_000b);

        assertThat(hold.release(tracker, out, nowNs)).as("frames of one lane").isOne();
        assertThat(new int[]{out.port[0], out.txQueueHint, out.tag[0], out.length[0]})
                .containsExactly(3, 5, 0, inline.length);
        out.clear();
        assertThat(hold.release(tracker, out, nowNs)).isOne();
        assertThat(new int[]{out.port[0], out.txQueueHint, out.tag[0], out.length[0]})
                .containsExactly(4, 6, 0x8100_000b, outOfBand.length);
    }

    @Test
    void shouldGiveBackWhatWaitedInVain() {
        byte[] waiting = fragment(1, 100, 300, false, false);
        give(waiting, 1, 7, 0);
        nowNs += FragmentTracker.HOLD_NS - 1;
        tracker.now(nowNs);
        assertThat(released()).isEmpty();
        nowNs += 60 * MS;
        tracker.now(nowNs);
        assertThat(released()).containsExactly(waiting);
        assertThat(hold.isEmpty()).isTrue();
    }

    @Test
    void shouldForgetWhatAPortHasSentThatIsGone() {
        byte[] kept = fragment(2, 100, 300, false, false);
        assertThat(give(fragment(1, 100, 300, false, false), 7, 0, 0)).isTrue();
        assertThat(give(kept, 8, 0, 0)).isTrue();

        hold.adopt(true, port -> port != 7);
        assertThat(released()).isEmpty();
        hold.adopt(false, port -> port != 7);
        assertThat(released()).containsExactly(kept);
        hold.release(tracker, out, nowNs);
        assertThat(hold.isEmpty()).isTrue();
    }

    @Test
    void shouldRefuseWhatDoesNotFit() {
        assertThat(give(fragment(1, 100, 100 + FragmentHold.FRAME_BYTES / 8, false, false), 1, 7, 0)).isFalse();
        assertThat(hold.isEmpty()).isTrue();
    }

    @Test
    void shouldLeaveRoomToOthersWhenOnePortFloods() {
        int kept = 0;
        for (int id = 0; id < 2000; id++) {
            kept += give(fragment(id, 100, 101, false, false), 1, 7, 0) ? 1 : 0;
        }
        assertThat(kept).isEqualTo(FragmentHold.FRAMES / 2);
        int others = 0;
        for (int id = 0; id < 100; id++) {
            others += give(fragment(id, 100, 101, false, false), 2, 7, 0) ? 1 : 0;
        }
        assertThat(others).isEqualTo(100);
        for (int id = 0; id < 100; id++) {
            give(fragment(id, 0, 100, false, false), 2, 7, 0);
        }
        assertThat(released()).hasSize(100);
    }

    /** Many datagrams, each in reverse order or any other, among each other: all of each comes out once. */
    @Test
    void shouldPassReversedAndInterleavedDatagramsWhole() {
        Random random = new Random(42);
        for (int round = 0; round < 20; round++) {
            List<byte[]> sent = new ArrayList<>();
            for (int id = 0; id < 8; id++) {
                for (int part = 0; part < 8; part++) {
                    sent.add(fragment(round * 8 + id, part * 20, part * 20 + 20, part == 7, false));
                }
            }
            if (round == 0) {
                Collections.reverse(sent);
            } else {
                Collections.shuffle(sent, random);
            }
            int kept = 0;
            int back = 0;
            for (byte[] frame : sent) {
                kept += give(frame, 1, 7, 0) ? 1 : 0;
                back += released().size();
            }
            assertThat(back).as("round %d", round).isEqualTo(kept).isPositive();
            assertThat(hold.isEmpty()).isTrue();
        }
    }
}
