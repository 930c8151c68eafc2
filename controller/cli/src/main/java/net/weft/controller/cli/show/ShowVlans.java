package net.weft.controller.cli.show;

import java.util.List;
import net.weft.v1.ListVlansRequest;
import net.weft.v1.Vlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "vlans", mixinStandardHelpOptions = true, sortOptions = false, description = "VLANs and the ports that are in them.", footer = {
        "", "Examples:", "  weft show vlans", "  weft show vlans --port lab"})
final class ShowVlans implements Runnable {
    private static final List<Column<Vlan>> COLUMNS = List.of(Column.of("vid", Vlan::getVid),
            Column.of("network", Vlan::getNetwork), Column.of("ports", Vlan::getPortsList),
            Column.of("untagged-ports", Vlan::getUntaggedPortsList));

    @Mixin
    private Filters.OfVlan ofVlan = new Filters.OfVlan();
    @Mixin
    private Filters.OfPort ofPort = new Filters.OfPort();
    @Mixin
    private ShowOptions options = new ShowOptions();

    @Override
    public void run() {
        options.show(COLUMNS, client -> {
            int vlan = ofVlan.wanted(client);
            String port = ofPort.wanted(client);
            return client.inspect(inspect -> inspect.listVlans(ListVlansRequest.getDefaultInstance())).getVlansList()
                    .stream().filter(row -> vlan == 0 || vlan == row.getVid())
                    .filter(row -> port.isEmpty() || row.getPortsList().contains(port)).toList();
        });
    }
}
