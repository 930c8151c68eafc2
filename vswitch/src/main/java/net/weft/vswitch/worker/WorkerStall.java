package net.weft.vswitch.worker;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/**
 * A JFR event: a worker's turn took so long that frames may have been lost. Read with {@code jcmd PID JFR.start} and
 * {@code jfr print}.
 */
@Name("net.weft.WorkerStall")
@Label("Worker stall")
@Category("Weft")
@Description("A turn of a packet thread took longer than a millisecond")
@StackTrace(false)
final class WorkerStall extends Event {
    @Label("Worker")
    int worker;
    @Label("Turn")
    @Timespan(Timespan.NANOSECONDS)
    long turn;
    @Label("Frames")
    int frames;

    static void report(int worker, long turnNs, int frames) {
        WorkerStall event = new WorkerStall();
        event.worker = worker;
        event.turn = turnNs;
        event.frames = frames;
        event.commit();
    }
}
