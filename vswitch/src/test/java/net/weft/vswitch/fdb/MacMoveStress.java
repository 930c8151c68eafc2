package net.weft.vswitch.fdb;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A station moves while another worker looks it up: it is found at the old port, then at the new one, never nowhere or elsewhere. */
@JCStressTest
@Outcome(id = {"1, 1", "1, 2", "2, 2"}, expect = ACCEPTABLE, desc = "old port, then new port")
@Outcome(expect = FORBIDDEN, desc = "unknown, back again, or a port it never was on")
@State
public class MacMoveStress {
    private static final long MAC = 0x0A00_0000_0002L;

    private final MacTable macs = new MacTable(300, 1);

    public MacMoveStress() {
        macs.learn(10, MAC, 1, 0, 0);
    }

    @Actor
    public void learner() {
        macs.learn(10, MAC, 2, 0, 0);
    }

    @Actor
    public void reader(II_Result result) {
        result.r1 = macs.lookup(10, MAC);
        result.r2 = macs.lookup(10, MAC);
    }
}
