package net.weft.examples.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import net.weft.examples.lab.FrameSocket;
import net.weft.examples.lab.Frames;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.PacketStream;
import net.weft.stacking.link.LinkTimes;
import net.weft.testing.Spin;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.stack.LinkProtection;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Members of a stack in network namespaces, joined by veth cables, with a guest on each. */
@Tag("system")
@Tag("alone")
class StackTest {
    private static final int RATE = 1_000;
    private static final int FLOODS = 500;

    @AutoClose
    private final Lab lab = Lab.open("stack");
    private final List<Namespace> namespaces = new ArrayList<>();
    private final List<Host> hosts = new ArrayList<>();
    private final List<SequencedMap<String, DeviceSpec>> links = new ArrayList<>();
    private final List<StackHost> members = new ArrayList<>();

    private void build(int count, boolean isRing, LinkProtection protection) {
        for (int n = 1; n <= count; n++) {
            namespaces.add(lab.namespace("m" + n));
            hosts.add(lab.host("p" + n, namespaces.getLast(), "10.10.0." + n + "/24"));
            links.add(new LinkedHashMap<>());
        }
        for (int n = 0; n < (isRing ? count : count - 1); n++) {
            int next = (n + 1) % count;
            String there = "to" + (next + 1);
            String back = "back" + (n + 1);
            lab.cable(namespaces.get(n), there, namespaces.get(next), back);
            namespaces.get(n).ip("link", "set", "dev", there, "mtu", "1600");
            namespaces.get(next).ip("link", "set", "dev", back, "mtu", "1600");
            links.get(n).put(there, new DeviceSpec.Nic(there, false));
            links.get(next).put(back, new DeviceSpec.Nic(back, false));
        }
        for (int n = 0; n < count; n++) {
            Path state = lab.path("state" + (n + 1));
            members.add(lab.closing(new StackHost(namespaces.get(n), state, n + 1, count, "p" + (n + 1), links.get(n),
                    protection, count > 4 ? LinkTimes.RELAXED : LinkTimes.FAST)));
        }
        long sinceNs = System.nanoTime();
        Spin.until("every member sees every other one",
                () -> members.stream().allMatch(member -> member.view().topology().members().size() == count));
        System.out.printf("proof: %s of %d members, %s: complete after %d ms%n", isRing ? "ring" : "chain", count,
                protection, (System.nanoTime() - sinceNs) / 1_000_000);
    }

    @ParameterizedTest
    @CsvSource({"2, false, AUTHENTICATED", "3, true, NONE", "4, true, AUTHENTICATED"})
    void shouldBeOneSwitch(int count, boolean isRing, LinkProtection protection) throws Exception {
        build(count, isRing, protection);
        for (Host from : hosts) {
            for (Host to : hosts) {
                assertThat(from == to || from.reaches(to.address(), 5)).as("%s to %s", from, to).isTrue();
            }
        }
        floodsArriveOnce();
        if (isRing) {
            cutIsPassedBy();
        }
    }

    /** Each flood arrives once everywhere and never comes back. */
    private void floodsArriveOnce() throws Exception {
        List<FrameSocket> sockets = new ArrayList<>();
        try {
            for (Host host : hosts) {
                sockets.add(host.frames());
            }
            for (int n = 0; n < FLOODS; n++) {
                sockets.getFirst().send(Frames.frame(Frames.BROADCAST, hosts.getFirst().mac(), "flood-" + n + "."));
                if (n % 50 == 49) {
                    sockets.getLast().await("flood " + n + ", dropped: " + members, Frames.marked("flood-" + n + "."));
                }
            }
            for (FrameSocket socket : sockets.subList(1, sockets.size())) {
                socket.await("the last flood", Frames.marked("flood-" + (FLOODS - 1) + "."));
                for (int n = 0; n < FLOODS; n++) {
                    assertThat(socket.received(Frames.marked("flood-" + n + "."))).as("flood %d", n).hasSize(1);
                }
            }
            assertThat(sockets.getFirst().received(Frames.marked("flood-0."))).as("at its source").isEmpty();
            System.out.printf("proof: %d floods, once at each of %d others, none back%n", FLOODS, hosts.size() - 1);
        } finally {
            for (FrameSocket socket : sockets) {
                socket.close();
            }
        }
    }

    private void cutIsPassedBy() throws Exception {
        Host near = hosts.getFirst();
        Host far = hosts.get(1);
        try (PacketStream stream = PacketStream.start(near, far, RATE)) {
            stream.goOn(200);
            namespaces.getFirst().ip("link", "set", "dev", "to2", "down");
            stream.goOn(500);
            int lost = stream.stopAndCountLost();
            System.out.printf("proof: ring of %d, the link cut: %d of %d packets lost at %d/s, %d doubled%n",
                    hosts.size(),
                    lost, stream.sent(), RATE, stream.doubled());
            assertThat(Duration.ofMillis(lost * 1000L / RATE)).isLessThan(Duration.ofMillis(500));
            assertThat(stream.doubled()).isZero();
            assertThat(stream.arrived()).as("the rest goes the other way").isGreaterThan(RATE / 2 - 50);
        }
        assertThat(near.reaches(far.address(), 5)).as("the other way round").isTrue();
        namespaces.getFirst().ip("link", "set", "dev", "back" + hosts.size(), "down");
        assertThat(near.reaches(far.address(), 2)).as("the control: without any link nobody is reached").isFalse();
    }
}
