package net.weft.vswitch.device.vhost;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.weft.linux.Fd;
import net.weft.linux.Mapping;

/**
 * The shared memory of a guest: a list of regions, each a file mapped into this process. Owned by the connection's
 * thread; workers access it through {@link GuestView}s, which must not be in use at {@link #remove} or {@link #clear}.
 */
final class GuestMemory {
    /** Exclusive upper limit of addresses, so that the sum of two never overflows. */
    private static final long ADDRESS_LIMIT = 1L << 62;
    /**
     * Bytes of each region that are checked for zeroes: a PC has its interrupt vectors at 0 and its firmware below 1
     * MiB.
     */
    private static final int BLANK_BYTES = 1 << 20;

    /**
     * @param guest address in the guest's physical memory
     * @param user address in the front end's own memory
     * @param host address in this process
     * @param blank whether the checked start of the region was all zeroes when it was added
     */
    record Region(long guest, long user, long bytes, long host, Mapping mapping, boolean blank, boolean sealed) {
    }

    private final List<Region> regions = new ArrayList<>();
    private final MemoryRules rules;
    private volatile boolean sealed;

    GuestMemory(MemoryRules rules) {
        this.rules = rules;
    }

    /** Returns whether there is memory and all of it is sealed against shrinking. Any thread. */
    boolean isSealed() {
        return sealed;
    }

    boolean isEmpty() {
        return regions.isEmpty();
    }

    int count() {
        return regions.size();
    }

    /**
     * Returns whether all memory was blank when it was added. A guest that has started its vNIC has firmware or a
     * kernel in its memory, so blank memory means that the guest works on a private copy.
     */
    boolean wasBlank() {
        return regions.stream().allMatch(Region::blank);
    }

    /** Checks the number of regions in a message against the limit and against the number of descriptors received. */
    static void checkTable(int count, int limit, int files) throws VhostViolationException {
        if (count < 1 || count > limit || count != files) {
            throw new VhostViolationException(Integer.toUnsignedString(count) + " memory regions with " + files
                    + " descriptors; expected 1-" + limit + ", one descriptor each; "
                    + VhostViolationException.NOT_SHARED);
        }
    }

    /** Maps a region that is described in a message. */
    void add(ByteBuffer in, Fd file) throws VhostViolationException {
        long guest = in.getLong();
        long bytes = in.getLong();
        long user = in.getLong();
        add(guest, bytes, user, in.getLong(), file);
    }

    /**
     * Maps a region.
     *
     * @param offset offset of the region in the file, bytes
     */
    private void add(long guest, long bytes, long user, long offset, Fd file) throws VhostViolationException {
        if (bytes <= 0 || bytes >= ADDRESS_LIMIT || isBeyond(guest, bytes) || isBeyond(offset, bytes)
                || user + bytes < user) {
            throw new VhostViolationException("a memory region of " + Long.toUnsignedString(bytes)
                    + " bytes at guest address 0x" + Long.toHexString(guest) + " is impossible");
        }
        for (Region other : regions) {
            if (guest < other.guest + other.bytes && other.guest < guest + bytes) {
                throw new VhostViolationException("memory regions overlap at guest address 0x"
                        + Long.toHexString(Math.max(guest, other.guest)));
            }
        }
        PassedMemory memory = PassedMemory.of(file, rules);
        if (offset + bytes > memory.bytes()) {
            throw new VhostViolationException("a memory region ends at byte " + (offset + bytes) + " of a file of "
                    + memory.bytes() + " bytes; " + VhostViolationException.NOT_SHARED);
        }
        AddressSpace.take(bytes(), bytes);
        try {
            Mapping mapping = memory.map(offset, bytes, "a memory region");
            regions.add(new Region(guest, user, bytes, mapping.address(), mapping,
                    PassedFile.isBlank(file, offset, Math.min(bytes, BLANK_BYTES)), memory.sealed()));
        } catch (VhostViolationException e) {
            AddressSpace.giveBack(bytes);
            throw e;
        }
        updateSealed();
    }

    private long bytes() {
        return regions.stream().mapToLong(Region::bytes).sum();
    }

    private void updateSealed() {
        sealed = !regions.isEmpty() && regions.stream().allMatch(Region::sealed);
    }

    private void unmap(Region region) {
        region.mapping.close();
        AddressSpace.giveBack(region.bytes);
    }

    private static boolean isBeyond(long address, long bytes) {
        return address < 0 || address > ADDRESS_LIMIT - bytes;
    }

    /** Returns whether exactly this region is mapped. */
    boolean has(long guest, long bytes, long user) {
        return regions.stream()
                .anyMatch(region -> region.guest == guest && region.bytes == bytes && region.user == user);
    }

    /** Returns whether the range overlaps a mapped region. */
    boolean overlaps(long guest, long bytes) {
        return regions.stream().anyMatch(region -> guest < region.guest + region.bytes && region.guest - guest < bytes);
    }

    /** Unmaps exactly this region; false if it is not mapped. */
    boolean remove(long guest, long bytes, long user) {
        for (Region region : regions) {
            if (region.guest == guest && region.bytes == bytes && region.user == user) {
                regions.remove(region);
                unmap(region);
                updateSealed();
                return true;
            }
        }
        return false;
    }

    void clear() {
        regions.forEach(this::unmap);
        regions.clear();
        updateSealed();
    }

    /** Translates a front-end address to an address in this process; 0 if the range does not lie in one region. */
    long ofUser(long user, long bytes) {
        for (Region region : regions) {
            long offset = user - region.user;
            if (offset >= 0 && offset <= region.bytes - bytes) {
                return region.host + offset;
            }
        }
        return 0;
    }

    /** The guest address after the last byte of all regions; 0 without memory. */
    long end() {
        return regions.stream().mapToLong(region -> region.guest + region.bytes).max().orElse(0);
    }

    /** Creates an address lookup for one ring. */
    GuestView view() {
        return new GuestView(regions.stream().mapToLong(Region::guest).toArray(),
                regions.stream().mapToLong(Region::bytes).toArray(),
                regions.stream().mapToLong(Region::host).toArray());
    }
}
