package net.weft.vswitch.forward;

import static net.weft.vswitch.Packets.mac;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.Frames;
import net.weft.vswitch.InlineSwitch;
import net.weft.vswitch.Packets;
import net.weft.zone.Action;
import net.weft.zone.ConnectionLimits;
import net.weft.zone.Match;
import net.weft.zone.PortZones;
import net.weft.zone.Timeouts;
import net.weft.zone.Zoning;
import net.weft.zone.track.ConnectionFilter;
import net.weft.zone.track.Connections;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** More flows than a worker can know, so that some take the places of others while frames of these are in the same burst. */
class DisplacedFlowsTest {
    private static final int FLOWS = 6000;
    private static final int FIRST_PORT = 4000;
    private static final int FRAMES = 60;
    private static final Zoning FEW = ZoningTest.zoning(ZoningTest.policy(7, Set.of(ZoningTest.DMZ),
            Set.of(ZoningTest.DATA), new Match(Match.Kind.UDP, 53, 53), Action.ALLOW));
    private static final Zoning ASKING = new Zoning(FEW.zones(), FEW.policies(), Map.of(), Timeouts.DEFAULT,
            new ConnectionLimits(1 << 14, 1 << 14, 1 << 14));

    @AutoClose
    private final InlineSwitch lab = new InlineSwitch();

    private int leaving(String port) {
        return lab.receiveAll(port).size();
    }

    @Test
    void shouldNotPassForTheFlowThatTookItsPlace() {
        for (int host = 1; host <= 2; host++) {
            lab.port(host == 1 ? "web" : "db", VlanMembership.access(10));
        }
        lab.send("web", Frames.untagged(Frames.BROADCAST, mac(1)));
        lab.send("db", Frames.untagged(Frames.BROADCAST, mac(2)));
        lab.zoning(ASKING, Map.of("web", PortZones.of(ZoningTest.DMZ), "db", PortZones.of(ZoningTest.DATA)), Map.of());
        leaving("web");
        for (int port = FIRST_PORT; port < FIRST_PORT + FLOWS; port++) {
            lab.send("web", Packets.udp(1, 2, port, 53));
            lab.send("db", Packets.udp(2, 1, 53, port));
            assertThat(leaving("web")).isOne();
        }
        Connections connections = new Connections(Objects.requireNonNull(lab.zones().connections()), Timeouts.DEFAULT,
                0);
        assertThat(connections.kill(row -> row.sourcePort() % 2 == 1)).isEqualTo(FLOWS / 2);

        for (int i = 0; i < FLOWS; i += FRAMES) {
            for (int frame = i; frame < i + FRAMES; frame++) {
                int port = FIRST_PORT + frame * 997 % FLOWS;
                assertThat(lab.link("db").send(Packets.udp(2, 1, 53, port), 0)).isTrue();
            }
            lab.run();

            assertThat(leaving("web")).as("replies of connections that are").isEqualTo(FRAMES / 2);
        }
        assertThat(connections.rows(ConnectionFilter.ALL, FLOWS)).hasSize(FLOWS / 2)
                .allSatisfy(row -> assertThat(row.replyPackets()).isEqualTo(2));
    }
}
