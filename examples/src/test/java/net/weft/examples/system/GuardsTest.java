package net.weft.examples.system;

import static net.weft.examples.lab.Fabric.nic;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.FrameSocket;
import net.weft.examples.lab.Frames;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.Packets;
import net.weft.examples.lab.Packets.Path;
import net.weft.examples.lab.WeftProcess;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * A guest behind {@code guard: strict}, bound to one MAC and one address of each family, and an open port beside it. The control is the
 * same port with {@code guard: off}.
 */
@Tag("system")
@TestInstance(Lifecycle.PER_CLASS)
class GuardsTest {
    private static final String MAC = "02:00:00:00:0a:01";
    private static final String OTHER = "02:00:00:00:0a:02";
    private static final String NOBODYS = "02:00:00:00:0a:03";
    private static final String V4 = "10.10.0.11";
    private static final String V6 = "fd00:10::11";
    private static final String LINK_LOCAL = "fe80::aff:fe00:a01";
    private static final String ALL_V6 = "33:33:00:00:00:01";
    private static final String PEER_V4 = "10.10.0.2";
    private static final String NOBODY = "0.0.0.0";

    @AutoClose
    private final Lab lab = Lab.open("guards");
    private final Namespace namespace = lab.namespace("switch");
    private final Host guest = lab.host("guest", namespace, "192.0.2.1/24");
    private final Host peer = lab.host("peer", namespace, PEER_V4 + "/24");
    private final WeftProcess weft;
    private final FrameSocket sending;
    private final FrameSocket receiving;
    private int marks;

    GuardsTest() {
        guest.namespace().ip("link", "set", "dev", "eth0", "address", MAC);
        guest.namespace().ip("address", "flush", "dev", "eth0");
        weft = WeftProcess.up(lab, namespace, fabric("strict"));
        sending = lab.closing(guest.frames());
        receiving = lab.closing(peer.frames());
    }

    private static String fabric(String guard) {
        return Fabric.of(nic("guest", "access: 10, mac: [\"" + MAC + "\"], ips: [" + V4 + ", \"" + V6 + "\"], guard: "
                + guard), nic("peer", "access: 10"));
    }

    // ---- frames by hand --------------------------------------------------------------------------------------------

    private static byte[] arp(String ethernetFrom, String senderMac, String sender, String target, int operation) {
        return ByteBuffer.allocate(60).put(Frames.mac(Frames.BROADCAST)).put(Frames.mac(ethernetFrom))
                .putShort((short) (operation >= 3 ? 0x8035 : 0x0806)).putShort((short) 1).putShort((short) 0x0800)
                .put((byte) 6).put((byte) 4).putShort((short) operation).put(Frames.mac(senderMac))
                .put(InetAddress.ofLiteral(sender).getAddress()).put(new byte[6])
                .put(InetAddress.ofLiteral(target).getAddress()).array();
    }

    private static Path v4(String from) {
        return new Path(MAC, from, Frames.BROADCAST, "10.10.0.99");
    }

    private static Path v6(String from, String to) {
        return new Path(MAC, from, ALL_V6, to);
    }

    /** Neighbour discovery about a target; with the link-layer address of the sender where there is one. */
    private static byte[] neighbour(Path path, int type, String target, String linkLayer) {
        ByteBuffer body = ByteBuffer.allocate(linkLayer.isEmpty() ? 16 : 24)
                .put(InetAddress.ofLiteral(target).getAddress());
        if (!linkLayer.isEmpty()) {
            body.put((byte) (type == 135 ? 1 : 2)).put((byte) 1).put(Frames.mac(linkLayer));
        }
        return Packets.icmp(path, type, 0, 0, body.array());
    }

