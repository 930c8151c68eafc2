package net.weft.controller.cli.show;

import java.io.PrintWriter;
import java.util.List;
import net.weft.controller.cli.connect.ControlClient;
import net.weft.v1.GetRevisionRequest;
import net.weft.v1.GetRevisionResponse;
import net.weft.v1.RevisionInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "revision", mixinStandardHelpOptions = true, sortOptions = false, description = "One revision: who made it, what it changed, and the whole configuration, as a file.", footer = {
        "",
        "What is not the configuration stands in comments, so that the output may be given to `weft apply` or `weft diff`.",
        "",
        "Examples:", "  weft show revision 41", "  weft show revision 41 > then.yaml", "  weft show revision -o json"})
final class ShowRevision implements Runnable {
    private static final List<Column<GetRevisionResponse>> COLUMNS = List.of(
            Column.of("revision", shown -> shown.getInfo().getRevision()),
            Column.of("time", shown -> shown.getInfo().getTime()),
            Column.of("who", shown -> shown.getInfo().getWho()),
            Column.of("comment", shown -> shown.getInfo().getComment()),
            Column.of("command", shown -> shown.getInfo().getCommand()),
            Column.of("changes", shown -> shown.getInfo().getChangesList()),
            Column.of("change-count", shown -> shown.getInfo().getChangeCount()),
            Column.of("claimed-name", shown -> shown.getInfo().getClaimedName()),
            Column.of("unconfirmed", shown -> shown.getInfo().getUnconfirmed()),
            Column.of("configuration", GetRevisionResponse::getYaml));

    @Parameters(paramLabel = "REV", arity = "0..1", defaultValue = "0", showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER, description = "number of the revision, as `weft history` lists it (default: the newest)")
    private long revision;
    @Mixin
    private ShowOptions options = new ShowOptions();

    @Override
    public void run() {
        GetRevisionRequest request = GetRevisionRequest.newBuilder().setRevision(revision).build();
        options.showAs(COLUMNS, client -> List.of(get(client, request)),
                (rows, out) -> rows.forEach(shown -> print(shown, out)));
    }

    private static GetRevisionResponse get(ControlClient client, GetRevisionRequest request) {
        return client.revisions(revisions -> revisions.getRevision(request));
    }

    private static void print(GetRevisionResponse shown, PrintWriter out) {
        RevisionInfo info = shown.getInfo();
        out.println("# revision " + info.getRevision() + ", " + info.getTime() + ", by " + info.getWho()
                + (info.getClaimedName().isEmpty() ? "" : ", claiming to be " + info.getClaimedName()) + ": "
                + info.getCommand());
        if (!info.getComment().isEmpty()) {
            out.println("# " + info.getComment());
        }
        info.getChangesList().forEach(change -> out.println("#   " + change));
        if (info.getChangeCount() > info.getChangesCount()) {
            out.println("#   and " + (info.getChangeCount() - info.getChangesCount()) + " more");
        }
        out.print(shown.getYaml());
    }
}
