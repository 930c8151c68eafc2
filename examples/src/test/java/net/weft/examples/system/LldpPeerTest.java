package net.weft.examples.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import net.weft.examples.lab.FrameSocket;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.LldpdPeer;
import net.weft.examples.lab.Namespace;
import net.weft.lldp.AggregationStatus;
import net.weft.lldp.Capability;
import net.weft.lldp.LldpAgent;
import net.weft.lldp.LldpAnnouncement;
import net.weft.lldp.LldpId;
import net.weft.lldp.LldpMode;
import net.weft.lldp.LldpNeighbor;
import net.weft.lldp.LldpOutput;
import net.weft.lldp.LldpSettings;
import net.weft.lldp.NamedVlan;
import net.weft.packet.MacAddress;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Weft's LLDP agent beside lldpd, over one cable. */
@Tag("system")
class LldpPeerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final MacAddress CHASSIS = MacAddress.parse("02:57:4c:1d:00:01");

    @AutoClose
    private final Lab lab = Lab.open("lldp");
    private final Namespace inside = lab.namespace("weft");
    private final Namespace outside = lab.namespace("peer");
    private int seen;

    @Test
    void shouldBeANeighbourOfLldpdAndKnowIt() throws Exception {
        lab.cable(inside, "up1", outside, "eth0");
        try (FrameSocket socket = FrameSocket.open(inside, "up1")) {
            LldpdPeer peer = LldpdPeer.start(lab, outside, "eth0", "peer-of-weft");
            LldpAgent agent = new LldpAgent(LldpSettings.STANDARD, new Sender(socket));
            agent.configure(1, LldpMode.SEND_AND_RECEIVE, said(), new MacAddress(CHASSIS.value() + 1),
                    System.nanoTime());
            agent.carrier(1, true, System.nanoTime());
            await(agent, socket, "lldpd is heard", () -> !agent.neighbors().isEmpty());
            LldpAnnouncement heard = agent.neighbors().getFirst().said();
            assertThat(heard.systemName()).isEqualTo("peer-of-weft");
            assertThat(heard.portDescription()).isEqualTo("eth0");
            assertThat(heard.ttlSeconds()).isPositive();
            assertThat(agent.faults(1)).isEmpty();

            await(agent, socket, "lldpd knows Weft", () -> peer.neighbors().contains("lab.example"));
            String known = peer.neighbors();
            System.out.println("proof: lldpcli shows " + known.replace("\n", "; "));
            assertThat(known).contains("chassis.mac=" + CHASSIS, "port.ifname=1/0/3", "port.descr=up1",
                    "chassis.Bridge.enabled=on", "vlan.vlan-id=10", "vlan.vlan-id=20", "aggregation=7");

            agent.configure(1, LldpMode.OFF, said(), CHASSIS, System.nanoTime());
            await(agent, socket, "lldpd has forgotten Weft", () -> !peer.neighbors().contains("lab.example"));
        }
    }

    private static LldpAnnouncement said() {
        return LldpAnnouncement.of(LldpId.chassis(CHASSIS), LldpId.port("1/0/3"))
                .withTexts("up1", "lab.example", "Weft").withCapabilities(Capability.BRIDGE, Capability.BRIDGE)
                .withVlans(10, List.of(new NamedVlan(20, "web")))
                .withLink(new AggregationStatus(true, true, 7), 1_518);
    }

    private void await(LldpAgent agent, FrameSocket socket, String what, BooleanSupplier wanted) {
        try {
            Awaitility.await(what).pollInSameThread().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(20))
                    .atMost(PATIENCE).until(() -> {
                        pump(agent, socket);
                        return wanted.getAsBoolean();
                    });
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(what + " did not happen within " + PATIENCE + ": " + agent.neighbors()
                    + agent.faults(1), e);
        }
    }

    private void pump(LldpAgent agent, FrameSocket socket) {
        List<byte[]> frames = socket.received(frame -> frame.length > 13 && frame[12] == (byte) 0x88
                && frame[13] == (byte) 0xcc);
        for (byte[] frame : frames.subList(seen, frames.size())) {
            agent.receive(1, MemorySegment.ofArray(frame), System.nanoTime());
        }
        seen = frames.size();
        agent.tick(System.nanoTime());
    }

    private record Sender(FrameSocket socket) implements LldpOutput {
        @Override
        public void send(int port, byte[] frame) {
            socket.send(frame);
        }

        @Override
        public void heard(LldpNeighbor neighbor) {
        }

        @Override
        public void gone(LldpNeighbor neighbor) {
        }
    }
}
