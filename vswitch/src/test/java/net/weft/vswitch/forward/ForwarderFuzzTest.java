package net.weft.vswitch.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import net.weft.testing.Seed;
import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;
import net.weft.vswitch.InlineSwitch;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.port.PortFlags;
import net.weft.vswitch.port.Protection;
import net.weft.vswitch.port.VlanCounters;
import net.weft.vswitch.protocol.FabricKey;
import net.weft.vswitch.protocol.LoopProbe;
import net.weft.vswitch.snooping.QueryFrame;
import org.junit.jupiter.api.Test;

/**
 * Frames of any length and content, with any offload word, through ports of every kind: each frame ends delivered or dropped
 * with a reason, nothing throws, and no byte of a VLAN reaches a port outside it.
 */
class ForwarderFuzzTest {
    private static final int FRAMES = Integer.getInteger("weft.fuzz.frames", 1_500_000);
    private static final List<String> PORTS = List.of("a10", "b10", "c20", "trunk", "native", "plain", "limited", "q40",
            "r40");
    /** The ports whose far end takes every offload, so that each copy sent is one frame received. */
    private static final List<String> UNCUT = List.of("a10", "b10", "c20", "native", "limited", "q40");
    private static final Protection LIMITS = new Protection(50, 10_000_000, 5_000_000, Protection.Bpdu.GUARD, true);
    /** Frames of VLAN 20 carry this word in their payload, all others never do. */
    private static final int MARK = 0x5EC2E720;
    private static final byte[] PROBE = new LoopProbe(new FabricKey(new byte[FabricKey.BYTES])).frame(0, 0, 0, 0);
    private static final List<String> PROTOCOLS = List.of("bpdu-guard", "loop-detection", "multicast-snooping");
    private static final byte[] QUERY = QueryFrame.of(true, new byte[]{2, 0, 0, 0, 0, 1}, Optional.empty());
    private static final byte[] BRIDGES = {1, (byte) 0x80, (byte) 0xC2, 0, 0, 0};

    @Test
    void shouldAccountForEveryFrameOfAnyLengthAndContent() {
        long seed = Seed.of(ForwarderFuzzTest.class);
        System.out.println("ForwarderFuzzTest: " + FRAMES + " frames");
        SplittableRandom random = new SplittableRandom(seed);
        try (InlineSwitch lab = new InlineSwitch()) {
            lab.port("a10", VlanMembership.access(10)).port("b10", VlanMembership.access(10), 1500, 8, ~0)
                    .port("c20", VlanMembership.access(20))
                    .port("trunk", VlanMembership.trunk(VlanSet.of(10, 20, 30, 40), 0, VlanSet.of(40), 0x88a8), 9000, 0,
                            Device.CHECKSUM)
                    .port("native", VlanMembership.trunk(VlanSet.of(10, 20, 30), 30), 1500, 0, ~0)
                    .port("plain", VlanMembership.access(10), 1500, 0, 0)
                    .port("limited", VlanMembership.access(10), 1500, 36, ~0).protect("limited", LIMITS)
                    .port("q40", VlanMembership.tunnel(40)).port("r40", VlanMembership.tunnel(40), 1500, 0, 0);
            long sent = 0;
            long bytes = 0;
            long[] into = new long[PORTS.size()];
            long[] outOf = new long[PORTS.size()];
            long[] taken = new long[PROTOCOLS.size()];
            while (sent < FRAMES) {
                for (int n = 0; n < 64; n++) {
                    String port = PORTS.get(random.nextInt(PORTS.size()));
                    byte[] frame = frame(random, port);
                    if (lab.link(port).send(frame, random.nextInt(4) == 0 ? offload(random) : 0)) {
                        sent++;
                        into[lab.number(port)]++;
                        bytes += frame.length;
                    }
                }
                lab.nowSeconds((int) (sent / 50_000));
                lab.run();
                drain(lab, outOf, seed);
                lab.punted().forEach(punted -> taken[PROTOCOLS.indexOf(punted.rule().protocol())]++);
                accounts(lab, into, outOf, taken, seed);
                change(lab, random);
            }
            assertThat(taken).as("seed %d: frames of each kind that the switch took", seed).doesNotContain(0);
            balance(lab, sent, bytes, seed);
        }
    }

