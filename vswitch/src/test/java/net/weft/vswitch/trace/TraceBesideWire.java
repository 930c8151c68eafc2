package net.weft.vswitch.trace;

import static java.lang.Integer.MAX_VALUE;
import static net.weft.vswitch.Packets.mac;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import net.weft.packet.MacAddress;
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
import net.weft.zone.track.ConnectionFilter;
import net.weft.zone.track.ConnectionTable;
import net.weft.zone.track.Connections;

/**
 * Random sequences of packets, each traced and then sent. Connections are half open, MAC entries age, datagrams come in
 * fragments and out of order, in both families, through access ports, a trunk and a tunnel, under policies that change
 * in the middle.
 * <p>
 * Trace and wire share one judge, so every other sequence is judged by a {@link NaiveSwitch} as well. Its packets are
 * whole and its connections within the limits; those of the other sequences have changed bits and low limits.
 */
public final class TraceBesideWire implements Runnable {
    private static final int SEQUENCES = 400;
    private static final int PACKETS = 10;
    private static final List<String> PORTS = List.of("a", "b", "c", "d", "trunk", "tunnel");
    private static final int[] FLAGS = {Packets.SYN, Packets.SYN | Packets.ACK, Packets.ACK, Packets.RST,
            1 | Packets.ACK};
    private static final int SERVICE = 80;
    private static final int CLIENT = 4000;
    private static final int CONNECTIONS = 512;
    private static final int ICMP_KIND = 5;
    private static final Timeouts NEVER = new Timeouts(MAX_VALUE, MAX_VALUE, MAX_VALUE, MAX_VALUE, MAX_VALUE, MAX_VALUE,
            MAX_VALUE, MAX_VALUE);

    private final SplittableRandom random;
    private final NaiveSwitch naive = new NaiveSwitch(PORTS::get);
    private boolean isKnown;
    private int client;
    /** The ports of the two hosts from which most packets of the sequence are, and their VLAN. */
    private List<String> pair = List.of();
    private int pairVid;
    private int pairKind;
    private boolean isPairIpv6;
    private int datagram;
    /** Whether the first fragment of the last datagram was sent, and the second one was not. */
    private boolean hasFirst;
    /** Whether the last fragment is the second one of a datagram whose first one was sent. */
    private boolean follows;
    private int delivered;
    private int flooded;
    private int dropped;
    private int compared;

    public TraceBesideWire(long seed) {
        random = new SplittableRandom(seed);
    }

    /** @throws AssertionError a packet has left by other ports than those of the trace, or of the rules */
    @Override
    public void run() {
        try (InlineSwitch lab = new InlineSwitch()) {
            for (String port : List.of("a", "b", "c", "d")) {
                lab.port(port, VlanMembership.access(10));
            }
            lab.port("trunk", VlanMembership.trunk(VlanSet.of(10, 20, 30), 20, VlanSet.of(30), 0x88a8)).port("tunnel",
                    VlanMembership.tunnel(30));
            // Without zones connections go on unseen, and are picked up for 30 s of the machine's own clock.
            int beginSecond = (int) (System.nanoTime() / 1_000_000_000L) + 60;
            for (int n = 0; n < SEQUENCES; n++) {
                isKnown = n % 2 == 0;
                client = CLIENT + 2 * n;
                choosePair();
                sequence(lab, beginSecond + 1000 * n);
            }
        }
        assertThat(compared).as("packets whose ports are known").isGreaterThan(SEQUENCES / 2 * PACKETS * 9 / 10);
        assertThat(List.of(delivered, flooded, dropped)).as("one port, several, none: each often enough")
                .allMatch(count -> count > 60);
    }

