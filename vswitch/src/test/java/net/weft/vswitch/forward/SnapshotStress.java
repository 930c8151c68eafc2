package net.weft.vswitch.forward;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import net.weft.vlan.VlanMembership;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.port.PortCounters;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A snapshot is published while a worker looks for one: it finds the old one or the new one, each whole. */
@JCStressTest
@Outcome(id = {"0, 0", "1, 1"}, expect = ACCEPTABLE, desc = "epoch, and that many ports, members and counters")
@Outcome(expect = FORBIDDEN, desc = "half a snapshot")
@State
public class SnapshotStress {
    private volatile Snapshot published = Snapshot.empty();

    @Actor
    public void control() {
        published = new Snapshot(1, new VlanMembership[]{VlanMembership.access(10)}, new @Nullable Device[1],
                new int[]{1500}, new int[1], new PortCounters[]{new PortCounters(1)});
    }

    @Actor
    public void worker(II_Result result) {
        Snapshot seen = published;
        result.r1 = (int) seen.epoch;
        boolean whole = seen.ports() == 0
                || seen.membership[0] != null && seen.counters[0] != null && seen.mtu[0] == 1500
                        && seen.flood[10].length == 0;
        result.r2 = whole ? seen.ports() : -1;
    }
}
