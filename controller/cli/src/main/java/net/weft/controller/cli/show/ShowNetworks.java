package net.weft.controller.cli.show;

import java.util.List;

import net.weft.v1.ListNetworksRequest;
import net.weft.v1.Network;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "networks", mixinStandardHelpOptions = true, sortOptions = false, description = "Networks of the tenants, their VLANs and ports.", footer = {
        "", "Examples:", "  weft show networks", "  weft show networks --tenant acme -o yaml"})
final class ShowNetworks implements Runnable {
    private static final List<Column<Network>> COLUMNS = List.of(Column.of("tenant", Network::getTenant),
            Column.of("name", Network::getName), Column.of("vlan", Network::getVlan),
            Column.of("zone", Network::getZone),
            Column.of("subnets", Network::getSubnetsList), Column.of("ports", Network::getPortsList));

    @Option(names = "--tenant", paramLabel = "NAME", description = "only of this tenant")
    private String tenant = "";
    @Option(names = "--vlan", paramLabel = "VID", description = "only the one of this VLAN")
    private int vlan;
    @Mixin
    private ShowOptions options = new ShowOptions();

    @Override
    public void run() {
        options.show(COLUMNS,
                client -> client.inspect(inspect -> inspect.listNetworks(ListNetworksRequest.getDefaultInstance()))
                        .getNetworksList().stream().filter(row -> tenant.isEmpty() || tenant.equals(row.getTenant()))
                        .filter(row -> vlan == 0 || vlan == row.getVlan()).toList());
    }
}
