package net.weft.controller.cli.show;

import net.weft.controller.cli.connect.ControlClient;
import net.weft.controller.cli.connect.ControlOption;
import net.weft.v1.ConnectionFilter;
import net.weft.v1.KillConnectionsRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code weft connections}. */
@Command(name = "connections", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "kill", description = "End tracked connections; `weft show connections` lists them.", footer = {
        "", "Examples:", "  weft connections kill --address 10.10.0.11", "  weft connections kill --all"})
public final class ConnectionsCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing: kill");
    }

    @Command(name = "kill", mixinStandardHelpOptions = true, sortOptions = false, description = "End connections: TCP is over until it is opened again; of others the next packet begins anew where policies allow that.", footer = {
            "", "Takes the filters of `weft show connections`, at least one of them, or --all.", "", "Examples:",
            "  weft connections kill --from remote --to dmz", "  weft connections kill --port web1 --protocol tcp",
            "  weft connections kill --all"})
    Integer kill(@Mixin ConnectionFilterOptions options,
            @Option(names = "--all", description = "every connection") boolean all, @Mixin ControlOption control) {
        ConnectionFilter filter = options.filter();
        boolean isFiltered = !filter.equals(ConnectionFilter.getDefaultInstance());
        if (all == isFiltered) {
            throw new ParameterException(spec.commandLine(),
                    all ? "--all ends every connection: it goes with no filter" : "which? expected a filter, or --all");
        }
        KillConnectionsRequest request = KillConnectionsRequest.newBuilder().setFilter(filter).setAll(all).build();
        try (ControlClient client = control.connect()) {
            long killed = client.zones(zones -> zones.killConnections(request)).getKilled();
            spec.commandLine().getOut().println(killed + (killed == 1 ? " connection ended" : " connections ended"));
        }
        return 0;
    }
}
