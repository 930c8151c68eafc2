package net.weft.controller.member;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import net.weft.controller.model.revision.Revision;
import net.weft.v1.Connection;
import net.weft.v1.ConnectionFilter;
import net.weft.v1.ListConnectionsRequest;
import net.weft.v1.ListConnectionsResponse;
import net.weft.zone.track.ConnectionRow;
import net.weft.zone.track.ConnectionTable;
import net.weft.zone.track.Connections;

/** Reads the connection table for the API. Any thread. */
public final class ConnectionInspection {
    static final int DEFAULT_LIMIT = 1000;
    static final int MAX_LIMIT = 100_000;
    private static final int MAX_CUT = 20;

    private final MemberAgent agent;

    public ConnectionInspection(MemberAgent agent) {
        this.agent = agent;
    }

    /**
     * The connections that a change would drop.
     *
     * @param shown the first of them, at most {@value #MAX_CUT}
     * @param count number of all of them
     */
    public record Selection(List<Connection> shown, long count) {
        public static final Selection NONE = new Selection(List.of(), 0);
    }

    ListConnectionsResponse list(ListConnectionsRequest request) {
        int limit = request.getLimit() == 0 ? DEFAULT_LIMIT : request.getLimit();
        if (limit < 0 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException(
                    "limit " + Integer.toUnsignedString(limit) + ": expected 1 to " + MAX_LIMIT);
        }
        MemberAgent.Desired desired = agent.desired();
        Predicate<ConnectionRow> wanted = ConnectionFilters.of(request.getFilter(), desired);
        Optional<ConnectionTable> table = table();
        if (table.isEmpty()) {
            return ListConnectionsResponse.getDefaultInstance();
        }
        Connections.Found found = connections(table.get()).find(wanted, limit);
        return ListConnectionsResponse.newBuilder().addAllConnections(messages(found.rows(), desired))
                .setMatching(found.count()).setTotal(table.get().size()).setCapacity(table.get().capacity()).build();
    }

    /**
     * Removes the connections that match a filter, and returns their number.
     *
     * @throws IllegalArgumentException if there is neither a filter nor {@code all}
     */
    int kill(ConnectionFilter filter, boolean all) {
        if (!all && filter.equals(ConnectionFilter.getDefaultInstance())) {
            throw new IllegalArgumentException("which connections? expected a filter, or all");
        }
        Predicate<ConnectionRow> wanted = ConnectionFilters.of(filter, agent.desired());
        return table().map(table -> connections(table).kill(wanted)).orElse(0);
    }

    /** Returns the connections that would be dropped if the revision were carried out now. */
    public Selection droppedBy(Revision next) {
        Optional<ConnectionTable> table = table();
        if (table.isEmpty()) {
            return Selection.NONE;
        }
        Connections.Found found = connections(table.get()).find(new EndingConnections(next, agent), MAX_CUT);
        return new Selection(messages(found.rows(), agent.desired()), found.count());
    }

    private Optional<ConnectionTable> table() {
        return Optional.ofNullable(agent.vswitch().zones().connections());
    }

    private Connections connections(ConnectionTable table) {
        return new Connections(table, agent.desired().config().connections().timeouts(), agent.vswitch().nowSeconds(),
                agent.vswitch()::portNumber);
    }

    private List<Connection> messages(List<ConnectionRow> rows, MemberAgent.Desired desired) {
        ZoneDirectory directory = new ZoneDirectory(desired.zoning());
        Map<Integer, String> networks = desired.config().networks()
                .collect(Collectors.toMap(network -> network.vlan(), network -> network.name().toString()));
        Map<Integer, String> ports = new HashMap<>();
        desired.numbers().byName().forEach((name, number) -> ports.put(number, name));
        return rows.stream().sorted(Comparator.comparingInt(ConnectionRow::vlan)
                .thenComparingLong(ConnectionRow::sourceHigh).thenComparingLong(ConnectionRow::sourceLow)
                .thenComparingInt(ConnectionRow::sourcePort))
                .map(row -> Connection.newBuilder().setProtocol(ConnectionFilters.protocol(row.protocol()))
                        .setSource(ConnectionFilters.endpoint(row, true))
                        .setDestination(ConnectionFilters.endpoint(row, false)).setState(row.state())
                        .setFrom(directory.zone(row.from())).setTo(directory.zone(row.to()))
                        .setPolicy(directory.policy(row.policy()))
                        .setPackets(row.packets() + row.replyPackets()).setBytes(row.bytes() + row.replyBytes())
                        .setReplyPackets(row.replyPackets()).setReplyBytes(row.replyBytes()).setVlan(row.vlan())
                        .setNetwork(networks.getOrDefault(row.vlan(), ""))
                        .setPort(ports.getOrDefault(row.ingressPort(), "")).setSecondsToLive(row.secondsToLive())
                        .build())
                .toList();
    }
}
