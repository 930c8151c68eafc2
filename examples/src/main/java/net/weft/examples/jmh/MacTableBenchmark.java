package net.weft.examples.jmh;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import net.weft.vswitch.fdb.MacTable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Looking up and learning MAC addresses in random order, so that the larger tables miss the processor's caches as they
 * would in practice.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MacTableBenchmark {
    private static final int ORDER = 1 << 16;
    private static final int VID = 10;
    private static final int PORTS = 32;
    private static final int AGEING_SECONDS = 300;
    private static final long UNICAST_MASK = 0xFFFF_FFFF_FFFEL;

    /** MAC entries in the table. */
    @Param({"16", "1000", "32000"})
    public int stations;

    private final MacTable table = new MacTable(AGEING_SECONDS, 1);
    private final long[] known = new long[ORDER];
    private final long[] unknown = new long[ORDER];
    private final int[] port = new int[ORDER];
    private int next;

    /** Fills the table. */
    @Setup
    public void fill() {
        SplittableRandom random = new SplittableRandom(stations);
        long[] macs = random.longs(stations).map(mac -> mac & UNICAST_MASK).toArray();
        for (int i = 0; i < stations; i++) {
            table.learn(VID, macs[i], i % PORTS, 1, 0);
        }
        for (int i = 0; i < ORDER; i++) {
            int station = random.nextInt(stations);
            known[i] = macs[station];
            port[i] = station % PORTS;
            unknown[i] = random.nextLong() & UNICAST_MASK;
        }
    }

    private int advance() {
        next = next + 1 & ORDER - 1;
        return next;
    }

    @Benchmark
    public int lookUpKnown() {
        return table.lookup(VID, known[advance()]);
    }

    @Benchmark
    public int lookUpUnknown() {
        return table.lookup(VID, unknown[advance()]);
    }

    /** The cost of each frame whose source has been learned on its port. */
    @Benchmark
    public int learnKnown() {
        int i = advance();
        return table.learn(VID, known[i], port[i], 1, 0);
    }

    /** Every frame comes from another port than the last one: a MAC address that two ports claim. */
    @Benchmark
    public int learnMoving() {
        int i = advance();
        return table.learn(VID, known[i], next % PORTS, 1, 0);
    }
}
