package net.weft.controller.cli;

import net.weft.controller.cli.connect.ControlClient;
import net.weft.controller.cli.connect.ControlOption;
import net.weft.v1.ConfirmRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "confirm", mixinStandardHelpOptions = true, sortOptions = false, description = "Make a change stand that was made with --confirm-within.", footer = {
        "", "Without it the change is rolled back when its time is over, or when weft or the host starts again before.",
        "",
        "Examples:", "  weft apply -f fabric.yaml --confirm-within 2m && weft show ports && weft confirm",
        "  weft confirm 42      only if it is revision 42 that waits"})
final class ConfirmCommand implements Runnable {
    @Parameters(paramLabel = "REV", arity = "0..1", defaultValue = "0", showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER, description = "the revision that is to stand (default: whichever waits)")
    private long revision;
    @Option(names = "--as", paramLabel = "NAME", description = "for whom, recorded as claimed beside the user that the kernel knows")
    private String claimed = "";
    @Mixin
    private ControlOption control = new ControlOption();
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        ConfirmRequest request = ConfirmRequest.newBuilder().setRevision(revision).setClaimedName(claimed).build();
        try (ControlClient client = control.connect()) {
            long stands = client.revisions(revisions -> revisions.confirm(request)).getRevision();
            spec.commandLine().getOut().println("revision " + stands + " stands");
        }
    }
}
