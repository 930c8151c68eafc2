package net.weft.controller.cli.show;

import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine;

/** The command {@code weft show}. */
@Command(name = "show", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "WHAT", description = "What the running switch is and does.", footer = {
        "", "Examples:",
        "  weft show ports",
        "  weft show drops --port web1", "  weft show macs --vlan 10 -o json",
        "  weft show counters --watch", "  weft show lags --legs", "  weft show zones --matrix"})
public final class ShowCommand implements Runnable {
    private static final List<Supplier<Runnable>> LISTINGS = List.of(ShowPorts::new, ShowMacs::new, ShowVlans::new,
            ShowDrops::new, ShowCounters::new, ShowNetworks::new, ShowWorkers::new, ShowMembers::new,
            ShowMigrations::new, ShowExport::new, ShowMulticast::new, ShowLags::new, ShowNeighbors::new, ShowStack::new,
            ShowVpn::new, ShowZones::new, ShowPolicies::new,
            ShowConnections::new, ShowEvents::new, ShowRevision::new);
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    private ShowCommand() {
    }

    /**
     * Returns the command with its listings.
     *
     * @param wanted name of the only listing that will be needed; all are made if there is none of that name
     */
    public static CommandLine of(String wanted) {
        CommandLine show = new CommandLine(new ShowCommand());
        List<Runnable> listings = LISTINGS.stream().map(Supplier::get).toList();
        List<Runnable> only = listings.stream().filter(listing -> wanted.equals(name(listing))).toList();
        (only.isEmpty() ? listings : only).forEach(show::addSubcommand);
        return show;
    }

    private static String name(Runnable listing) {
        return listing.getClass().getAnnotation(Command.class).name();
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(),
                "Missing: what to show (" + String.join(", ", spec.subcommands().keySet()) + ")");
    }
}
