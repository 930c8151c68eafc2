package net.weft.controller.cli.show;

import java.util.List;

import net.weft.v1.ListWorkersRequest;
import net.weft.v1.Worker;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "workers", mixinStandardHelpOptions = true, sortOptions = false, description = "Packet threads, their processors and ports. busy-percent is of the time since it was last asked for.", footer = {
        "", "Examples:", "  weft show workers --watch"})
final class ShowWorkers implements Runnable {
    private static final List<Column<Worker>> COLUMNS = List.of(Column.of("id", Worker::getId),
            Column.of("cpu", worker -> worker.getCpu() < 0 ? "" : Integer.toString(worker.getCpu())),
            Column.of("ports", Worker::getPortsList), Column.of("busy-percent", Worker::getBusyPercent),
            Column.detail("busy-ns", Worker::getBusyNs));

    @Mixin
    private ShowOptions options = new ShowOptions();

    @Override
    public void run() {
        options.show(COLUMNS, client -> client
                .inspect(inspect -> inspect.listWorkers(ListWorkersRequest.getDefaultInstance())).getWorkersList());
    }
}
