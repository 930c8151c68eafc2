package net.weft.controller.cli.show;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.weft.controller.cli.connect.Existing;
import net.weft.v1.Drop;
import net.weft.v1.ListDropsRequest;
import net.weft.v1.ListNamesRequest.Kind;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(name = "drops", mixinStandardHelpOptions = true, sortOptions = false, description = "Frames that went no further, why, and when the last of them.", footer = {
        "", "The time is to the second. Counters themselves never go back: --reset remembers where they are, for you",
        "alone, and --new counts from there.", "", "Examples:", "  weft show drops",
        "  weft show drops --port web1 --all", "  weft show drops --since 5m", "  weft show drops --reset",
        "  weft show drops --new --watch"})
final class ShowDrops implements Runnable {
    private static final List<Column<Drop>> COLUMNS = List.of(Column.of("port", Drop::getPort),
            Column.of("reason", Drop::getReason), Column.of("packets", Drop::getPackets),
            Column.of("last", Drop::getLast), Column.of("meaning", Drop::getMeaning),
            Column.detail("ingress", Drop::getIngress), Column.detail("egress", Drop::getEgress));
    private static final Pattern SPAN = Pattern.compile("([1-9][0-9]{0,8})([smhd])");

    @Mixin
    private Filters.OfPort ofPort = new Filters.OfPort();
    @Option(names = "--reason", paramLabel = "REASON", description = "only for this reason")
    private String reason = "";
    @Option(names = "--all", description = "also reasons that never occurred")
    private boolean all;
    @Option(names = "--since", paramLabel = "TIME", description = "only what occurred since: 30s, 5m, 2h, 1d ago, or a time such as 2026-11-30T09:00:00Z")
    private @Nullable String since;
    @Option(names = "--reset", description = "show what there is, and count from here for --new")
    private boolean reset;
    @Option(names = "--new", description = "only what came after your last --reset")
    private boolean fresh;
    @Mixin
    private ShowOptions options = new ShowOptions();
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        Instant from = since == null ? Instant.MIN : time(since);
        ListDropsRequest request = ListDropsRequest.newBuilder().setAll(all).build();
        options.show(COLUMNS, client -> {
            String port = ofPort.wanted(client);
            Existing.check(client, Kind.DROP_REASON, reason);
            List<Drop> drops = client.inspect(inspect -> inspect.listDrops(request)).getDropsList();
            DropBaseline baseline = DropBaseline.of(client);
            if (reset) {
                baseline.write(drops);
            }
            return (fresh ? baseline.since(drops, all) : drops).stream()
                    .filter(row -> port.isEmpty() || port.equals(row.getPort()))
                    .filter(row -> reason.isEmpty() || reason.equals(row.getReason()))
                    .filter(row -> since == null || !row.getLast().isEmpty()
                            && !Instant.parse(row.getLast()).isBefore(from))
                    .toList();
        });
    }

    private Instant time(String text) {
        Matcher span = SPAN.matcher(text);
        if (span.matches()) {
            return Instant.now().minus(Duration.parse(("d".equals(span.group(2)) ? "P" : "PT") + text));
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new ParameterException(spec.commandLine(), "--since " + text
                    + ": expected a time span such as 5m, or a time such as 2026-11-30T09:00:00Z");
        }
    }
}
