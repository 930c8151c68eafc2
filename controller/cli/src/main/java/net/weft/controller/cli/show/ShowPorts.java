package net.weft.controller.cli.show;

import java.util.List;
import net.weft.v1.ListPortsRequest;
import net.weft.v1.Port;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "ports", mixinStandardHelpOptions = true, sortOptions = false, description = "Ports, their state, and why they are not up.", footer = {
        "", "The table fits 80 columns, or the terminal if that is wider; counters and the rest with -o wide.", "",
        "Examples:", "  weft show ports", "  weft show ports -o wide", "  weft show ports --port web1 -o yaml",
        "  weft show ports --state down"})
final class ShowPorts implements Runnable {
    private static final List<Column<Port>> COLUMNS = List.of(Column.of("name", Port::getName),
            Column.of("state", Port::getState), Column.of("reason", Port::getReason),
            Column.of("vlan", ShowPorts::vlan), Column.of("type", Port::getType),
            Column.of("network", Port::getNetwork), Column.of("zone", Port::getZone),
            Column.wide("member", Port::getMember), Column.wide("interface", Port::getInterface),
            Column.wide("rx-packets", Port::getRxPackets), Column.wide("tx-packets", Port::getTxPackets),
            Column.wide("rx-bytes", Port::getRxBytes), Column.wide("tx-bytes", Port::getTxBytes),
            Column.wide("dropped", Port::getDropped), Column.wide("mtu", Port::getMtu),
            Column.wide("macs", Port::getMacs), Column.wide("guard", Port::getGuard),
            Column.wide("device", Port::getDevice), Column.detail("message", Port::getMessage),
            Column.detail("vlans", Port::getVlans), Column.detail("mac-moves", Port::getMacMoves),
            Column.detail("memory-sealed", port -> port.hasMemorySealed() ? port.getMemorySealed() : ""));
    private static final int LONGEST_VLANS = 18;
    static final List<String> STATES = List.of("up", "down", "disabled");
    static final List<String> TYPES = List.of("tap", "nic", "qemu", "vhost-user", "udp", "pcap");

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
        options.showFitted(COLUMNS, client -> {
            String port = ofPort.wanted(client);
            return client.inspect(inspect -> inspect.listPorts(ListPortsRequest.getDefaultInstance())).getPortsList()
                    .stream().filter(row -> port.isEmpty() || port.equals(row.getName()))
                    .filter(row -> state.isEmpty() || state.equals(row.getState()))
                    .filter(row -> type.isEmpty() || type.equals(row.getType())).toList();
        });
    }

    /** Returns {@code 10} for an access port, {@code 10,20 native 10} for a trunk; shortened, where it is long. */
    private static String vlan(Port port) {
        String vlans = port.getVlans().replaceFirst("^(access|trunk) ", "");
        return vlans.length() <= LONGEST_VLANS ? vlans : vlans.substring(0, LONGEST_VLANS - 1) + "…";
    }
}
