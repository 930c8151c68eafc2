package net.weft.controller.cli;

import com.google.protobuf.ByteString;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Stream;
import net.weft.controller.cli.connect.Refusals;
import net.weft.v1.ApplyRequest;
import net.weft.v1.ApplyResponse;
import net.weft.v1.Change;
import net.weft.v1.Fault;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine;

@Command(name = "apply", mixinStandardHelpOptions = true, sortOptions = false, description = "Make the running fabric be what a file says. All of it or, if anything is wrong, nothing.", footer = {
        "", "Prints one line a change (+ added, - removed, ~ changed) and the revision.", "", "Examples:",
        "  weft apply -f fabric.yaml --dry-run        also names the live connections it would cut",
        "  weft apply -f fabric.yaml --comment 'change 4711'",
        "  weft apply -f fabric.yaml --confirm-within 2m   undone by itself unless `weft confirm` comes",
        "  weft export | sed 's/access: 10$/access: 20/' | weft apply -f -"})
final class ApplyCommand implements Runnable {
    @Option(names = "-f", required = true, paramLabel = "FILE", description = "fabric.yaml; - is standard input")
    private String file = "";
    @Option(names = "--prune", description = "also remove or change what was made by command since")
    private boolean prune;
    @Mixin
    private EditOptions edit = new EditOptions();

    @Override
    public void run() {
        ApplyRequest.Builder request = ApplyRequest.newBuilder()
                .setYamlBytes(ByteString.copyFrom(FileOption.read(file)))
                .setDryRun(edit.dryRun()).setPrune(prune).setRefusalInResponse(true).setOptions(edit.options());
        edit.base().ifPresent(request::setBaseRevision);
        edit.make(file, client -> client.fabric(file, fabric -> fabric.apply(request.build())));
    }

    /**
     * Prints the changes, one on a line, then the revision; warnings go to standard error.
     *
     * @param file name of the applied file, or empty
     * @throws net.weft.controller.cli.connect.FailedException if the change was refused
     */
    static void print(ApplyResponse response, String file, boolean dryRun, CommandLine command) {
        if (response.hasRefusal()) {
            throw Refusals.of(response.getRefusal(), file);
        }
        PrintWriter out = command.getOut();
        printWarnings(response.getWarningsList(), response.getConfigWarningsList(), file, command);
        response.getChangesList().stream().map(Change::getText).forEach(out::println);
        printDropped(response, out);
        String revision = "revision " + response.getRevision();
        if (dryRun) {
            out.println("dry run: nothing was changed, " + revision + " stands");
        } else {
            out.println(response.getChangesCount() == 0 ? "no change, " + revision : revision);
        }
        if (!response.getConfirmBy().isEmpty()) {
            command.getErr().println("weft: " + revision + " is rolled back at " + response.getConfirmBy()
                    + " unless `weft confirm` comes before");
        }
    }

    /** Prints the live connections that the change would drop, as a dry run reports them. */
    private static void printDropped(ApplyResponse response, PrintWriter out) {
        if (response.getDroppedTotal() == 0) {
            return;
        }
        out.println("would cut " + response.getDroppedTotal()
                + (response.getDroppedTotal() == 1 ? " live connection:" : " live connections:"));
        response.getDroppedConnectionsList().forEach(connection -> out.println("  " + connection.getProtocol() + " "
                + connection.getSource() + " > " + connection.getDestination() + " " + connection.getState() + ", from "
                + connection.getFrom() + " to " + connection.getTo()
                + (connection.getNetwork().isEmpty()
                        ? ", VLAN " + connection.getVlan()
                        : ", " + connection.getNetwork())
                + (connection.getPolicy().isEmpty() ? "" : ", policy " + connection.getPolicy())));
        long more = response.getDroppedTotal() - response.getDroppedConnectionsList().size();
        if (more > 0) {
            out.println("  and " + more + " more");
        }
    }

    static void printWarnings(List<String> warnings, List<Fault> configWarnings, String file, CommandLine command) {
        Stream.concat(configWarnings.stream().map(fault -> Refusals.line(fault, file)), warnings.stream())
                .forEach(warning -> command.getErr().println("weft: warning: " + warning));
    }
}
