package net.weft.vswitch.fdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The binary image of MAC entries. It has a header of {@value #HEADER} bytes: magic (8), version (4), number of ports
 * (4), boot ID (16), number of entries (4), CRC-32C of all other bytes (4). Each port has its number (4) and its
 * identity (8). Each entry has VLAN and MAC address as on the wire (2 + 6), port (4), and the second in which it was
 * last seen (4). Most significant byte first.
 * <p>
 * The buffer is reused for each image. One thread.
 */
public final class FdbImage {
    /** Maximum number of ports in an image. */
    public static final int MAX_PORTS = 1 << 16;
    /** Maximum number of MAC entries in an image; further entries are omitted. */
    public static final int MAX_STATIONS = 1 << 16;

    static final long MAGIC = 0x57454654_4d414353L;
    static final int VERSION = 1;
    static final int HEADER = 40;
    static final int PORT = 12;
    static final int STATION = 16;
    static final int MAX_BYTES = HEADER + MAX_PORTS * PORT + MAX_STATIONS * STATION;
    static final int CRC_AT = 36;

    private static final int STATIONS_AT = 32;
    private static final int VID_SHIFT = 48;
    private static final long PRIME = 0x9E3779B97F4A7C15L;

    private final UUID boot;
    private ByteBuffer bytes = ByteBuffer.allocate(4096);
    private int stations;
    private long who;

    /**
     * The content of an image.
     * @param identities identities of the ports, by number
     * @param stations MAC entries of these ports
     */
    public record Content(Map<Integer, Long> identities, List<MacEntry> stations) {
        /** No ports and no entries. */
        public static final Content NONE = new Content(Map.of(), List.of());

        public Content {
            identities = Map.copyOf(identities);
            stations = List.copyOf(stations);
        }
    }

    /** @param boot boot ID of the kernel, whose monotonic clock the times refer to */
    public FdbImage(UUID boot) {
        this.boot = boot;
    }

    /**
     * Begins a new image.
     * @param identities identities by port number, at most {@link #MAX_PORTS}; the entries of a port are valid only
     *            while its identity is the same
     */
    public void begin(Map<Integer, Long> identities) {
        stations = 0;
        who = identities.hashCode();
        bytes.clear();
        ensure(HEADER + identities.size() * PORT);
        bytes.putLong(MAGIC).putInt(VERSION).putInt(identities.size());
        bytes.putLong(boot.getMostSignificantBits()).putLong(boot.getLeastSignificantBits()).putInt(0).putInt(0);
        identities.forEach((number, identity) -> bytes.putInt(number).putLong(identity));
    }

    /** Adds a MAC entry of one of the ports. */
    public void add(int vid, long mac, int port, int seenSeconds) {
        if (stations == MAX_STATIONS) {
            return;
        }
        ensure(STATION);
        long key = (long) vid << VID_SHIFT | reversed(mac);
        bytes.putLong(key).putInt(port).putInt(seenSeconds);
        who = ((who ^ key) * PRIME ^ port) * PRIME;
        stations++;
    }

    /** Finishes the image and returns it; it is valid until the next one begins. */
    public ByteBuffer finish() {
        bytes.putInt(STATIONS_AT, stations);
        ByteBuffer image = bytes.duplicate().flip();
        bytes.putInt(CRC_AT, crc(image));
        return image;
    }

    /** Returns a hash of the ports and entries, without the times at which they were seen. */
    public long who() {
        return who;
    }

    private void ensure(int more) {
        if (bytes.remaining() < more) {
            bytes = ByteBuffer.allocate(Math.min(MAX_BYTES, 2 * (bytes.position() + more))).put(bytes.flip());
        }
    }

    /**
     * Reads an image.
     * @throws IOException if the image is invalid, with a message that says why
     */
    public Content read(ByteBuffer image) throws IOException {
        require(image.limit() >= HEADER && image.limit() <= MAX_BYTES,
                "it has " + image.limit() + " bytes, expected " + HEADER + " to " + MAX_BYTES);
        require(image.getLong(0) == MAGIC, "it is no file of stations");
        require(image.getInt(8) == VERSION, "its version is " + image.getInt(8) + ", expected " + VERSION);
        int ports = image.getInt(12);
        int count = image.getInt(STATIONS_AT);
        require(ports >= 0 && ports <= MAX_PORTS && count >= 0 && count <= MAX_STATIONS
                && HEADER + ports * PORT + count * STATION == image.limit(),
                "it counts " + ports + " ports and " + count + " stations in " + image.limit() + " bytes");
        require(crc(image.duplicate()) == image.getInt(CRC_AT), "its checksum is wrong");
        if (image.getLong(16) != boot.getMostSignificantBits() || image.getLong(24) != boot.getLeastSignificantBits()) {
            return Content.NONE;
        }
        ByteBuffer rest = image.duplicate().position(HEADER);
        Map<Integer, Long> identities = new HashMap<>();
        for (int i = 0; i < ports; i++) {
            identities.put(rest.getInt(), rest.getLong());
        }
        List<MacEntry> found = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long key = rest.getLong();
            MacEntry entry = new MacEntry((int) (key >>> VID_SHIFT), reversed(key & (1L << VID_SHIFT) - 1),
                    rest.getInt(),
                    rest.getInt());
            require(entry.isSane(), "it has " + entry);
            found.add(entry);
        }
        return new Content(identities, found);
    }

    private static void require(boolean sane, String otherwise) throws IOException {
        if (!sane) {
            throw new IOException(otherwise);
        }
    }

    private static long reversed(long mac) {
        return Long.reverseBytes(mac) >>> Long.SIZE - VID_SHIFT;
    }

    private static int crc(ByteBuffer image) {
        CRC32C crc = new CRC32C();
        crc.update(image.duplicate().position(0).limit(CRC_AT));
        crc.update(image.duplicate().position(HEADER));
        return (int) crc.getValue();
    }
}
