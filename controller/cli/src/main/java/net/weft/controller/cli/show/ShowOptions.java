package net.weft.controller.cli.show;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Function;
import net.weft.controller.cli.connect.ControlClient;
import net.weft.controller.cli.connect.ControlOption;
import net.weft.controller.cli.connect.Surroundings;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of every listing: format, {@code --watch}, {@code --control}. */
final class ShowOptions {
    private static final long WATCH_INTERVAL_NS = TimeUnit.SECONDS.toNanos(1);
    private static final int NARROWEST = 80;
    private static final String CLEAR_SCREEN = "\u001b[H\u001b[2J";

    @Option(names = "-o", paramLabel = "FORMAT", defaultValue = "table", description = "table (default), wide, json or yaml")
    private Listing.Format format = Listing.Format.TABLE;
    @Option(names = "--watch", description = "again every second, until interrupted; JSON is one array a line")
    private boolean watch;
    @Mixin
    private ControlOption control = new ControlOption();
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    <T> void show(List<Column<T>> columns, Function<ControlClient, List<T>> fetch) {
        show(columns, fetch, (_, _) -> {
        });
    }

    /**
     * Prints a listing, with further text below the table.
     *
     * @param below writes the text below the table; not called for other formats
     */
    <T> void show(List<Column<T>> columns, Function<ControlClient, List<T>> fetch,
            BiConsumer<List<T>, PrintWriter> below) {
        showAs(columns, fetch, (rows, out) -> {
            Listing.write(format, columns, rows, out);
            below.accept(rows, out);
        });
    }

    /**
     * Prints a listing with a table of its own form.
     *
     * @param table writes the rows for people; other formats print the columns
     */
    <T> void showAs(List<Column<T>> columns, Function<ControlClient, List<T>> fetch,
            BiConsumer<List<T>, PrintWriter> table) {
        PrintWriter out = spec.commandLine().getOut();
        try (ControlClient client = control.connect()) {
            if (!watch) {
                write(columns, fetch.apply(client), table, out);
                client.silentMembers().forEach(this::note);
                return;
            }
            boolean terminal = format.isTable() && Surroundings.current().terminal();
            while (!out.checkError() && !Thread.currentThread().isInterrupted()) {
                List<T> rows = fetch.apply(client);
                out.print(terminal ? CLEAR_SCREEN : "");
                write(columns, rows, table, out);
                if (!terminal && format.isTable()) {
                    out.println();
                }
                out.flush();
                LockSupport.parkNanos(WATCH_INTERVAL_NS);
            }
        }
    }

    private <T> void write(List<Column<T>> columns, List<T> rows, BiConsumer<List<T>, PrintWriter> table,
            PrintWriter out) {
        if (format.isTable()) {
            table.accept(rows, out);
            out.flush();
        } else {
            Listing.write(format, columns, rows, out);
        }
    }

    /** Prints a listing whose table leaves out its last columns where it would be wider than the terminal or 80. */
    <T> void showFitted(List<Column<T>> columns, Function<ControlClient, List<T>> fetch) {
        int width = Math.max(NARROWEST, Surroundings.current().width().orElse(NARROWEST));
        showAs(columns, fetch, (rows, out) -> Listing.fitted(format, columns, rows, out, width));
    }

    /** Prints a note on standard error. */
    void note(String sentence) {
        spec.commandLine().getErr().println("weft: " + sentence);
    }
}
