package net.weft.examples.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import net.weft.examples.lab.FrameSocket;
import net.weft.examples.lab.Frames;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.OvsPeer;
import net.weft.examples.lab.PacketStream;
import net.weft.examples.lab.WatchdogProcess;
import net.weft.examples.lab.WeftProcess;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Two members that a stack link joins, and a bond of Open vSwitch with one cable to each: neither the bond nor the guests can tell that these
 * are two switches.
 */
@Tag("system")
@Tag("alone")
class SpreadLagTest {
    private static final int RATE = 1_000;
    private static final int FLOODS = 100;
    /** A busy host loses so many packets of a stream by itself; each rule that is missing costs hundreds. */
    private static final int FEW = RATE / 50;
    /** So many wait in queues at once. */
    private static final int AT_ONCE = 10;
    /** They take longer than the ten seconds after which the bond spreads its flows anew. */
    private static final int MOST_FLOWS = 50;

    @AutoClose
    private final Lab lab = Lab.open("spread");
    private final Namespace one = lab.namespace("one");
    private final Namespace two = lab.namespace("two");
    private final Namespace outside = lab.namespace("ovs");
    private Host first;
    private Host second;
    private Host far;
    private OvsPeer ovs;
    private WeftProcess master;
    private WeftProcess other;
    private WatchdogProcess watchdog;

    @BeforeEach
    void start() {
        lab.cable(one, "mgmt1", two, "mgmt2");
        one.ip("address", "add", "172.31.2.1/24", "dev", "mgmt1");
        two.ip("address", "add", "172.31.2.2/24", "dev", "mgmt2");
        lab.cable(one, "st1", two, "st2");
        one.ip("link", "set", "dev", "st1", "mtu", "1600");
        two.ip("link", "set", "dev", "st2", "mtu", "1600");
        lab.cable(one, "leg1", outside, "ovs1");
        lab.cable(two, "leg2", outside, "ovs2");
        first = lab.host("g1", one, "10.10.0.1/24");
        second = lab.host("g2", two, "10.10.0.2/24");
        far = lab.host("far", outside, "10.10.0.3/24");
        ovs = OvsPeer.start(lab, outside, true);
        ovs.add("far");
        ovs.configure("add-bond", OvsPeer.BRIDGE, "bond0", "ovs1", "ovs2", "lacp=active", "bond_mode=balance-tcp",
                "other_config:lacp-time=fast");
        master = WeftProcess.controller(lab, one, """
                fabric: lab
                members: {1: {}, 2: {}}
                ports:
                  g1: {type: nic, device: g1, access: 10}
                  st1: {type: nic, device: st1, role: stack}
                  leg1: {type: nic, device: leg1}
                  g2: {member: 2, type: nic, device: g2, access: 10}
                  st2: {member: 2, type: nic, device: st2, role: stack}
                  leg2: {member: 2, type: nic, device: leg2}
                lags:
                  po1: {ports: [leg1, leg2], rate: fast, access: 10}
                """, "0.0.0.0:47800");
        other = WeftProcess.member(lab, two, 2, "172.31.2.1:47800",
                master.weft("member", "token", "2").orThrow().out().strip());
    }

    @Test
    void shouldBeOneDeviceToABondThatHasACableToEachMember() throws Exception {
        awaitLegs("distributing", "distributing");
        awaitBond(2);
        assertThat(ovs.inspect("lacp/show", "bond0").lines().filter(line -> line.contains("partner sys_id")).distinct())
                .as("systems that the bond sees").hasSize(1);
        assertThat(first.reaches(far.address(), 10)).isTrue();
        assertThat(second.reaches(far.address(), 10)).isTrue();
        assertThat(first.reaches(second.address(), 10)).isTrue();
        floodsArriveOnce();
        try (PacketStream up = PacketStream.start(first, far, RATE);
                PacketStream down = PacketStream.start(far, second, RATE)) {
            up.goOn(1_000);
            assertUndisturbed("in peace, to the bond", up);
            assertUndisturbed("in peace, from the bond", down);
        }
        legFailsAndReturns("ovs1", first); // the bond moves its flows to the second cable, where they stay for some seconds
        memberIsDrained();
        memberIsKilled();
        memberReturnsAndIsKilledWithoutWatchdog();
    }

