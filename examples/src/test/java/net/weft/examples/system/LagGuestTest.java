package net.weft.examples.system;

import static net.weft.examples.lab.Fabric.nic;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.QemuGuest;
import net.weft.examples.lab.WeftProcess;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A guest whose two vNICs are the legs of a LAG: the kernel's 802.3ad bond, and teamd. Under emulation, so states only. */
@Tag("system")
@Tag("alone")
class LagGuestTest {
    private static final String BOND = "ip link set eth0 down; ip link set eth1 down; echo +bond0 > /sys/class/net/bonding_masters;"
            + " cd /sys/class/net/bond0/bonding; echo 802.3ad > mode; echo fast > lacp_rate; echo layer3+4 > xmit_hash_policy;"
            + " echo 100 > miimon; echo +eth0 > slaves; echo +eth1 > slaves; ip addr add 10.10.0.2/24 dev bond0; ip link set bond0 up";
    private static final String TEAM = "ip link set eth0 down; ip link set eth1 down; mkdir -p /var/run/teamd; teamd -d -c '{\"device\":\"team0\",\"runner\":{\"name\":"
            + "\"lacp\",\"active\":false,\"fast_rate\":true,\"tx_hash\":[\"ip\",\"l4\"]},\"link_watch\":{\"name\":\"ethtool\"},"
            + "\"ports\":{\"eth0\":{},\"eth1\":{}}}' && ip addr add 10.10.0.2/24 dev team0 && ip link set team0 up";

    @AutoClose
    private final Lab lab = Lab.open("lagguest");
    private final Namespace fabric = lab.namespace("switch");
    private final Namespace guests = lab.namespace("guests");
    private final Host host = lab.host("p1", fabric, "10.10.0.1/24");

    private WeftProcess weft() {
        return WeftProcess.up(lab, fabric, Fabric.of(nic("p1", "access: 10"),
                "a: {type: vhost-user, socket: " + lab.path("a.sock") + ", mode: server}",
                "b: {type: vhost-user, socket: " + lab.path("b.sock") + ", mode: server}")
                + "lags:\n  po1: {ports: [a, b], rate: fast, access: 10}\n");
    }

    private static List<String> cards(WeftProcess weft) {
        return weft.weft("guest", "qemu", "a", "b", "--memory", "128M", "--tcg", "--lines").orThrow().out().lines()
                .toList();
    }

    @Test
    void shouldAggregateWithTheKernelsBondAndDoSoAgainWhenTheGuestWasKilled() {
        WeftProcess weft = weft();
        QemuGuest guest = QemuGuest.boot(lab, guests, "guest", "weft.ip=", cards(weft));
        QemuGuest.awaitBoot(guest);
        aggregate(weft, guest, BOND, "cat /proc/net/bonding/bond0", "Number of ports: 2");
        guest.kill();
        awaitLegs(weft, List.of("down", "down"));
        guest.restart();
        aggregate(weft, guest, BOND, "cat /proc/net/bonding/bond0", "Number of ports: 2");
        awaitReach("10.10.0.2");
        guest.run("ip link set eth1 down").orThrow();
        awaitLegs(weft, List.of("distributing", "individual"));
        awaitReach("10.10.0.2");
    }

    @Test
    void shouldAggregateWithTeamdAndDoSoAgainWhenItWasKilled() {
        WeftProcess weft = weft();
        List<String> command = new ArrayList<>(cards(weft));
        command.addAll(QemuGuest.withProgram(lab, Path.of("/usr/bin/teamd")));
        QemuGuest guest = QemuGuest.boot(lab, guests, "guest", "weft.ip=", command);
        QemuGuest.awaitBoot(guest);
        aggregate(weft, guest, TEAM, "ip link show team0", "team0");
        guest.run("kill -9 $(pidof teamd); ip link delete team0 2>/dev/null; true").orThrow();
        weft.await("LACP notices that teamd has stopped", () -> states(weft),
                states -> !states.contains("distributing"));
        aggregate(weft, guest, TEAM, "ip link show team0", "team0");
    }

    private void aggregate(WeftProcess weft, QemuGuest guest, String setUp, String question, String expected) {
        guest.run(setUp).orThrow();
        awaitLegs(weft, List.of("distributing", "distributing"));
        String told = guest.run(question).orThrow().out();
        System.out.println("proof: legs " + states(weft) + ", partner "
                + weft.show("lags").getFirst().path("partner-system").asString());
        assertThat(told).contains(expected);
        awaitReach("10.10.0.2");
    }

    private void awaitReach(String address) {
        assertThat(host.reaches(address, 20)).as("the guest answers").isTrue();
    }

    private static List<String> states(WeftProcess weft) {
        JsonNode legs = weft.show("lags").getFirst().path("legs");
        return StreamSupport.stream(legs.spliterator(), false).map(leg -> leg.path("state").asString()).toList();
    }

    private static void awaitLegs(WeftProcess weft, List<String> wanted) {
        weft.await("the legs are " + wanted, () -> states(weft), states -> states.equals(wanted));
    }
}
