package net.weft.controller.cli.show;

import java.util.List;

import net.weft.v1.Connection;
import net.weft.v1.ListConnectionsRequest;
import net.weft.v1.ListConnectionsResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(name = "connections", mixinStandardHelpOptions = true, sortOptions = false, description = "Tracked connections between zones. The source is the side that opened the connection.", footer = {
        "", "Packets and bytes are those of both directions; -o json has those of the replies beside them.", "",
        "Examples:",
        "  weft show connections", "  weft show connections --zone dmz --protocol tcp --state established",
        "  weft show connections --address 10.10.0.0/24 --service 5432 -o json",
        "  weft show connections --port web1 --watch"})
final class ShowConnections implements Runnable {
    private static final List<Column<Connection>> COLUMNS = List.of(Column.of("protocol", Connection::getProtocol),
            Column.of("source", Connection::getSource), Column.of("destination", Connection::getDestination),
            Column.of("state", Connection::getState), Column.of("from", Connection::getFrom),
            Column.of("to", Connection::getTo), Column.of("policy", Connection::getPolicy),
            Column.of("packets", Connection::getPackets), Column.of("bytes", Connection::getBytes),
            Column.of("network", Connection::getNetwork), Column.detail("vlan", Connection::getVlan),
            Column.detail("port", Connection::getPort), Column.detail("reply-packets", Connection::getReplyPackets),
            Column.detail("reply-bytes", Connection::getReplyBytes),
            Column.detail("seconds-to-live", Connection::getSecondsToLive));

    private static final int MAX_LIMIT = 100_000;

    @Mixin
    private ConnectionFilterOptions filter = new ConnectionFilterOptions();
    @Option(names = "--limit", paramLabel = "N", defaultValue = "1000", description = "no more than so many, 1-100000 (default: 1000)")
    private int limit = 1000;
    @Mixin
    private ShowOptions options = new ShowOptions();
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new ParameterException(spec.commandLine(), "--limit " + limit + ": expected 1 to " + MAX_LIMIT);
        }
        ListConnectionsRequest request = ListConnectionsRequest.newBuilder().setFilter(filter.filter()).setLimit(limit)
                .build();
        options.show(COLUMNS, client -> {
            ListConnectionsResponse found = client.zones(zones -> zones.listConnections(request));
            if (found.getMatching() > found.getConnectionsCount()) {
                options.note("these are " + found.getConnectionsCount() + " of " + found.getMatching()
                        + " connections; --limit shows more");
            }
            return found.getConnectionsList();
        });
    }
}
