package net.weft.controller.cli.show;

import java.util.List;
import net.weft.v1.ListRevisionsRequest;
import net.weft.v1.RevisionInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code weft history}. */
@Command(name = "history", mixinStandardHelpOptions = true, sortOptions = false, description = "Who changed what, and when: the newest revisions first.", footer = {
        "",
        "`weft show revision N` has the whole of one, `weft diff REV REV` what lies between two, `weft rollback REV` goes back.",
        "The newest 10000 revisions are kept, as many of them as fit in 4 GiB; of others only the line may be left, which then",
        "says so. A name in brackets is what the caller claimed with --as.", "",
        "Examples:", "  weft history",
        "  weft history --limit 100 -o json", "  weft history --before 40"})
public final class HistoryCommand implements Runnable {
    private static final int MAX_LIMIT = 10_000;
    private static final List<Column<RevisionInfo>> COLUMNS = List.of(
            Column.of("revision", RevisionInfo::getRevision), Column.of("time", RevisionInfo::getTime),
            Column.of("who", RevisionInfo::getWho), Column.of("comment", RevisionInfo::getComment),
            Column.of("command", RevisionInfo::getCommand), Column.of("changes", RevisionInfo::getChangesList),
            Column.of("change-count", RevisionInfo::getChangeCount),
            Column.of("claimed-name", RevisionInfo::getClaimedName), Column.of("process", RevisionInfo::getProcess),
            Column.of("uid", info -> info.hasUid() ? info.getUid() : ""),
            Column.of("unconfirmed", RevisionInfo::getUnconfirmed), Column.of("gone", RevisionInfo::getGone));
    private static final List<Column<RevisionInfo>> TABLE = List.of(
            Column.of("revision", RevisionInfo::getRevision), Column.of("time", RevisionInfo::getTime),
            Column.of("who", HistoryCommand::who), Column.of("command", RevisionInfo::getCommand),
            Column.of("comment", RevisionInfo::getComment), Column.of("changes", HistoryCommand::changes));

    @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "how many at most, 1 to 10000 (default: 20)")
    private int limit;
    @Option(names = "--before", paramLabel = "REV", defaultValue = "0", showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER, description = "only those before this one")
    private long before;
    @Mixin
    private ShowOptions options = new ShowOptions();
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new ParameterException(spec.commandLine(), "--limit " + limit + ": expected 1 to " + MAX_LIMIT);
        }
        if (before < 0) {
            throw new ParameterException(spec.commandLine(), "--before " + before + ": expected a revision");
        }
        ListRevisionsRequest request = ListRevisionsRequest.newBuilder().setBefore(before).setLimit(limit).build();
        options.showAs(COLUMNS, client -> client.revisions(revisions -> revisions.listRevisions(request))
                .getRevisionsList(), (rows, out) -> {
                    Listing.write(Listing.Format.TABLE, TABLE, rows, out);
                    if (rows.size() == limit && rows.getLast().getRevision() > 1) {
                        options.note("older ones: weft history --before " + rows.getLast().getRevision());
                    }
                });
    }

    private static String who(RevisionInfo info) {
        return info.getWho() + (info.getClaimedName().isEmpty() ? "" : " (" + info.getClaimedName() + ")");
    }

    private static String changes(RevisionInfo info) {
        int more = info.getChangeCount() - 1;
        String first = info.getChangesCount() == 0 ? "" : info.getChanges(0);
        return (info.getUnconfirmed() ? "(not confirmed) " : "") + (info.getGone() ? "(not kept any more) " : "")
                + first + (more > 0 ? " and " + more + " more" : "");
    }
}
