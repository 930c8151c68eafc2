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

/**
 * A connection's first answer comes to one worker while another, by newer policies, ends it: the answer passes or not, and what is left is
 * found and counted, or neither.
 */
@JCStressTest
@Outcome(id = {"1, 0, 0, 1", "1, 1, 0, 1"}, expect = ACCEPTABLE, desc = "it ended behind the answer, or before")
@Outcome(id = "1, 0, 1, 0", expect = ACCEPTABLE, desc = "the answer changed it meanwhile: it ends with the next packet")
@Outcome(expect = FORBIDDEN, desc = "counted and not found, or found and not counted")
@State
public class ConnectionEndStress {
    private final StressTable table = new StressTable();
    private final ConnTracker older = StressTable.worker(true);
    private final ConnTracker newer = StressTable.worker(false);
    private final ConnTracker last = StressTable.worker(true);

    public ConnectionEndStress() {
        table.forth(last);
    }

    @Actor
    public void end(IIII_Result result) {
        result.r1 = table.forth(newer);
    }

    @Actor
    public void answer(IIII_Result result) {
        result.r2 = table.back(older);
    }

    @Arbiter
    public void look(IIII_Result result) {
        result.r3 = table.counted();
        result.r4 = table.back(last);
        table.forth(newer);
    }
}
