package net.weft.vswitch.forward;

import static net.weft.vswitch.Packets.mac;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import net.weft.packet.MacAddress;
import net.weft.testing.Seed;
import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;
import net.weft.vswitch.InlineSwitch;
import net.weft.vswitch.Packets;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.port.PortCounters;
import net.weft.zone.Action;
import net.weft.zone.AddressBinding;
import net.weft.zone.Match;
import net.weft.zone.Policy;
import net.weft.zone.PortZones;
import net.weft.zone.Zone;
import net.weft.zone.Zoning;
import org.junit.jupiter.api.Test;

/**
 * Packets of any kind, whole and in fragments, among zones whose policies change: each frame ends delivered, held or dropped with a reason;
 * nothing reaches a zone that no policy names, and nothing passes a guard under another's name.
 */
class ZonesFuzzTest {
    private static final int FRAMES = Integer.getInteger("weft.fuzz.zoned", 300_000);
    private static final List<String> PORTS = List.of("web", "db", "other", "trunk", "vault");
    private static final int VAULT = 4;
    /** Only "web" calls itself this, and may not. */
    private static final int STOLEN = 0x99;
    private static final int[] FLAGS = {Packets.SYN, Packets.SYN | Packets.ACK, Packets.ACK, Packets.RST,
            1 | Packets.ACK};

    private static InlineSwitch lab() {
        return new InlineSwitch().port("web", VlanMembership.access(10)).port("db", VlanMembership.access(10))
                .port("other", VlanMembership.access(10)).port("trunk", VlanMembership.trunk(VlanSet.of(10, 20), 0))
                .port("vault", VlanMembership.access(10));
    }

    private static void zone(InlineSwitch lab, Policy... policies) {
        Map<String, PortZones> zones = new HashMap<>(Map.of("web", PortZones.of(ZoningTest.DMZ), "db",
                PortZones.of(ZoningTest.DATA), "vault", PortZones.of(VAULT)));
        zones.put("trunk", new PortZones(Zone.NONE, Map.of(10, ZoningTest.DMZ)));
        AddressBinding own = new AddressBinding(Set.of(MacAddress.parse(mac(1))), List.of());
        Zoning zoning = ZoningTest.zoning(policies);
        List<Zone> all = new ArrayList<>(zoning.zones());
        all.add(new Zone(VAULT, null, "vault", false));
        lab.zoning(new Zoning(all, zoning.policies(), Map.of(), zoning.timeouts(), zoning.limits()), zones,
                Map.of("web", own));
    }

    private static Policy[] policies(SplittableRandom random) {
        Action[] actions = Action.values();
        Policy[] policies = new Policy[random.nextInt(6)];
        for (int i = 0; i < policies.length; i++) {
            int port = random.nextInt(4) * 1000;
            Match match = random.nextInt(3) == 0
                    ? Match.ANY
                    : new Match(random.nextBoolean() ? Match.Kind.TCP : Match.Kind.UDP, port, port + 1000);
            policies[i] = ZoningTest.policy(i + 1, Set.of(random.nextInt(3) + 1), Set.of(random.nextInt(3) + 1), match,
                    actions[random.nextInt(actions.length)]);
        }
        return policies;
    }

    private static byte[] frame(SplittableRandom random, String port) {
        int from = 1 + PORTS.indexOf(port);
        int to = 1 + random.nextInt(6);
        int source = random.nextInt(4) * 1000;
        int destination = random.nextInt(4) * 1000;
        byte[] frame = switch (random.nextInt(6)) {
            case 0, 1 -> Packets.tcp(from, to, source, destination, FLAGS[random.nextInt(FLAGS.length)],
                    random.nextInt(2000), random.nextInt(2000));
            case 2 -> Packets.udp(from, to, source, destination);
            case 3 -> Packets.ipv4(from, to, 1, 0, icmp(random));
            case 4 -> Packets.ipv4(from, to, 17, 0x2000, ByteBuffer.allocate(64).putShort((short) source)
                    .putShort((short) destination).putShort((short) 200).array());
            default -> Packets.ipv4(from, to, 17, random.nextBoolean() ? 8 : 0x2008 + 8 * random.nextInt(3),
                    new byte[64]);
        };
        frame[19] = (byte) random.nextInt(8);
        if (random.nextInt(20) == 0) {
            frame[random.nextInt(frame.length - 14) + 14] = (byte) random.nextInt();
            frame[12] = 8;
        }
        if (random.nextInt(10) == 0) {
            Arrays.fill(frame, 0, 6, (byte) 0xff);
        }
        if (port.equals("web") && random.nextInt(10) == 0) {
            frame[11] = (byte) STOLEN;
        }
        return port.equals("trunk") ? tagged(frame, random) : frame;
    }

    private static byte[] icmp(SplittableRandom random) {
        byte[] message = new byte[64];
        message[0] = (byte) new int[]{0, 3, 8, 11}[random.nextInt(4)];
        message[8] = 0x45;
        message[11] = 56;
        message[17] = (byte) (random.nextBoolean() ? 6 : 17);
        message[20] = message[24] = 10;
        message[21] = message[25] = 10;
        message[23] = (byte) (1 + random.nextInt(5));
        message[27] = (byte) (1 + random.nextInt(5));
        return message;
    }

