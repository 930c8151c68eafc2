package net.weft.examples.system;

import static net.weft.examples.lab.Fabric.nic;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import net.weft.examples.lab.Attempt;
import net.weft.examples.lab.Attempt.Outcome;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.FloodedStream;
import net.weft.examples.lab.FloodedStream.Frame;
import net.weft.examples.lab.FrameSocket;
import net.weft.examples.lab.Frames;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.Packets;
import net.weft.examples.lab.Packets.Path;
import net.weft.examples.lab.Services;
import net.weft.examples.lab.WeftProcess;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * One guest begins connections as fast as a processor can, each from another address and port, all allowed by a policy and never answered.
 * Another pair's paced flow, itself between zones, is compared with the same flood into a cable that the switch has nothing to do with; and
 * meanwhile others' new connections must come up. For a quiet machine, so only {@code examples/prove zones} runs it.
 */
@Tag("system")
class SynFloodProof {
    private static final int RATE = 20_000;
    private static final Duration DURATION = Duration.ofSeconds(Integer.getInteger("weft.flood.seconds", 10));
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    /** Of what is sent: two runs on a machine of two processors are never quite alike. */
    private static final double SLACK_PERCENT = 0.02;
    private static final int SERVICE = 5432;
    private static final int SOURCE_ADDRESS = 14 + 12;
    private static final int SOURCE_PORT = 14 + 20;

    @AutoClose
    private final Lab lab = Lab.open("synflood");
    private final Namespace fabric = lab.namespace("switch");
    private final Namespace elsewhere = lab.namespace("elsewhere");
    private final Host from = lab.host("p1", fabric, "10.10.0.1/24");
    private final Host to = lab.host("p2", fabric, "10.10.0.2/24");
    private final Host flooder = lab.host("p3", fabric, "10.10.0.3/24");
    private final Host flooded = lab.host("p4", fabric, "10.10.0.4/24");
    private final Host asking = lab.host("p5", fabric, "10.10.0.5/24");
    private final Host answering = lab.host("p6", fabric, "10.10.0.6/24");
    private final Host unrelated = lab.host("u1", elsewhere, "10.20.0.1/24");

    @Test
    void shouldLetOthersTalkAndConnectWhileOneFloods() throws Exception {
        WeftProcess.up(lab, fabric, "members: {1: {workers: {cpus: [1]}}}\n" + Fabric.of(
                nic("p1", "access: 10, zone: dmz"), nic("p2", "access: 10, zone: data"),
                nic("p3", "access: 10, zone: dmz"), nic("p4", "access: 10, zone: data"),
                nic("p5", "access: 10, zone: dmz"), nic("p6", "access: 10, zone: data"))
                + "zones: {dmz: {}, data: {}}\nconnections: {total: 65536, per-network: 65536, per-port: 16384}\n"
                + "policies:\n  - {name: ask, from: [dmz], to: [data], match: [tcp/" + SERVICE
                + ", udp/53], action: allow}\n  - {name: here, from: any, to: any, match: [ether/0x88b5], action: allow}\n");
        Services.start(lab, answering.namespace(), new int[]{SERVICE}, new int[0]);
        for (Host host : List.of(from, to, flooder, flooded)) {
            try (FrameSocket socket = host.frames()) {
                socket.send(Frames.frame(Frames.BROADCAST, host.mac(), "here"));
            }
        }
        run("compiling", flooder);
        FloodedStream away = besideConnections("flood into an unrelated cable", unrelated);
        FloodedStream through = besideConnections("flood of connections through the switch", flooder);
        assertThat(through.lostPercent()).isLessThanOrEqualTo(away.lostPercent() + SLACK_PERCENT);
    }

    /** A run while others connect, all of whom must come through. */
    private FloodedStream besideConnections(String what, Host floodFrom) throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<int[]> connections = CompletableFuture.supplyAsync(() -> connect(over),
                task -> Thread.ofPlatform().daemon().start(task));
        FloodedStream stream = run(what, floodFrom);
        over.set(true);
        int[] tried = connections.join();
        System.out.printf("proof: meanwhile %d of %d new connections of others came up%n", tried[1], tried[0]);
        assertThat(tried[0]).isPositive();
        assertThat(tried[1]).as("others' new connections").isEqualTo(tried[0]);
        return stream;
    }

    private FloodedStream run(String what, Host floodFrom) throws InterruptedException {
        byte[] stream = Packets.udp(new Path(from.mac(), from.address(), to.mac(), to.address()), 4000, 53, "stream");
        byte[] syn = Packets.tcp(new Path(floodFrom.mac(), floodFrom.address(), flooded.mac(), flooded.address()), 1,
                SERVICE, Packets.SYN, 1, 0);
        FloodedStream result = FloodedStream.run(from, to, Frame.of(stream), floodFrom,
                new Frame(syn, (frame, number) -> {
                    frame.set(ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN), SOURCE_ADDRESS,
                            0x0a0b_0000 | (int) (number >>> 15) & 0xffff);
                    frame.set(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN), SOURCE_PORT,
                            (short) (1024 + (number & 0x7fff)));
                }), RATE, DURATION);
        System.out.printf("proof: %s: %d of %d packets lost (%.3f %%) at %,d a second, beside %,d a second%n", what,
                result.lost(), result.sent(), result.lostPercent(), result.sent() / DURATION.toSeconds(),
                result.flooded() / DURATION.toSeconds());
        return result;
    }

    /** Connections one after the other. @return how many were tried, and how many came up in time */
    private int[] connect(AtomicBoolean over) {
        int[] counts = new int[2];
        while (!over.get()) {
            counts[0]++;
            try (Attempt attempt = Attempt.tcp(asking.namespace(), answering.endpoint(SERVICE))) {
                long startNs = System.nanoTime();
                while (attempt.outcome() == Outcome.SILENCE && System.nanoTime() - startNs < PATIENCE.toNanos()) {
                    LockSupport.parkNanos(1_000_000);
                }
                counts[1] += attempt.outcome() == Outcome.ANSWERED ? 1 : 0;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            LockSupport.parkNanos(20_000_000);
        }
        return counts;
    }
}