    /** Now and then a port goes down or is shut, comes back, or is of another VLAN. */
    private static void change(InlineSwitch lab, SplittableRandom random) {
        switch (random.nextInt(200)) {
            case 0 -> lab.shut("limited", random.nextBoolean()
                    ? PortFlags.SHUT_LOOP
                    : random.nextBoolean() ? PortFlags.SHUT_MOVE : PortFlags.SHUT_BPDU);
            case 1, 2, 3 -> lab.shut("limited", 0);
            case 4 -> lab.down("plain", true);
            case 5, 6 -> lab.down("plain", false);
            default -> {
                // most bursts find what the one before found
            }
        }
    }

    /**
     * At all times, for each port: it received what was sent into it; each frame was sent on, flooded, taken by the switch, or
     * dropped with a reason; what it counts as sent is what arrived at its far end. VLANs, which count for themselves, agree.
     */
    private static void accounts(InlineSwitch lab, long[] into, long[] outOf, long[] taken, long seed) {
        long copies = 0;
        long gone = 0;
        long admitted = 0;
        long punted = 0;
        for (int port = 0; port < into.length; port++) {
            PortCounters counters = lab.counters().get(port);
            punted += counters.punted();
            if (UNCUT.contains(PORTS.get(port)) && counters.txPackets() != outOf[port]) {
                throw new AssertionError("seed " + seed + ": " + PORTS.get(port) + " counts " + counters.txPackets()
                        + " frames sent, of which " + outOf[port] + " arrived");
            }
            long drops = 0;
            long egressDrops = 0;
            for (DropReason reason : DropReason.values()) {
                drops += counters.ingressDrops(reason);
                egressDrops += counters.egressDrops(reason);
            }
            long forwarded = counters.rxPackets() - drops - counters.punted();
            admitted += forwarded + counters.ingressDrops(DropReason.NO_DESTINATION);
            copies += counters.copies();
            gone += counters.txPackets() + egressDrops;
            PortCounters.OfWorker worker = counters.ofWorker(0);
            if (counters.rxPackets() != into[port] || counters.flooded() > forwarded || counters.copies() < forwarded
                    || worker.rxPackets() != into[port] || worker.dropped() != drops + egressDrops
                    || counters.dropped() != drops + egressDrops) {
                throw new AssertionError("seed " + seed + ": the accounts of port " + port + " do not balance: "
                        + into[port] + " sent in, " + worker + ", " + forwarded + " forwarded, " + counters.flooded()
                        + " flooded, " + counters.copies() + " copies");
            }
        }
        if (punted != taken[PROTOCOLS.indexOf("loop-detection")]) {
            throw new AssertionError("seed " + seed + ": " + punted + " frames punted, of which the switch was handed "
                    + Arrays.toString(taken));
        }
        if (copies != gone) {
            throw new AssertionError("seed " + seed + ": " + copies + " copies made, " + gone + " sent or dropped");
        }
        long inVlans = 0;
        for (int vid = 0; vid < VlanCounters.VIDS; vid++) {
            inVlans += lab.vlans().packets(vid);
        }
        if (inVlans != admitted) {
            throw new AssertionError("seed " + seed + ": " + admitted + " forwarded, of which VLANs count " + inVlans);
        }
    }

    private static void drain(InlineSwitch lab, long[] outOf, long seed) {
        for (String port : PORTS) {
            boolean carries20 = !port.equals("a10") && !port.equals("b10") && !port.equals("plain")
                    && !port.equals("limited");
            int number = lab.number(port);
            for (byte[] frame = lab.receive(port); frame.length > 0; frame = lab.receive(port)) {
                outOf[number]++;
                if (!carries20 && frame.length >= 24 && marked(frame)) {
                    throw new AssertionError("seed " + seed + ": a frame of VLAN 20 left by " + port);
                }
            }
        }
    }

    private static boolean marked(byte[] frame) {
        int last = frame.length - 4;
        return (frame[last] & 0xFF) << 24 == (MARK & 0xFF000000) && (frame[last + 1] & 0xFF) == (MARK >> 16 & 0xFF)
                && (frame[last + 2] & 0xFF) == (MARK >> 8 & 0xFF) && (frame[last + 3] & 0xFF) == (MARK & 0xFF);
    }

