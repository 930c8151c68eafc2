package net.weft.examples.system;

import static net.weft.examples.lab.Fabric.nic;

import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.Lab;

/** The configuration of {@link DropReasonsNetwork}: a port for each way to lose a frame. */
final class DropReasonsFabric {
    private static final String ZONES = """
            zones: {inner: {}, outer: {}}
            policies:
              - {name: silent, from: [inner], to: [outer], match: [udp/2], action: drop}
              - {name: loud, from: [inner], to: [outer], match: [udp/3], action: reject}
              - {name: one, from: [inner], to: [outer], match: [udp/5], action: allow}
            connections: {per-port: 1}
            """;

    private DropReasonsFabric() {
    }

    static String of(Lab lab) {
        return Fabric.of(counted("p1", "access: 10"), counted("p2", "access: 10"),
                counted("alone", "access: 99"), counted("limited", "access: 10, mac-limit: 1"),
                counted("narrow", "access: 10, mtu: 1000"),
                "small: {type: vhost-user, socket: " + lab.path("small")
                        + ", mode: server, access: 10, mtu: 3000, loop-probes: off}",
                counted("jumbo", "access: 10"),
                counted("mirrored", "access: 20, mirror-to: gone"), counted("gone", "description: has no device"),
                counted("slow", "access: 30, rate-limit: {ingress: 8kbit}"),
                counted("stormy", "access: 40, storm-limit: 1"),
                counted("chatty", "access: 50"), nic("loop1", "trunk: {allowed: [77]}"),
                nic("loop2", "trunk: {allowed: [77]}"), "deaf: {type: qemu, transport: stream, socket: "
                        + lab.path("deaf") + ", mode: server, access: 10, loop-probes: off}",
                counted("guest", "access: 60, mac: [\"" + DropReasonsNetwork.GUEST + "\"], ips: [10.60.0.1]"),
                counted("zoned", "access: 70, zone: inner"), counted("vault", "access: 70, zone: outer")) + ZONES;
    }

    /** A port without loop probes: its frames are counted. */
    private static String counted(String name, String keys) {
        return nic(name, keys + ", loop-probes: off");
    }
}
