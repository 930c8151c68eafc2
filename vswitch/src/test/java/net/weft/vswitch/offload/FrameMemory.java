package net.weft.vswitch.offload;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.TransmitList;

/** A burst of one frame, whose body lies in pieces with gaps between them, as a guest's descriptors leave it. */
final class FrameMemory implements AutoCloseable {
    final Burst burst = new Burst();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory = arena.allocate(1 << 18, 64);
    private byte[] frame = {};
    private final List<Long> pieceAddresses = new ArrayList<>();
    private final List<Integer> pieceLengths = new ArrayList<>();

    /** Makes {@code bytes} frame 0, its body cut into up to {@code maxPieces}; an outer tag becomes metadata. */
    void load(byte[] bytes, long offload, Random random, int maxPieces) {
        frame = bytes;
        pieceAddresses.clear();
        pieceLengths.clear();
        burst.clear();
        int index = burst.begin(bytes.length, 7, offload, 0);
        int head = Math.min(bytes.length, Burst.HEAD_BYTES);
        Memory.copy(bytes, 0, burst.head(index), head);
        burst.headLength[index] = head;
        long at = memory.address();
        for (int done = head, n = 1; done < bytes.length; n++) {
            int left = bytes.length - done;
            int piece = n == maxPieces ? left : 1 + random.nextInt(left);
            at += random.nextInt(64);
            Memory.copy(bytes, done, at, piece);
            burst.appendBody(index, at, piece);
            pieceAddresses.add(at);
            pieceLengths.add(piece);
            at += piece;
            done += piece;
        }
        int type = bytes.length < 18 ? 0 : NaiveOffload.u16(bytes, 12);
        if (type == 0x8100 || type == 0x88a8) {
            burst.tag[index] = type << 16 | NaiveOffload.u16(bytes, 14);
            burst.typeOffset[index] = 16;
        }
    }

    /** Whether frame 0 still has the bytes it was given: nobody wrote to it. */
    boolean isUntouched() {
        return Arrays.equals(bytes(burst, 0, burst.tag[0]), frame);
    }

    /** Whether a body segment lies within one of the pieces, or in the head of frame 0. */
    boolean owns(long address, int length) {
        if (address >= burst.head(0) && address + length <= burst.head(0) + burst.headLength[0]) {
            return true;
        }
        for (int i = 0; i < pieceAddresses.size(); i++) {
            long start = pieceAddresses.get(i);
            if (address >= start && address + length <= start + pieceLengths.get(i)) {
                return true;
            }
        }
        return false;
    }

    /** A frame as it leaves with {@code tag}. */
    static byte[] bytes(Burst burst, int index, int tag) {
        byte[] bytes = new byte[burst.egressLength(index, tag)];
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment slot = arena.allocate(Burst.HEAD_LIMIT + 64);
            int at = burst.writeHead(index, tag, slot.address());
            Memory.copy(slot.address(), bytes, 0, at);
            for (int n = 0; n < burst.bodyCount(index); n++) {
                Memory.copy(burst.bodyAddress(index, n), bytes, at, burst.bodyLength(index, n));
                at += burst.bodyLength(index, n);
            }
        }
        return bytes;
    }

    /** All pieces of frame 0, with the tag it came with. */
    List<byte[]> segmented(Segmenter segmenter, int mtu) {
        List<byte[]> pieces = new ArrayList<>();
        segmenter.start(burst, 0, mtu);
        while (segmenter.next()) {
            TransmitList list = segmenter.list(burst.tag[0], 0);
            for (int n = 0; n < list.count; n++) {
                pieces.add(bytes(segmenter.burst(), list.frame[n], list.tag[n]));
            }
        }
        return pieces;
    }

    @Override
    public void close() {
        burst.close();
        arena.close();
    }
}
