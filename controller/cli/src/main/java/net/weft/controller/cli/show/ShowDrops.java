package net.weft.controller.cli.show;

import java.util.List;

import net.weft.v1.Drop;
import net.weft.v1.ListDropsRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "drops", mixinStandardHelpOptions = true, sortOptions = false, description = "Frames that went no further, and why.", footer = {
        "", "Examples:", "  weft show drops", "  weft show drops --port web1 --all", "  weft show drops --watch"})
final class ShowDrops implements Runnable {
    private static final List<Column<Drop>> COLUMNS = List.of(Column.of("port", Drop::getPort),
            Column.of("reason", Drop::getReason), Column.of("packets", Drop::getPackets),
            Column.of("meaning", Drop::getMeaning), Column.detail("ingress", Drop::getIngress),
            Column.detail("egress", Drop::getEgress));

    @Option(names = "--port", paramLabel = "NAME", description = "only of this port")
    private String port = "";
    @Option(names = "--reason", paramLabel = "REASON", description = "only for this reason")
    private String reason = "";
    @Option(names = "--all", description = "also reasons that never occurred")
    private boolean all;
    @Mixin
    private ShowOptions options = new ShowOptions();

    @Override
    public void run() {
        ListDropsRequest request = ListDropsRequest.newBuilder().setAll(all).build();
        options.show(COLUMNS,
                client -> client.inspect(inspect -> inspect.listDrops(request)).getDropsList().stream()
                        .filter(row -> port.isEmpty() || port.equals(row.getPort()))
                        .filter(row -> reason.isEmpty() || reason.equals(row.getReason())).toList());
    }
}
