package net.weft.wireguard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Two nodes, {@code left} and {@code right}, joined by a network in memory that loses, delays and duplicates datagrams as told, and a
 * clock that moves only when {@link #run} says so.
 */
final class TestPair {
    static final long MS = 1_000_000;
    static final long SECOND = 1_000 * MS;
    private static final long TICK = 50 * MS;
    private static final long UNIX_NS = 1_900_000_000L * SECOND;

    private record Flight(long atNs, long order, TestNode to, Endpoint from, byte[] datagram)
            implements
                Comparable<Flight> {
        @Override
        public int compareTo(Flight other) {
            return atNs != other.atNs ? Long.compare(atNs, other.atNs) : Long.compare(order, other.order);
        }
    }

    /** A datagram that was sent, whether it arrived or not. */
    record Sent(TestNode from, long atNs, byte[] datagram) {
        int type() {
            return datagram[0];
        }
    }

    final Endpoint leftAddress = Endpoint.of(new byte[]{(byte) 192, 0, 2, 1}, 1111);
    final Endpoint rightAddress = Endpoint.of(new byte[]{(byte) 198, 51, 100, 2}, 2222);
    final List<Sent> sent = new ArrayList<>();
    final TestNode left;
    final TestNode right;
    final Peer leftsPeer;
    final Peer rightsPeer;
    int lossPercent;
    int duplicatePercent;
    long delayMaxNs;
    long nowNs;

    private final Map<Endpoint, TestNode> nodes = new HashMap<>();
    private final Map<TestNode, Endpoint> addresses = new HashMap<>();
    private final PriorityQueue<Flight> flights = new PriorityQueue<>();
    private final Random random;
    private long order;

    /** @param startNs the monotonic clock's first value, which may be negative */
    TestPair(Random random, long startNs) {
        this.random = random;
        this.nowNs = startNs;
        left = node(PeerState.NONE);
        right = node(PeerState.NONE);
        address(left, leftAddress);
        address(right, rightAddress);
        leftsPeer = left.wireGuard.addPeer(right.publicKey(), left.routes);
        leftsPeer.endpoint(rightAddress);
        left.routes.putIpv4(0x0a000002, 32, leftsPeer);
        left.routes.putIpv6(0xfd00L << 48, 2, 128, leftsPeer);
        rightsPeer = right.wireGuard.addPeer(left.publicKey(), right.routes);
        right.routes.putIpv4(0x0a000001, 32, rightsPeer);
        right.routes.putIpv6(0xfd00L << 48, 1, 128, rightsPeer);
    }

    TestNode node(PeerState state) {
        byte[] key = new byte[32];
        random.nextBytes(key);
        return node(key, state);
    }

    TestNode node(byte[] key, PeerState state) {
        TestNode node = new TestNode(key, random, state, this::send);
        node.unixOffsetNs = UNIX_NS - nowNs;
        node.advance(nowNs);
        return node;
    }

    /** Moves a node to another address. */
    void address(TestNode node, Endpoint address) {
        Endpoint before = addresses.put(node, address);
        if (before != null) {
            nodes.remove(before);
        }
        nodes.put(address, node);
    }

    private void send(TestNode from, Endpoint to, byte[] datagram) {
        sent.add(new Sent(from, nowNs, datagram));
        TestNode target = nodes.get(to.withoutLocal());
        if (target == null) {
            return;
        }
        int copies = random.nextInt(100) < lossPercent ? 0 : random.nextInt(100) < duplicatePercent ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            long delay = MS + (delayMaxNs == 0 ? 0 : random.nextLong(delayMaxNs));
            flights.add(new Flight(nowNs + delay, order++, target, addresses.get(from), datagram));
        }
    }

    /** Lets time pass; what arrives is received when it does, timers fall due every 50 ms. */
    void run(long forNs) {
        long endNs = nowNs + forNs;
        while (nowNs - endNs < 0) {
            long nextTick = Math.min(endNs, Math.floorDiv(nowNs, TICK) * TICK + TICK);
            Flight flight = flights.peek();
            if (flight != null && flight.atNs() <= nextTick) {
                flights.poll();
                advance(flight.atNs());
                flight.to().receive(flight.datagram(), flight.from());
            } else {
                advance(nextTick);
            }
        }
    }

    private void advance(long toNs) {
        nowNs = Math.max(nowNs, toNs);
        for (TestNode node : addresses.keySet()) {
            node.advance(nowNs);
        }
    }

    byte[] toRight(int sequence) {
        return TestPackets.echo(new byte[]{10, 0, 0, 1}, new byte[]{10, 0, 0, 2}, sequence, 20);
    }

    byte[] toLeft(int sequence) {
        return TestPackets.echo(new byte[]{10, 0, 0, 2}, new byte[]{10, 0, 0, 1}, sequence, 20);
    }

    /** Shakes hands by one packet from left to right, and lets everything arrive. */
    TestPair connected() {
        left.send(leftsPeer, toRight(0));
        run(100 * MS);
        if (right.delivered.size() != 1) {
            throw new AssertionError("no session: " + right.delivered.size() + " packets arrived");
        }
        sent.clear();
        left.delivered.clear();
        right.delivered.clear();
        right.moves.clear();
        return this;
    }

    List<Sent> sentBy(TestNode node, int type) {
        return sent.stream().filter(s -> s.from() == node && s.type() == type).toList();
    }
}
