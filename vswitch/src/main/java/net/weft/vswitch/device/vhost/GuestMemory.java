package net.weft.vswitch.device.vhost;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.weft.linux.Fd;
import net.weft.linux.Mapping;

/**
 * The guest's memory as far as it was shared: regions, each a file mapped into this process. Owned by the connection's thread;
 * workers see it through {@link GuestView}s, which must be out of use before {@link #remove} or {@link #clear}.
 */
final class GuestMemory {
    /** Said wherever the front end keeps the guest's memory to itself. */
    static final String NOT_SHARED = "the guest's memory is not shared: add -object"
            + " memory-backend-memfd,id=mem,size=SIZE,share=on -machine memory-backend=mem to QEMU, SIZE as in -m;"
            + " `weft guest` prints what a port needs";
    /** Addresses end below this, so that sums of two never overflow. */
    private static final long ADDRESS_LIMIT = 1L << 62;
    /** Looked at of each region: a PC has its interrupt vectors at 0 and its firmware below 1 MiB. */
    private static final int BLANK_BYTES = 1 << 20;

    /**
     * @param guest address in the guest's physical memory
     * @param user address in the front end's own memory
     * @param host address here
     * @param blank it began with zeroes only when it was added
     */
    record Region(long guest, long user, long bytes, long host, Mapping mapping, boolean blank, boolean sealed) {
    }

    private final List<Region> regions = new ArrayList<>();
    private final MemoryRules rules;
    private volatile boolean sealed;

    GuestMemory(MemoryRules rules) {
        this.rules = rules;
    }

    /** Whether there is memory, and nobody can make any of it shorter. Any thread. */
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
     * Whether there was nothing in it yet: a machine that has come as far as to set up its card has a firmware or kernel in
     * its memory, unless that is a private copy.
     */
    boolean wasBlank() {
        return regions.stream().allMatch(Region::blank);
    }

    /** Holds the number of regions in a message against the limit and against the descriptors that came with it. */
    static void checkTable(int count, int limit, int files) throws VhostViolationException {
        if (count < 1 || count > limit || count != files) {
            throw new VhostViolationException(Integer.toUnsignedString(count) + " memory regions with " + files
                    + " descriptors; expected 1-" + limit + ", one descriptor each; " + NOT_SHARED);
        }
    }

    /** Maps a region as a message describes it. */
    void add(ByteBuffer in, Fd file) throws VhostViolationException {
        long guest = in.getLong();
        long bytes = in.getLong();
        long user = in.getLong();
        add(guest, bytes, user, in.getLong(), file);
    }

    /**
     * Maps a region.
     *
     * @param offset where the region starts in the file
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
                    + memory.bytes() + " bytes; " + NOT_SHARED);
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
        changed();
    }

    private long bytes() {
        return regions.stream().mapToLong(Region::bytes).sum();
    }

    private void changed() {
        sealed = !regions.isEmpty() && regions.stream().allMatch(Region::sealed);
    }

    private void unmap(Region region) {
        region.mapping.close();
        AddressSpace.giveBack(region.bytes);
    }

    private static boolean isBeyond(long address, long bytes) {
        return address < 0 || address > ADDRESS_LIMIT - bytes;
    }

    /** Whether there is exactly this region. */
    boolean has(long guest, long bytes, long user) {
        return regions.stream()
                .anyMatch(region -> region.guest == guest && region.bytes == bytes && region.user == user);
    }

    /** Whether any of it is in a region. */
    boolean overlaps(long guest, long bytes) {
        return regions.stream().anyMatch(region -> guest < region.guest + region.bytes && region.guest - guest < bytes);
    }

    /** Unmaps a region; false when there is none like it. */
    boolean remove(long guest, long bytes, long user) {
        for (Region region : regions) {
            if (region.guest == guest && region.bytes == bytes && region.user == user) {
                regions.remove(region);
                unmap(region);
                changed();
                return true;
            }
        }
        return false;
    }

    void clear() {
        regions.forEach(this::unmap);
        regions.clear();
        changed();
    }

    /** Where {@code bytes} at an address of the front end's are here; 0 when they are not all in one region. */
    long ofUser(long user, long bytes) {
        for (Region region : regions) {
            long offset = user - region.user;
            if (offset >= 0 && offset <= region.bytes - bytes) {
                return region.host + offset;
            }
        }
        return 0;
    }

    /** Guest address behind the last byte of all; 0 without memory. */
    long end() {
        return regions.stream().mapToLong(region -> region.guest + region.bytes).max().orElse(0);
    }

    /** A look-up of its own for one ring. */
    GuestView view() {
        return new GuestView(regions.stream().mapToLong(Region::guest).toArray(),
                regions.stream().mapToLong(Region::bytes).toArray(),
                regions.stream().mapToLong(Region::host).toArray());
    }
}
