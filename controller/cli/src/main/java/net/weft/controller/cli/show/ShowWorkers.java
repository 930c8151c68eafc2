package net.weft.controller.cli.show;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import net.weft.v1.ListWorkersRequest;
import net.weft.v1.Worker;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "workers", mixinStandardHelpOptions = true, sortOptions = false, description = {
        "Packet threads, their processors, and which receive queues each serves why.",
        "The distance is that from the worker's processor to the guest's: same-core, near (they share the last-level cache) or far."
                + " Loads and rates are of the last second. A worker or queue that is asleep waits for a frame without taking processor time; the"
                + " others are polled. Faults are Weft's own: please report them; `-o json` has the last one in words. Every 5 seconds one queue may move from the busiest worker to the least busy, if that lowers the"
                + " highest load by 10 percent of a processor."}, footer = {
                        "", "Examples:", "  weft show workers --watch", "  weft show workers -o json"})
final class ShowWorkers implements Runnable {
    private static final List<Column<Row>> QUEUE_COLUMNS = List.of(Column.of("worker", row -> row.worker().getId()),
            Column.of("port", row -> row.queue().getPort()), Column.of("queue", row -> row.queue().getIndex()),
            Column.of("state", row -> row.queue().getState()),
            Column.of("load-percent", row -> row.queue().getLoadPercent()),
            Column.of("frames-per-second", row -> row.queue().getFramesPerSecond()),
            Column.of("distance", row -> row.queue().getDistance()),
            Column.detail("guest-cpus", row -> row.queue().getGuestCpusList()),
            Column.of("reason", row -> row.queue().getReason()));
    private static final List<Column<Worker>> COLUMNS = List.of(Column.of("id", Worker::getId),
            Column.of("cpu", worker -> worker.getCpu() < 0 ? "" : Integer.toString(worker.getCpu())),
            Column.of("state", Worker::getState), Column.of("ports", Worker::getPortsList),
            Column.of("busy-percent", Worker::getBusyPercent), Column.of("faults", Worker::getFaults),
            Column.wide("member", Worker::getMember),
            Column.detail("busy-ns", Worker::getBusyNs), Column.detail("faults-by-kind", ShowWorkers::faults),
            Column.detail("last-fault", Worker::getLastFault),
            Column.detail("queues", ShowWorkers::queues));

    private record Row(Worker worker, Worker.Queue queue) {
    }

    @Mixin
    private ShowOptions options = new ShowOptions();

    @Override
    public void run() {
        options.show(COLUMNS, client -> client
                .inspect(inspect -> inspect.listWorkers(ListWorkersRequest.getDefaultInstance())).getWorkersList(),
                (workers, out) -> {
                    out.println();
                    Listing.write(Listing.Format.TABLE, QUEUE_COLUMNS,
                            workers.stream().flatMap(ShowWorkers::rows).toList(),
                            out);
                });
    }

    private static Stream<Row> rows(Worker worker) {
        return worker.getQueuesList().stream().map(queue -> new Row(worker, queue));
    }

    private static Map<String, Long> faults(Worker worker) {
        return new TreeMap<>(worker.getFaultsByKindMap());
    }

    private static List<Map<String, Object>> queues(Worker worker) {
        return rows(worker).map(row -> {
            Map<String, Object> values = new LinkedHashMap<>();
            QUEUE_COLUMNS.stream().skip(1).forEach(column -> values.put(column.key(), column.value().apply(row)));
            return values;
        }).toList();
    }
}
