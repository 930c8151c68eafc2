package net.weft.controller.cli.show;

import java.util.List;
import net.weft.controller.cli.connect.ControlClient;
import net.weft.controller.cli.connect.Existing;
import net.weft.v1.ListNamesRequest.Kind;
import net.weft.v1.ListPoliciesRequest;
import net.weft.v1.ListPoliciesResponse;
import net.weft.v1.Policy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "policies", mixinStandardHelpOptions = true, sortOptions = false, description = "Policies in the order of evaluation, and what each has matched.", footer = {
        "",
        "Packets of a connection count for the policy that let it begin. Connections are those begun, not those that live.",
        "",
        "Examples:", "  weft show policies", "  weft show policies --zone dmz --watch",
        "  weft show policies --unused -o json"})
final class ShowPolicies implements Runnable {
    private static final List<Column<Policy>> COLUMNS = List.of(Column.of("name", Policy::getName),
            Column.of("tenant", Policy::getTenant), Column.of("from", Policy::getFromList),
            Column.of("to", Policy::getToList), Column.of("match", Policy::getMatchList),
            Column.of("action", Policy::getAction), Column.of("packets", Policy::getPackets),
            Column.of("bytes", Policy::getBytes), Column.of("connections", Policy::getConnections),
            Column.of("last-hit", Policy::getLastHit), Column.detail("source", Policy::getSourceList),
            Column.detail("destination", Policy::getDestinationList), Column.detail("flags", Policy::getFlagsList),
            Column.detail("number", Policy::getNumber));

    @Mixin
    private Filters.OfTenant ofTenant = new Filters.OfTenant();
    @Option(names = "--zone", paramLabel = "ZONE", description = "only those that name this zone, or any")
    private String zone = "";
    @Option(names = "--action", paramLabel = "ACTION", description = "only those that allow, drop or reject")
    private String action = "";
    @Option(names = "--unused", description = "only those that have matched nothing yet")
    private boolean unused;
    @Mixin
    private ShowOptions options = new ShowOptions();
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;
    private Policy unmatched = Policy.getDefaultInstance();

    @Override
    public void run() {
        Filters.word(spec, "--action", action, List.of("allow", "drop", "reject"));
        options.show(COLUMNS, client -> {
            String tenant = ofTenant.wanted(client);
            checkZone(client, tenant);
            ListPoliciesResponse all = client
                    .zones(zones -> zones.listPolicies(ListPoliciesRequest.getDefaultInstance()));
            unmatched = all.getUnmatched();
            return all.getPoliciesList().stream().filter(policy -> isWanted(policy, tenant)).toList();
        }, (_, out) -> {
            if (unmatched.getPackets() > 0) {
                out.println();
                out.println("no policy matched " + unmatched.getPackets() + " packets; zones alone decided");
            }
        });
    }

    /** Checks the zone; a policy of a tenant names the zones of its tenant without the tenant's name. */
    private void checkZone(ControlClient client, String tenant) {
        if (!zone.isEmpty()) {
            List<String> names = Existing.names(client, Kind.ZONE);
            boolean ofTenant = names.stream().anyMatch(name -> name.endsWith("/" + zone)
                    && (tenant.isEmpty() || name.equals(tenant + "/" + zone)));
            if (!ofTenant) {
                Existing.check(client, Kind.ZONE, zone);
            }
        }
    }

    private boolean isWanted(Policy policy, String tenant) {
        return (tenant.isEmpty() || tenant.equals(policy.getTenant()))
                && (zone.isEmpty() || names(policy.getFromList()) || names(policy.getToList()))
                && (action.isEmpty() || action.equals(policy.getAction())) && (!unused || policy.getPackets() == 0);
    }

    private boolean names(List<String> zones) {
        return zones.contains(zone) || zones.contains("any");
    }
}
