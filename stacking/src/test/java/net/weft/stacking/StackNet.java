package net.weft.stacking;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.weft.stacking.control.StackSecret;
import net.weft.stacking.link.LinkTimes;
import net.weft.vswitch.stack.StackRoutes;
import org.jspecify.annotations.Nullable;

/**
 * Members of a stack as objects in one thread, joined by cables that can fail in every way, with a clock of their own. Frames of
 * users are passed on by the tables that the members compute, each rule of which can be switched off.
 */
final class StackNet {
    static final long MS = 1_000_000L;
    static final LinkTimes TIMES = new LinkTimes(20 * MS, 100 * MS, 50 * MS, 400 * MS, 1000 * MS);
    static final int MOST_HOPS = 16;
    private static final long TICK_NS = 5 * MS;
    private static final byte[] KEY = new byte[StackSecret.KEY_BYTES];

    /** Port number of the link aggregation that may have a leg at any member; all members are in its VLANs. */
    static final int LAG = 900;

    private record Event(long ns, long order, Runnable action, boolean isData) {
    }

    /** A member and what its packet path does. */
    final class Node {
        final int number;
        StackMember protocol;
        StackRoutes routes = StackRoutes.NONE;
        boolean isAlive;
        /** VLANs of the one port of each member, as this member's configuration says; a bit a VLAN. */
        final Map<Integer, Integer> vlans = new HashMap<>();
        /** Whether this member's leg of the link aggregation carries frames. */
        boolean hasLeg;

        Node(int number) {
            this.number = number;
            protocol = start();
        }

        private StackMember start() {
            isAlive = true;
            StackMember created = new StackMember(new StackSettings(number, 100, TIMES), new StackSecret(KEY),
                    new SplittableRandom(random.nextLong()), new StackOutput() {
                        @Override
                        public void send(int link, byte[] message) {
                            transmit(Node.this, link, false,
                                    (peer, at) -> peer.protocol.receive(at, message, 0, message.length,
                                            nowNs));
                        }

                        @Override
                        public void routes(StackRoutes now) {
                            routes = now;
                        }

                        @Override
                        public void keys(int link, int id, byte[] sendKey, byte[] receiveKey) {
                            String name = Arrays.toString(sendKey);
                            if (keys.put(name, "") != null) {
                                faults.add("member " + number + " uses a key twice");
                            }
                        }

                        @Override
                        public void event(StackEvent event) {
                            events.add(event);
                        }
                    }, nowNs);
            protocol = created;
            tellLeg();
            for (Cable cable : cables) {
                plug(cable);
            }
            return created;
        }

        private void plug(Cable cable) {
            for (Cable.End end : List.of(cable.a, cable.b)) {
                if (end.member() == number) {
                    protocol.addLink(end.link());
                    protocol.carrier(end.link(), cable.carrier, nowNs);
                }
            }
        }

        /** The leg starts or stops; the protocol is told a little later. */
        void leg(boolean has) {
            hasLeg = has;
            queue.add(new Event(nowNs + random.nextInt(20) * MS, ++order, () -> {
                if (isAlive) {
                    tellLeg();
                }
            }, false));
        }

        private void tellLeg() {
            protocol.lags(hasLeg ? new TreeMap<>(Map.of(LAG, 7L)) : new TreeMap<>(), nowNs);
        }

        /** A user's frame enters the stack here. */
        void send(Frame frame) {
            if (frame.to() == LAG) {
                towardsLag(frame, 0);
                return;
            }
            if (frame.to() == 0) {
                floodLag(frame);
                if (frame.isFromLag()) {
                    deliver(frame);
                }
            }
            pass(frame, 0);
        }

        /** A flooded frame leaves by the leg here if this member is the one that delivers it. */
        private void floodLag(Frame frame) {
            boolean sameEpoch = !has(Rule.EPOCH) || frame.epoch() == routes.lags().epoch();
            boolean forwards = !has(Rule.FORWARDER) || routes.lags().delivers(LAG, frame.from());
            if (hasLeg && sameEpoch && forwards && (!frame.isFromLag() || !has(Rule.ECHO))) {
                deliveries.atLag(frame, number);
            }
        }

        /** A frame for a station behind the link aggregation leaves by the leg here, or goes on to the nearest member that has one. */
        private void towardsLag(Frame frame, int except) {
            int links = routes.lags().links(LAG) & ~except;
            if (hasLeg) {
                deliveries.atLag(frame, number);
            } else if (links != 0 && frame.hops() > 0) {
                data(StackRoutes.pick(links, frame.id() * 0x9E3779B9), frame.next());
            }
        }

        /** A user's frame arrives by a link. */
        private void receive(int link, Frame frame) {
            if (frame.to() == LAG) {
                towardsLag(frame, 1 << link);
                return;
            }
            if (!frame.isFromLag() && has(Rule.MEMBERSHIP)
                    && (vlans.getOrDefault(frame.from(), 0) >>> frame.vlan() & 1) == 0) {
                return;
            }
            if (frame.to() == 0) {
                boolean digest = !has(Rule.DIGEST) || frame.digest() == routes.digest();
                boolean parent = !has(Rule.PARENT) || routes.parent(frame.from()) == link && frame.from() != number;
                if (digest && parent) {
                    deliver(frame);
                    floodLag(frame);
                    pass(frame, 1 << link);
                }
            } else if (frame.to() == number) {
                deliver(frame);
            } else {
                pass(frame, 0);
            }
        }

