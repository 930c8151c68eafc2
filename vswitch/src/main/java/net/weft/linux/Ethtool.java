package net.weft.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the driver, speed and offload features of network devices, and switches features, in the namespace of the
 * thread that opens this object. Changes need CAP_NET_ADMIN and throw {@link LinuxException}.
 */
public final class Ethtool implements AutoCloseable {
    /** Large receive offload merges frames irreversibly, so it must be off where frames are forwarded. */
    public static final String LRO = "rx-lro";
    /** GRO by fragment list chains frames to the first one; a packet socket would receive them as one frame. */
    public static final String GRO_FRAGLIST = "rx-gro-list";
    public static final String GRO = "rx-gro";

    private static final long SIOCETHTOOL = 0x8946;
    private static final int GSET = 0x1;
    private static final int GDRVINFO = 0x3;
    private static final int GSTRINGS = 0x1b;
    private static final int GSSET_INFO = 0x37;
    private static final int GFEATURES = 0x3a;
    private static final int SFEATURES = 0x3b;
    private static final int SS_FEATURES = 4;
    private static final int STRING_BYTES = 32;

    /** Bytes of {@code struct ethtool_drvinfo}. */
    private static final int DRVINFO_BYTES = 196;
    private static final int DRIVER_OFFSET = 4;
    /** Bytes of {@code struct ethtool_cmd}. */
    private static final int CMD_BYTES = 44;
    private static final int SPEED_OFFSET = 12;
    private static final int SPEED_HIGH_OFFSET = 28;
    private static final int SPEED_UNKNOWN = -1;
    /**
     * Bytes of {@code ethtool_get_features_block}, one per 32 features: available, requested, active, never changed.
     */
    private static final int GET_BLOCK_BYTES = 16;
    /** Bytes of {@code ethtool_set_features_block}, one per 32 features: valid, requested. */
    private static final int SET_BLOCK_BYTES = 8;

    private final Socket socket = Socket.open(Socket.AF_INET, Socket.SOCK_DGRAM, 0);

    /** The state of a feature: whether it is on, and whether it can be changed. */
    public record Feature(boolean active, boolean changeable) {
    }

    /** Returns the driver's name, for example {@code veth}. */
    public String driver(String device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = command(arena, GDRVINFO, DRVINFO_BYTES);
            call(arena, device, info, "ETHTOOL_GDRVINFO");
            return text(info, DRIVER_OFFSET);
        }
    }

    /** Returns the speed in megabits per second, or -1 if the device does not report one. */
    public int speedMbps(String device) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment settings = command(arena, GSET, CMD_BYTES);
            int result = tryCall(arena, device, settings);
            if (result == -Errno.EOPNOTSUPP) {
                return SPEED_UNKNOWN;
            }
            LinuxException.check(result, "ioctl", "ETHTOOL_GSET of device " + device);
            return Memory.getShort(settings.address() + SPEED_OFFSET) & 0xffff
                    | Memory.getShort(settings.address() + SPEED_HIGH_OFFSET) << 16;
        }
    }

    /** Returns all features by the names that {@code ethtool -k} displays, in the kernel's order. */
    public Map<String, Feature> features(String device) {
        try (Arena arena = Arena.ofConfined()) {
            List<String> names = names(arena, device);
            MemorySegment blocks = blocks(arena, GFEATURES, GET_BLOCK_BYTES, names.size());
            call(arena, device, blocks, "ETHTOOL_GFEATURES");
            Map<String, Feature> features = new LinkedHashMap<>();
            for (int i = 0; i < names.size(); i++) {
                long block = 8 + (long) (i / 32) * GET_BLOCK_BYTES;
                int bit = 1 << i % 32;
                boolean changeable = (blocks.get(JAVA_INT, block) & ~blocks.get(JAVA_INT, block + 12) & bit) != 0;
                features.put(names.get(i), new Feature((blocks.get(JAVA_INT, block + 8) & bit) != 0, changeable));
            }
            return features;
        }
    }

    /**
     * Switches a feature on or off.
     *
     * @return true if the feature now has the requested state; false also if the device does not have the feature
     */
    public boolean feature(String device, String feature, boolean on) {
        Feature before = features(device).get(feature);
        if (before == null) {
            return !on;
        }
        if (before.active() != on) {
            try (Arena arena = Arena.ofConfined()) {
                List<String> names = names(arena, device);
                int index = names.indexOf(feature);
                MemorySegment blocks = blocks(arena, SFEATURES, SET_BLOCK_BYTES, names.size());
                long block = 8 + (long) (index / 32) * SET_BLOCK_BYTES;
                blocks.set(JAVA_INT, block, 1 << index % 32);
                blocks.set(JAVA_INT, block + 4, on ? 1 << index % 32 : 0);
                call(arena, device, blocks, "ETHTOOL_SFEATURES " + feature);
            }
        }
        Feature after = features(device).get(feature);
        return after != null && after.active() == on;
    }

    private List<String> names(Arena arena, String device) {
        MemorySegment count = command(arena, GSSET_INFO, 20);
        count.set(JAVA_LONG, 8, 1L << SS_FEATURES);
        call(arena, device, count, "ETHTOOL_GSSET_INFO");
        int features = count.get(JAVA_INT, 16);
        MemorySegment strings = command(arena, GSTRINGS, 12 + features * STRING_BYTES);
        strings.set(JAVA_INT, 4, SS_FEATURES);
        strings.set(JAVA_INT, 8, features);
        call(arena, device, strings, "ETHTOOL_GSTRINGS");
        List<String> names = new ArrayList<>();
        for (int i = 0; i < features; i++) {
            names.add(text(strings, 12 + i * STRING_BYTES));
        }
        return names;
    }

    private static String text(MemorySegment record, int offset) {
        return record.asSlice(offset, STRING_BYTES).getString(0);
    }

    private static MemorySegment blocks(Arena arena, int command, int blockBytes, int features) {
        int blocks = (features + 31) / 32;
        MemorySegment record = command(arena, command, 8 + blocks * blockBytes);
        record.set(JAVA_INT, 4, blocks);
        return record;
    }

    private static MemorySegment command(Arena arena, int command, int bytes) {
        MemorySegment record = arena.allocate(bytes, 8);
        record.set(JAVA_INT, 0, command);
        return record;
    }

    private void call(Arena arena, String device, MemorySegment record, String what) {
        LinuxException.check(tryCall(arena, device, record), "ioctl", what + " of device " + device);
    }

    private int tryCall(Arena arena, String device, MemorySegment record) {
        MemorySegment request = Ifreq.allocate(arena, device);
        request.set(JAVA_LONG, Ifreq.UNION_OFFSET, record.address());
        return socket.fd().ioctl(SIOCETHTOOL, request.address());
    }

    @Override
    public void close() {
        socket.close();
    }
}
