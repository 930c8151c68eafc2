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
    /** Bytes of each frame that are copied into its private head when it is received. */
    public static final int HEAD_BYTES = 128;
    /** The largest private head, in bytes, that {@link #extendHead} can make where headers go on. */
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
     * A hint that stands for the receive queue of the burst. A device with several transmit rings chooses the ring by
     * this hint, so that all frames of a flow use one ring, whichever worker sends them.
     */
    public int txQueueHint;
    /** The leg on which the burst was received, as the number of its attachment; negative if it is unknown. */
    public int leg = -1;
    /**
     * Length of each frame on the wire in bytes, with inline tags, without frame check sequence and out-of-band tag.
     */
    public final int[] length = new int[CAPACITY];
    /** Number of bytes of each frame that lie in its head. */
    public final int[] headLength = new int[CAPACITY];
    /** Index of the ingress port of each frame. */
    public final int[] port = new int[CAPACITY];
    /** The {@link Offload} word of each frame: the checksum and segmentation work that the sender left open. */
    public final long[] offload = new long[CAPACITY];
    /** The outer VLAN tag of each frame as {@code (tpid << 16) | tci}, 0 for none. */
    public final int[] tag = new int[CAPACITY];
    /** Offset, in the head, of the EtherType behind the outer tag: 12, or 16 if the tag was inline. */
    public final int[] typeOffset = new int[CAPACITY];

    // ---- columns of forwarding, stage by stage: the named stage writes, the stages after it read --------------------

    /**
     * Written by classification: the VLAN of each frame. Stale for a frame that was dropped before its VLAN was
     * determined.
     */
    public final int[] vid = new int[CAPACITY];
    /** Written by classification, and by later stages that drop: the {@link Verdict} on each frame. */
    public final int[] verdict = new int[CAPACITY];
    /**
     * Written by admission to zones: the offsets of the headers, as {@code HeaderParser} packs them; written only if
     * address checks or zones need them.
     */
    public final long[] parsed = new long[CAPACITY];
    /**
     * Written by admission to zones: the MAC address of the holder of the IP address that a refused probe asked for; 0 for
     * any other frame. Written only if address checks or zones need it.
     */
    public final long[] probedMac = new long[CAPACITY];
    /** Written by admission to zones: the flow-cache entry that each frame hit, negative for a miss. */
    public final int[] flow = new int[CAPACITY];
    /** Written by zone evaluation: the egress port for which each frame was evaluated; negative for none or several. */
    public final int[] evaluatedFor = new int[CAPACITY];
    /**
     * Written by flooding: port flags of which a port needs at least one to receive the flooded frame; 0 for no
     * condition.
     */
    public final int[] floodFlags = new int[CAPACITY];
    /** Written by flooding: the ports that a multicast frame is sent to; null for all ports of its VLAN. */
    public final int[] @Nullable [] floodPorts = new int[CAPACITY] @Nullable [];
    /** Written when a leg is chosen: the flow hash of each frame; 0 until it is computed. */
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

    /** Creates a burst with a receive area of {@value #CAPACITY} slots. Pages that are never touched take no memory. */
    public Burst() {
        area = arena.allocate((long) CAPACITY * AREA_STRIDE, 4096);
        areaAddress = area.address();
    }

    /** Removes all frames. The owner of their memory may reuse it. */
    public void clear() {
        count = 0;
        segments = 0;
        bytes = 0;
    }

    /** Returns whether the burst is full: it holds {@link #CAPACITY} frames, or {@link #BYTE_BUDGET} is reached. */
    public boolean isFull() {
        return count == CAPACITY || bytes >= BYTE_BUDGET;
    }

    /** The sum of the lengths of all frames, in bytes. */
    public int bytes() {
        return bytes;
    }

    /** Address of the private head of frame {@code index}, of which {@link #headLength} bytes are in use. */
    public long head(int index) {
        return headsAddress + (long) index * HEAD_STRIDE;
    }

    /** The memory of all heads, for bounds-checked parsing; frame {@code index} starts at {@link #headOffset}. */
    public MemorySegment heads() {
        return heads;
    }

    /** Offset of the head of frame {@code index} within {@link #heads()}. */
    public long headOffset(int index) {
        return (long) index * HEAD_STRIDE;
    }

    /**
     * Address of receive slot {@code index} ({@code 0..CAPACITY-1}) of {@link #AREA_STRIDE} bytes, into which devices
     * without memory of their own receive. Aligned to 64 bytes.
     */
    public long area(int index) {
        return areaAddress + (long) index * AREA_STRIDE;
    }

    /**
     * Appends a frame that is contiguous in memory.
     * @param address of the destination MAC; the bytes behind the head must stay in place until the burst is cleared
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
     * Begins a frame whose head the caller writes at {@link #head}. The caller must set {@link #headLength} and append
     * the body, segment by segment, before it begins the next frame.
     * @return index of the frame
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
     * @return false, with nothing appended, if the frame already has {@value #MAX_BODY_SEGMENTS} segments
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

    /**
     * Makes the newest frame longer by bytes that follow its body.
     * @return false, with nothing changed, if the burst is full or the frame has {@value #MAX_BODY_SEGMENTS} segments
     */
    public boolean extend(int index, long address, int more) {
        if (bytes >= BYTE_BUDGET || length[index] + more > MAX_FRAME || !appendBody(index, address, more)) {
            return false;
        }
        length[index] += more;
        bytes += more;
        return true;
    }

    /** Removes the newest frame. */
    public void removeLast() {
        count--;
        bytes -= length[count];
        segments = bodyFirst[count];
    }

    /**
     * Extends the private head of a frame by bytes of its body, so that headers beyond the first {@value #HEAD_BYTES}
     * bytes are safe from changes by the guest, too.
     * @param bytes least length of the head afterwards
     * @return false, with nothing changed, if {@code bytes} exceeds the frame or {@value #HEAD_LIMIT}
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
            FaultCalls.deliver(); // report a fault of the copy before its bytes are used
        }
        return true;
    }

    /**
     * Inserts an out-of-band tag into the head, where it becomes payload: the frame grows by 4 bytes and has no outer
     * tag.
     */
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

    /** Number of body segments of frame {@code index}. */
    public int bodyCount(int index) {
        return bodyCount[index];
    }

    /** Address of body segment {@code n} of frame {@code index}. */
    public long bodyAddress(int index, int n) {
        return segmentAddress[bodyFirst[index] + n];
    }

    /** Length in bytes of body segment {@code n} of frame {@code index}. */
    public int bodyLength(int index, int n) {
        return segmentLength[bodyFirst[index] + n];
    }

    /** Length in bytes of frame {@code index} when it leaves with {@code egressTag} (0: untagged). */
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
