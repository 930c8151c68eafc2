package net.weft.controller.cli.show;

import java.util.List;
import net.weft.v1.ListMulticastRequest;
import net.weft.v1.MulticastGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "multicast", mixinStandardHelpOptions = true, sortOptions = false, description = "Which ports want which multicast group: what IGMP and MLD snooping has learned.", footer = {
        "",
        "The row of group * has the ports that queriers and multicast routers are behind, which get every group, and the",
        "memberships refused because their port had too many. In a VLAN whose state is flooded no querier is heard, or",
        "stations still have time to answer it: its multicast goes to every port. Link-local groups always do.", "",
        "Examples:", "  weft show multicast", "  weft show multicast --vlan 10 -o json"})
final class ShowMulticast implements Runnable {
    private static final List<Column<MulticastGroup>> COLUMNS = List.of(
            Column.of("vlan", MulticastGroup::getVlan), Column.of("network", MulticastGroup::getNetwork),
            Column.of("family", MulticastGroup::getFamily), Column.of("group", MulticastGroup::getGroup),
            Column.of("state", MulticastGroup::getState), Column.of("ports", MulticastGroup::getPortsList),
            Column.of("refused", MulticastGroup::getRefused));

    @Mixin
    private Filters.OfVlan ofVlan = new Filters.OfVlan();
    @Mixin
    private ShowOptions options = new ShowOptions();

    @Override
    public void run() {
        options.show(COLUMNS, client -> {
            ListMulticastRequest request = ListMulticastRequest.newBuilder().setVlan(ofVlan.wanted(client)).build();
            return client.inspect(inspect -> inspect.listMulticast(request)).getGroupsList();
        });
    }
}
