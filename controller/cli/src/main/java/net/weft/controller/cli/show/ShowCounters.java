package net.weft.controller.cli.show;

import java.util.List;
import java.util.Locale;
import net.weft.v1.ListPortsRequest;
import net.weft.v1.ListVlansRequest;
import net.weft.v1.ListWorkersRequest;
import net.weft.v1.Port;
import net.weft.v1.Vlan;
import net.weft.v1.Worker;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "counters", mixinStandardHelpOptions = true, sortOptions = false, description = "What each port, VLAN or worker has counted since the switch started.", footer = {
        "",
        "A VLAN counts what was received and forwarded in it; a worker what it received, sent and dropped on all ports.",
        "", "Examples:", "  weft show counters --watch", "  weft show counters --port web1 -o json",
        "  weft show counters --by vlan", "  weft show counters --by worker"})
final class ShowCounters implements Runnable {
    private static final List<Column<Port>> PORT = List.of(Column.of("port", Port::getName),
            Column.of("rx-packets", Port::getRxPackets), Column.of("rx-bytes", Port::getRxBytes),
            Column.of("tx-packets", Port::getTxPackets), Column.of("tx-bytes", Port::getTxBytes),
            Column.of("flooded", Port::getFlooded), Column.of("dropped", Port::getDropped),
            Column.detail("punted", Port::getPunted), Column.detail("copies", Port::getCopies));
    private static final List<Column<Vlan>> VLAN = List.of(Column.of("vid", Vlan::getVid),
            Column.of("network", Vlan::getNetwork), Column.of("packets", Vlan::getPackets),
            Column.of("bytes", Vlan::getBytes));
    private static final List<Column<Worker>> WORKER = List.of(Column.of("id", Worker::getId),
            Column.of("rx-packets", Worker::getRxPackets), Column.of("rx-bytes", Worker::getRxBytes),
            Column.of("tx-packets", Worker::getTxPackets), Column.of("tx-bytes", Worker::getTxBytes),
            Column.of("dropped", Worker::getDropped), Column.of("stalls", Worker::getStalls));

    /** The kind of object that a row counts for. */
    enum By {
        PORT, VLAN, WORKER;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(names = "--by", paramLabel = "WHAT", defaultValue = "port", description = "${COMPLETION-CANDIDATES} (default: port)")
    private By by = By.PORT;
    @Mixin
    private Filters.OfPort ofPort = new Filters.OfPort();
    @Mixin
    private ShowOptions options = new ShowOptions();

    @Override
    public void run() {
        switch (by) {
            case PORT -> options.show(PORT, client -> {
                String port = ofPort.wanted(client);
                return client.inspect(inspect -> inspect.listPorts(ListPortsRequest.getDefaultInstance()))
                        .getPortsList().stream().filter(row -> port.isEmpty() || port.equals(row.getName())).toList();
            });
            case VLAN -> options.show(VLAN, client -> {
                String port = ofPort.wanted(client);
                return client.inspect(inspect -> inspect.listVlans(ListVlansRequest.getDefaultInstance()))
                        .getVlansList().stream().filter(row -> port.isEmpty() || row.getPortsList().contains(port))
                        .toList();
            });
            case WORKER -> options.show(WORKER, client -> {
                String port = ofPort.wanted(client);
                return client.inspect(inspect -> inspect.listWorkers(ListWorkersRequest.getDefaultInstance()))
                        .getWorkersList().stream()
                        .filter(row -> port.isEmpty() || row.getPortsList().contains(port)).toList();
            });
        }
    }
}
