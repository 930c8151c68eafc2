package net.weft.examples.system;

import static net.weft.examples.lab.Fabric.nic;
import static net.weft.examples.lab.Packets.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import net.weft.examples.lab.Attempt;
import net.weft.examples.lab.Attempt.Outcome;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.FrameSocket;
import net.weft.examples.lab.Frames;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.Packets;
import net.weft.examples.lab.Packets.Path;
import net.weft.examples.lab.Services;
import net.weft.examples.lab.WeftProcess;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * Two tenants with two hosts each, of the same MAC and IP addresses, in the same zone, under a policy that allows everything: nothing
 * crosses.
 */
@Tag("system")
@TestInstance(Lifecycle.PER_CLASS)
class TenantsTest {
    private static final List<String> HOSTS = List.of("acme1", "acme2", "globex1", "globex2");
    private static final String[] MACS = {"02:00:00:00:00:01", "02:00:00:00:00:02"};
    private static final int ACME_PORT = 7001;
    private static final int GLOBEX_PORT = 7002;

    @AutoClose
    private final Lab lab = Lab.open("tenants");
    private final Namespace namespace = lab.namespace("switch");
    private final Map<String, Host> hosts = new LinkedHashMap<>();
    private final Map<String, FrameSocket> sockets = new LinkedHashMap<>();
    private final WeftProcess weft;
    private int marks;

    TenantsTest() {
        for (String name : HOSTS) {
            int number = name.charAt(name.length() - 1) - '0';
            Host host = lab.host(name, namespace, "10.10.0." + number + "/24");
            host.namespace().ip("link", "set", "dev", "eth0", "address", MACS[number - 1]);
            host.ipv6("fd00:10::" + number + "/64");
            Services.start(lab, host.namespace(), new int[]{name.startsWith("acme") ? ACME_PORT : GLOBEX_PORT},
                    new int[0]);
            hosts.put(name, host);
        }
        weft = WeftProcess.up(lab, namespace, fabric("globex/web"));
        hosts.forEach((name, host) -> sockets.put(name, lab.closing(host.frames())));
    }

    private static String fabric(String second) {
        String ports = Fabric.of(HOSTS.stream()
                .map(name -> nic(name, "network: " + (name.startsWith("acme") ? "acme/web" : second)))
                .toArray(String[]::new));
        return ports + """
                tenants:
                  acme: {networks: {web: {vlan: 10, subnets: [10.10.0.0/24, "fd00:10::/64"], zone: dmz}}}
                  globex: {networks: {web: {vlan: 110, subnets: [10.10.0.0/24, "fd00:10::/64"], zone: dmz}}}
                zones: {dmz: {intra: allow}}
                policies:
                  - {name: all, from: any, to: any, match: [any], action: allow}
                """;
    }

    private FrameSocket socket(String host) {
        return Objects.requireNonNull(sockets.get(host));
    }

    private Namespace inside(String host) {
        return Objects.requireNonNull(hosts.get(host)).namespace();
    }

    /** Returns when what the first hosts of both have sent has come out wherever it went. */
    private void settle() {
        String mark = "settled-" + ++marks;
        for (String[] pair : new String[][]{{"acme1", "acme2"}, {"globex1", "globex2"}, {"acme2", "acme1"},
                {"globex2", "globex1"}, {"acme1", "acme2"}}) {
            String behind = mark + pair[0] + "-" + ++marks;
            int number = pair[0].charAt(pair[0].length() - 1) - '1';
            socket(pair[0]).send(Frames.frame(Frames.BROADCAST, MACS[number], behind));
            socket(pair[1]).await(behind, Frames.marked(behind));
        }
    }

    private List<String> reached(Predicate<byte[]> wanted) {
        return HOSTS.stream().filter(name -> !socket(name).received(wanted).isEmpty()).toList();
    }

