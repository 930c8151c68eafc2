package net.weft.examples.system;

import static net.weft.examples.lab.Fabric.nic;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.OvsPeer;
import net.weft.examples.lab.QemuGuest;
import net.weft.examples.lab.Transfer;
import net.weft.examples.lab.WeftProcess;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two virtual machines on {@code qemu} ports in VLAN 10, and behind a trunk another switch, an Open vSwitch, with a host of its own in
 * VLAN 10.
 */
@Tag("system")
class GuestTest {
    private static final String A = "02:00:00:00:10:0a";
    private static final String B = "02:00:00:00:10:0b";
    private static final String PEER = "02:00:00:00:10:0c";
    private static final int PAYLOAD_BYTES = 1_000_000;
    private static final long SEED = 20_260_726;

    @AutoClose
    private final Lab lab = Lab.open("guest");
    private final Namespace fabric = lab.namespace("switch");
    private final Namespace guests = lab.namespace("guests");
    private final Namespace other = lab.namespace("other");

    @Test
    void shouldWireGuestsAndTheHostBehindATrunk() {
        startPeer();
        WeftProcess weft = WeftProcess.up(lab, fabric, fabricYaml());
        weft.awaitPort("a", "down", "waiting-for-guest");
        QemuGuest a = guestA();
        QemuGuest b = guestB();
        QemuGuest.awaitBoot(a, b);

        for (QemuGuest guest : List.of(a, b)) {
            assertThat(guest.run("ping -c 2 -W 2 10.10.0.3").ok()).as("a guest reaches the host behind the trunk")
                    .isTrue();
        }
        assertThat(a.run("ping -c 2 -W 2 10.10.0.2").ok()).isTrue();
        assertThat(other.run("ping", "-n", "-c", "2", "-W", "2", "10.10.0.1").ok()).isTrue();
        assertThat(weft.whereIs(A, 10)).isEqualTo("a");
        assertThat(weft.whereIs(B, 10)).isEqualTo("b");
        assertThat(weft.whereIs(PEER, 10)).isEqualTo("trunk");

        assertTransfers(a, b);

        a.restart();
        assertThat(a.run("ping -c 3 -W 3 10.10.0.2").ok()).as("restarted stream guest, switch untouched").isTrue();
        b.restart();
        assertThat(b.run("ping -c 3 -W 3 10.10.0.1").ok()).as("restarted dgram guest, switch untouched").isTrue();
        assertThat(b.run("ping -c 3 -W 3 10.10.0.3").ok()).isTrue();

        weft.apply(fabricYaml().replace("allowed: [10]", "allowed: [20]")).orThrow();
        assertThat(a.run("ping -c 1 -W 1 10.10.0.3").ok()).as("control: VLAN 10 off the trunk").isFalse();
    }

    @Test
    void shouldListenForAGuestThatConnects() {
        WeftProcess weft = WeftProcess.up(lab, fabric, Fabric.of(
                "a: {type: qemu, transport: stream, mode: server, socket: " + socket("a") + ", access: 10}",
                "host: {type: tap, device: weft0, access: 10}"));
        QemuGuest a = QemuGuest.start(lab, guests, "a", A, "weft.ip=10.10.0.1/24",
                "stream,server=off,addr.type=unix,addr.path=" + socket("a"));
        fabric.ip("address", "add", "10.10.0.9/24", "dev", "weft0");
        fabric.ip("link", "set", "dev", "weft0", "up");
        QemuGuest.awaitBoot(a);

        assertThat(a.run("ping -c 2 -W 2 10.10.0.9").ok()).isTrue();
        Transfer.serve(lab, fabric);
        byte[] payload = Transfer.payload(SEED, PAYLOAD_BYTES);
        assertThat(Transfer.send(fabric, new InetSocketAddress("10.10.0.1", Transfer.DIGEST_PORT), payload))
                .isEqualTo(Transfer.digest(payload));

        a.restart();

        assertThat(a.run("ping -c 2 -W 2 10.10.0.9").ok()).isTrue();
        weft.awaitPort("a", "up", "");
    }

    /** Every direction between the two guests and the host behind the trunk, each digest computed where the bytes arrive. */
    private void assertTransfers(QemuGuest a, QemuGuest b) {
        Transfer.serve(lab, other);
        for (QemuGuest guest : List.of(a, b)) {
            guest.run("dd if=/dev/urandom of=/tmp/payload bs=4000 count=250 2>/dev/null").orThrow();
            String digest = guest.run("sha256sum < /tmp/payload").orThrow().out().split(" ", 2)[0];
            String peer = guest == a ? "10.10.0.2" : "10.10.0.1";
            assertThat(guest.run("nc " + peer + " 5001 < /tmp/payload").out()).startsWith(digest);
            assertThat(guest.run("nc 10.10.0.3 5001 < /tmp/payload").out()).startsWith(digest);
        }
        byte[] payload = Transfer.payload(SEED, PAYLOAD_BYTES);
        for (String guest : List.of("10.10.0.1", "10.10.0.2")) {
            assertThat(Transfer.send(other, new InetSocketAddress(guest, Transfer.DIGEST_PORT), payload))
                    .isEqualTo(Transfer.digest(payload));
        }
    }

    private void startPeer() {
        lab.cable(fabric, "trunk", other, "trunk");
        // Open vSwitch takes frames whole, as a network card would give them: their checksums are completed on this end.
        fabric.run("ethtool", "-K", "trunk", "tx", "off").orThrow();
        OvsPeer peer = OvsPeer.start(lab, other, false);
        peer.add("trunk", "trunks=10,20");
        peer.addInternal("ten", "10.10.0.3/24", "tag=10");
        other.ip("link", "set", "dev", "ten", "address", PEER);
    }

    private QemuGuest guestA() {
        return QemuGuest.start(lab, guests, "a", A, "weft.ip=10.10.0.1/24",
                "stream,server=on,addr.type=unix,addr.path=" + socket("a"));
    }

    private QemuGuest guestB() {
        return QemuGuest.start(lab, guests, "b", B, "weft.ip=10.10.0.2/24",
                "dgram,local.type=unix,local.path=" + socket("b-qemu") + ",remote.type=unix,remote.path="
                        + socket("b-weft"));
    }

    private String fabricYaml() {
        return Fabric.of("a: {type: qemu, transport: stream, mode: client, socket: " + socket("a") + ", access: 10}",
                "b: {type: qemu, transport: dgram, local: " + socket("b-weft") + ", remote: " + socket("b-qemu")
                        + ", access: 10}",
                nic("trunk", "trunk: {allowed: [10]}"));
    }

    private Path socket(String name) {
        return lab.path(name + ".sock");
    }
}
