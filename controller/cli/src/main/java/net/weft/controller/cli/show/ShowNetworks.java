package net.weft.controller.cli.show;

import java.util.List;
import net.weft.v1.ListNetworksRequest;
import net.weft.v1.Network;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "networks", mixinStandardHelpOptions = true, sortOptions = false, description = "Networks of the tenants, their VLANs and ports.", footer = {
        "", "Examples:", "  weft show networks", "  weft show networks --tenant acme -o yaml"})
final class ShowNetworks implements Runnable {
    private static final List<Column<Network>> COLUMNS = List.of(Column.of("tenant", Network::getTenant),
            Column.of("name", Network::getName), Column.of("vlan", Network::getVlan),
            Column.of("zone", Network::getZone),
            Column.of("subnets", Network::getSubnetsList), Column.of("ports", Network::getPortsList));

    @Mixin
    private Filters.OfTenant ofTenant = new Filters.OfTenant();
    @Mixin
    private Filters.OfVlan ofVlan = new Filters.OfVlan();
    @Mixin
    private ShowOptions options = new ShowOptions();

    @Override
    public void run() {
        options.show(COLUMNS, client -> {
            String tenant = ofTenant.wanted(client);
            int vlan = ofVlan.wanted(client);
            return client.inspect(inspect -> inspect.listNetworks(ListNetworksRequest.getDefaultInstance()))
                    .getNetworksList().stream().filter(row -> tenant.isEmpty() || tenant.equals(row.getTenant()))
                    .filter(row -> vlan == 0 || vlan == row.getVlan()).toList();
        });
    }
}