    /** Unicast, broadcast, multicast, unknown unicast, ARP and neighbour discovery of either tenant, in IPv4 and IPv6. */
    @Test
    void shouldLetNothingCross() {
        settle();
        for (String tenant : List.of("acme", "globex")) {
            for (String to : List.of(MACS[1], Frames.BROADCAST, "01:00:5e:00:00:fb", "33:33:00:00:00:fb",
                    "02:00:00:00:00:99")) {
                for (boolean ipv6 : new boolean[]{false, true}) {
                    String mark = "mark-" + ++marks + ".";
                    socket(tenant + "1").send(Packets.udp(path(ipv6).via(to), 1, 2, mark));
                    settle();
                    assertThat(reached(text(mark))).as("%s from %s", to, tenant).containsExactly(tenant + "2");
                }
            }
            for (byte[] question : List.of(arp(), solicitation())) {
                socket(tenant + "1").send(question);
                settle();
                assertThat(reached(frame -> Arrays.equals(frame, question))).as("a question of %s", tenant)
                        .containsExactly(tenant + "2");
            }
        }
    }

    /** The control: in one network each host gets what another sends to all. */
    @Test
    void shouldLetItCrossWithinOneNetwork() {
        weft.apply(fabric("acme/web")).orThrow();
        try {
            String mark = "mark-" + ++marks + ".";
            socket("acme1").send(Packets.udp(path(false).via(Frames.BROADCAST), 1, 2, mark));
            weft.await("it has come", () -> reached(text(mark)), List.of("acme2", "globex1", "globex2")::equals);
        } finally {
            weft.apply(fabric("globex/web")).orThrow();
        }
    }

    /** One address, two hosts: each tenant reaches its own. */
    @Test
    void shouldReachTheHostOfOnesOwnTenant() throws Exception {
        for (String address : List.of("10.10.0.2", "fd00:10::2")) {
            assertThat(tries("acme1", address, ACME_PORT)).isEqualTo(Outcome.ANSWERED);
            assertThat(tries("acme1", address, GLOBEX_PORT)).isEqualTo(Outcome.REFUSED);
            assertThat(tries("globex1", address, GLOBEX_PORT)).isEqualTo(Outcome.ANSWERED);
            assertThat(tries("globex1", address, ACME_PORT)).isEqualTo(Outcome.REFUSED);
        }
    }

    private Outcome tries(String from, String address, int port) throws Exception {
        try (Attempt attempt = Attempt.tcp(inside(from),
                new InetSocketAddress(InetAddress.ofLiteral(address), port))) {
            return weft.await(from + " hears from " + address, attempt::outcome, heard -> heard != Outcome.SILENCE);
        }
    }

    /** Addresses that no stack answers for. */
    private static Path path(boolean ipv6) {
        return ipv6
                ? new Path(MACS[0], "fd00:10::101", MACS[1], "fd00:10::102")
                : new Path(MACS[0], "10.10.0.101", MACS[1], "10.10.0.102");
    }

    /** Who has an address that nobody else asks for? Exempt from policies, so its padding leaves as zeros and cannot be its mark. */
    private byte[] arp() {
        return ByteBuffer.allocate(60).put(Frames.mac(Frames.BROADCAST)).put(Frames.mac(MACS[0]))
                .putShort((short) 0x0806).putShort((short) 1).putShort((short) 0x0800).put((byte) 6).put((byte) 4)
                .putShort((short) 1).put(Frames.mac(MACS[0])).put(new byte[]{10, 10, 0, 101}).put(new byte[6])
                .put(new byte[]{10, 99}).putShort((short) ++marks).array();
    }

    /** The same in IPv6: to the solicited-node group of the address that is asked for. */
    private byte[] solicitation() {
        int asked = ++marks;
        byte[] target = InetAddress.ofLiteral("fd00:99::%x".formatted(asked)).getAddress();
        byte[] body = ByteBuffer.allocate(24).put(target).put((byte) 1).put((byte) 1).put(Frames.mac(MACS[0])).array();
        return Packets
                .icmp(new Path(MACS[0], "fd00:10::101", "33:33:ff:00:%02x:%02x".formatted(asked >> 8, asked & 0xff),
                        "ff02::1:ff00:%x".formatted(asked)), 135, 0, 0, body);
    }
}
