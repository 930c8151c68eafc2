package net.weft.vswitch.zoning;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.FrameRing;

/**
 * A bounded ring that passes the heads of packets to be logged from a worker to the control thread, which drains a few
 * at a time. A packet that finds the ring full is only counted, so that no sender can flood the log.
 */
final class ZoneLog implements AutoCloseable {
    private static final int PACKETS = 64;
    private static final int DECISION = 0;
    private static final int REASON = 4;
    private static final int EGRESS = 8;
    private static final int INGRESS = 12;
    private static final int VLAN = 16;
    private static final int ZONES = 20;
    private static final int HEADERS = 24;
    private static final int HEAD = 32;
    private static final int SLOT = HEAD + Burst.HEAD_LIMIT;

    private final Arena arena = Arena.ofShared();
    private final FrameRing ring = new FrameRing(arena, PACKETS, SLOT);
    private volatile long suppressed;

    /** Enqueues a packet, or counts it as suppressed. Worker's thread only. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    void offer(Burst burst, int i, long headers, int vlan, int egress, int from, int to, int decision, int reason) {
        long slot = ring.claim();
        if (slot == 0) {
            suppressed++;
            return;
        }
        Memory.putInt(slot + DECISION, decision);
        Memory.putInt(slot + REASON, reason);
        Memory.putInt(slot + EGRESS, egress);
        Memory.putInt(slot + INGRESS, burst.port[i]);
        Memory.putInt(slot + VLAN, vlan);
        Memory.putInt(slot + ZONES, from << 16 | to);
        Memory.putLong(slot + HEADERS, headers);
        Memory.copy(burst.head(i), slot + HEAD, burst.headLength[i]);
        ring.publish(HEAD + burst.headLength[i], 0);
    }

    /** Takes over the counter of an ended worker's log. */
    void inherit(ZoneLog dead) {
        suppressed = dead.suppressed;
    }

    /** Returns the number of packets that were not logged because the ring was full, since the start. Any thread. */
    long suppressed() {
        return suppressed;
    }

    /** Dequeues at most this many packets. Control thread only. */
    void drain(int most, Consumer<LoggedPacket> to) {
        for (int n = 0; n < most; n++) {
            long slot = ring.peek();
            if (slot == 0) {
                return;
            }
            int zones = Memory.getInt(slot + ZONES);
            MemorySegment head = Memory.segment(slot + HEAD, ring.length() - HEAD);
            LoggedPacket packet = new LoggedPacket(Memory.getInt(slot + DECISION), Memory.getInt(slot + REASON),
                    Memory.getInt(slot + INGRESS), Memory.getInt(slot + EGRESS), Memory.getInt(slot + VLAN),
                    zones >>> 16, zones & 0xFFFF, LoggedPacket.describe(head, Memory.getLong(slot + HEADERS)));
            ring.consume();
            to.accept(packet);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
