package net.weft.controller.cli.show;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.weft.controller.cli.connect.ControlClient;
import net.weft.controller.cli.connect.Existing;
import net.weft.v1.Lag;
import net.weft.v1.ListLagsRequest;
import net.weft.v1.ListNamesRequest.Kind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "lags", mixinStandardHelpOptions = true, sortOptions = false, description = "Link aggregations, their legs, and why a leg is not in use.", footer = {
        "",
        "A leg is down (no carrier), standby (usable, but not used: the reason says why), individual (no LACP is heard),",
        "attached (the partner does not agree yet), collecting (it receives only), distributing (it is in use) or drained",
        "(taken out of service with `weft lag drain`). Flows are spread over 256 buckets; BUCKETS is the leg's share of them.",
        "",
        "Examples:", "  weft show lags", "  weft show lags --legs --watch", "  weft show lags --lag po1 -o json"})
final class ShowLags implements Runnable {
    private record Row(Lag lag, Lag.Leg leg) {
    }

    private static final List<Column<Lag>> TABLE = List.of(Column.of("name", Lag::getName),
            Column.of("state", Lag::getState), Column.of("interface", Lag::getInterface),
            Column.of("lacp", Lag::getLacp), Column.of("hash", Lag::getHash),
            Column.of("legs",
                    lag -> lag.getLegsList().stream().map(leg -> leg.getPort() + "=" + leg.getState()).toList()),
            Column.of("partner-system", Lag::getPartnerSystem));
    private static final List<Column<Lag>> COLUMNS = List.of(Column.of("name", Lag::getName),
            Column.of("state", Lag::getState), Column.of("legs", ShowLags::legs),
            Column.of("partner-system", Lag::getPartnerSystem), Column.of("interface", Lag::getInterface),
            Column.of("lacp", Lag::getLacp), Column.of("hash", Lag::getHash),
            Column.of("min-links", Lag::getMinLinks), Column.of("waiting-buckets", Lag::getWaitingBuckets));
    private static final List<Column<Row>> LEGS = List.of(Column.of("lag", row -> row.lag().getName()),
            Column.of("port", row -> row.leg().getPort()), Column.of("member", row -> row.leg().getMember()),
            Column.of("state", row -> row.leg().getState()), Column.of("buckets", row -> row.leg().getBuckets()),
            Column.of("rx-packets", row -> row.leg().getRxPackets()),
            Column.of("tx-packets", row -> row.leg().getTxPackets()),
            Column.of("rx-bytes", row -> row.leg().getRxBytes()),
            Column.of("tx-bytes", row -> row.leg().getTxBytes()),
            Column.of("partner", row -> partner(row.leg())), Column.of("reason", row -> row.leg().getReason()));

    @Option(names = "--legs", description = "one row a leg, with its counters and partner")
    private boolean legs;
    @Option(names = "--lag", paramLabel = "NAME", description = "only this one")
    private String name = "";
    @Mixin
    private ShowOptions options = new ShowOptions();

    @Override
    public void run() {
        options.showAs(COLUMNS, this::fetch, (lags, out) -> {
            if (legs) {
                Listing.write(Listing.Format.TABLE, LEGS, lags.stream().flatMap(ShowLags::rows).toList(), out);
            } else {
                Listing.write(Listing.Format.TABLE, TABLE, lags, out);
            }
        });
    }

    private List<Lag> fetch(ControlClient client) {
        Existing.check(client, Kind.LAG, name);
        return client.inspect(inspect -> inspect.listLags(ListLagsRequest.getDefaultInstance())).getLagsList().stream()
                .filter(lag -> name.isEmpty() || name.equals(lag.getName())).toList();
    }

    private static Stream<Row> rows(Lag lag) {
        return lag.getLegsList().stream().map(leg -> new Row(lag, leg));
    }

    private static String partner(Lag.Leg leg) {
        return leg.getPartnerSystem().isEmpty() ? "" : leg.getPartnerSystem() + " port " + leg.getPartnerPort();
    }

    private static List<Map<String, Object>> legs(Lag lag) {
        return lag.getLegsList().stream().map(leg -> {
            Map<String, Object> values = new LinkedHashMap<>();
            values.put("port", leg.getPort());
            values.put("member", leg.getMember());
            values.put("state", leg.getState());
            values.put("reason", leg.getReason());
            values.put("number", leg.getNumber());
            values.put("buckets", leg.getBuckets());
            values.put("partner-system", leg.getPartnerSystem());
            values.put("partner-port", leg.getPartnerPort());
            values.put("partner-key", leg.getPartnerKey());
            values.put("actor-flags", leg.getActorFlags());
            values.put("partner-flags", leg.getPartnerFlags());
            values.put("rx-packets", leg.getRxPackets());
            values.put("rx-bytes", leg.getRxBytes());
            values.put("tx-packets", leg.getTxPackets());
            values.put("tx-bytes", leg.getTxBytes());
            values.put("standby-packets", leg.getStandbyPackets());
            values.put("lacpdus-received", leg.getLacpdusReceived());
            values.put("lacpdus-sent", leg.getLacpdusSent());
            values.put("markers-received", leg.getMarkersReceived());
            values.put("faults", new TreeMap<>(leg.getFaultsMap()));
            values.put("mtu", leg.getMtu());
            values.put("churn", leg.getChurn());
            return values;
        }).toList();
    }
}
