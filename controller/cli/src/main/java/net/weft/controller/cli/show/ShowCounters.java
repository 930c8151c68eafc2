package net.weft.controller.cli.show;

import java.util.List;

import net.weft.v1.ListPortsRequest;
import net.weft.v1.Port;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "counters", mixinStandardHelpOptions = true, sortOptions = false, description = "What each port has counted since the switch started.", footer = {
        "", "Examples:", "  weft show counters --watch", "  weft show counters --port web1 -o json"})
final class ShowCounters implements Runnable {
    private static final List<Column<Port>> COLUMNS = List.of(Column.of("port", Port::getName),
            Column.of("rx-packets", Port::getRxPackets), Column.of("rx-bytes", Port::getRxBytes),
            Column.of("tx-packets", Port::getTxPackets), Column.of("tx-bytes", Port::getTxBytes),
            Column.of("flooded", Port::getFlooded), Column.of("dropped", Port::getDropped));

    @Option(names = "--port", paramLabel = "NAME", description = "only of this port")
    private String port = "";
    @Mixin
    private ShowOptions options = new ShowOptions();

    @Override
    public void run() {
        options.show(COLUMNS,
                client -> client.inspect(inspect -> inspect.listPorts(ListPortsRequest.getDefaultInstance()))
                        .getPortsList()
                        .stream().filter(row -> port.isEmpty() || port.equals(row.getName())).toList());
    }
}
