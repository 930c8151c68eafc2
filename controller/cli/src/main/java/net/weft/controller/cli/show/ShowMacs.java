package net.weft.controller.cli.show;

import java.util.List;

import net.weft.v1.ListMacsRequest;
import net.weft.v1.Mac;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "macs", mixinStandardHelpOptions = true, sortOptions = false, description = "MAC entries: which address was learned in which VLAN on which port.", footer = {
        "", "Examples:", "  weft show macs", "  weft show macs --vlan 10 --port web1",
        "  weft show macs --mac 02:00:00:00:0a:01 -o json"})
final class ShowMacs implements Runnable {
    private static final List<Column<Mac>> COLUMNS = List.of(Column.of("mac", Mac::getMac),
            Column.of("vlan", Mac::getVlan), Column.of("port", Mac::getPort), Column.of("member", Mac::getMember),
            Column.of("age-seconds", Mac::getAgeSeconds), Column.of("type", Mac::getType));

    @Option(names = "--port", paramLabel = "NAME", description = "only on this port")
    private String port = "";
    @Option(names = "--vlan", paramLabel = "VID", description = "only in this VLAN")
    private int vlan;
    @Option(names = "--mac", paramLabel = "MAC", description = "only this address")
    private String mac = "";
    @Mixin
    private ShowOptions options = new ShowOptions();

    @Override
    public void run() {
        ListMacsRequest request = ListMacsRequest.newBuilder().setPort(port).setVlan(vlan).setMac(mac).build();
        options.show(COLUMNS, client -> client.inspect(inspect -> inspect.listMacs(request)).getMacsList());
    }
}
