package net.weft.examples.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import net.weft.examples.lab.Host;
import net.weft.linux.CurrentThread;
import org.HdrHistogram.Histogram;

/**
 * Round trips of UDP datagrams that b returns to a, at one rate at which every sleeper has time to fall asleep and at
 * one at which none has. They are sent by the clock, whether or not the last one is back, so that a stall delays every
 * datagram that was due. Each carries the time at which it was sent.
 */
final class LatencyMeasure implements Measure {
    /** Datagrams a second. */
    static final int SLOW_RATE = 200;
    static final int PACED_RATE = 5000;
    private static final int PROBE_PORT = 5201;
    private static final int ECHO_PORT = 5202;
    private static final int PAYLOAD_BYTES = 18;
    private static final int BUFFER_BYTES = 1 << 20;
    private static final long LONGEST_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long STRAGGLERS_MS = 200;
    private static final double US = 1e3;

    @Override
    public void run(Bed bed, Candidate candidate, Window window, Recorder recorder)
            throws IOException, InterruptedException {
        Histogram slow = measure(bed, window, SLOW_RATE);
        recorder.record(Metric.SLOW_P50, slow.getValueAtPercentile(50) / US);
        recorder.record(Metric.SLOW_P90, slow.getValueAtPercentile(90) / US);
        recorder.record(Metric.SLOW_P99, slow.getValueAtPercentile(99) / US);
        Histogram paced = measure(bed, window, PACED_RATE);
        recorder.record(Metric.PACED_P50, paced.getValueAtPercentile(50) / US);
        recorder.record(Metric.PACED_P90, paced.getValueAtPercentile(90) / US);
        recorder.record(Metric.PACED_P99, paced.getValueAtPercentile(99) / US);
    }

    private static Histogram measure(Bed bed, Window window, int rate) throws IOException, InterruptedException {
        Histogram histogram = new Histogram(LONGEST_NS, 3);
        try (DatagramChannel echo = channel(bed.b(), ECHO_PORT, bed.a().endpoint(PROBE_PORT));
                DatagramChannel probe = channel(bed.a(), PROBE_PORT, bed.b().endpoint(ECHO_PORT))) {
            long startNs = System.nanoTime();
            long measureFromNs = startNs + TimeUnit.SECONDS.toNanos(window.warmUpSeconds());
            long endNs = measureFromNs + TimeUnit.SECONDS.toNanos(window.seconds());
            Thread echoing = thread("echo", () -> echo(echo));
            Thread receiving = thread("receiver", () -> receive(probe, measureFromNs, histogram));
            Thread sending = thread("sender", () -> send(probe, startNs, endNs, rate));
            sending.join();
            Thread.sleep(STRAGGLERS_MS);
            probe.close();
            echo.close();
            receiving.join();
            echoing.join();
        }
        long expected = (long) rate * window.seconds();
        if (histogram.getTotalCount() < expected * 9 / 10) {
            throw new IllegalStateException(
                    "of " + expected + " datagrams only " + histogram.getTotalCount() + " came back");
        }
        return histogram;
    }

    private static DatagramChannel channel(Host host, int port, InetSocketAddress peer) {
        return host.namespace().call(() -> DatagramChannel.open()
                .setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES)
                .bind(host.endpoint(port)).connect(peer));
    }

    /** A task that ends when its channel is closed. */
    private interface Work {
        void run() throws IOException;
    }

    private static Thread thread(String name, Work work) {
        return Thread.ofPlatform().daemon().name("latency " + name).start(() -> {
            try {
                work.run();
            } catch (ClosedChannelException e) {
                return; // measured
            } catch (IOException e) {
                System.err.println("latency " + name + ": " + e);
            }
        });
    }

    private static void echo(DatagramChannel channel) throws IOException {
        ByteBuffer datagram = ByteBuffer.allocateDirect(PAYLOAD_BYTES);
        while (true) {
            channel.read(datagram.clear());
            channel.write(datagram.flip());
        }
    }

    private static void receive(DatagramChannel channel, long measureFromNs, Histogram histogram) throws IOException {
        ByteBuffer datagram = ByteBuffer.allocateDirect(PAYLOAD_BYTES);
        while (true) {
            channel.read(datagram.clear());
            long nowNs = System.nanoTime();
            long sentNs = datagram.getLong(0);
            if (sentNs - measureFromNs >= 0) {
                histogram.recordValue(Math.min(nowNs - sentNs, LONGEST_NS));
            }
        }
    }

    private static void send(DatagramChannel channel, long startNs, long endNs, int rate) throws IOException {
        CurrentThread.timerSlack(1);
        ByteBuffer datagram = ByteBuffer.allocateDirect(PAYLOAD_BYTES);
        long intervalNs = TimeUnit.SECONDS.toNanos(1) / rate;
        for (long dueNs = startNs; dueNs - endNs < 0; dueNs += intervalNs) {
            for (long leftNs = dueNs - System.nanoTime(); leftNs > 0; leftNs = dueNs - System.nanoTime()) {
                LockSupport.parkNanos(leftNs);
            }
            datagram.clear().putLong(0, System.nanoTime());
            channel.write(datagram);
        }
    }
}
