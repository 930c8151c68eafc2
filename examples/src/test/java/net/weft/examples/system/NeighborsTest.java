package net.weft.examples.system;

import static net.weft.examples.lab.Fabric.nic;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.FrameSocket;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.LldpdPeer;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.WeftProcess;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** LLDP of the switch beside lldpd, over one cable; another cable without LLDP hears nothing of it. */
@Tag("system")
class NeighborsTest {
    @AutoClose
    private final Lab lab = Lab.open("neighbors");
    private final Namespace inside = lab.namespace("weft");
    private final Namespace outside = lab.namespace("peer");

    @Test
    void shouldKnowLldpdBeKnownToItAndForwardNoneOfIt() throws Exception {
        lab.cable(inside, "up1", outside, "eth0");
        lab.cable(inside, "up2", outside, "eth1");
        LldpdPeer peer = LldpdPeer.start(lab, outside, "eth0", "peer-of-weft");
        WeftProcess weft = WeftProcess.up(lab, inside,
                Fabric.of(nic("up1", "trunk: {allowed: [10, 20]}, description: to the roof"),
                        nic("up2", "trunk: {allowed: [10, 20]}, lldp: false")));
        try (FrameSocket quiet = FrameSocket.open(outside, "eth1")) {
            List<JsonNode> neighbors = weft.await("lldpd is heard", () -> weft.show("neighbors"),
                    rows -> !rows.isEmpty());
            assertThat(neighbors).singleElement().satisfies(row -> {
                assertThat(row.path("port").asString()).isEqualTo("up1");
                assertThat(row.path("name").asString()).isEqualTo("peer-of-weft");
                assertThat(row.path("chassis").asString()).isNotEmpty();
                assertThat(row.path("neighbor-port").asString()).isNotEmpty();
                assertThat(row.path("port-description").asString()).isEqualTo("eth0");
            });
            String known = weft.await("lldpd knows Weft", peer::neighbors, text -> text.contains("lab"));
            System.out.println("proof: lldpcli shows " + known.replace("\n", "; "));
            assertThat(known).contains("port.ifname=1/0/1", "port.descr=up1: to the roof", "chassis.name=lab",
                    "vlan.vlan-id=10", "vlan.vlan-id=20");

            assertThat(lldpFrames(quiet)).as("LLDP frames on the cable without").isZero();
            weft.weft("port", "set", "up2", "lldp=true").orThrow();
            weft.await("the control: with the key they come", () -> lldpFrames(quiet), count -> count > 0);
            weft.weft("port", "set", "up1", "lldp=false").orThrow();
            weft.await("lldpd has forgotten Weft", peer::neighbors, text -> !text.contains("port.descr=up1"));
            assertThat(weft.show("neighbors")).noneMatch(row -> row.path("port").asString().equals("up1"));
        }
    }

    private static long lldpFrames(FrameSocket socket) {
        return socket.received(frame -> (frame[12] & 0xFF) == 0x88 && (frame[13] & 0xFF) == 0xcc).size();
    }
}
