package net.weft.controller.cli.show;

import java.util.List;
import java.util.Locale;
import net.weft.v1.ListMigrationsRequest;
import net.weft.v1.Migration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "migrations", mixinStandardHelpOptions = true, sortOptions = false, description = "Guests on their way to another socket, and those that arrived since the switch started.", footer = {
        "",
        "States: waiting (bound, no guest runs there), ready (it runs there, and was not heard yet), complete, aborted.",
        "Times are in milliseconds: from the guest's rings running at the new socket to its announcement and to the first",
        "frame given to it there, and from the announcement to that frame (0: one was given before).", "", "Examples:",
        "  weft show migrations", "  weft show migrations --port web1 -o json"})
final class ShowMigrations implements Runnable {
    private static final List<Column<Migration>> COLUMNS = List.of(Column.of("port", Migration::getPort),
            Column.of("member", Migration::getMember), Column.of("state", Migration::getState),
            Column.of("from", Migration::getFrom), Column.of("to", Migration::getTo),
            Column.of("announcement", Migration::getAnnouncement),
            Column.of("ready-to-announced-ms",
                    row -> row.hasReadyToAnnouncedNs() ? millis(row.getReadyToAnnouncedNs()) : ""),
            Column.of("ready-to-first-frame-ms",
                    row -> row.hasReadyToFirstFrameNs() ? millis(row.getReadyToFirstFrameNs()) : ""),
            Column.of("announced-to-first-frame-ms",
                    row -> row.hasAnnouncedToFirstFrameNs() ? millis(row.getAnnouncedToFirstFrameNs()) : ""),
            Column.detail("message", Migration::getMessage));

    @Mixin
    private Filters.OfPort ofPort = new Filters.OfPort();
    @Mixin
    private ShowOptions options = new ShowOptions();

    @Override
    public void run() {
        options.show(COLUMNS, client -> {
            String port = ofPort.wanted(client);
            return client.migrate(migrate -> migrate.listMigrations(ListMigrationsRequest.getDefaultInstance()))
                    .getMigrationsList().stream().filter(row -> port.isEmpty() || port.equals(row.getPort())).toList();
        });
    }

    private static String millis(long ns) {
        return String.format(Locale.ROOT, "%.3f", ns / 1e6);
    }
}
