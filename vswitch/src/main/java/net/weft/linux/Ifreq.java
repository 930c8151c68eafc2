package net.weft.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** The layout of {@code struct ifreq}: a device name of 16 bytes, then a union of 24 bytes at {@link #UNION_OFFSET}. */
final class Ifreq {
    static final long BYTES = 40;
    static final long UNION_OFFSET = 16;

    private Ifreq() {
    }

    static MemorySegment allocate(Arena arena, String device) {
        MemorySegment request = arena.allocate(BYTES, 8);
        byte[] name = Interfaces.checkName(device).getBytes(StandardCharsets.UTF_8);
        MemorySegment.copy(name, 0, request, ValueLayout.JAVA_BYTE, 0, name.length);
        return request;
    }
}
