package net.weft.crypto;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** The 12 bytes of a nonce in native memory of one thread, with room for four more ints behind them. */
final class Nonce implements AutoCloseable {
    static final int BYTES = 12;
    private static final int COUNTER_OFFSET = 4;
    private static final int SPARE_OFFSET = 16;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory = arena.allocate(32, 16);

    long set(int constant, long counter) {
        memory.set(INT, 0, constant);
        memory.set(LONG, COUNTER_OFFSET, counter);
        return memory.address();
    }

    long spare() {
        return memory.address() + SPARE_OFFSET;
    }

    @Override
    public void close() {
        memory.fill((byte) 0);
        arena.close();
    }
}
