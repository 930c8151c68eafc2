package net.weft.vswitch.burst;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import net.weft.linux.FaultCalls;
import net.weft.linux.Memory;
import org.jspecify.annotations.Nullable;

/**
 * Up to {@value #CAPACITY} frames on their way through one worker, as a structure of arrays.
 * <p>
 * A frame is its <em>head</em> followed by its <em>body</em>. The head, the first {@value #HEAD_BYTES} bytes (fewer for a
 * shorter frame), is a private copy in the burst's own memory: every decision is made on it and every transmitted header
 * comes from it, so that a guest which rewrites its buffer after the check gains nothing. The body stays where the device
 * received it, as zero or more (address, length) segments, and is copied once, by the egress device. Frames that fit into
 * the head have no body.
 * <p>
 * The VLAN tag is metadata ({@link #tag}). A device that gets it out of band sets it; else classification finds it inline
 * and moves {@link #typeOffset} behind it. Either way the frame that leaves is: head bytes 0-11 (the two MAC addresses),
 * the tag the egress port asks for, head bytes from {@code typeOffset} on, body.
 * <p>
 * One thread, the owning worker, touches a burst. Nothing is allocated after construction.
 */
public final class Burst implements AutoCloseable {
    /** Frames a burst holds. */
    public static final int CAPACITY = 64;
    /**
     * Bytes after which a burst takes no further frame. A few super-frames stay in the processor's second-level cache from
     * receive to transmit, and the first leaves while the sender still makes the next; 64 of them would be 4 MB.
     */
    public static final int BYTE_BUDGET = 256 * 1024;
    /** Bytes of each frame that are copied before anything is decided. */
    public static final int HEAD_BYTES = 128;
    /** Bytes the private copy can grow to where parsing needs more. */
    public static final int HEAD_LIMIT = 512;
    /** The largest frame: a 64 KiB super-frame with its Ethernet header and two tags. */
    public static final int MAX_FRAME = 65536 + 22;
    /** Nine cache lines: an odd number, so that the heads of a burst spread over all cache sets. */
    static final int HEAD_STRIDE = HEAD_LIMIT + 64;
    /** Distance of two slots of the receive area: a frame, a virtio-net header, and an odd number of cache lines. */
    public static final int AREA_STRIDE = 66 * 1024 + 64;
    /** Body segments of one frame at most. */
    public static final int MAX_BODY_SEGMENTS = 23;
    private static final int SEGMENTS = CAPACITY * MAX_BODY_SEGMENTS;

    /** Frames in the burst. */
    public int count;
    /**
     * Stands for the receive queue that all frames of the burst came in by. A device with several transmit rings chooses by it: then
     * all frames of a flow take one ring, whichever worker sends them.
     */
    public int txQueueHint;
    /** The leg that all frames of the burst came in by: the number of an attachment, negative where none is known. */
    public int leg = -1;
    /** Bytes on the wire, inline tags included, frame check sequence and out-of-band tag not. */
    public final int[] length = new int[CAPACITY];
    /** Bytes of the frame that lie in its head. */
    public final int[] headLength = new int[CAPACITY];
    /** The port each frame came in by. */
    public final int[] port = new int[CAPACITY];
    /** {@link Offload} word: what the sender left to do. */
    public final long[] offload = new long[CAPACITY];
    /** Outer VLAN tag as {@code (tpid << 16) | tci}, 0 for none. */
    public final int[] tag = new int[CAPACITY];
    /** Where, in the head, the EtherType behind the outer tag stands: 12, or 16 where the tag was inline. */
    public final int[] typeOffset = new int[CAPACITY];

    // ---- what forwarding finds out about each frame, stage by stage; written by the stage that is named, read by those after it ----

