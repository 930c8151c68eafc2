package net.weft.stacking;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.weft.stacking.StackNet.Node;
import org.jspecify.annotations.Nullable;

/**
 * One random sequence of faults on a random stack, and the naive model of what must hold: while links and members come and go no
 * frame is delivered twice, comes back, goes in circles or reaches another tenant; afterwards each member reaches exactly those
 * that working cables lead to, and all of these name the same master.
 */
final class StackFuzz {
    private static final long MS = StackNet.MS;
    private static final int VLANS = 3;
    private static final long SETTLE_NS = 1200 * MS;

    private final StackNet net;
    private final Random random;

    private StackFuzz(long seed, @Nullable Rule off) {
        net = new StackNet(seed, off);
        random = net.random;
    }

    /** Runs one sequence. @param off a rule that is switched off, or null @return what went wrong */
    static List<String> run(long seed, @Nullable Rule off) {
        return new StackFuzz(seed, off).run();
    }

    private List<String> run() {
        build(2 + random.nextInt(9));
        net.run(random.nextInt(600) * MS);
        int faults = 3 + random.nextInt(8);
        for (int n = 0; n < faults && net.faults.isEmpty(); n++) {
            fault();
            traffic(1 + random.nextInt(60));
        }
        heal();
        traffic(60);
        net.run(SETTLE_NS);
        if (net.faults.isEmpty()) {
            verify();
        }
        return net.faults;
    }

    private void build(int members) {
        for (int n = 1; n <= members; n++) {
            net.add(n);
        }
        for (Node node : net.nodes.values()) {
            configure(node, 0);
            node.leg(random.nextInt(3) == 0);
        }
        int[] links = new int[members + 1];
        boolean isRing = random.nextBoolean();
        for (int n = 2; n <= members; n++) {
            int to = random.nextBoolean() ? n - 1 : 1 + random.nextInt(n - 1);
            net.join(to, links[to]++, n, links[n]++);
        }
        if (isRing && members > 2) {
            net.join(members, links[members]++, 1, links[1]++);
        }
        for (int more = random.nextInt(4); more > 0; more--) {
            int a = 1 + random.nextInt(members);
            int b = 1 + random.nextInt(members);
            if (a != b) {
                net.join(a, links[a]++, b, links[b]++);
            }
        }
    }

    /** Gives a member one of two configurations; they differ in the VLANs of the ports of even members. */
    private void configure(Node node, int version) {
        for (int member : net.nodes.keySet()) {
            node.vlans.put(member, member % 2 == 1 || version == 0 ? 0b001 | 1 << 1 + member % 2 : 0b100);
        }
    }

    // ---- faults --------------------------------------------------------------------------------------------------------

    private void fault() {
        Cable cable = net.cables.get(random.nextInt(net.cables.size()));
        List<Node> nodes = new ArrayList<>(net.nodes.values());
        Node node = nodes.get(random.nextInt(nodes.size()));
        switch (random.nextInt(11)) {
            case 0 -> net.carrier(cable, !cable.carrier);
            case 1 -> cable.toA = !cable.toA;
            case 2 -> cable.toB = !cable.toB;
            case 3 -> {
                boolean heals = !cable.toA || !cable.toB;
                cable.toA = heals;
                cable.toB = heals;
            }
            case 4, 5 -> {
                if (node.isAlive) {
                    net.kill(node);
                } else {
                    net.restart(node);
                }
            }
            case 6 -> {
                net.kill(node);
                net.run(random.nextInt(30) * MS);
                net.restart(node);
            }
            case 7 -> configure(node, random.nextInt(2));
            case 8, 9 -> node.leg(!node.hasLeg);
            default -> {
                Cable other = net.cables.get(random.nextInt(net.cables.size()));
                if (other.b.member() != cable.a.member() && cable.b.member() != other.a.member()) {
                    net.swap(cable, other);
                }
            }
        }
    }

    private void heal() {
        int version = random.nextInt(2);
        for (Node node : net.nodes.values()) {
            configure(node, version);
            if (random.nextInt(3) > 0) {
                net.restart(node);
            }
        }
        for (Cable cable : net.cables) {
            if (random.nextInt(4) > 0) {
                cable.toA = true;
                cable.toB = true;
                if (!cable.carrier) {
                    net.carrier(cable, true);
                }
            }
        }
    }

