package net.weft.vswitch.fdb;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two workers learn two stations of a port that may have one more: never both. */
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "one learned, and counted once")
@Outcome(expect = FORBIDDEN, desc = "beyond the limit, or counted wrongly")
@State
public class MacLimitStress {
    private static final long ONE = 0x0A00_0000_0002L;
    private static final long OTHER = 0x0B00_0000_0002L;

    private final MacTable macs = new MacTable(300, 1);

    @Actor
    public void first() {
        macs.learn(10, ONE, 1, 0, 1);
    }

    @Actor
    public void second() {
        macs.learn(10, OTHER, 1, 0, 1);
    }

    @Arbiter
    public void look(II_Result result) {
        result.r1 = (macs.lookup(10, ONE) == 1 ? 1 : 0) + (macs.lookup(10, OTHER) == 1 ? 1 : 0);
        result.r2 = macs.entries(1);
    }
}
