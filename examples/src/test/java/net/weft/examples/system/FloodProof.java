package net.weft.examples.system;

import static net.weft.examples.lab.Fabric.nic;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.FloodedStream;
import net.weft.examples.lab.FrameSocket;
import net.weft.examples.lab.Frames;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.WeftProcess;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A port that floods as fast as a processor can, and the paced stream of another pair of ports. What the flood costs the machine itself is
 * shown by the same flood into a cable that the switch has nothing to do with. For a quiet machine, so only {@code examples/prove protection} runs it.
 */
@Tag("system")
class FloodProof {
    private static final int RATE = 50_000;
    private static final Duration DURATION = Duration.ofSeconds(Integer.getInteger("weft.flood.seconds", 10));
    /** Of what is sent: two runs on a machine of two processors are never quite alike. */
    private static final double SLACK_PERCENT = 0.02;

    @AutoClose
    private final Lab lab = Lab.open("flood");
    private final Namespace fabric = lab.namespace("switch");
    private final Namespace elsewhere = lab.namespace("elsewhere");
    private final Host from = lab.host("p1", fabric, "10.10.0.1/24");
    private final Host to = lab.host("p2", fabric, "10.10.0.2/24");
    private final Host flooder = lab.host("p3", fabric, "10.10.0.3/24");
    private final Host flooded = lab.host("p4", fabric, "10.10.0.4/24");
    private final Host unrelated = lab.host("u1", elsewhere, "10.20.0.1/24");

    @Test
    void shouldLoseNoMoreOfAStreamThanIfTheFloodWentElsewhere() throws Exception {
        WeftProcess.up(lab, fabric, "members: {1: {workers: {cpus: [1]}}}\n" + Fabric.of(nic("p1", "access: 10"),
                nic("p2", "access: 10"), nic("p3", "access: 10"), nic("p4", "access: 10")));
        for (Host host : List.of(to, flooded)) {
            try (FrameSocket socket = host.frames()) {
                socket.send(Frames.frame(Frames.BROADCAST, host.mac(), "here"));
            }
        }
        run("compiling", flooder, flooded);
        FloodedStream away = run("flood into an unrelated cable", unrelated, unrelated);
        FloodedStream through = run("flood through the switch, by other ports", flooder, flooded);
        FloodedStream same = run("control: flood by the stream's own port", from, flooded);
        assertThat(through.lostPercent()).isLessThanOrEqualTo(away.lostPercent() + SLACK_PERCENT);
        assertThat(same.lostPercent()).as("control").isGreaterThan(through.lostPercent() + 10 * SLACK_PERCENT);
    }

    private FloodedStream run(String what, Host floodFrom, Host floodTo) throws InterruptedException {
        FloodedStream stream = FloodedStream.run(from, to, floodFrom, floodTo, RATE, DURATION);
        System.out.printf("proof: %s: %d of %d frames lost (%.3f %%) at %,d a second, beside %,d frames a second%n",
                what,
                stream.lost(), stream.sent(), stream.lostPercent(), stream.sent() / DURATION.toSeconds(),
                stream.flooded() / DURATION.toSeconds());
        return stream;
    }
}
