package net.weft.vswitch.zoning;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import net.weft.zone.track.ConnTracker;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/** Two workers meet the first packet of one connection at once: both let it pass, and one entry remains. */
@JCStressTest
@Outcome(id = "0, 0, 1, 0", expect = ACCEPTABLE, desc = "two verdicts; entries, and when that which is found has gone")
@Outcome(expect = FORBIDDEN, desc = "a packet lost, or an entry too many or too few")
@State
public class ConnectionTwinStress {
    private final StressTable table = new StressTable();
    private final ConnTracker first = StressTable.worker(true);
    private final ConnTracker second = StressTable.worker(true);
    private final ConnTracker last = StressTable.worker(false);

    @Actor
    public void first(IIII_Result result) {
        result.r1 = table.forth(first);
    }

    @Actor
    public void second(IIII_Result result) {
        result.r2 = table.forth(second);
    }

    @Arbiter
    public void look(IIII_Result result) {
        result.r3 = table.counted();
        table.forth(last);
        result.r4 = table.counted();
    }
}