    /** Floods of each guest arrive once at the host behind the bond, and its floods once at each guest. */
    private void floodsArriveOnce() throws Exception {
        List<Host> hosts = List.of(first, second, far);
        for (Host from : hosts) {
            List<Host> others = hosts.stream().filter(host -> host != from).toList();
            try (FrameSocket sender = from.frames();
                    FrameSocket a = others.getFirst().frames();
                    FrameSocket b = others.getLast().frames()) {
                for (int n = 0; n < FLOODS; n++) {
                    sender.send(Frames.frame(Frames.BROADCAST, from.mac(), "flood-" + n + "."));
                    if (n % AT_ONCE == AT_ONCE - 1) {
                        Predicate<byte[]> last = Frames.marked("flood-" + n + ".");
                        a.await("flood " + n, last);
                        b.await("flood " + n, last);
                    }
                }
                for (FrameSocket taker : List.of(a, b)) {
                    for (int n = 0; n < FLOODS; n++) {
                        assertThat(taker.received(Frames.marked("flood-" + n + "."))).as("flood %d", n).hasSize(1);
                    }
                }
                assertThat(sender.received(Frames.marked("flood-0."))).as("at its source").isEmpty();
            }
        }
        System.out.printf("proof: %d floods from each of 3 hosts: once at each other, none back%n", FLOODS);
    }

    /** The cable of one member is lost: its guest reaches the bond by the other member's leg. */
    private void legFailsAndReturns(String cable, Host near) throws Exception {
        try (PacketStream up = PacketStream.start(near, far, RATE)) {
            up.goOn(200);
            outside.ip("link", "set", "dev", cable, "down");
            up.goOn(800);
            int lost = up.stopAndCountLost();
            System.out.printf("proof: %s down: %d of %d packets lost at %d/s, longest silence %.1f ms, %d doubled%n",
                    cable, lost, up.sent(), RATE, up.takeLongestGapNs() / 1e6, up.doubled());
            assertThat(lost).isLessThan(RATE / 2);
            assertThat(up.doubled()).isZero();
        }
        try (PacketStream up = PacketStream.start(near, far, RATE)) {
            outside.ip("link", "set", "dev", cable, "up");
            awaitLegs("distributing", "distributing");
            awaitBond(2);
            up.goOn(2_500);
            int lost = up.stopAndCountLost();
            System.out.printf("proof: %s up again: %d of %d packets lost, %d doubled%n", cable, lost, up.sent(),
                    up.doubled());
            assertThat(lost).isLessThan(FEW);
            assertThat(up.doubled()).isZero();
        }
    }

    /** The legs of member 2 are taken out of service and back while flows use them. */
    private void memberIsDrained() throws Exception {
        try (PacketStream up = PacketStream.start(second, far, RATE); PacketStream down = throughLeg2()) {
            int before = down.sent() - down.arrived();
            System.out.printf("proof: weft member drain 2: %s%n",
                    master.weft("member", "drain", "2").orThrow().out().strip());
            assertThat(states()).containsExactly("distributing", "drained");
            long carried = receivedByLeg2();
            up.goOn(500);
            assertThat(receivedByLeg2() - carried).as("packets by the drained leg").isLessThan(RATE / 10);
            master.weft("member", "undrain", "2").orThrow();
            awaitBond(2);
            up.goOn(500);
            int lost = up.stopAndCountLost();
            int lostDown = down.stopAndCountLost() - before;
            System.out.printf(
                    "proof: member 2 drained and taken back: to the bond %d of %d packets lost, from it %d of %d; %d doubled%n",
                    lost, up.sent(), lostDown, down.sent(), up.doubled() + down.doubled());
            assertThat(lost).isLessThan(FEW);
            assertThat(lostDown).isLessThan(RATE / 20);
            assertThat(up.doubled() + down.doubled()).isZero();
        }
    }

    /** The watchdog takes the carrier away: flows of both directions go on by the leg that is left. */
    private void memberIsKilled() throws Exception {
        watchdog = other.watchdog();
        moveFlowsToLeg2();
        int lost = killUnderStreams("with a watchdog");
        assertThat(lost).as("of a flow by the killed member's leg").isLessThan(RATE / 2);
    }

