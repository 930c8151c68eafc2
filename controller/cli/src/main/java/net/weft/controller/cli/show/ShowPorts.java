package net.weft.controller.cli.show;

import picocli.CommandLine.Spec;
import picocli.CommandLine.Model.CommandSpec;
import java.util.List;

import net.weft.v1.ListPortsRequest;
import net.weft.v1.Port;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "ports", mixinStandardHelpOptions = true, sortOptions = false, description = "Ports, their state, and why they are not up.", footer = {
        "", "Examples:", "  weft show ports", "  weft show ports --port web1 -o yaml",
        "  weft show ports --state down"})
final class ShowPorts implements Runnable {
    private static final List<Column<Port>> COLUMNS = List.of(Column.of("name", Port::getName),
            Column.of("member", Port::getMember), Column.of("type", Port::getType), Column.of("state", Port::getState),
            Column.of("reason", Port::getReason), Column.of("interface", Port::getInterface),
            Column.of("network", Port::getNetwork), Column.of("zone", Port::getZone),
            Column.of("rx-packets", Port::getRxPackets), Column.of("tx-packets", Port::getTxPackets),
            Column.of("rx-bytes", Port::getRxBytes), Column.of("tx-bytes", Port::getTxBytes),
            Column.of("dropped", Port::getDropped), Column.detail("message", Port::getMessage),
            Column.detail("device", Port::getDevice), Column.detail("vlans", Port::getVlans),
            Column.detail("mtu", Port::getMtu), Column.detail("macs", Port::getMacs),
            Column.detail("guard", Port::getGuard));
    static final List<String> STATES = List.of("up", "down", "disabled");
    static final List<String> TYPES = List.of("tap", "nic", "qemu", "vhost-user", "pcap");

    @Mixin
    private Filters.OfPort ofPort = new Filters.OfPort();
    @Option(names = "--state", paramLabel = "STATE", description = "only those up, down or disabled")
    private String state = "";
    @Option(names = "--type", paramLabel = "TYPE", description = "only those of this type")
    private String type = "";
    @Mixin
    private ShowOptions options = new ShowOptions();
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        Filters.word(spec, "--state", state, STATES);
        Filters.word(spec, "--type", type, TYPES);
        options.show(COLUMNS, client -> {
            String port = ofPort.wanted(client);
            return client.inspect(inspect -> inspect.listPorts(ListPortsRequest.getDefaultInstance())).getPortsList()
                    .stream().filter(row -> port.isEmpty() || port.equals(row.getName()))
                    .filter(row -> state.isEmpty() || state.equals(row.getState()))
                    .filter(row -> type.isEmpty() || type.equals(row.getType())).toList();
        });
    }
}
