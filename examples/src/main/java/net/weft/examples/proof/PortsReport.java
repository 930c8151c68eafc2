package net.weft.examples.proof;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.SwitchConfig;
import net.weft.vswitch.SwitchOptions;
import net.weft.vswitch.VirtualSwitch;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.burst.Scratch;
import net.weft.vswitch.burst.TransmitList;
import net.weft.vswitch.device.DeviceOpener;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.device.MemoryLink;
import net.weft.vswitch.port.AttachmentSpec;
import net.weft.vswitch.port.PortSpec;
import org.jspecify.annotations.Nullable;

/**
 * Prints what many ports cost (one change among 10,000, the memory, ten ports with high numbers) and how soon a leg that fails carries
 * nothing more, without a snapshot. Run by {@code examples/proofs/ports}.
 */
public final class PortsReport {
    private static final int ROUNDS = 15;
    private static final int LEGS = 4;
    private static final int FAILURES = 20;

    /** A device that takes every frame and receives none. */
    private record Sink(String label) implements DeviceSpec {
        @Override
        public String type() {
            return "sink";
        }
    }

    private static final class SinkDevice implements Device {
        @Override
        public int offloads() {
            return ~0;
        }

        @Override
        public List<ReceiveQueue> receiveQueues() {
            return List.of();
        }

        @Override
        public int transmit(Burst burst, TransmitList list, int from, Scratch scratch) {
            return list.count - from;
        }

        @Override
        public @Nullable DeviceFailure failure() {
            return null;
        }

        @Override
        public void close() {
        }
    }

    private static final class SinkOpener implements DeviceOpener {
        @Override
        public Device open() {
            return new SinkDevice();
        }

        @Override
        public int mtu() {
            return 1500;
        }

        @Override
        public void close() {
        }
    }

    private PortsReport() {
    }

    /** Prints the report. */
    public static void main(String[] arguments) throws IOException {
        Path state = Files.createTempDirectory("ports");
        if (arguments.length == 0)
            manyPorts(state, 10, number -> number);
        manyPorts(state, 10, number -> 2_000_000_000 + number);
        manyPorts(state, 1_000, number -> number);
        manyPorts(state, 10_000, number -> number);
        failingLeg(state, 100);
        failingLeg(state, 100_000);
    }

    private static VirtualSwitch start(Path state) {
        return new VirtualSwitch(new SwitchOptions(List.of(), false, state, 300, 1)
                .with((spec, _, _) -> spec instanceof Sink ? Optional.of(new SinkOpener()) : Optional.empty()));
    }

    private static long usedBytes() {
        System.gc();
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** Ports of 100 VLANs, one trunk among them; then one port after the other changes its VLAN. */
    private static void manyPorts(Path state, int count, IntUnaryOperator number) {
        long before = usedBytes();
        try (VirtualSwitch lab = start(state)) {
            List<PortSpec> specs = new ArrayList<>();
            for (int n = 0; n < count; n++) {
                specs.add(PortSpec.of("p" + n, number.applyAsInt(n), new Sink("p" + n),
                        VlanMembership.access(1 + n % 100)));
            }
            long beginNs = System.nanoTime();
            lab.apply(SwitchConfig.of(specs));
            long firstNs = System.nanoTime() - beginNs;
            long bytes = usedBytes() - before;
            long[] changed = new long[ROUNDS];
            long[] same = new long[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                beginNs = System.nanoTime();
                lab.apply(SwitchConfig.of(specs));
                same[round] = System.nanoTime() - beginNs;
                int n = round % count;
                specs.set(n, PortSpec.of("p" + n, number.applyAsInt(n), new Sink("p" + n),
                        VlanMembership.access(200 + round)));
                beginNs = System.nanoTime();
                lab.apply(SwitchConfig.of(specs));
                changed[round] = System.nanoTime() - beginNs;
            }
            System.out.printf(
                    "%,6d ports, numbers from %,d: opened and published in %.1f ms; the same again %.2f ms, one"
                            + " changed %.2f ms (medians of %d, until every worker uses the snapshot); %.1f MiB%n",
                    count,
                    number.applyAsInt(0), firstNs / 1e6, median(same), median(changed), ROUNDS, bytes / 1048576.0);
        }
    }

    private static double median(long[] times) {
        long[] sorted = times.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2] / 1e6;
    }

