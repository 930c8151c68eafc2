package net.weft.controller.cli.show;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code weft show}. */
@Command(name = "show", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "WHAT", description = "What the running switch is and does.", subcommands = {
        ShowPorts.class, ShowMacs.class, ShowVlans.class, ShowDrops.class, ShowCounters.class,
        ShowNetworks.class, ShowWorkers.class, ShowMembers.class, ShowMigrations.class, ShowExport.class,
        ShowMulticast.class, ShowLags.class, ShowNeighbors.class, ShowVpn.class, ShowZones.class, ShowPolicies.class,
        ShowConnections.class}, footer = {"",
                "Examples:",
                "  weft show ports",
                "  weft show drops --port web1", "  weft show macs --vlan 10 -o json",
                "  weft show counters --watch", "  weft show lags --legs", "  weft show zones --matrix"})
public final class ShowCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(),
                "Missing: what to show (" + String.join(", ", spec.subcommands().keySet()) + ")");
    }
}
