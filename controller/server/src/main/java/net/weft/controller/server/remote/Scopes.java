package net.weft.controller.server.remote;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which members answer a call: the one of this process, all of them as one table, or the one that has the port. */
sealed interface Scopes {
    /** The member of this process answers, because each has the same configuration. */
    record Here() implements Scopes {
    }

    /** All members answer. */
    record All(RowMerge merge) implements Scopes {
    }

    /** The member answers whose port the request names in its field {@code port}. */
    record OfPort() implements Scopes {
    }

    /**
     * Only the member of this process answers.
     *
     * @param instead what to do about a port of another member
     */
    record OnlyHere(String instead) implements Scopes {
    }

    Map<String, Scopes> BY_METHOD = table();

    static Scopes of(String method) {
        return BY_METHOD.getOrDefault(method, new Here());
    }

    private static Map<String, Scopes> table() {
        Map<String, Scopes> table = new HashMap<>();
        for (String method : List.of("ListWorkers", "ListExports", "ListNeighbors", "ListStack")) {
            table.put("weft.v1.InspectService/" + method, new All(RowMerge.EACH));
        }
        table.put("weft.v1.InspectService/ListPorts",
                new All(new RowMerge(List.of("name"), Set.of("rx_packets", "tx_packets", "rx_bytes", "tx_bytes",
                        "flooded", "dropped", "punted", "copies", "mac_moves"))));
        table.put("weft.v1.InspectService/ListMacs", new All(new RowMerge(List.of("mac", "vlan", "port"), Set.of())));
        table.put("weft.v1.InspectService/ListDrops",
                new All(new RowMerge(List.of("port", "reason"), Set.of("packets", "ingress", "egress"))));
        table.put("weft.v1.InspectService/ListVlans",
                new All(new RowMerge(List.of("vid"), Set.of("packets", "bytes"))));
        table.put("weft.v1.InspectService/ListNetworks", new All(new RowMerge(List.of("tenant", "name"), Set.of())));
        table.put("weft.v1.InspectService/ListMulticast",
                new All(new RowMerge(List.of("vlan", "family", "group"), Set.of("refused"))));
        table.put("weft.v1.InspectService/ListLags",
                new All(new RowMerge(List.of("name", "port"), Set.of("waiting_buckets"))));
        table.put("weft.v1.ZoneService/ListZones",
                new All(new RowMerge(List.of("tenant", "name"), Set.of("dropped"))));
        table.put("weft.v1.ZoneService/ListPolicies",
                new All(new RowMerge(List.of("tenant", "name", "number"), Set.of("packets", "bytes", "connections"))));
        table.put("weft.v1.ZoneService/ListConnections",
                new All(new RowMerge(List.of(), Set.of("matching", "total", "capacity"))));
        table.put("weft.v1.ZoneService/KillConnections", new All(new RowMerge(List.of(), Set.of("killed"))));
        table.put("weft.v1.MigrateService/ListMigrations", new All(RowMerge.EACH));
        table.put("weft.v1.VpnService/ListVpnPeers", new All(RowMerge.EACH));
        table.put("weft.v1.TraceService/Trace", new OfPort());
        table.put("weft.v1.TraceService/FollowPackets", new OfPort());
        table.put("weft.v1.CaptureService/Capture", new OnlyHere("run `weft capture` on its host"));
        for (String method : List.of("BeginMigration", "AbortMigration")) {
            table.put("weft.v1.MigrateService/" + method,
                    new OnlyHere("guests of other members are not migrated through this one yet"));
        }
        return Map.copyOf(table);
    }
}
