package net.weft.examples.system;

import static net.weft.examples.lab.Fabric.nic;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.FrameSocket;
import net.weft.examples.lab.Frames;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.MulticastStation;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.WeftProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Linux hosts send, join and leave, over IPv4 and IPv6 side by side; p1 sends, and a Linux bridge behind p4 may be the querier. */
@Tag("system")
@TestInstance(Lifecycle.PER_CLASS)
class SnoopingTest {
    private static final int PORTS = 4;
    private static final Duration LIMIT = Duration.ofSeconds(20);
    /** In hundredths of a second: a query every 4 s, answered within 1 s. */
    private static final List<String> QUERIER = List.of("mcast_query_interval", "400",
            "mcast_query_response_interval", "100", "mcast_startup_query_interval", "400", "mcast_igmp_version", "3",
            "mcast_mld_version", "2");

    @AutoClose
    private final Lab lab = Lab.open("snoop");
    private final Namespace namespace = lab.namespace("switch");
    private final List<Host> hosts = new ArrayList<>();
    private final List<FrameSocket> sockets = new ArrayList<>();
    private final WeftProcess weft;
    private int marks;

    SnoopingTest() {
        for (int port = 1; port <= PORTS; port++) {
            Host host = lab.host("p" + port, namespace, "10.10.0." + port + "/24");
            host.namespace().run("sysctl", "-q", "-w", "net.ipv6.conf.eth0.accept_dad=0",
                    "net.ipv6.conf.eth0.disable_ipv6=0").orThrow();
            hosts.add(host);
        }
        weft = WeftProcess.up(lab, namespace, fabric("silent"));
        hosts.forEach(host -> sockets.add(lab.closing(host.frames())));
    }

    private static String fabric(String network) {
        List<String> ports = new ArrayList<>();
        for (int port = 1; port <= PORTS; port++) {
            ports.add(nic("p" + port, "network: acme/" + network));
        }
        return "tenants: {acme: {networks: {silent: {vlan: 10}, asking: {vlan: 20, querier: true}}}}\n"
                + Fabric.of(ports.toArray(String[]::new));
    }

    /** A socket for the same group of each family. */
    private record Stations(MulticastStation v4, MulticastStation v6) {
        private void join() {
            v4.join();
            v6.join();
        }

        private void leave() {
            v4.leave();
            v6.leave();
        }
    }

    private Stations stations(int port, String v4, String v6) {
        Host host = hosts.get(port - 1);
        return new Stations(lab.closing(new MulticastStation(host, InetAddress.ofLiteral(v4))),
                lab.closing(new MulticastStation(host, InetAddress.ofLiteral(v6))));
    }

    /** The ports that a datagram of p1 comes out of. A frame to all, sent behind it, says when it has come wherever it goes. */
    private List<Integer> reached(MulticastStation sender) {
        String mark = "datagram-" + ++marks + ".";
        sender.send(mark);
        sockets.get(0).send(Frames.frame(Frames.BROADCAST, hosts.get(0).mac(), "behind-" + marks));
        List<Integer> reached = new ArrayList<>();
        for (int port = 2; port <= PORTS; port++) {
            sockets.get(port - 1).await("what was sent behind it", Frames.marked("behind-" + marks));
            if (!sockets.get(port - 1).received(frame -> contains(frame, mark)).isEmpty()) {
                reached.add(port);
            }
        }
        return reached;
    }

    private static boolean contains(byte[] frame, String mark) {
        return new String(frame, StandardCharsets.ISO_8859_1).contains(mark);
    }

    private void await(String what, Stations senders, Integer... wanted) {
        Awaitility.await(what + weft.log()).atMost(LIMIT).pollInterval(Duration.ofMillis(200)).untilAsserted(() -> {
            assertThat(reached(senders.v4())).as("IPv4").containsExactly(wanted);
            assertThat(reached(senders.v6())).as("IPv6").containsExactly(wanted);
        });
    }

