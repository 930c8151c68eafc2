package net.weft.controller.cli.show;

import java.util.List;
import net.weft.controller.cli.connect.ControlClient;
import net.weft.controller.cli.connect.Existing;
import net.weft.v1.Event;
import net.weft.v1.ListEventsRequest;
import net.weft.v1.ListNamesRequest.Kind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "events", mixinStandardHelpOptions = true, sortOptions = false, description = "What happened: changes, refusals and who made them, conflicts, ports that went up or down.", footer = {
        "",
        "The newest 1000 are listed, over restarts too; the files events/*.jsonl in the data directory have more, and the log all.",
        "", "Examples:", "  weft show events",
        "  weft show events --kind revision -o json", "  weft show events --port web1"})
final class ShowEvents implements Runnable {
    static final List<Column<Event>> COLUMNS = List.of(Column.of("time", Event::getTime),
            Column.of("kind", Event::getKind), Column.of("subject", Event::getSubject), Column.of("who", Event::getWho),
            Column.of("message", Event::getMessage),
            Column.detail("process", Event::getProcess), Column.detail("claimed-name", Event::getClaimedName),
            Column.detail("position", Event::getPosition), Column.detail("token", Event::getToken));
    static final List<String> KINDS = List.of("revision", "refused", "trial", "conflict", "port", "lag", "neighbor",
            "mac-move", "connection-limit");

    @Option(names = "--kind", paramLabel = "KIND", description = "only revision, refused, trial, conflict, port, lag, neighbor, mac-move or connection-limit")
    private String kind = "";
    @Option(names = "--port", paramLabel = "NAME", description = "only about this port going up or down, or in conflict")
    private String port = "";
    @Mixin
    private ShowOptions options = new ShowOptions();
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        Filters.word(spec, "--kind", kind, KINDS);
        options.show(COLUMNS, this::fetch);
    }

    private List<Event> fetch(ControlClient client) {
        Existing.check(client, Kind.PORT, port);
        return client.system(system -> system.listEvents(ListEventsRequest.getDefaultInstance())).getEventsList()
                .stream().filter(event -> kind.isEmpty() || kind.equals(event.getKind()))
                .filter(event -> port.isEmpty() || isAbout(event.getSubject())).toList();
    }

    /** Returns whether a subject is the port, or a LAG of this name or one of its legs, or this leg of a LAG. */
    private boolean isAbout(String subject) {
        return isAbout(subject, port);
    }

    static boolean isAbout(String subject, String port) {
        return subject.equals("port " + port) || subject.equals("lag " + port)
                || subject.startsWith("lag " + port + " ")
                || subject.startsWith("lag ") && subject.endsWith(" leg " + port);
    }
}