    /** Classification: the VLAN each frame travels in. Stale for a frame that was dropped before its VLAN was known. */
    public final int[] vid = new int[CAPACITY];
    /** Classification, and later stages that drop: the {@link Verdict} on each frame. */
    public final int[] verdict = new int[CAPACITY];
    /** Admission to zones: where the headers are, as {@code HeaderParser} says; written only where guards or zones ask. */
    public final long[] parsed = new long[CAPACITY];
    /** Guards: the MAC address of who has what a refused probe asked for, 0 for any other frame; written only where guards or zones ask. */
    public final long[] probedMac = new long[CAPACITY];
    /** Admission to zones: the flow-cache entry that each frame hit, negative for none. */
    public final int[] flow = new int[CAPACITY];
    /** Evaluation by zones: the port each frame was evaluated for, negative when it was for none or several. */
    public final int[] evaluatedFor = new int[CAPACITY];
    /** Flooding: flags of which a port must have one to get a flooded frame, 0 for no condition. */
    public final int[] floodFlags = new int[CAPACITY];
    /** Flooding: the ports that a multicast frame goes to, null for all ports of its VLAN. */
    public final int[] @Nullable [] floodPorts = new int[CAPACITY] @Nullable [];
    /** Distribution over the legs of a port: the flow hash of each frame, 0 until it is asked for. */
    public final int[] flowHash = new int[CAPACITY];

    private final int[] bodyFirst = new int[CAPACITY];
    private final int[] bodyCount = new int[CAPACITY];
    private final long[] segmentAddress = new long[SEGMENTS];
    private final int[] segmentLength = new int[SEGMENTS];
    private int segments;
    private int bytes;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment heads = arena.allocate((long) CAPACITY * HEAD_STRIDE, 64);
    private final long headsAddress = heads.address();
    private final MemorySegment area;
    private final long areaAddress;

    /** A burst with a receive area of {@value #CAPACITY} slots (untouched pages cost nothing). */
    public Burst() {
        area = arena.allocate((long) CAPACITY * AREA_STRIDE, 4096);
        areaAddress = area.address();
    }

    /** Forgets all frames. Their memory may be reused by whoever owns it. */
    public void clear() {
        count = 0;
        segments = 0;
        bytes = 0;
    }

    /** Whether it should take no further frame: all places are taken, or {@link #BYTE_BUDGET} is reached. */
    public boolean isFull() {
        return count == CAPACITY || bytes >= BYTE_BUDGET;
    }

    /** Bytes of all frames. */
    public int bytes() {
        return bytes;
    }

    /** Address of the private head of frame {@code index}; {@link #headLength} bytes of it are the frame's. */
    public long head(int index) {
        return headsAddress + (long) index * HEAD_STRIDE;
    }

    /** All heads, for bounds-checked parsing; frame {@code index} starts at {@link #headOffset}. */
    public MemorySegment heads() {
        return heads;
    }

    /** Offset of the head of frame {@code index} within {@link #heads()}. */
    public long headOffset(int index) {
        return (long) index * HEAD_STRIDE;
    }

    /**
     * Address of receive slot {@code index} ({@code 0..CAPACITY-1}) of {@link #AREA_STRIDE} bytes: memory that devices
     * without memory of their own receive into. Aligned to 64 bytes.
     */
    public long area(int index) {
        return areaAddress + (long) index * AREA_STRIDE;
    }

    /**
     * Appends a frame that lies in one piece.
     *
     * @param address where its destination MAC starts; the bytes behind the head must stay in place until the burst is
     *            cleared
     * @param length bytes, {@code 0..MAX_FRAME}
     * @param port ingress port number
     * @param offload {@link Offload} word as received, not yet validated
     * @param tag out-of-band tag as {@code (tpid << 16) | tci}, or 0
     */
    public void add(long address, int length, int port, long offload, int tag) {
        int index = begin(length, port, offload, tag);
        int head = Math.min(length, HEAD_BYTES);
        Memory.copy(address, head(index), head);
        headLength[index] = head;
        if (length > head) {
            appendBody(index, address + head, length - head);
        }
    }

    /**
     * Opens a frame whose head the caller gathers itself at {@link #head}; it must set {@link #headLength} and append
     * the body, segment by segment, before the next frame is begun.
     *
     * @return its index
     */
    public int begin(int frameLength, int ingressPort, long offloadWord, int outerTag) {
        int index = count++;
        bytes += frameLength;
        length[index] = frameLength;
        port[index] = ingressPort;
        offload[index] = offloadWord;
        tag[index] = outerTag;
        typeOffset[index] = 12;
        bodyFirst[index] = segments;
        bodyCount[index] = 0;
        return index;
    }