        private void pass(Frame frame, int except) {
            if (frame.hops() == 0 && has(Rule.HOP_LIMIT)) {
                return;
            }
            Frame next = frame.next();
            if (frame.hops() < -MOST_HOPS) {
                faults.add("frame " + frame + " goes in circles at member " + number);
                return;
            }
            if (frame.to() != 0) {
                int links = routes.nextHops(frame.to());
                if (links != 0) {
                    data(StackRoutes.pick(links, frame.id() * 0x9E3779B9), next);
                }
                return;
            }
            for (int rest = routes.children(frame.from()) & ~except; rest != 0; rest &= rest - 1) {
                data(Integer.numberOfTrailingZeros(rest), next);
            }
        }

        private void data(int link, Frame frame) {
            transmit(this, link, true, (peer, at) -> peer.receive(at, frame));
        }

        private void deliver(Frame frame) {
            boolean isMember = (vlans.getOrDefault(number, 0) >>> frame.vlan() & 1) != 0;
            if (isMember || !has(Rule.MEMBERSHIP)) {
                deliveries.atPort(frame, number, isMember);
            }
        }
    }

    private interface Arrival {
        void at(Node peer, int link);
    }

    final Random random;
    private final @Nullable Rule off;
    final Map<Integer, Node> nodes = new TreeMap<>();
    final List<Cable> cables = new ArrayList<>();
    private final Deliveries deliveries = new Deliveries();
    final Map<Integer, Map<Integer, Integer>> delivered = deliveries.delivered;
    final List<String> faults = deliveries.faults;
    final List<StackEvent> events = new ArrayList<>();
    private final Map<String, String> keys = new HashMap<>();
    private final PriorityQueue<Event> queue = new PriorityQueue<>(
            Comparator.comparingLong(Event::ns).thenComparingLong(Event::order));
    private long order;
    private int frames;
    long nowNs = 1;

    /** @param off a rule that no member keeps, or null */
    StackNet(long seed, @Nullable Rule off) {
        random = new Random(seed);
        this.off = off;
    }

    private boolean has(Rule rule) {
        return rule != off;
    }

    Node node(int member) {
        return Objects.requireNonNull(nodes.get(member));
    }

    // ---- building ------------------------------------------------------------------------------------------------------

    Node add(int member) {
        Node node = new Node(member);
        nodes.put(member, node);
        return node;
    }

    Cable join(int a, int linkA, int b, int linkB) {
        Cable cable = new Cable(new Cable.End(a, linkA), new Cable.End(b, linkB));
        cables.add(cable);
        node(a).plug(cable);
        node(b).plug(cable);
        return cable;
    }

    // ---- faults --------------------------------------------------------------------------------------------------------

    void kill(Node node) {
        node.isAlive = false;
    }

    void restart(Node node) {
        if (!node.isAlive) {
            node.start();
        }
    }

    void carrier(Cable cable, boolean has) {
        cable.carrier = has;
        for (Cable.End end : List.of(cable.a, cable.b)) {
            Node node = node(end.member());
            if (node.isAlive) {
                node.protocol.carrier(end.link(), has, nowNs);
            }
        }
    }

    /** Swaps the far ends of two cables, while nobody notices. Users' frames that are on their way are lost. */
    void swap(Cable one, Cable other) {
        Cable.End end = one.b;
        one.b = other.b;
        other.b = end;
        queue.removeIf(Event::isData);
        carrier(one, one.carrier);
        carrier(other, other.carrier);
    }

    // ---- running -------------------------------------------------------------------------------------------------------

    /** Lets time pass. */
    void run(long ns) {
        long until = nowNs + ns;
        while (nowNs < until) {
            long next = Math.min(until, nowNs + TICK_NS);
            while (!queue.isEmpty() && queue.peek().ns <= next) {
                Event event = queue.poll();
                nowNs = Math.max(nowNs, event.ns);
                event.action.run();
            }
            nowNs = next;
            nodes.values().stream().filter(node -> node.isAlive).forEach(node -> node.protocol.tick(nowNs));
        }
    }

    /** A frame enters the stack. @param to 0 for a flood @return its id */
    int frame(int from, int to, int vlan) {
        Node node = node(from);
        return frame(node, false, to, vlan, (node.vlans.getOrDefault(from, 0) >>> vlan & 1) != 0);
    }

    /** A frame enters the stack by a member's leg of the link aggregation. @param to 0 for a flood @return its id */
    int frameFromLag(int from, int to, int vlan) {
        return frame(node(from), true, to, vlan, node(from).hasLeg);
    }

    private int frame(Node node, boolean isFromLag, int to, int vlan, boolean mayEnter) {
        int id = ++frames;
        if (node.isAlive && mayEnter) {
            node.send(new Frame(id, node.number, isFromLag, to, vlan, node.routes.digest(), node.routes.lags().epoch(),
                    MOST_HOPS));
        }
        return id;
    }

    private void transmit(Node from, int link, boolean isData, Arrival arrival) {
        if (!from.isAlive) {
            return;
        }
        for (Cable cable : cables) {
            boolean fromA = cable.a.member() == from.number && cable.a.link() == link;
            boolean fromB = cable.b.member() == from.number && cable.b.link() == link;
            if ((fromA || fromB) && cable.carrier && (fromA ? cable.toB : cable.toA)) {
                Cable.End to = fromA ? cable.b : cable.a;
                boolean waits = isData && random.nextInt(4) == 0; // in a queue of the sender
                long delay = (1 + random.nextInt(waits ? 150 : 10)) * MS / 10;
                queue.add(new Event(nowNs + delay, ++order, () -> arrive(to, arrival), isData));
            }
        }
    }

    private void arrive(Cable.End to, Arrival arrival) {
        Node node = node(to.member());
        if (node.isAlive) {
            arrival.at(node, to.link());
        }
    }
}