    /** Begins without MAC entries, and so long after the one before that its connections have expired. */
    private void sequence(InlineSwitch lab, int beginSecond) {
        int second = beginSecond;
        lab.nowSeconds(second);
        PORTS.forEach(port -> lab.macs().flush(lab.number(port)));
        zones(lab, Zoning.OFF, Map.of(), Map.of());
        zones(lab, true);
        lab.age();
        naive.clear();
        for (int n = 0; n < PACKETS; n++) {
            switch (random.nextInt(10)) {
                case 0 -> zones(lab, random.nextInt(10) > 0);
                case 1 -> {
                    String port = PORTS.get(random.nextInt(PORTS.size()));
                    lab.macs().flush(lab.number(port));
                    naive.flush(port);
                }
                case 2, 3 -> second += random.nextInt(90);
                default -> {
                }
            }
            lab.nowSeconds(second);
            naive.nowSeconds(second);
            releaseHeld(lab);
            if (random.nextInt(4) == 0) {
                String port = PORTS.get(random.nextInt(PORTS.size()));
                packet(lab, port, frame(port));
            } else {
                List<String> ports = random.nextInt(8) == 0 ? membersOfPair() : pair;
                String port = ports.get(random.nextInt(ports.size()));
                packet(lab, port, frameOfPair(port));
            }
        }
    }

    private List<String> membersOfPair() {
        return pairVid == 30 ? List.of("trunk", "tunnel") : List.of("a", "b", "c", "d", "trunk");
    }

    private void choosePair() {
        pairVid = random.nextInt(5) == 0 ? 30 : 10;
        List<String> members = new ArrayList<>(membersOfPair());
        String client = members.remove(random.nextInt(members.size()));
        pair = List.of(client, members.get(random.nextInt(members.size())));
        pairKind = random.nextInt(6);
        isPairIpv6 = random.nextInt(3) == 0 && pairKind != ICMP_KIND;
    }

    /** Fragments that were held leave when zones end or their time is over: they are no part of the next packet. */
    private static void releaseHeld(InlineSwitch lab) {
        for (int turn = 0; turn < 32; turn++) {
            lab.run();
        }
        PORTS.forEach(lab::receiveAll);
    }

    private void packet(InlineSwitch lab, String port, byte[] frame) {
        List<Object> before = state(lab);
        Trace trace = lab.trace(port, TracedFrame.of(frame));
        assertThat(state(lab)).as("trace, %s: it changes nothing", port).isEqualTo(before);
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
        assertThat(reached).as("trace, %s: %s", port, trace.steps()).isEqualTo(promised);
        Set<String> known = isKnown ? naive.send(port, frame, follows) : null;
        if (known != null) {
            assertThat(reached).as("rules, %s, %s: %s", port, HexFormat.of().formatHex(frame), trace.steps())
                    .isEqualTo(known);
            compared++;
        }
        dropped += promised.isEmpty() ? 1 : 0;
        delivered += promised.size() == 1 ? 1 : 0;
        flooded += promised.size() > 1 ? 1 : 0;
    }

    /** Returns the MAC entries and connections. */
    private static List<Object> state(InlineSwitch lab) {
        List<Object> all = new ArrayList<>();
        lab.macs().forEach(0, (vid, mac, port, _) -> all.add(List.of(vid, mac, port)));
        ConnectionTable connections = lab.zones().connections();
        if (connections != null) {
            all.addAll(new Connections(connections, NEVER, 0).rows(ConnectionFilter.ALL, CONNECTIONS));
        }
        return all;
    }

    // ---- zones -----------------------------------------------------------------------------------------------------

    private void zones(InlineSwitch lab, boolean any) {
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
        Map<String, AddressBinding> bound = random.nextBoolean()
                ? Map.of("a", new AddressBinding(Set.of(MacAddress.parse(mac(1))), List.of()))
                : Map.of();
        ConnectionLimits limits = isKnown
                ? new ConnectionLimits(CONNECTIONS, CONNECTIONS, CONNECTIONS)
                : new ConnectionLimits(CONNECTIONS, 3, 1);
        Zoning zoning = new Zoning(
                List.of(new Zone(2, null, "x", true), new Zone(3, null, "y", false), new Zone(4, null, "z", true)),
                policies, Map.of(), Timeouts.DEFAULT, limits);
        zones(lab, any ? zoning : Zoning.OFF, any ? in : Map.of(), bound);
    }