    /**
     * Appends a segment to the body of the newest frame.
     *
     * @return false, and nothing appended, when the frame has {@value #MAX_BODY_SEGMENTS} segments already
     */
    public boolean appendBody(int index, long address, int bytes) {
        if (bodyCount[index] == MAX_BODY_SEGMENTS) {
            return false;
        }
        segmentAddress[segments] = address;
        segmentLength[segments++] = bytes;
        bodyCount[index]++;
        return true;
    }

    /** Takes the newest frame back. */
    public void removeLast() {
        count--;
        bytes -= length[count];
        segments = bodyFirst[count];
    }

    /**
     * Lets the private head of a frame grow, gathering from its body, so that headers beyond the usual {@value #HEAD_BYTES}
     * bytes can be trusted too.
     *
     * @param bytes the head is to have at least
     * @return false, and nothing changed, when that is more than the frame or {@value #HEAD_LIMIT} bytes
     */
    public boolean extendHead(int index, int bytes) {
        if (bytes > HEAD_LIMIT || bytes > length[index]) {
            return false;
        }
        while (headLength[index] < bytes) {
            int first = bodyFirst[index];
            int piece = Math.min(bytes - headLength[index], segmentLength[first]);
            Memory.copy(segmentAddress[first], head(index) + headLength[index], piece);
            headLength[index] += piece;
            if (piece == segmentLength[first]) {
                bodyFirst[index]++;
                bodyCount[index]--;
            } else {
                segmentAddress[first] += piece;
                segmentLength[first] -= piece;
            }
            FaultCalls.deliver(); // before anybody goes by what may not have been read
        }
        return true;
    }

    /** Puts an out-of-band tag into the head, where it then is like any payload: the frame is 4 bytes longer and has no tag. */
    public void inlineTag(int index) {
        long at = headOffset(index) + 12;
        MemorySegment.copy(heads, at, heads, at + 4, headLength[index] - 12L);
        Memory.putIntBe(head(index) + 12, tag[index]);
        headLength[index] += 4;
        length[index] += 4;
        bytes += 4;
        offload[index] = Offload.shifted(offload[index], 4);
        tag[index] = 0;
    }

    /** Body segments of frame {@code index}. */
    public int bodyCount(int index) {
        return bodyCount[index];
    }

    /** Address of body segment {@code n} of frame {@code index}. */
    public long bodyAddress(int index, int n) {
        return segmentAddress[bodyFirst[index] + n];
    }

    /** Bytes of body segment {@code n} of frame {@code index}. */
    public int bodyLength(int index, int n) {
        return segmentLength[bodyFirst[index] + n];
    }

    /** Bytes that frame {@code index} has when it leaves with {@code egressTag} (0: untagged). */
    public int egressLength(int index, int egressTag) {
        return length[index] - (typeOffset[index] - 12) + (egressTag != 0 ? 4 : 0);
    }

    /** First EtherType of frame {@code index} when it leaves with {@code egressTag} (0: untagged). */
    public int egressType(int index, int egressTag) {
        return egressTag != 0
                ? egressTag >>> 16
                : Short.toUnsignedInt(Memory.getShortBe(head(index) + typeOffset[index]));
    }

    /**
     * Writes the leading part of frame {@code index} as it leaves: the MAC addresses, {@code egressTag} unless 0, and the
     * rest of the head. The body segments follow it on the wire.
     *
     * @param to address of at least {@code HEAD_LIMIT + 4} writable bytes
     * @return bytes written
     */
    public int writeHead(int index, int egressTag, long to) {
        long head = head(index);
        int from = typeOffset[index];
        Memory.putLong(to, Memory.getLong(head));
        Memory.putInt(to + 8, Memory.getInt(head + 8));
        int written = 12;
        if (egressTag != 0) {
            Memory.putIntBe(to + 12, egressTag);
            written = 16;
        }
        int rest = headLength[index] - from;
        Memory.copy(head + from, to + written, rest);
        return written + rest;
    }

    @Override
    public void close() {
        arena.close();
    }
}
