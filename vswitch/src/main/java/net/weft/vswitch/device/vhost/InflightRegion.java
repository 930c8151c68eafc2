package net.weft.vswitch.device.vhost;

import java.nio.ByteBuffer;
import java.util.List;
import net.weft.linux.Fd;
import net.weft.linux.LinuxException;
import net.weft.linux.Mapping;
import net.weft.linux.Memfd;
import net.weft.linux.Memory;

/**
 * Memory that the front end keeps while the back end restarts (vhost-user, "Inflight I/O tracking"), with one part for
 * each ring, aligned to {@link #ALIGNMENT} bytes. Owned by the connection's thread, mapped as long as a device may use
 * it.
 * <p>
 * A packed ring is resumed from its part ({@link PackedInflight}). A split ring needs none, because Weft returns chains
 * in order: the used index in guest memory tells which chains were not returned, even in the middle of a burst. Its
 * part holds only a version and no entry in flight.
 * <p>
 * A ring that was stopped properly is resumed at the position that the front end sends, so its part is cleared then.
 */
final class InflightRegion implements AutoCloseable {
    /** A description: size and offset in the file, 8 bytes each; rings and ring size, 2 bytes each; padding. */
    static final int DESCRIPTION_BYTES = 24;
    private static final int ALIGNMENT = 64;
    /** Largest region, bytes: more than the largest packed rings need. */
    private static final long MAX_BYTES = 512L << 20;
    private static final int VERSION_OFFSET = 8;
    private static final int SIZE_OFFSET = 10;
    private static final int SPLIT_HEADER_BYTES = 16;
    private static final int SPLIT_ENTRY_BYTES = 16;

    private final Mapping mapping;
    private final long start;
    private final long bytes;
    private final int rings;
    private final int size;

    private InflightRegion(Mapping mapping, long start, long bytes, int rings, int size) {
        this.mapping = mapping;
        this.start = start;
        this.bytes = bytes;
        this.rings = rings;
        this.size = size;
    }

    /**
     * Creates the memory that a front end requested and writes its description to {@code answer}. The caller closes the
     * returned file.
     */
    static Fd create(ByteBuffer asked, boolean packed, int maxRings, ByteBuffer answer) throws VhostViolationException {
        asked.getLong();
        asked.getLong();
        int rings = rings(asked, maxRings);
        int size = size(asked);
        long bytes = rings * partBytes(size, packed);
        answer.putLong(bytes).putLong(0).putShort((short) rings).putShort((short) size);
        try {
            return Memfd.createSealable("weft-inflight", bytes);
        } catch (LinuxException e) {
            throw new VhostViolationException("an in-flight region of " + bytes + " bytes cannot be made: "
                    + e.getMessage());
        }
    }

    /** Maps the memory that a front end passes back after a restart. */
    static InflightRegion map(ByteBuffer in, int maxRings, List<Fd> files, MemoryRules rules)
            throws VhostViolationException {
        long bytes = in.getLong();
        long offset = in.getLong();
        int rings = rings(in, maxRings);
        int size = size(in);
        PassedMemory memory = files.size() == 1 ? PassedMemory.of(files.getFirst(), rules) : null;
        long available = memory == null ? 0 : memory.bytes();
        if (memory == null || bytes <= 0 || offset < 0 || offset % ALIGNMENT != 0 || bytes > available
                || offset > available - bytes || bytes > MAX_BYTES) {
            throw new VhostViolationException("an in-flight region of " + Long.toUnsignedString(bytes)
                    + " bytes at offset " + Long.toUnsignedString(offset) + " of " + files.size() + " files, of "
                    + available + " bytes; expected it within one");
        }
        Mapping mapping = memory.map(offset, bytes, "an in-flight region");
        try {
            if (Mapping.isGone(mapping.address(), bytes, true)) {
                throw new VhostViolationException("an in-flight region that cannot be written");
            }
        } catch (VhostViolationException e) {
            mapping.close();
            throw e;
        }
        return new InflightRegion(mapping, mapping.address(), bytes, rings, size);
    }

    private static int rings(ByteBuffer in, int maxRings) throws VhostViolationException {
        int rings = in.getShort() & 0xFFFF;
        if (rings < 1 || rings > maxRings) {
            throw new VhostViolationException("an in-flight region for " + rings + " rings; expected 1-" + maxRings);
        }
        return rings;
    }

    private static int size(ByteBuffer in) throws VhostViolationException {
        int size = in.getShort() & 0xFFFF;
        if (size < 1 || size > Vring.MAX_SIZE) {
            throw new VhostViolationException("an in-flight region for rings of " + size + " entries; expected 1-"
                    + Vring.MAX_SIZE);
        }
        return size;
    }

    private static long partBytes(int size, boolean packed) {
        long part = packed ? PackedInflight.bytes(size) : SPLIT_HEADER_BYTES + (long) SPLIT_ENTRY_BYTES * size;
        return part + ALIGNMENT - 1 & -ALIGNMENT;
    }

    /**
     * Resumes a ring.
     *
     * @return the setup with the base at which a packed ring resumes and the address of its part; the base of the front
     *     end if the region has no part for the ring
     */
    RingSetup resume(int ring, RingSetup setup) throws VhostViolationException {
        boolean packed = VirtioNet.has(setup.features(), VirtioNet.RING_PACKED);
        long part = part(ring, packed);
        if (part == 0 || setup.size() > size) {
            return setup;
        }
        if (packed) {
            int base = PackedInflight.resume(part, setup.size(), setup.descriptors(), setup.base());
            return setup.resumed(base, part);
        }
        Memory.putShort(part + SIZE_OFFSET, (short) setup.size());
        Memory.putShort(part + VERSION_OFFSET, PackedInflight.LAYOUT_VERSION);
        return setup;
    }

    /** Clears the part of a ring that was stopped or starts anew. */
    void forget(int ring, boolean packed) {
        long part = part(ring, packed);
        if (part != 0) {
            Memory.putShort(part + VERSION_OFFSET, (short) 0);
        }
    }

    private long part(int ring, boolean packed) {
        long stride = partBytes(size, packed);
        return ring < rings && (ring + 1) * stride <= bytes ? start + ring * stride : 0;
    }

    @Override
    public void close() {
        mapping.close();
    }
}