    private static byte[] advertisement(Path path) {
        byte[] prefix = ByteBuffer.allocate(32).put((byte) 3).put((byte) 4).put((byte) 64).put((byte) 0xc0)
                .putInt(86_400).putInt(86_400).putInt(0).put(InetAddress.ofLiteral("fd00:10::").getAddress()).array();
        return Packets.icmp(path, 134, 0, 64 << 24 | 1800,
                ByteBuffer.allocate(40).put(new byte[8]).put(prefix).array());
    }

    private static byte[] bpdu() {
        return ByteBuffer.allocate(60).put(Frames.mac("01:80:c2:00:00:00")).put(Frames.mac(MAC)).putShort((short) 38)
                .putShort((short) 0x4242).put((byte) 3).array();
    }

    /** The frames that a guest bound to its addresses may not send, by drop reason. */
    private static Map<String, List<byte[]>> lies() {
        Path own = v6(V6, "ff02::1");
        Map<String, List<byte[]>> lies = new LinkedHashMap<>();
        lies.put("guard-mac", List.of(Frames.frame(Frames.BROADCAST, OTHER, "another's address"),
                Packets.udp(v4(V4).by(OTHER), 1, 2, "another's address"), arp(OTHER, OTHER, V4, PEER_V4, 1),
                arp(MAC, OTHER, V4, PEER_V4, 1)));
        lies.put("guard-ip", List.of(Packets.udp(v4("10.10.0.12"), 1, 2, "another's IPv4"),
                Packets.udp(v6("fd00:10::12", "ff02::1"), 1, 2, "another's IPv6"),
                arp(MAC, MAC, "10.10.0.12", PEER_V4, 1), arp(MAC, MAC, PEER_V4, PEER_V4, 2),
                neighbour(own, 136, "fd00:10::12", MAC), neighbour(v6("fd00:10::12", "ff02::1"), 135, V6, MAC)));
        lies.put("guard-dhcp", List.of(Packets.udp(v4(V4), 67, 68, "have this address"),
                Packets.udp(own, 547, 546, "have this address")));
        lies.put("guard-ra", List.of(advertisement(v6(LINK_LOCAL, "ff02::1"))));
        lies.put("guard-bpdu", List.of(bpdu()));
        return lies;
    }

    /** The frames that a guest must send before and while it has its addresses. */
    private static List<byte[]> truths() {
        return List.of(Packets.udp(v4(V4), 1, 2, "own IPv4"), Packets.udp(v6(V6, "ff02::1"), 1, 2, "own IPv6"),
                Packets.udp(v6(LINK_LOCAL, "ff02::1"), 1, 2, "link-local"),
                arp(MAC, MAC, NOBODY, V4, 1), arp(MAC, MAC, V4, V4, 1), arp(MAC, MAC, V4, V4, 2),
                arp(MAC, MAC, NOBODY, NOBODY, 3), neighbour(v6("::", "ff02::1:ff00:11"), 135, V6, ""),
                neighbour(v6(V6, "ff02::1"), 136, V6, MAC),
                neighbour(v6(LINK_LOCAL, "ff02::1"), 135, "fd00:10::2", MAC),
                Packets.icmp(v6(LINK_LOCAL, "ff02::2"), 133, 0, 0, new byte[0]));
    }

    /** Returns those of the frames that have left by the open port. */
    private List<byte[]> through(List<byte[]> frames) {
        receiving.forget();
        frames.forEach(sending::send);
        String mark = "settled-" + ++marks;
        sending.send(Frames.frame(Frames.BROADCAST, MAC, mark));
        receiving.await(mark, Frames.marked(mark));
        return frames.stream().filter(
                frame -> !receiving.received(found -> Arrays.equals(found, frame)).isEmpty()).toList();
    }

    private long drops(String reason) {
        return weft.drops("guest", reason);
    }

