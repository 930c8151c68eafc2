package net.weft.controller.cli.show;

import java.util.List;
import net.weft.v1.ListNeighborsRequest;
import net.weft.v1.Neighbor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "neighbors", mixinStandardHelpOptions = true, sortOptions = false, description = "What the devices at the other ends of the cables say about themselves (LLDP).", footer = {
        "",
        "LLDP is sent and heard on ports of type nic, and on others with `lldp: true`. Its frames are never forwarded.",
        "",
        "Examples:", "  weft show neighbors", "  weft show neighbors --port up1 -o json"})
final class ShowNeighbors implements Runnable {
    private static final List<Column<Neighbor>> COLUMNS = List.of(Column.of("port", Neighbor::getPort),
            Column.of("chassis", Neighbor::getChassis), Column.of("neighbor-port", Neighbor::getNeighborPort),
            Column.of("name", Neighbor::getName), Column.of("capabilities", Neighbor::getCapabilities),
            Column.of("age-seconds", Neighbor::getAgeSeconds), Column.detail("description", Neighbor::getDescription),
            Column.detail("port-description", Neighbor::getPortDescription),
            Column.detail("port-vlan", Neighbor::getPortVlan), Column.detail("vlans", Neighbor::getVlansList),
            Column.detail("aggregation", Neighbor::getAggregation),
            Column.detail("max-frame-bytes", Neighbor::getMaxFrameBytes),
            Column.detail("ttl-seconds", Neighbor::getTtlSeconds));

    @Option(names = "--port", paramLabel = "NAME", description = "only those of this port")
    private String port = "";
    @Mixin
    private ShowOptions options = new ShowOptions();

    @Override
    public void run() {
        options.show(COLUMNS, client -> client
                .inspect(inspect -> inspect.listNeighbors(ListNeighborsRequest.getDefaultInstance()))
                .getNeighborsList().stream().filter(row -> port.isEmpty() || port.equals(row.getPort())).toList());
    }
}
