package net.weft.examples.system;

import static net.weft.examples.lab.Fabric.nic;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.FrameSocket;
import net.weft.examples.lab.Frames;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.WeftProcess;

/**
 * A running switch with four hosts on veth ports {@code p1}..{@code p4}, and a fifth port {@code watch}, a trunk of every VLAN. Frames are
 * sent and collected on the hosts' ends of the cables.
 *
 * <p>What must not arrive is never waited for: {@link #settle} sends markers behind it. Ports are queues, so when those have come out,
 * whatever was sent before has come out too, or never will.
 */
final class Segment implements AutoCloseable {
    static final int PORTS = 4;
    private static final String WATCH = "watch";

    private final Lab lab;
    private final Namespace namespace;
    private final WeftProcess weft;
    private final List<Host> hosts = new ArrayList<>();
    private final List<FrameSocket> sockets = new ArrayList<>();
    private final Host watch;
    private final FrameSocket watching;
    private List<Membership> memberships;
    private String rest = "";
    private int markers;

    Segment(String name) {
        lab = Lab.open(name);
        namespace = lab.namespace("switch");
        for (int port = 1; port <= PORTS; port++) {
            hosts.add(lab.host("p" + port, namespace, "10.10.0." + port + "/24"));
        }
        watch = lab.host(WATCH, namespace, "10.10.0.9/24");
        memberships = List.of(Membership.access(10), Membership.access(10), Membership.access(10),
                Membership.access(10));
        weft = WeftProcess.up(lab, namespace, fabric());
        hosts.forEach(host -> sockets.add(lab.closing(host.frames())));
        watching = lab.closing(watch.frames());
    }

    /** Applies another membership to the four ports, and with them further keys of the file, such as zones and policies. */
    void apply(String keys, Membership p1, Membership p2, Membership p3, Membership p4) {
        rest = keys;
        apply(p1, p2, p3, p4);
    }

    /** Applies another membership to the four ports. */
    void apply(Membership p1, Membership p2, Membership p3, Membership p4) {
        memberships = List.of(p1, p2, p3, p4);
        weft.apply(fabric()).orThrow();
        weft.awaitAllUp();
        forget();
    }

    /** Forgets the frames collected so far. */
    void forget() {
        sockets.forEach(FrameSocket::forget);
        watching.forget();
    }

    Lab lab() {
        return lab;
    }

    WeftProcess weft() {
        return weft;
    }

    Host host(int port) {
        return hosts.get(port - 1);
    }

    String mac(int port) {
        return host(port).mac();
    }

    void send(int port, byte[] frame) {
        sockets.get(port - 1).send(frame);
    }

    /** Sends a broadcast from the port's own address, with these tags. */
    void broadcast(int port, String mark, int... tags) {
        send(port, Frames.tagged(Frames.BROADCAST, mac(port), mark, tags));
    }

    /** Makes every port's station known. */
    void introduce() {
        for (int port = 1; port <= PORTS; port++) {
            settle(port);
        }
    }

    /** Returns when all that {@code port} has sent so far is forwarded, and has been collected wherever it went. */
    void settle(int port) {
        String last = mark();
        Membership from = memberships.get(port - 1);
        broadcast(port, last, tags(from.tag()));
        watching.await("marker of p" + port, Frames.marked(last));
        for (int other = 1; other <= PORTS; other++) {
            String behind = mark();
            watching.send(
                    Frames.tagged(Frames.BROADCAST, watch.mac(), behind, Frames.tag(memberships.get(other - 1).vid())));
            sockets.get(other - 1).await("marker to p" + other, Frames.marked(behind));
        }
    }

    /** As {@link #settle}, with one known unicast, which no storm limit holds back; sent again while the port's ring is full. */
    void settleByUnicast(int port) {
        String known = mark();
        watching.send(Frames.tagged(Frames.BROADCAST, watch.mac(), known, Frames.tag(memberships.get(port - 1).vid())));
        sockets.get(port - 1).await("marker to p" + port, Frames.marked(known));
        String last = mark();
        weft.await("marker of p" + port, () -> {
            send(port, Frames.tagged(watch.mac(), mac(port), last, tags(memberships.get(port - 1).tag())));
            return watching.received(Frames.marked(last));
        }, found -> !found.isEmpty());
    }

    /** The frames with this mark that have come out of a port. */
    List<byte[]> at(int port, String mark) {
        return sockets.get(port - 1).received(Frames.marked(mark));
    }

    /** The frames like this that have come out of a port. */
    List<byte[]> frames(int port, Predicate<byte[]> wanted) {
        return sockets.get(port - 1).received(wanted);
    }

    /** The ports that a mark has come out of. */
    List<Integer> reached(String mark) {
        List<Integer> reached = new ArrayList<>();
        for (int port = 1; port <= PORTS; port++) {
            if (!at(port, mark).isEmpty()) {
                reached.add(port);
            }
        }
        return reached;
    }

    /** The one frame with this mark that has come out of a port. */
    byte[] only(int port, String mark) {
        List<byte[]> found = at(port, mark);
        assertThat(found).as(mark + " at p" + port).hasSize(1);
        return found.getFirst();
    }

    /** MTU of both ends of a cable, bytes. */
    void mtu(int port, int bytes) {
        namespace.ip("link", "set", "dev", "p" + port, "mtu", Integer.toString(bytes));
        host(port).namespace().ip("link", "set", "dev", "eth0", "mtu", Integer.toString(bytes));
    }

    @Override
    public void close() {
        lab.close();
    }

    private String mark() {
        return "marker-" + ++markers;
    }

    private static int[] tags(int tag) {
        return tag == 0 ? new int[0] : new int[]{tag};
    }

    private String fabric() {
        List<String> ports = new ArrayList<>();
        for (int port = 1; port <= PORTS; port++) {
            ports.add(nic("p" + port, memberships.get(port - 1).keys()));
        }
        ports.add(nic(WATCH, "trunk: {allowed: [1-4094]}"));
        return Fabric.of(ports.toArray(String[]::new)) + rest;
    }
}
