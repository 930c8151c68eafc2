package net.weft.examples.system;

import static net.weft.examples.lab.Fabric.nic;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.FrameSocket;
import net.weft.examples.lab.Frames;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.OvsPeer;
import net.weft.examples.lab.PacketStream;
import net.weft.examples.lab.Transfer;
import net.weft.examples.lab.WeftProcess;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A LAG of fabric.yaml beside a bond of Open vSwitch, over two cables. */
@Tag("system")
@Tag("alone")
class LagTest {
    private static final int RATE = 1_000;

    @AutoClose
    private final Lab lab = Lab.open("lag");
    private final Namespace inside = lab.namespace("weft");
    private final Namespace outside = lab.namespace("ovs");

    @Test
    void shouldAggregateWithOpenVSwitchDrainALegAndSurviveALostCable() throws Exception {
        Host near = lab.host("p1", inside, "10.10.0.1/24");
        Host far = lab.host("p2", outside, "10.10.0.2/24");
        lab.cable(inside, "leg1", outside, "ovs1");
        lab.cable(inside, "leg2", outside, "ovs2");
        OvsPeer ovs = OvsPeer.start(lab, outside, true);
        ovs.add("p2");
        ovs.configure("add-bond", OvsPeer.BRIDGE, "bond0", "ovs1", "ovs2", "lacp=active", "bond_mode=balance-tcp",
                "other_config:lacp-time=fast");
        WeftProcess weft = WeftProcess.up(lab, inside,
                Fabric.of(nic("p1", "access: 10"), "leg1: {type: nic, device: leg1}", "leg2: {type: nic, device: leg2}")
                        + "lags:\n  po1: {ports: [leg1, leg2], rate: fast, access: 10}\n");
        awaitLegs(weft, "distributing", "distributing");
        assertThat(weft.port("po1").path("state").asString()).isEqualTo("up");
        assertThat(weft.show("lags").getFirst().path("partner-system").asString()).isNotEmpty();
        assertThat(ovs.inspect("lacp/show", "bond0")).contains("collecting distributing");

        Transfer.serve(lab, far.namespace());
        byte[] payload = Transfer.payload(1, 1 << 20);
        assertThat(Transfer.send(near.namespace(), far.endpoint(Transfer.DIGEST_PORT), payload))
                .isEqualTo(Transfer.digest(payload));

        try (PacketStream stream = PacketStream.start(near, far, RATE)) {
            weft.weft("lag", "drain", "leg1").orThrow();
            awaitLegs(weft, "drained", "distributing");
            weft.weft("lag", "undrain", "leg1").orThrow();
            awaitLegs(weft, "distributing", "distributing");
            int lost = stream.stopAndCountLost();
            System.out.printf("proof: drained and back under %d packets/s: %d of %d lost, %d doubled%n", RATE, lost,
                    stream.sent(), stream.doubled());
            assertThat(lost).isZero();
            assertThat(stream.doubled()).isZero();
            assertThat(stream.reordered()).isZero();
        }
        try (PacketStream stream = PacketStream.start(near, far, RATE)) {
            outside.ip("link", "set", "dev", "ovs2", "down");
            awaitLegs(weft, "distributing", "down");
            outside.ip("link", "set", "dev", "ovs2", "up");
            awaitLegs(weft, "distributing", "distributing");
            int lost = stream.stopAndCountLost();
            System.out.printf("proof: a cable lost and back: %d of %d packets lost%n", lost, stream.sent());
            assertThat(Duration.ofMillis(lost * 1000L / RATE)).isLessThan(Duration.ofMillis(500));
        }
        assertThat(weft.drops("po1", "leg-standby")).isZero();
    }

    /** A machine that boots over one of its cards while its switch ports are a LAG, and then runs a bond on both. */
    @Test
    void shouldBootOverOneLegAndThenAggregateOnTheSameLegs() throws Exception {
        Host near = lab.host("p1", inside, "10.10.0.1/24");
        lab.cable(inside, "leg1", outside, "ovs1");
        lab.cable(inside, "leg2", outside, "ovs2");
        WeftProcess weft = WeftProcess.up(lab, inside,
                Fabric.of(nic("p1", "access: 10"), "leg1: {type: nic, device: leg1}", "leg2: {type: nic, device: leg2}")
                        + "lags:\n  po1: {ports: [leg1, leg2], rate: fast, fallback: one-leg, access: 10}\n");
        outside.ip("address", "add", "10.10.0.2/24", "dev", "ovs1");
        awaitLegs(weft, "distributing", "individual");
        assertThat(near.reaches("10.10.0.2", 10)).as("the machine boots").isTrue();
        try (FrameSocket first = FrameSocket.open(outside, "ovs1");
                FrameSocket second = FrameSocket.open(outside, "ovs2");
                FrameSocket sender = near.frames()) {
            sender.send(Frames.frame(Frames.BROADCAST, near.mac(), "once"));
            first.await("the broadcast", Frames.marked("once"));
            second.send(Frames.frame(Frames.BROADCAST, "02:57:4c:00:00:77", "refused"));
            weft.await("frames of the other leg are dropped", () -> weft.drops("po1", "leg-standby"), n -> n > 0);
            assertThat(second.received(Frames.marked("once"))).as("by the other leg").isEmpty();
            assertThat(sender.received(Frames.marked("refused"))).isEmpty();
        }
        outside.ip("address", "flush", "dev", "ovs1");
        OvsPeer ovs = OvsPeer.start(lab, outside, true);
        ovs.addInternal("os0", "10.10.0.2/24");
        ovs.configure("add-bond", OvsPeer.BRIDGE, "bond0", "ovs1", "ovs2", "lacp=active", "bond_mode=balance-tcp",
                "other_config:lacp-time=fast");
        awaitLegs(weft, "distributing", "distributing");
        assertThat(near.reaches("10.10.0.2", 10)).as("over the bond").isTrue();
        try (FrameSocket inner = FrameSocket.open(outside, "os0"); FrameSocket sender = near.frames()) {
            sender.send(Frames.frame(Frames.BROADCAST, near.mac(), "whole"));
            inner.await("the broadcast", Frames.marked("whole"));
            assertThat(inner.received(Frames.marked("whole"))).as("copies").hasSize(1);
        }
        ProcessHandle partner = ovs.handle();
        long stoppedNs = System.nanoTime();
        partner.destroyForcibly();
        weft.await("LACP notices that the partner has stopped", () -> states(weft),
                states -> states.stream().filter("distributing"::equals).count() < 2);
        System.out.printf("proof: the partner was killed with its cables up: noticed after %d ms (fast: 3 s)%n",
                Duration.ofNanos(System.nanoTime() - stoppedNs).toMillis());
        ovs.startSwitch();
        awaitLegs(weft, "distributing", "distributing");
        outside.ip("address", "replace", "10.10.0.2/24", "dev", "os0");
        outside.ip("link", "set", "dev", "os0", "up");
        assertThat(near.reaches("10.10.0.2", 10)).as("over the bond of the partner that was started again").isTrue();
    }

    private static List<String> states(WeftProcess weft) {
        JsonNode legs = weft.show("lags").getFirst().path("legs");
        return StreamSupport.stream(legs.spliterator(), false).map(leg -> leg.path("state").asString()).toList();
    }

    private static void awaitLegs(WeftProcess weft, String... wanted) {
        weft.await("the legs are " + List.of(wanted) + ", not " + weft.show("lags"), () -> states(weft),
                states -> states.equals(List.of(wanted)));
    }
}