    private void bridge(String... settings) {
        List<String> command = new ArrayList<>(List.of("ip", "link", "set", "br0", "type", "bridge"));
        command.addAll(List.of(settings));
        hosts.get(3).namespace().run(command.toArray(String[]::new)).orThrow();
    }

    /** Linux's own implementation asks; Weft only listens. */
    private void bridgeBehindP4() {
        Namespace fourth = hosts.get(3).namespace();
        fourth.run("ip", "link", "add", "br0", "type", "bridge").orThrow();
        fourth.run("sysctl", "-q", "-w", "net.ipv6.conf.br0.accept_dad=0", "net.ipv6.conf.br0.disable_ipv6=0")
                .orThrow();
        fourth.run("ip", "address", "add", "10.10.0.44/24", "dev", "br0").orThrow();
        bridge(QUERIER.toArray(String[]::new));
        bridge("mcast_query_use_ifaddr", "1", "mcast_querier", "1");
        fourth.run("ip", "link", "set", "eth0", "master", "br0").orThrow();
        fourth.run("ip", "link", "set", "br0", "up").orThrow();
    }

    @Test
    void shouldFollowJoinsLeavesAndTheLossOfTheQuerier() {
        weft.apply(fabric("silent")).orThrow();
        Stations sender = stations(1, "239.1.2.3", "ff15::1:2:3");
        Stations second = stations(2, "239.1.2.3", "ff15::1:2:3");
        Stations third = stations(3, "239.1.2.3", "ff15::1:2:3");
        Stations local = stations(1, "224.0.0.222", "ff02::1234");
        Stations unwanted = stations(1, "239.9.9.9", "ff15::9");
        second.join();
        await("flooded without querier, which is the control of all that follows", sender, 2, 3, 4);

        bridgeBehindP4();
        await("p2 has joined, and p4 is the querier", sender, 2, 4);
        await("a group that nobody wants", unwanted, 4);
        await("a link-local group", local, 2, 3, 4);
        assertThat(weft.show("multicast").toString())
                .contains("\"group\":\"239.1.2.3\",\"state\":\"snooped\",\"ports\":[\"p2\"]")
                .contains("\"group\":\"*\",\"state\":\"snooped\",\"ports\":[\"p4\"]");
        assertThat(weft.weft("trace", "--from", "p1", "udp 10.10.0.1:5 > 239.1.2.3:5007").orThrow().out())
                .contains("that want it (p2, p4; queriers and routers: p4)");

        third.join();
        await("p3 has joined too", sender, 2, 3, 4);
        second.leave();
        await("p2 has left", sender, 3, 4);

        bridge("mcast_querier", "0");
        await("the querier is lost", sender, 2, 3, 4);
    }

    @Test
    void shouldAskItselfWhereItIsTheQuerier() {
        weft.apply(fabric("asking")).orThrow();
        Stations sender = stations(1, "239.4.5.6", "ff15::4:5:6");
        stations(2, "239.4.5.6", "ff15::4:5:6").join();
        await("p2 answers the switch", sender, 2);
        hosts.get(2).namespace().run("sysctl", "-q", "-w", "net.ipv4.conf.eth0.force_igmp_version=2",
                "net.ipv6.conf.eth0.force_mld_version=1").orThrow();
        Stations third = stations(3, "239.4.5.6", "ff15::4:5:6");
        third.join();
        await("p3 has joined too, as IGMPv2 and MLDv1 have it", sender, 2, 3);
        sockets.get(2).forget();
        third.leave();
        await("p3 has left", sender, 2);
        byte[] v4 = InetAddress.ofLiteral("239.4.5.6").getAddress();
        assertThat(sockets.get(2).received(frame -> contains(frame, "\u0011\n")
                && contains(frame, new String(v4, StandardCharsets.ISO_8859_1)))).as("asked for the group")
                .isNotEmpty();
    }
}
