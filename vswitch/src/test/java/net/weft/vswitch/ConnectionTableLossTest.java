package net.weft.vswitch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import net.weft.testing.Spin;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.device.MemoryLink;
import net.weft.vswitch.port.PortSpec;
import net.weft.zone.Action;
import net.weft.zone.ConnectionLimits;
import net.weft.zone.Match;
import net.weft.zone.Policy;
import net.weft.zone.PortZones;
import net.weft.zone.Timeouts;
import net.weft.zone.Zone;
import net.weft.zone.Zoning;
import net.weft.zone.track.ConnectionMemory;
import net.weft.zone.track.ConnectionTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Somebody cuts the file of the connection table off while the switch runs. */
@Timeout(60)
class ConnectionTableLossTest {
    private static final Zoning ZONING = new Zoning(
            List.of(new Zone(2, null, "a", false), new Zone(3, null, "b", false)),
            List.of(new Policy(1, null, "p", Set.of(2), Set.of(3), List.of(new Match(Match.Kind.TCP, 80, 80)),
                    List.of(),
                    List.of(), Action.ALLOW, false, false, false, false)),
            Map.of(), Timeouts.DEFAULT, new ConnectionLimits(1 << 16, 1 << 16, 1 << 16));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    void shouldReplaceTheTableAndGoOn() throws IOException {
        Path file = directory.resolve("connections");
        SwitchOptions options = new SwitchOptions(List.of(), false, directory.resolve("state"), 300, 1)
                .remembering(file, directory.resolve("stations"));
        try (MemoryLink one = new MemoryLink("one", 256, 2048, ~0);
                MemoryLink two = new MemoryLink("two", 256, 2048, ~0);
                VirtualSwitch lab = new VirtualSwitch(options)) {
            lab.apply(List.of(port("one", 0, one, 2), port("two", 1, two, 3)), ZONING);
            two.send(Packets.tcp(2, 1, 80, 4000, Packets.ACK, 1, 1), 0);
            ConnectionTable before = Objects.requireNonNull(lab.zones().connections());
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(0);
            }
            Spin.until("the table is replaced", () -> lab.zones().connections() != before);
            Spin.until("the connection goes on", () -> {
                one.send(Packets.tcp(1, 2, 4000, 80, Packets.ACK, 5, 5), 0);
                return two.receive().length > 0 && Objects.requireNonNull(lab.zones().connections()).size() == 1;
            });
            assertThat(file).hasSize(ConnectionMemory.bytes(1 << 16));
        }
    }

    private static PortSpec port(String name, int number, MemoryLink link, int zone) {
        return PortSpec.of(name, number, new DeviceSpec.InMemory(link), VlanMembership.access(10))
                .zoned(PortZones.of(zone), null);
    }
}