    private void traffic(int frames) {
        for (int n = 0; n < frames; n++) {
            int members = net.nodes.size();
            int from = 1 + random.nextInt(members);
            int to = 1 + random.nextInt(members);
            int vlan = random.nextInt(VLANS);
            switch (random.nextInt(6)) {
                case 0 -> net.frame(from, StackNet.LAG, vlan);
                case 1 -> net.frameFromLag(from, random.nextBoolean() || to == from ? 0 : to, vlan);
                default -> net.frame(from, random.nextBoolean() || to == from ? 0 : to, vlan);
            }
            if (random.nextInt(3) == 0) {
                net.run(random.nextInt(12) * MS);
            }
        }
    }

    // ---- the model -----------------------------------------------------------------------------------------------------

    private Set<Integer> reached(int from) {
        Set<Integer> reached = new TreeSet<>(Set.of(from));
        boolean grows = true;
        while (grows) {
            grows = false;
            for (Cable cable : net.cables) {
                boolean lives = net.node(cable.a.member()).isAlive && net.node(cable.b.member()).isAlive;
                if (cable.works() && lives
                        && reached.contains(cable.a.member()) != reached.contains(cable.b.member())) {
                    reached.add(cable.a.member());
                    reached.add(cable.b.member());
                    grows = true;
                }
            }
        }
        return reached;
    }

    private record Sent(int flood, Map<Integer, Integer> unicasts, int toLag, int floodFromLag) {
    }

    private void verify() {
        Map<Integer, Sent> sent = new HashMap<>();
        for (Node node : net.nodes.values()) {
            if (node.isAlive) {
                Map<Integer, Integer> unicasts = new HashMap<>();
                reached(node.number).stream().filter(to -> to != node.number)
                        .forEach(to -> unicasts.put(to, net.frame(node.number, to, 0)));
                sent.put(node.number, new Sent(net.frame(node.number, 0, 0), unicasts,
                        net.frame(node.number, StackNet.LAG, 0), net.frameFromLag(node.number, 0, 0)));
            }
        }
        net.run(300 * MS);
        sent.forEach((from, frames) -> verify(net.node(from), frames, reached(from)));
    }

    /** A frame to the link aggregation leaves by it once; a flood that came from it reaches every member of the VLAN. */
    private void verifyLag(Node node, Sent sent, Set<Integer> expected, boolean arrives) {
        boolean left = net.delivered.getOrDefault(sent.toLag, Map.of()).containsKey(StackNet.LAG);
        if (left != arrives) {
            net.faults.add("a frame of member " + node.number + " to the link aggregation: left " + left);
        }
        Set<Integer> takers = new HashSet<>();
        expected.stream().filter(to -> node.hasLeg && (net.node(to).vlans.getOrDefault(to, 0) & 1) != 0)
                .forEach(takers::add);
        Set<Integer> got = net.delivered.getOrDefault(sent.floodFromLag, Map.of()).keySet();
        if (!got.equals(takers)) {
            net.faults.add("a flood by member " + node.number + "'s leg reaches " + got + ", expected " + takers);
        }
    }

    private void verify(Node node, Sent sent, Set<Integer> expected) {
        boolean sends = (node.vlans.getOrDefault(node.number, 0) & 1) != 0;
        Set<Integer> takers = new HashSet<>();
        expected.stream().filter(to -> to != node.number && sends && (net.node(to).vlans.getOrDefault(to, 0) & 1) != 0)
                .forEach(takers::add);
        boolean hasLeg = expected.stream().anyMatch(member -> net.node(member).hasLeg);
        Set<Integer> floodTakers = new HashSet<>(takers);
        if (sends && hasLeg) {
            floodTakers.add(StackNet.LAG);
        }
        Set<Integer> got = net.delivered.getOrDefault(sent.flood, Map.of()).keySet();
        if (!got.equals(floodTakers)) {
            net.faults.add("a flood of member " + node.number + " reaches " + got + ", expected " + floodTakers);
        }
        verifyLag(node, sent, expected, sends && hasLeg);
        sent.unicasts.forEach((to, id) -> {
            boolean arrived = net.delivered.getOrDefault(id, Map.of()).containsKey(to);
            if (arrived != takers.contains(to)) {
                net.faults.add("a frame of member " + node.number + " to member " + to + ": arrived " + arrived);
            }
        });
        for (int other : expected) {
            if (net.node(other).protocol.master() != node.protocol.master()) {
                net.faults.add("members " + node.number + " and " + other + " name different masters");
            }
        }
    }
}
