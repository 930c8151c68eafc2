package net.weft.vswitch.trace;

import static net.weft.vswitch.Packets.mac;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import net.weft.packet.MacAddress;
import net.weft.testing.Seed;
import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;
import net.weft.vswitch.Frames;
import net.weft.vswitch.InlineSwitch;
import net.weft.vswitch.Packets;
import net.weft.zone.Action;
import net.weft.zone.AddressBinding;
import net.weft.zone.ConnectionLimits;
import net.weft.zone.Match;
import net.weft.zone.Policy;
import net.weft.zone.PortZones;
import net.weft.zone.Timeouts;
import net.weft.zone.Zone;
import net.weft.zone.Zoning;
import org.junit.jupiter.api.Test;

/**
 * Random sequences of packets, each traced and then sent: it leaves by the ports that the trace names, every time.
 * Connections are half open, MAC entries age, datagrams come in fragments and out of order, in both families, through
 * access ports, a trunk and a tunnel, under policies that change in the middle.
 */
class TraceBesideWireTest {
    private static final int SEQUENCES = 200;
    private static final int PACKETS = 10;
    private static final List<String> PORTS = List.of("a", "b", "c", "d", "trunk", "tunnel");
    private static final int[] FLAGS = {Packets.SYN, Packets.SYN | Packets.ACK, Packets.ACK, Packets.RST,
            1 | Packets.ACK};
    private static final int SERVICE = 80;
    private static final int CLIENT = 4000;

    private final SplittableRandom random = new SplittableRandom(Seed.of(TraceBesideWireTest.class));
    private int datagram;
    /** Whether the first fragment of the last datagram was sent, and the second one was not. */
    private boolean hasFirst;
    private int delivered;
    private int flooded;
    private int dropped;

    @Test
    void shouldLeaveByThePortsThatTheTraceNames() {
        try (InlineSwitch lab = new InlineSwitch()) {
            for (String port : List.of("a", "b", "c", "d")) {
                lab.port(port, VlanMembership.access(10));
            }
            lab.port("trunk", VlanMembership.trunk(VlanSet.of(10, 20, 30), 20, VlanSet.of(30), 0x88a8)).port("tunnel",
                    VlanMembership.tunnel(30));
            for (int n = 0; n < SEQUENCES; n++) {
                sequence(lab, 1000 * (n + 1));
            }
        }
        assertThat(List.of(delivered, flooded, dropped)).as("one port, several, none: each often enough")
                .allMatch(count -> count > 100);
    }

    /** Begins without MAC entries, and so long after the one before that its connections have expired. */
    private void sequence(InlineSwitch lab, int beginSecond) {
        int second = beginSecond;
        lab.nowSeconds(second);
        PORTS.forEach(port -> lab.macs().flush(lab.number(port)));
        zones(lab);
        for (int n = 0; n < PACKETS; n++) {
            switch (random.nextInt(12)) {
                case 0 -> zones(lab);
                case 1 -> lab.macs().flush(lab.number(PORTS.get(random.nextInt(PORTS.size()))));
                case 2 -> second += random.nextInt(90);
                default -> {
                }
            }
            lab.nowSeconds(second);
            releaseHeld(lab);
            packet(lab, PORTS.get(random.nextInt(PORTS.size())));
        }
    }

    /** Fragments that were held leave when zones end or their time is over: they are no part of the next packet. */
    private static void releaseHeld(InlineSwitch lab) {
        for (int turn = 0; turn < 32; turn++) {
            lab.run();
        }
        PORTS.forEach(lab::receiveAll);
    }

    private void packet(InlineSwitch lab, String port) {
        byte[] frame = frame(port);
        Trace trace = lab.trace(port, TracedFrame.of(frame));
        Set<String> promised = new TreeSet<>();
        trace.exits().stream().filter(exit -> exit.reason() == null).forEach(exit -> promised.add(exit.port()));
        lab.send(port, frame);
        Set<String> reached = new TreeSet<>();
        for (String each : PORTS) {
            boolean got = !lab.receiveAll(each).isEmpty();
            if (got && !each.equals(port)) { // the sender may be told that its packet was rejected
                reached.add(each);
            }
        }
        assertThat(reached).as("%s: %s", port, trace.steps()).isEqualTo(promised);
        dropped += promised.isEmpty() ? 1 : 0;
        delivered += promised.size() == 1 ? 1 : 0;
        flooded += promised.size() > 1 ? 1 : 0;
    }

    // ---- zones -----------------------------------------------------------------------------------------------------

