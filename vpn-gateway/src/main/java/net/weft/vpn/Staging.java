package net.weft.vpn;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** The packets that wait for a session of one peer: at most {@value #PACKETS}, of which the oldest gives way. Any thread. */
final class Staging {
    static final int PACKETS = 16;

    private final StagingLimit limit;
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>(0);

    Staging(StagingLimit limit) {
        this.limit = limit;
    }

    /** Appends a packet; returns how many were dropped for it, itself included. */
    synchronized int add(byte[] packet) {
        int dropped = 0;
        if (waiting.size() == PACKETS) {
            limit.give(waiting.removeFirst().length);
            dropped++;
        }
        if (!limit.take(packet.length)) {
            return dropped + 1;
        }
        waiting.add(packet);
        return dropped;
    }

    /** Removes and returns all. */
    synchronized List<byte[]> takeAll() {
        List<byte[]> all = new ArrayList<>(waiting);
        all.forEach(packet -> limit.give(packet.length));
        waiting.clear();
        return all;
    }
}
