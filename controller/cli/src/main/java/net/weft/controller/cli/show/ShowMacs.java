package net.weft.controller.cli.show;

import java.util.List;
import java.util.regex.Pattern;
import net.weft.v1.ListMacsRequest;
import net.weft.v1.Mac;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(name = "macs", mixinStandardHelpOptions = true, sortOptions = false, description = "MAC entries: which address was learned in which VLAN on which port.", footer = {
        "", "Examples:", "  weft show macs", "  weft show macs --vlan 10 --port web1",
        "  weft show macs --mac 02:00:00:00:0a:01 -o json",
        "  weft show macs -o wide                          # and the IP addresses seen by ARP and ND"})
final class ShowMacs implements Runnable {
    private static final List<Column<Mac>> COLUMNS = List.of(Column.of("mac", Mac::getMac),
            Column.of("vlan", Mac::getVlan), Column.of("port", Mac::getPort), Column.of("member", Mac::getMember),
            Column.of("age-seconds", Mac::getAgeSeconds), Column.of("type", Mac::getType),
            Column.wide("addresses", Mac::getAddressesList));
    private static final Pattern MAC = Pattern.compile("[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}");

    @Mixin
    private Filters.OfPort ofPort = new Filters.OfPort();
    @Mixin
    private Filters.OfVlan ofVlan = new Filters.OfVlan();
    @Option(names = "--mac", paramLabel = "MAC", description = "only this address")
    private String mac = "";
    @Mixin
    private ShowOptions options = new ShowOptions();
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        if (!mac.isEmpty() && !MAC.matcher(mac).matches()) {
            throw new ParameterException(spec.commandLine(), "--mac " + mac
                    + ": expected a MAC address such as 02:00:00:00:0a:01");
        }
        options.show(COLUMNS, client -> {
            ListMacsRequest request = ListMacsRequest.newBuilder().setPort(ofPort.wanted(client))
                    .setVlan(ofVlan.wanted(client)).setMac(mac).build();
            return client.inspect(inspect -> inspect.listMacs(request)).getMacsList();
        });
    }
}
