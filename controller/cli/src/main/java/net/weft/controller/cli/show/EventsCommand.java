package net.weft.controller.cli.show;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import net.weft.controller.cli.connect.ControlClient;
import net.weft.controller.cli.connect.ControlOption;
import net.weft.controller.cli.connect.Existing;
import net.weft.v1.Event;
import net.weft.v1.FollowEventsRequest;
import net.weft.v1.ListEventsRequest;
import net.weft.v1.ListNamesRequest.Kind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code weft events}. */
@Command(name = "events", mixinStandardHelpOptions = true, sortOptions = false, description = "What happened, one event a line; with --follow what happens from now on, until interrupted.", footer = {
        "",
        "Every event has a token, which -o json shows: --after resumes behind it without a gap, as long as it is among the",
        "newest 1000, and is refused after a restore of a backup, and by another fabric. A position is taken too; it shows none",
        "of that. `weft show events` lists events as a table.", "", "Examples:", "  weft events --follow",
        "  weft events --follow --kind refused -o json", "  weft events --follow --after \"$TOKEN\" -o json",
        "  weft events --follow --after 1234"})
public final class EventsCommand implements Runnable {
    @Option(names = "--follow", description = "go on with what happens from now on")
    private boolean follow;
    @Option(names = "--after", paramLabel = "TOKEN", description = "only events behind the one that has this token or position")
    private String after = "";
    @Option(names = "--kind", paramLabel = "KIND", description = "only those of this kind, as in `weft show events`")
    private String kind = "";
    @Option(names = "--port", paramLabel = "NAME", description = "only those about this port")
    private String port = "";
    @Option(names = "-o", paramLabel = "FORMAT", defaultValue = "table", description = "table (default: a line of text), json (one object a line) or yaml")
    private Listing.Format format = Listing.Format.TABLE;
    @Mixin
    private ControlOption control = new ControlOption();
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        Filters.word(spec, "--kind", kind, ShowEvents.KINDS);
        try (ControlClient client = control.connect()) {
            Existing.check(client, Kind.PORT, port);
            boolean isPosition = after.isEmpty() || after.matches("\\d{1,18}");
            long position = isPosition && !after.isEmpty() ? Long.parseLong(after) : 0;
            String token = isPosition ? "" : after;
            if (follow) {
                client.followEvents(FollowEventsRequest.newBuilder().setAfter(position).setToken(token).build(),
                        this::print);
            } else {
                client.system(system -> system.listEvents(ListEventsRequest.newBuilder().setToken(token).build()))
                        .getEventsList().stream().filter(event -> event.getPosition() > position)
                        .forEach(this::print);
            }
        }
    }

    private void print(Event event) {
        if (!kind.isEmpty() && !kind.equals(event.getKind())
                || !port.isEmpty() && !ShowEvents.isAbout(event.getSubject(), port)) {
            return;
        }
        PrintWriter out = spec.commandLine().getOut();
        if (format.isTable()) {
            out.println(event.getTime() + "  " + event.getKind() + "  " + event.getSubject()
                    + (event.getWho().isEmpty() ? "" : "  by " + event.getWho())
                    + (event.getClaimedName().isEmpty() ? "" : " (" + event.getClaimedName() + ")") + "  "
                    + event.getMessage());
        } else {
            Map<String, Object> object = new LinkedHashMap<>();
            ShowEvents.COLUMNS.forEach(column -> object.put(column.key(), column.value().apply(event)));
            Listing.object(format, object, out);
        }
        out.flush();
    }
}