    private static byte[] tagged(byte[] frame, SplittableRandom random) {
        int tags = 1 + random.nextInt(8) / 7;
        ByteBuffer longer = ByteBuffer.allocate(frame.length + 4 * tags).put(frame, 0, 12);
        for (int n = 0; n < tags; n++) {
            longer.putShort((short) 0x8100).putShort((short) (random.nextInt(8) << 13 | 10 + 10 * random.nextInt(2)));
        }
        return longer.put(frame, 12, frame.length - 12).array();
    }

    @Test
    void shouldAccountForEveryFrameAndNeverOpenAZoneNobodyNames() {
        long seed = Seed.of(ZonesFuzzTest.class);
        System.out.println("ZonesFuzzTest: " + FRAMES + " frames");
        SplittableRandom random = new SplittableRandom(seed);
        long[] into = new long[PORTS.size()];
        long delivered = 0;
        try (InlineSwitch lab = lab()) {
            long nowNs = 0;
            boolean isZoned = false;
            for (int sent = 0; sent < FRAMES; sent += 32) {
                if (random.nextInt(100) == 0) {
                    zone(lab, policies(random));
                    isZoned = true;
                }
                for (int n = 0; n < 32; n++) {
                    String port = PORTS.get(random.nextInt(PORTS.size()));
                    if (lab.link(port).send(frame(random, port), 0)) {
                        into[lab.number(port)]++;
                    }
                }
                nowNs += random.nextLong(20_000_000);
                lab.nowNs(nowNs);
                lab.run();
                delivered += drain(lab, isZoned, seed);
                balance(lab, into, seed);
            }
            assertThat(delivered).as("seed %d: what passes", seed).isGreaterThan(FRAMES / 20);
            for (DropReason reason : List.of(DropReason.GUARD_MAC, DropReason.ZONE_DENIED, DropReason.POLICY_DROP,
                    DropReason.POLICY_REJECT, DropReason.FRAGMENT, DropReason.INVALID_STATE)) {
                long drops = PORTS.stream().mapToLong(port -> lab.drops(port, reason)).sum();
                assertThat(drops).as("seed %d: %s", seed, reason).isPositive();
            }
        }
    }

    private static long drain(InlineSwitch lab, boolean isZoned, long seed) {
        long frames = 0;
        for (String port : PORTS) {
            for (byte[] frame = lab.receive(port); frame.length > 0; frame = lab.receive(port)) {
                frames++;
                boolean ipv4 = frame[12] == 8 && frame[13] == 0;
                if (isZoned && port.equals("vault") && ipv4) {
                    throw new AssertionError("seed " + seed + ": a packet came into the vault");
                }
                if (isZoned && (frame[11] & 0xff) == STOLEN) {
                    throw new AssertionError("seed " + seed + ": a frame with another's address left by " + port);
                }
            }
        }
        return frames;
    }

    /** Every frame that came in was sent on, is held, or was dropped; every copy made, answers too, was sent or dropped. */
    private static void balance(InlineSwitch lab, long[] into, long seed) {
        long copies = 0;
        long gone = 0;
        long most = 0;
        for (int port = 0; port < into.length; port++) {
            PortCounters counters = lab.counters().get(port);
            long drops = 0;
            for (DropReason reason : DropReason.values()) {
                drops += counters.ingressDrops(reason);
                gone += counters.egressDrops(reason);
            }
            long forwarded = counters.rxPackets() - drops - counters.punted() - counters.held();
            if (counters.rxPackets() != into[port] || counters.held() < 0 || counters.copies() < forwarded
                    || forwarded < 0) {
                throw new AssertionError("seed " + seed + ": port " + PORTS.get(port) + ": " + into[port]
                        + " sent in, " + counters.rxPackets() + " received, " + drops + " dropped, " + counters.held()
                        + " held, " + counters.copies() + " copies");
            }
            copies += counters.copies();
            gone += counters.txPackets();
            most += forwarded;
        }
        if (copies != gone || copies < most) {
            throw new AssertionError("seed " + seed + ": " + copies + " copies made, " + gone + " sent or dropped");
        }
    }

    @Test
    void shouldAllocateNothingPerPacket() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        SplittableRandom random = new SplittableRandom(5);
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            frames.add(frame(random, PORTS.get(i % 3)));
        }
        try (InlineSwitch lab = lab(); Burst burst = new Burst(); Arena arena = Arena.ofConfined()) {
            zone(lab, policies(new SplittableRandom(2)));
            MemorySegment[] memory = frames.stream()
                    .map(frame -> arena.allocateFrom(ValueLayout.JAVA_BYTE, frame)).toArray(MemorySegment[]::new);
            long before = 0;
            for (int round = 0; round < 10_000; round++) {
                if (round == 5_000) {
                    before = threads.getCurrentThreadAllocatedBytes();
                }
                burst.clear();
                for (int i = 0; i < 32; i++) {
                    MemorySegment frame = memory[(i + round) % 64];
                    burst.add(frame.address(), (int) frame.byteSize(), (i + round) % 64 % 3, 0, 0);
                }
                lab.nowNs(round * 1_000_000L);
                lab.forward(burst);
            }
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).as("bytes for 160,000 frames")
                    .isLessThan(64_000);
        }
    }
}
