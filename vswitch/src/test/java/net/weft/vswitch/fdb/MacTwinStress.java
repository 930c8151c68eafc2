package net.weft.vswitch.fdb;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** Two workers learn one address on two ports at once: one entry remains, and is counted once. */
@JCStressTest
@Outcome(id = {"1, 1, 0", "2, 0, 1"}, expect = ACCEPTABLE, desc = "one entry: port, entries of port 1, of port 2")
@Outcome(expect = FORBIDDEN, desc = "none, two, or counted wrongly")
@State
public class MacTwinStress {
    private static final long MAC = 0x0A00_0000_0002L;

    private final MacTable macs = new MacTable(300, 1);

    @Actor
    public void first() {
        macs.learn(10, MAC, 1, 0, 0);
    }

    @Actor
    public void second() {
        macs.learn(10, MAC, 2, 0, 0);
    }

    @Arbiter
    public void look(III_Result result) {
        result.r1 = macs.lookup(10, MAC);
        result.r2 = macs.entries(1);
        result.r3 = macs.entries(2);
    }
}