    @Test
    void shouldDropWhatAGuestSaysOfOthersAndCountIt() {
        for (Map.Entry<String, List<byte[]>> lie : lies().entrySet()) {
            long before = drops(lie.getKey());
            assertThat(through(lie.getValue())).as(lie.getKey()).isEmpty();
            assertThat(drops(lie.getKey())).as(lie.getKey()).isEqualTo(before + lie.getValue().size());
        }
        assertThat(through(List.of(Frames.frame(Frames.BROADCAST, NOBODYS, "a third address")))).isEmpty();
        assertThat(weft.whereIs(NOBODYS, 10)).as("nobody learns from a lie").isEmpty();
    }

    @Test
    void shouldLetThroughWhatAGuestSaysOfItself() {
        List<byte[]> truths = truths();
        assertThat(through(truths)).hasSameSizeAs(truths);
    }

    /** The control: whoever is not guarded may say anything, but for spanning tree. */
    @Test
    void shouldLetAllOfItThroughWithoutAGuard() {
        List<byte[]> all = new ArrayList<>(truths());
        lies().forEach((reason, frames) -> all.addAll(reason.equals("guard-bpdu") ? List.of() : frames));
        weft.apply(fabric("off")).orThrow();
        try {
            assertThat(through(all)).hasSameSizeAs(all);
        } finally {
            weft.apply(fabric("strict")).orThrow();
        }
    }

    // ---- Linux ----------------------------------------------------------------------------------------------------

    /** A DHCP client's whole exchange; the address it is given is the one it is bound to. */
    @Test
    void shouldLetADhcpClientGetItsAddress() throws IOException {
        java.nio.file.Path script = lab.path("udhcpc.script");
        Files.writeString(script, "#!/bin/sh\n[ \"$1\" = bound ] && ip address add $ip/24 dev eth0\nexit 0\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        Files.writeString(lab.path("leases"), "");
        java.nio.file.Path config = Files.writeString(lab.path("udhcpd.conf"), """
                start 10.10.0.11
                end 10.10.0.11
                interface eth0
                max_leases 1
                lease_file %s
                pidfile %s
                """.formatted(lab.path("leases"), lab.path("udhcpd.pid")), StandardCharsets.UTF_8);
        Process server = peer.namespace().program(List.of("busybox", "udhcpd", "-f", config.toString()))
                .redirectErrorStream(true).redirectOutput(lab.path("udhcpd.log").toFile()).start();
        try {
            weft.await("the client has an address", () -> guest.namespace().run("busybox", "udhcpc", "-i", "eth0", "-n",
                    "-q", "-f", "-t", "5", "-T", "1", "-s", script.toString()).ok(), bound -> bound);
            assertThat(guest.reaches(PEER_V4, 5)).isTrue();
        } finally {
            server.destroy();
            guest.namespace().ip("address", "flush", "dev", "eth0");
        }
    }

    /** Autoconfiguration: solicitation, advertisement of an open port, duplicate address detection, then traffic. */
    @Test
    void shouldLetAGuestConfigureItsAddressByItself() {
        Namespace inside = guest.namespace();
        peer.ipv6("fd00:10::2/64");
        inside.run("sysctl", "-q", "-w", "net.ipv6.conf.eth0.accept_ra=1", "net.ipv6.conf.eth0.autoconf=1",
                "net.ipv6.conf.eth0.accept_dad=1", "net.ipv6.conf.eth0.disable_ipv6=0").orThrow();
        try {
            inside.ip("token", "set", "::11", "dev", "eth0");
            Path router = new Path(peer.mac(), "fe80::2", ALL_V6, "ff02::1");
            weft.await("an address, looked for in vain at others", () -> {
                receiving.send(advertisement(router));
                return inside.run("ip", "-6", "-o", "address", "show", "dev", "eth0", "-tentative").out();
            }, addresses -> addresses.contains(V6));
            weft.await("traffic", () -> guest.reaches("fd00:10::2", 1), reached -> reached);
        } finally {
            inside.run("sysctl", "-q", "-w", "net.ipv6.conf.eth0.disable_ipv6=1").orThrow();
        }
    }
}