    private static void balance(InlineSwitch lab, long sent, long bytes, long seed) {
        long received = 0;
        long receivedBytes = 0;
        long copies = 0;
        long transmitted = 0;
        long egressDrops = 0;
        for (int port = 0; port < lab.counters().size(); port++) {
            PortCounters counters = lab.counters().get(port);
            received += counters.rxPackets();
            receivedBytes += counters.rxBytes();
            copies += counters.copies();
            transmitted += counters.txPackets();
            long ingressDrops = 0;
            for (DropReason reason : DropReason.values()) {
                ingressDrops += counters.ingressDrops(reason);
                egressDrops += counters.egressDrops(reason);
            }
            assertThat(ingressDrops).as("seed %d: port %d drops no more than it received", seed, port)
                    .isLessThanOrEqualTo(counters.rxPackets());
        }
        assertThat(received).as("seed %d: frames received", seed).isEqualTo(sent);
        assertThat(receivedBytes).as("seed %d: bytes received", seed).isEqualTo(bytes);
        assertThat(transmitted + egressDrops).as("seed %d: copies delivered or dropped", seed).isEqualTo(copies);
        assertThat(transmitted).as("seed %d: the fuzzer reaches the far end", seed).isGreaterThan(sent / 10);
        System.out.println(sent + " in, " + transmitted + " out, drops " + Arrays.stream(DropReason.values())
                .map(reason -> reason.label() + " " + lab.counters().stream().mapToLong(c -> c.drops(reason)).sum())
                .toList());
    }

    private static byte[] frame(SplittableRandom random, String port) {
        int length = switch (random.nextInt(8)) {
            case 0 -> random.nextInt(24);
            case 1 -> random.nextInt(2000);
            case 2 -> random.nextInt(200) == 0 ? random.nextInt(65558) : 1400 + random.nextInt(130);
            default -> 60 + random.nextInt(140);
        };
        byte[] frame = new byte[length];
        random.nextBytes(frame);
        if (length < 40) {
            return frame;
        }
        address(frame, 0, random);
        address(frame, 6, random);
        boolean in20 = port.equals("c20");
        int at = 12;
        int tags = random.nextInt(4);
        if (!port.equals("trunk") && !port.equals("native")) {
            tags = random.nextInt(8) == 0 ? 1 + random.nextInt(2) : 0;
        }
        for (int n = 0; n < Math.min(tags, 2); n++) {
            int vid = (random.nextInt(5)) * 10;
            put(frame, at, random.nextInt(10) == 0 ? 0x88A8 : 0x8100);
            put(frame, at + 2, random.nextInt(8) << 13 | vid);
            in20 |= n == 0 && vid == 20;
            at += 4;
        }
        put(frame, at, random.nextBoolean() ? 0x0800 : 0x86DD);
        frame[at + 2] = (byte) (random.nextBoolean() ? 0x45 : 0x60);
        frame[at + 11] = (byte) (random.nextBoolean() ? 6 : 17);
        frame[at + 8] = (byte) (random.nextBoolean() ? 6 : 17);
        put(frame, at + 4, frame.length - at - 2);
        if (frame[0] == 1) {
            put(frame, at, length - at - 2 & 0x3FF);
            put(frame, at + 2, 0x4242);
        } else if (random.nextInt(40) == 0) {
            probe(frame, at);
        } else if (random.nextInt(40) == 0 && frame.length >= at + QUERY.length) {
            System.arraycopy(QUERY, 0, frame, 0, 6);
            System.arraycopy(QUERY, 12, frame, at, QUERY.length - 12);
        }
        put(frame, length - 4, in20 ? MARK >>> 16 : 0);
        put(frame, length - 2, in20 ? MARK : 0);
        return frame;
    }

    /** Makes a frame what may be a probe of the switch under test, by its number. */
    private static void probe(byte[] frame, int at) {
        System.arraycopy(PROBE, 0, frame, 0, 6);
        System.arraycopy(PROBE, 12, frame, at, 6);
        System.arraycopy(PROBE, 18, frame, at + 6, Math.clamp(frame.length - at - 6, 0, 8));
    }

    private static void address(byte[] frame, int at, SplittableRandom random) {
        if (at == 0 && random.nextInt(40) == 0) {
            System.arraycopy(BRIDGES, 0, frame, 0, 6);
        } else if (random.nextInt(10) == 0) {
            Arrays.fill(frame, at, at + 6, (byte) 0xFF);
        } else if (random.nextInt(10) > 0) {
            Arrays.fill(frame, at, at + 5, (byte) 2);
            frame[at + 5] = (byte) random.nextInt(40);
        }
    }

    private static long offload(SplittableRandom random) {
        return Offload.of(random.nextInt(4), random.nextInt(6) | random.nextInt(2) << 7, random.nextInt(3000),
                random.nextBoolean() ? 34 : random.nextInt(200), random.nextBoolean() ? 16 : 6, random.nextInt(100));
    }

    private static void put(byte[] frame, int at, int word) {
        frame[at] = (byte) (word >>> 8);
        frame[at + 1] = (byte) word;
    }
}
