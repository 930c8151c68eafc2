package net.weft.examples.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import net.weft.examples.lab.FrameSocket;
import net.weft.examples.lab.Frames;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.WeftProcess;
import net.weft.stacking.link.LinkTimes;
import net.weft.testing.Spin;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.stack.LinkProtection;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Members that are joined by UDP over networks of MTU 1500, which frames of that size do not fit with the headers of the stack. */
@Tag("system")
class StackUdpTest {
    private static final int FLOODS = 200;
    private static final String LONG = "x".repeat(1400);

    @AutoClose
    private final Lab lab = Lab.open("stackudp");
    private final List<Namespace> namespaces = new ArrayList<>();
    private final List<Host> hosts = new ArrayList<>();
    private final List<StackHost> members = new ArrayList<>();

    @Test
    void shouldBeOneSwitchAlongAChain() throws Exception {
        List<SequencedMap<String, DeviceSpec>> links = new ArrayList<>();
        for (int n = 1; n <= 3; n++) {
            namespaces.add(lab.namespace("m" + n));
            hosts.add(lab.host("p" + n, namespaces.getLast(), "10.10.0." + n + "/24"));
            links.add(new LinkedHashMap<>());
        }
        for (int n = 0; n < 2; n++) {
            lab.cable(namespaces.get(n), "to" + (n + 2), namespaces.get(n + 1), "back" + (n + 1));
            String left = "172.31." + n + ".1";
            String right = "172.31." + n + ".2";
            namespaces.get(n).ip("address", "add", left + "/24", "dev", "to" + (n + 2));
            namespaces.get(n + 1).ip("address", "add", right + "/24", "dev", "back" + (n + 1));
            links.get(n).put("to" + (n + 2), link(left, right));
            links.get(n + 1).put("back" + (n + 1), link(right, left));
        }
        for (int n = 0; n < 3; n++) {
            members.add(lab.closing(new StackHost(namespaces.get(n), lab.path("state" + (n + 1)), n + 1, 3,
                    "p" + (n + 1), links.get(n), LinkProtection.SEALED, LinkTimes.FAST)));
        }
        awaitComplete();
        for (Host from : hosts) {
            for (Host to : hosts) {
                assertThat(from == to || from.reaches(to.address(), 5)).as("%s to %s", from, to).isTrue();
            }
        }
        longFloodsArriveOnce("MTU 1500");
        namespaces.getFirst().ip("link", "set", "dev", "to2", "mtu", "900");
        namespaces.get(1).ip("link", "set", "dev", "back1", "mtu", "900");
        assertThat(hosts.getFirst().reaches(hosts.getLast().address(), 10)).isTrue();
        sendLong(); // the first of them finds out
        Spin.until("the shorter path is in use", () -> {
            var unused = hosts.getFirst().reaches(hosts.getLast().address(), 1);
            sendLong();
            return carries();
        });
        awaitComplete();
        namespaces.get(1).ip("link", "set", "dev", "to3", "down");
        assertThat(hosts.getFirst().reaches(hosts.getLast().address(), 1)).as("the control: without the link")
                .isFalse();
    }

    /** Two processes, as a file says it. */
    @Test
    void shouldJoinProcessesOverTheirManagementNetwork() {
        Namespace one = lab.namespace("one");
        Namespace two = lab.namespace("two");
        lab.cable(one, "mgmt1", two, "mgmt2");
        one.ip("address", "add", "172.31.2.1/24", "dev", "mgmt1");
        two.ip("address", "add", "172.31.2.2/24", "dev", "mgmt2");
        Host first = lab.host("g1", one, "10.10.0.1/24");
        Host second = lab.host("g2", two, "10.10.0.2/24");
        WeftProcess master = WeftProcess.controller(lab, one, """
                fabric: lab
                members: {1: {}, 2: {}}
                ports:
                  g1: {type: nic, device: g1, access: 10}
                  st1: {type: udp, local: "172.31.2.1:47900", remote: "172.31.2.2:47900", role: stack}
                  g2: {member: 2, type: nic, device: g2, access: 10}
                  st2: {member: 2, type: udp, local: "172.31.2.2:47900", remote: "172.31.2.1:47900", role: stack}
                """, "0.0.0.0:47800");
        WeftProcess.member(lab, two, 2, "172.31.2.1:47800",
                master.weft("member", "token", "2").orThrow().out().strip());
        assertThat(first.reaches(second.address(), 15)).isTrue();
        String before = master.weft("show", "stack").orThrow().out();
        System.out.println("proof: two processes joined by UDP\n" + before);
        assertThat(before).contains("st1");
    }

    private static DeviceSpec link(String from, String to) {
        return new DeviceSpec.Udp(new InetSocketAddress(from, 47_900), new InetSocketAddress(to, 47_900));
    }

    private static String mark(String what, int n) {
        return what + "-" + n + "." + LONG;
    }

    private void awaitComplete() {
        Spin.until("every member sees every other one",
                () -> members.stream().allMatch(member -> member.view().topology().members().size() == 3));
    }

    private void sendLong() {
        try (FrameSocket sender = hosts.getFirst().frames()) {
            sender.send(Frames.frame(Frames.BROADCAST, hosts.getFirst().mac(), mark("probe", 0)));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean carries() {
        try (FrameSocket sender = hosts.getFirst().frames(); FrameSocket taker = hosts.getLast().frames()) {
            sender.send(Frames.frame(Frames.BROADCAST, hosts.getFirst().mac(), mark("carried", 0)));
            long sinceNs = System.nanoTime();
            while (System.nanoTime() - sinceNs < 200_000_000L) {
                if (!taker.received(Frames.marked(mark("carried", 0))).isEmpty()) {
                    return true;
                }
                Thread.onSpinWait();
            }
            return false;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Each frame of full length arrives once everywhere and never comes back. */
    private void longFloodsArriveOnce(String what) throws Exception {
        try (FrameSocket first = hosts.getFirst().frames();
                FrameSocket second = hosts.get(1).frames();
                FrameSocket last = hosts.getLast().frames()) {
            for (int n = 0; n < FLOODS; n++) {
                first.send(Frames.frame(Frames.BROADCAST, hosts.getFirst().mac(), mark(what, n)));
                if (n % 20 == 19) {
                    last.await("flood " + n + ", dropped: " + members, Frames.marked(mark(what, n)));
                }
            }
            for (FrameSocket taker : List.of(second, last)) {
                for (int n = 0; n < FLOODS; n++) {
                    assertThat(taker.received(Frames.marked(mark(what, n)))).as("flood %d", n).hasSize(1);
                }
            }
            assertThat(first.received(Frames.marked(mark(what, 0)))).as("at its source").isEmpty();
            System.out.printf("proof: %s: %d floods of 1,400 bytes and more, once at each of 2 others, none back; %s%n",
                    what, FLOODS,
                    members);
        }
    }
}