    /**
     * One port with four legs and stations behind it, under traffic without a pause; each leg's link goes down in turn,
     * and comes back.
     */
    private static void failingLeg(Path state, int stations) {
        MemoryLink in = new MemoryLink("in", 1024, 256, ~0);
        List<MemoryLink> legs = new ArrayList<>();
        try (VirtualSwitch lab = start(state)) {
            AttachmentSpec[] attachments = new AttachmentSpec[LEGS];
            for (int n = 0; n < LEGS; n++) {
                legs.add(new MemoryLink("leg" + n, 1024, 256, ~0));
                attachments[n] = new AttachmentSpec("leg" + n, new DeviceSpec.InMemory(legs.get(n)), List.of("po1"),
                        true,
                        0);
            }
            VlanMembership member = VlanMembership.access(10);
            lab.apply(SwitchConfig.of(List.of(PortSpec.of("in", 0, new DeviceSpec.InMemory(in), member),
                    PortSpec.of("po1", 1, new DeviceSpec.Attached("lag", "po1"), member))).attached(attachments));
            for (int station = 0; station < stations; station++) {
                while (!legs.get(station % LEGS).send(from(station), 0)) {
                    Thread.onSpinWait();
                }
            }
            while (IntStream.range(0, 8).map(lab.macs()::entries).sum() < stations * 99L / 100) {
                in.discard();
            }
            long epoch = lab.snapshotEpoch();
            long[] lastNs = new long[FAILURES];
            for (int failure = 0; failure < FAILURES; failure++) {
                lastNs[failure] = fail(lab, in, legs, failure % LEGS);
            }
            Arrays.sort(lastNs);
            System.out.printf(
                    "a leg of %d with %,d MAC addresses behind it fails, %d times: the last frame sent there comes %.3f ms (median) and %.3f ms"
                            + " (worst) after the link went down; %d snapshots published%n",
                    LEGS, stations, FAILURES,
                    lastNs[FAILURES / 2] / 1e6, lastNs[FAILURES - 1] / 1e6, lab.snapshotEpoch() - epoch);
        }
    }

    private static long fail(VirtualSwitch lab, MemoryLink in, List<MemoryLink> legs, int leg) {
        for (int n = 0; n < 20_000; n++) {
            send(in, legs, n);
        }
        long downNs = System.nanoTime();
        legs.get(leg).carrier(false);
        long last = 0;
        int quiet = 0;
        for (int n = 0; quiet < 20_000; n++) {
            in.send(frame(n), 0);
            int there = legs.get(leg).discard();
            last = there > 0 ? System.nanoTime() - downNs : last;
            quiet = there > 0 ? 0 : quiet + 1;
            legs.forEach(MemoryLink::discard);
        }
        legs.get(leg).carrier(true);
        while (lab.ports().get(1).legs().get(leg).failure() != null) {
            Thread.onSpinWait();
        }
        return last;
    }

    private static void send(MemoryLink in, List<MemoryLink> legs, int number) {
        in.send(frame(number), 0);
        legs.forEach(MemoryLink::discard);
    }

    /** A frame of a station, to a broadcast address. */
    private static byte[] from(int station) {
        byte[] frame = frame(station);
        frame[8] = (byte) (station >>> 16);
        frame[9] = (byte) (station >>> 8);
        frame[10] = (byte) station;
        frame[11] = 9;
        return frame;
    }

    /** UDP to a broadcast address, of a flow of its own for each number. */
    private static byte[] frame(int number) {
        byte[] frame = new byte[64];
        Arrays.fill(frame, 0, 6, (byte) 0xFF);
        frame[6] = 2;
        frame[11] = 1;
        frame[12] = 8;
        frame[14] = 0x45;
        frame[17] = 50;
        frame[22] = 64;
        frame[23] = 17;
        frame[26] = 10;
        frame[29] = 1;
        frame[30] = 10;
        frame[33] = 2;
        frame[34] = (byte) (number >>> 8);
        frame[35] = (byte) number;
        frame[39] = 30;
        return frame;
    }
}
