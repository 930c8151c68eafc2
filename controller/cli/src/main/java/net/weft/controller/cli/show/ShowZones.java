package net.weft.controller.cli.show;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.weft.controller.cli.connect.Existing;
import net.weft.v1.ListNamesRequest.Kind;
import net.weft.v1.ListZonePairsRequest;
import net.weft.v1.ListZonesRequest;
import net.weft.v1.Zone;
import net.weft.v1.ZonePair;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "zones", mixinStandardHelpOptions = true, sortOptions = false, description = "Security zones and the ports in them; or what holds between any two of them.", footer = {
        "",
        "none is the zone of whatever has no zone, local the switch itself. A port of several VLANs may be in several zones.",
        "In the matrix, rows are where traffic comes from and columns where it goes: allow, deny, drop or reject for all of it;",
        "2+deny where two policies match some of it first; . between zones of two tenants, which never meet.",
        "Between two zones of the fabric, the policies of a tenant count with --tenant only.", "",
        "Examples:",
        "  weft show zones", "  weft show zones --matrix", "  weft show zones --matrix --tenant acme -o json"})
final class ShowZones implements Runnable {
    private static final List<Column<Zone>> COLUMNS = List.of(Column.of("name", Zone::getName),
            Column.of("tenant", Zone::getTenant), Column.of("ports", Zone::getPortsList),
            Column.of("intra", Zone::getIntra), Column.of("policies", Zone::getPolicies),
            Column.of("dropped", Zone::getDropped), Column.detail("number", Zone::getNumber));
    private static final List<Column<ZonePair>> PAIRS = List.of(Column.of("from", ZonePair::getFrom),
            Column.of("to", ZonePair::getTo), Column.of("policies", pair -> List.copyOf(pair.getPoliciesList())),
            Column.of("otherwise", ZonePair::getOtherwise), Column.of("decided-by", ZonePair::getDecidedBy));

    @Option(names = "--matrix", description = "what holds from each zone to each")
    private boolean matrix;
    @Option(names = "--tenant", paramLabel = "NAME", description = "only what this tenant's ports see: the fabric's zones and its own")
    private String tenant = "";
    @Mixin
    private ShowOptions options = new ShowOptions();

    private record Row(String from, List<String> cells) {
    }

    @Override
    public void run() {
        if (matrix) {
            ListZonePairsRequest request = ListZonePairsRequest.newBuilder().setTenant(tenant).build();
            options.showAs(PAIRS, client -> {
                Existing.check(client, Kind.TENANT, tenant);
                return client.zones(zones -> zones.listZonePairs(request)).getPairsList();
            }, ShowZones::matrix);
        } else {
            options.show(COLUMNS, client -> {
                Existing.check(client, Kind.TENANT, tenant);
                return client.zones(zones -> zones.listZones(ListZonesRequest.getDefaultInstance())).getZonesList()
                        .stream().filter(zone -> tenant.isEmpty() || zone.getTenant().isEmpty()
                                || zone.getTenant().equals(tenant))
                        .toList();
            });
        }
    }

    /** Writes the matrix, with one row for each source zone. */
    private static void matrix(List<ZonePair> pairs, PrintWriter out) {
        Map<String, List<String>> cells = new LinkedHashMap<>();
        pairs.forEach(pair -> cells.computeIfAbsent(pair.getFrom(), _ -> new ArrayList<>()).add(cell(pair)));
        List<String> names = List.copyOf(cells.keySet());
        List<Column<Row>> columns = Stream.concat(Stream.of(Column.of("from", Row::from)),
                names.stream().map(to -> Column.<Row>of(to, row -> row.cells().get(names.indexOf(to))))).toList();
        Listing.write(Listing.Format.TABLE, columns,
                cells.entrySet().stream().map(entry -> new Row(entry.getKey(), entry.getValue())).toList(), out);
    }

    private static String cell(ZonePair pair) {
        if (pair.getOtherwise().equals("apart")) {
            return ".";
        }
        return (pair.getPoliciesCount() == 0 ? "" : pair.getPoliciesCount() + "+") + pair.getOtherwise();
    }
}