    private void zones(InlineSwitch lab, Zoning zoning, Map<String, PortZones> in,
            Map<String, AddressBinding> bound) {
        lab.zoning(zoning, in, bound);
        naive.zoning(zoning, in, !bound.isEmpty());
    }

    private Set<Integer> zone() {
        return random.nextInt(3) == 0 ? Set.of() : Set.of(2 + random.nextInt(3));
    }

    // ---- packets ---------------------------------------------------------------------------------------------------

    private byte[] frame(String port) {
        int from = random.nextInt(8) == 0 ? 1 + random.nextInt(6) : 1 + PORTS.indexOf(port);
        int kind = random.nextInt(8);
        boolean asks = random.nextBoolean();
        byte[] frame = packet(from, 1 + random.nextInt(7), asks, random.nextInt(2), kind);
        if (random.nextInt(3) == 0 && kind < ICMP_KIND) {
            frame = Packets.inIpv6(frame);
        }
        switch (random.nextInt(12)) {
            case 0 -> Arrays.fill(frame, 0, 6, (byte) 0xff);
            case 1 -> frame = Frames.frame("01:00:5e:01:02:03", mac(from), 46, 0x88b5);
            case 2 -> {
                if (!isKnown) {
                    frame[14 + random.nextInt(frame.length - 14)] ^= (byte) (1 << random.nextInt(8));
                }
            }
            default -> {
            }
        }
        return switch (port) {
            case "trunk" -> tagged(frame, random.nextInt(4) == 0 ? 0 : 10 * (1 + random.nextInt(4)));
            case "tunnel" -> random.nextBoolean() ? frame : tagged(frame, 7);
            default -> random.nextInt(20) == 0 ? tagged(frame, 10) : frame;
        };
    }

    /** A packet from one host of the pair to the other; sometimes it comes by a port that is neither's. */
    private byte[] frameOfPair(String port) {
        boolean asks = pair.contains(port) ? port.equals(pair.getFirst()) : random.nextBoolean();
        int from = 1 + PORTS.indexOf(pair.get(asks ? 0 : 1));
        int to = 1 + PORTS.indexOf(pair.get(asks ? 1 : 0));
        byte[] frame = packet(from, to, asks, random.nextInt(6) == 0 ? 1 : 0, pairKind);
        frame = isPairIpv6 ? Packets.inIpv6(frame) : frame;
        return port.equals("trunk") ? tagged(frame, pairVid) : frame;
    }

    /** @param asks whether it is from the client @param kind {@code 0..7} */
    private byte[] packet(int from, int to, boolean asks, int number, int kind) {
        int source = asks ? client + number : SERVICE;
        int destination = asks ? SERVICE : client + number;
        return switch (kind) {
            case 0, 1, 2 -> Packets.tcp(from, to, source, destination, FLAGS[random.nextInt(FLAGS.length)],
                    random.nextInt(3), random.nextInt(3));
            case 3, 4 -> Packets.udp(from, to, source, destination);
            case ICMP_KIND -> Packets.ipv4(from, to, 1, 0, icmp(asks));
            case 6 -> fragment(Packets.ipv4(from, to, 17, 0x2000, ByteBuffer.allocate(64).putShort((short) source)
                    .putShort((short) destination).putShort((short) 128).array()), true);
            default -> fragment(Packets.ipv4(from, to, 17, 8, new byte[64]), false);
        };
    }

    /** A fragment of a new datagram, or the second one of the last; no fragment comes twice, which a trace cannot know. */
    private byte[] fragment(byte[] frame, boolean isFirst) {
        follows = !isFirst && hasFirst;
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