    /** The control: carrier stays up, and a flow by the killed member's leg is lost until LACP has noticed, within three seconds. */
    private void memberReturnsAndIsKilledWithoutWatchdog() throws Exception {
        watchdog.close();
        other.restart();
        awaitLegs("distributing", "distributing");
        awaitBond(2);
        moveFlowsToLeg2();
        int lost = killUnderStreams("without a watchdog");
        assertThat(lost).as("the control: the killed member forwards nothing").isBetween(RATE, 4 * RATE);
        assertThat(first.reaches(far.address(), 5)).as("the bond by the leg that is left").isTrue();
        assertThat(first.reaches(second.address(), 1)).as("the control: the guest of the killed member").isFalse();
        outside.ip("link", "set", "dev", "ovs1", "down");
        assertThat(first.reaches(far.address(), 1)).as("the control: no leg is left").isFalse();
    }

    /** Has the bond lose its first cable for a moment: it moves its flows to the second one, where they stay for some seconds. */
    private void moveFlowsToLeg2() {
        outside.ip("link", "set", "dev", "ovs1", "down");
        awaitBond(1);
        outside.ip("link", "set", "dev", "ovs1", "up");
        awaitLegs("distributing", "distributing");
        awaitBond(2);
    }

    /** Kills member 2 and returns how many packets of a flow that came by its leg were lost; a flow to the bond goes on. */
    private int killUnderStreams(String how) throws Exception {
        try (PacketStream up = PacketStream.start(first, far, RATE); PacketStream down = throughLeg2()) {
            int before = down.sent() - down.arrived();
            var unused = down.takeLongestGapNs();
            other.kill();
            up.goOn(4_500);
            int lostUp = up.stopAndCountLost();
            int lostDown = down.stopAndCountLost() - before;
            System.out.printf(
                    "proof: member 2 killed %s: to the bond %d of %d packets lost, from it by the killed member's leg %d of %d,"
                            + " longest silence %.1f ms; %d doubled%n",
                    how, lostUp, up.sent(), lostDown, down.sent(), down.takeLongestGapNs() / 1e6,
                    up.doubled() + down.doubled());
            assertThat(lostUp).isLessThan(RATE / 2);
            assertThat(up.doubled() + down.doubled()).isZero();
            return lostDown;
        }
    }

    /** Returns a stream to the first guest that the bond sends by its cable to the other member; each stream is another flow. */
    private PacketStream throughLeg2() throws Exception {
        for (int n = 0; n < MOST_FLOWS; n++) {
            PacketStream stream = PacketStream.start(far, first, RATE);
            long before = receivedByLeg2();
            stream.goOn(300);
            if (receivedByLeg2() - before > RATE / 10) {
                return stream;
            }
            stream.close();
        }
        throw new AssertionError("the bond sends none of " + MOST_FLOWS + " flows by its second cable");
    }

    private long receivedByLeg2() {
        return master.show("lags").getFirst().path("legs").path(1).path("rx-packets").asLong();
    }

    private static void assertUndisturbed(String what, PacketStream stream) throws InterruptedException {
        int lost = stream.stopAndCountLost();
        System.out.printf("proof: %s: %d of %d packets lost, %d doubled%n", what, lost, stream.sent(),
                stream.doubled());
        assertThat(lost).isLessThan(FEW);
        assertThat(stream.doubled()).isZero();
    }

    private void awaitBond(int enabled) {
        master.await("the bond uses " + enabled + " cables", () -> ovs.inspect("bond/show", "bond0").lines()
                .filter(line -> line.matches("(member|slave) ovs\\d: enabled")).count(), count -> count == enabled);
    }

    private void awaitLegs(String... wanted) {
        master.await("the legs are " + List.of(wanted) + ", not " + master.show("lags"), this::states,
                states -> states.equals(List.of(wanted)));
    }

    private List<String> states() {
        List<JsonNode> lags = master.show("lags");
        return lags.isEmpty()
                ? List.of()
                : StreamSupport.stream(lags.getFirst().path("legs").spliterator(), false)
                        .map(leg -> leg.path("state").asString()).toList();
    }
}
