package net.weft.controller.cli.show;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import net.weft.controller.cli.connect.ControlClient;
import net.weft.controller.cli.connect.ControlOption;
import net.weft.controller.cli.connect.FailedException;
import net.weft.controller.cli.connect.Surroundings;
import net.weft.v1.ListDropsRequest;
import net.weft.v1.ListPortsRequest;
import net.weft.v1.ListWorkersRequest;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.Display;
import org.jline.utils.NonBlockingReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code weft top}. */
@Command(name = "top", mixinStandardHelpOptions = true, sortOptions = false, description = "Ports by what they carry now, workers, and what is being dropped and why; again every second. q ends it.", footer = {
        "", "Where the output is no terminal, each look is printed below the one before.", "", "Examples:",
        "  weft top",
        "  weft top --once", "  weft top --interval 5 -o json"})
public final class TopCommand implements Runnable {
    private static final List<Column<TopRates.Row>> COLUMNS = List.of(Column.of("port", TopRates.Row::port),
            Column.of("state", TopRates.Row::state), Column.of("rx-packets-per-second", TopRates.Row::rxPackets),
            Column.of("rx-bits-per-second", TopRates.Row::rxBits),
            Column.of("tx-packets-per-second", TopRates.Row::txPackets),
            Column.of("tx-bits-per-second", TopRates.Row::txBits),
            Column.of("drops-per-second", TopRates.Row::drops), Column.of("dropping", TopRates.Row::reasons));
    private static final int MAX_SECONDS = 3600;
    private static final int CONTROL_C = 3;

    @Option(names = "--once", description = "one look, over one interval")
    private boolean once;
    @Option(names = "--interval", paramLabel = "SECONDS", defaultValue = "1", description = "time between looks (default: 1)")
    private int interval = 1;
    @Option(names = "-o", paramLabel = "FORMAT", defaultValue = "table", description = "table (default), json (one array a line) or yaml")
    private Listing.Format format = Listing.Format.TABLE;
    @Mixin
    private ControlOption control = new ControlOption();
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Override
    public void run() {
        if (interval < 1 || interval > MAX_SECONDS) {
            throw new ParameterException(command.commandLine(),
                    "--interval " + interval + ": expected 1-" + MAX_SECONDS);
        }
        try (ControlClient client = control.connect()) {
            if (!once && format.isTable() && Surroundings.current().terminal()) {
                live(client);
            } else {
                print(client);
            }
        }
    }

    private void print(ControlClient client) {
        PrintWriter out = command.commandLine().getOut();
        TopRates.Look before = sample(client);
        do {
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(interval));
            TopRates.Look now = sample(client);
            if (format.isTable()) {
                TopScreen.lines(before, now).forEach(out::println);
                out.println(once ? "" : "\n");
            } else {
                Listing.write(format, COLUMNS, TopRates.between(before, now), out);
            }
            out.flush();
            before = now;
        } while (!once && !out.checkError() && !Thread.currentThread().isInterrupted());
    }

    private void live(ControlClient client) {
        try (Terminal terminal = TerminalBuilder.builder().system(true).build()) {
            Attributes before = terminal.enterRawMode();
            Display display = new Display(terminal, true);
            try {
                show(client, terminal, display);
            } finally {
                display.clear();
                display.update(List.of(), 0);
                terminal.setAttributes(before);
            }
        } catch (IOException e) {
            throw new FailedException("the terminal failed: " + e.getMessage());
        }
    }

    private void show(ControlClient client, Terminal terminal, Display display) throws IOException {
        TopRates.Look before = sample(client);
        int key = NonBlockingReader.READ_EXPIRED;
        while (key != 'q' && key != CONTROL_C && key != NonBlockingReader.EOF) {
            TopRates.Look now = sample(client);
            int height = Math.max(1, terminal.getHeight());
            int width = Math.max(1, terminal.getWidth());
            display.resize(height, width);
            display.update(
                    TopScreen.lines(before, now).stream().limit(height).map(line -> fitted(line, width)).toList(),
                    0);
            before = now;
            key = terminal.reader().read(TimeUnit.SECONDS.toMillis(interval));
        }
    }

    private static AttributedString fitted(String line, int width) {
        return new AttributedString(line.substring(0, Math.min(line.length(), width - 1)));
    }

    private static TopRates.Look sample(ControlClient client) {
        return new TopRates.Look(System.nanoTime(),
                client.inspect(inspect -> inspect.listPorts(ListPortsRequest.getDefaultInstance())).getPortsList(),
                client.inspect(inspect -> inspect.listDrops(ListDropsRequest.getDefaultInstance())).getDropsList(),
                client.inspect(inspect -> inspect.listWorkers(ListWorkersRequest.getDefaultInstance()))
                        .getWorkersList());
    }
}