    private void zones(InlineSwitch lab) {
        List<Policy> policies = new ArrayList<>();
        for (int id = 1; id <= random.nextInt(5); id++) {
            Match match = switch (random.nextInt(4)) {
                case 0 -> Match.ANY;
                case 1 -> new Match(Match.Kind.TCP, SERVICE, SERVICE);
                case 2 -> new Match(Match.Kind.UDP, 0, random.nextBoolean() ? SERVICE : 65_535);
                default -> new Match(Match.Kind.ICMP, 0, 255);
            };
            policies.add(new Policy(id, null, "p" + id, zone(), zone(), List.of(match), List.of(), List.of(),
                    Action.values()[random.nextInt(3) == 0 ? random.nextInt(3) : 0], false, random.nextBoolean(),
                    random.nextInt(4) == 0, random.nextInt(6) == 0));
        }
        Map<String, PortZones> in = new HashMap<>();
        for (String port : PORTS) {
            in.put(port, PortZones.of(random.nextInt(4) == 0 ? Zone.NONE : 2 + random.nextInt(3)));
        }
        Map<String, AddressBinding> bound = random.nextInt(3) == 0
                ? Map.of("a", new AddressBinding(Set.of(MacAddress.parse(mac(1))), List.of()))
                : Map.of();
        boolean none = random.nextInt(10) == 0;
        lab.zoning(none
                ? Zoning.OFF
                : new Zoning(
                        List.of(new Zone(2, null, "x", true), new Zone(3, null, "y", false),
                                new Zone(4, null, "z", true)),
                        policies, Map.of(), Timeouts.DEFAULT, new ConnectionLimits(64, 64, 64)),
                none ? Map.of() : in, bound);
    }

    private Set<Integer> zone() {
        return random.nextInt(3) == 0 ? Set.of() : Set.of(2 + random.nextInt(3));
    }

    // ---- packets ---------------------------------------------------------------------------------------------------

    private byte[] frame(String port) {
        int from = random.nextInt(8) == 0 ? 1 + random.nextInt(6) : 1 + PORTS.indexOf(port);
        int to = 1 + random.nextInt(7);
        boolean asks = random.nextBoolean();
        int source = asks ? CLIENT + random.nextInt(2) : SERVICE;
        int destination = asks ? SERVICE : CLIENT + random.nextInt(2);
        byte[] frame = switch (random.nextInt(8)) {
            case 0, 1, 2 -> Packets.tcp(from, to, source, destination, FLAGS[random.nextInt(FLAGS.length)],
                    random.nextInt(3), random.nextInt(3));
            case 3, 4 -> Packets.udp(from, to, source, destination);
            case 5 -> Packets.ipv4(from, to, 1, 0, icmp(asks));
            case 6 -> fragment(Packets.ipv4(from, to, 17, 0x2000, ByteBuffer.allocate(64).putShort((short) source)
                    .putShort((short) destination).putShort((short) 128).array()), true);
            default -> fragment(Packets.ipv4(from, to, 17, 8, new byte[64]), false);
        };
        if (random.nextInt(3) == 0 && (frame[20] & 0x3f) == 0 && frame[21] == 0 && frame[23] != 1) {
            frame = Packets.inIpv6(frame);
        }
        switch (random.nextInt(12)) {
            case 0 -> Arrays.fill(frame, 0, 6, (byte) 0xff);
            case 1 -> frame = Frames.frame("01:00:5e:01:02:03", mac(from), 46, 0x88b5);
            case 2 -> frame[14 + random.nextInt(frame.length - 14)] ^= (byte) (1 << random.nextInt(8));
            default -> {
            }
        }
        return switch (port) {
            case "trunk" -> tagged(frame, random.nextInt(4) == 0 ? 0 : 10 * (1 + random.nextInt(4)));
            case "tunnel" -> random.nextBoolean() ? frame : tagged(frame, 7);
            default -> random.nextInt(20) == 0 ? tagged(frame, 10) : frame;
        };
    }

    /** A fragment of a new datagram, or the second one of the last; no fragment comes twice, which a trace cannot know. */
    private byte[] fragment(byte[] frame, boolean isFirst) {
        boolean follows = !isFirst && hasFirst;
        datagram += follows ? 0 : 1;
        hasFirst = isFirst;
        return ByteBuffer.wrap(frame).putShort(18, (short) datagram).array();
    }

    private static byte[] icmp(boolean asks) {
        return ByteBuffer.allocate(16).put((byte) (asks ? 8 : 0)).putShort(4, (short) 77).array();
    }

    /** Tagged by the VLAN's own TPID; 0: untagged. */
    private static byte[] tagged(byte[] frame, int vid) {
        return vid == 0
                ? frame
                : ByteBuffer.allocate(frame.length + 4).put(frame, 0, 12)
                        .putShort((short) (vid == 30 ? 0x88a8 : 0x8100))
                        .putShort((short) vid).put(frame, 12, frame.length - 12).array();
    }
}
