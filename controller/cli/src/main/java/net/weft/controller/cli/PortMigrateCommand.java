package net.weft.controller.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import net.weft.controller.cli.connect.ControlClient;
import net.weft.controller.cli.connect.ControlOption;
import net.weft.controller.cli.connect.FailedException;
import net.weft.v1.AbortMigrationRequest;
import net.weft.v1.BeginMigrationRequest;
import net.weft.v1.ListMigrationsRequest;
import net.weft.v1.Migration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "migrate", mixinStandardHelpOptions = true, sortOptions = false, description = "Prepare a vhost-user port for the live migration of its guest: a second socket is bound ahead. Frames go there once the guest is heard by it (reverse ARP, gratuitous ARP, unsolicited neighbour advertisement, or any frame); then the old socket is let go and the new one is the port's, as a revision.", footer = {
        "", "First this command, then the hypervisor's own migration to a QEMU whose card is at the new socket.",
        "A restart of Weft forgets a migration that is not complete. `weft show migrations` shows how it went.", "",
        "Examples:", "  weft port migrate web1 --socket /run/weft/web1-b.sock",
        "  weft port migrate web1 --socket /run/weft/web1-b.sock --mode client --wait 60",
        "  weft port migrate web1 --abort"})
final class PortMigrateCommand implements Runnable {
    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final String COMPLETE = "complete";
    private static final String ABORTED = "aborted";

    @Parameters(paramLabel = "NAME", description = "of the port")
    private String name = "";
    @ArgGroup(exclusive = true, multiplicity = "1")
    @SuppressWarnings("NullAway.Init")
    private Action action;
    @Option(names = "--mode", paramLabel = "MODE", description = "who listens at the new socket: server (Weft) or client (QEMU); default: as the port has it")
    private String mode = "";
    @Option(names = "--wait", paramLabel = "SECONDS", description = "return when the guest has moved, and fail when it has not by then")
    private @Nullable Integer waitSeconds;
    @Mixin
    private ControlOption control = new ControlOption();
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /** The action of the command; exactly one of the two options is given. */
    static final class Action {
        @Option(names = "--socket", required = true, paramLabel = "PATH", description = "bind this vhost-user socket ahead")
        private @Nullable String socket;
        @Option(names = "--abort", required = true, description = "let go of the socket that was bound ahead; nothing was changed then")
        private boolean abort;
    }

    @Override
    public void run() {
        if (!mode.isEmpty() && !mode.equals("server") && !mode.equals("client")) {
            throw new ParameterException(spec.commandLine(), "--mode " + mode + ": expected server or client");
        }
        if (waitSeconds != null && (waitSeconds < 1 || waitSeconds > 86_400)) {
            throw new ParameterException(spec.commandLine(), "--wait " + waitSeconds + ": expected 1 to 86400 seconds");
        }
        if (action.abort && (waitSeconds != null || !mode.isEmpty())) {
            throw new ParameterException(spec.commandLine(),
                    "--abort stands alone: --mode and --wait go with --socket");
        }
        try (ControlClient client = control.connect()) {
            String socket = action.socket;
            if (socket == null) {
                client.migrate(service -> service
                        .abortMigration(AbortMigrationRequest.newBuilder().setPort(name).build()));
                out().println(name + ": called off, nothing was changed");
                return;
            }
            Migration begun = client.migrate(service -> service.beginMigration(
                    BeginMigrationRequest.newBuilder().setPort(name).setSocket(socket).setMode(mode).build()));
            out().println(name + ": bound " + begun.getTo() + " ahead; " + begun.getFrom()
                    + " carries frames until the guest is heard there");
            out().flush();
            if (waitSeconds != null) {
                await(client, waitSeconds);
            }
        }
    }

    private void await(ControlClient client, int seconds) {
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        Migration now = newest(client);
        while (!isOver(now) && System.nanoTime() < endNs) {
            LockSupport.parkNanos(POLL_NS);
            now = newest(client);
        }
        switch (now.getState()) {
            case COMPLETE -> report(now);
            case ABORTED -> throw new FailedException(name + ": the migration was aborted: " + now.getMessage());
            default -> throw new FailedException(name + ": the guest has not moved within " + seconds
                    + " s; the socket stays bound. `weft port migrate " + name + " --abort` lets it go");
        }
    }

    /**
     * Returns whether the migration has ended. After its completion this also waits for the first frame, which usually
     * follows at once, because its time is what the user wants to see.
     */
    private static boolean isOver(Migration migration) {
        return migration.getState().equals(ABORTED)
                || migration.getState().equals(COMPLETE) && migration.hasAnnouncedToFirstFrameNs();
    }

    private Migration newest(ControlClient client) {
        return client.migrate(service -> service.listMigrations(ListMigrationsRequest.getDefaultInstance()))
                .getMigrationsList().stream().filter(migration -> migration.getPort().equals(name)).findFirst()
                .orElseThrow(() -> new FailedException(name + ": the running weft was restarted meanwhile"));
    }

    private void report(Migration migration) {
        out().println(name + ": moved to " + migration.getTo() + ", announced by " + migration.getAnnouncement());
        out().println("from the guest's rings running to the announcement: " + millis(
                migration.hasReadyToAnnouncedNs(), migration.getReadyToAnnouncedNs()));
        out().println("from the guest's rings running to its first frame:  " + millis(
                migration.hasReadyToFirstFrameNs(), migration.getReadyToFirstFrameNs()));
        out().println("from the announcement to the guest's first frame:   " + millis(
                migration.hasAnnouncedToFirstFrameNs(), migration.getAnnouncedToFirstFrameNs()));
    }

    private static String millis(boolean known, long ns) {
        return known ? String.format(Locale.ROOT, "%.3f ms", ns / 1e6) : "none was given yet";
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
