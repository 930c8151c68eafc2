package net.weft.vswitch.forward;

import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Verdict;
import net.weft.vswitch.port.VlanCounters;

/** Counts a worker's frames by VLAN, a burst at a time; {@link VlanCounters} reads the row. One thread. */
final class VlanTally {
    private final long[] row = VlanCounters.row();

    long[] row() {
        return row;
    }

    /**
     * Counts the frames that are forwarded. In most bursts all frames are of one VLAN and none is dropped; a loop that
     * the compiler vectorizes detects this.
     */
    void count(Burst burst) {
        int[] vid = burst.vid;
        int[] verdict = burst.verdict;
        int first = vid[0];
        int different = 0;
        int lowest = Integer.MAX_VALUE;
        for (int i = 0; i < burst.count; i++) {
            different |= vid[i] ^ first;
            lowest = Math.min(lowest, verdict[i]);
        }
        if (different == 0 && lowest >= Verdict.FLOOD) {
            add(first, burst.count, burst.bytes());
        } else {
            countRuns(burst);
        }
    }

    private void countRuns(Burst burst) {
        int[] vid = burst.vid;
        int[] verdict = burst.verdict;
        int run = 0;
        int packets = 0;
        int bytes = 0;
        for (int i = 0; i < burst.count; i++) {
            if (verdict[i] >= Verdict.FLOOD) {
                if (vid[i] != run) {
                    add(run, packets, bytes);
                    run = vid[i];
                    packets = 0;
                    bytes = 0;
                }
                packets++;
                bytes += burst.length[i];
            }
        }
        add(run, packets, bytes);
    }

    private void add(int vlan, int packets, int bytes) {
        row[2 * vlan] += packets;
        row[2 * vlan + 1] += bytes;
    }
}
