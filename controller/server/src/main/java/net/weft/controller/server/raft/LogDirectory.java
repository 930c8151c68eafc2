package net.weft.controller.server.raft;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.revision.RevisionCodec;
import net.weft.controller.server.FileRevisionStore;
import net.weft.controller.server.StoreException;

/**
 * The directories of a log: {@code raft}, which Ratis writes, and {@code snapshots}. A log that is missing begins with the newest
 * revision of the files. A damaged one is set aside: what can be read of it goes to the files, a new log begins, and what is lost is
 * named. The caller serializes the calls, except of {@link #applied}, {@link #newest}, {@link #problems} and their kind.
 */
final class LogDirectory {
    private static final System.Logger LOG = System.getLogger(LogDirectory.class.getName());
    private static final Pattern UUID_NAME = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final String UNFINISHED = "-unfinished";
    private static final String DAMAGED = ".damaged";

    private final Path logs;
    private final Path snapshots;
    private final FileRevisionStore files;
    private final List<String> problems = new CopyOnWriteArrayList<>();
    private volatile Newest newest = new Newest(0, new byte[0]);

    private record Newest(long number, byte[] bytes) {
    }

    LogDirectory(Path data, FileRevisionStore files) {
        logs = data.resolve("raft");
        snapshots = data.resolve("snapshots");
        this.files = files;
    }

    /** Returns what was found damaged, one sentence each. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    long newest() {
        return newest.number();
    }

    byte[] newestBytes() {
        return newest.bytes();
    }

    long newestChecksum() {
        return FileRevisionStore.checksum(newest.bytes());
    }

    /** Notes the newest revision of the log. On the thread that applies the log. */
    void applied(long number, byte[] bytes) {
        newest = new Newest(number, bytes);
    }

    /**
     * Opens the log. When this returns, {@link #newest} is the newest revision in it.
     *
     * @param onShutdown called when it has to be opened again
     */
    RaftGroup open(RevisionMachine.Sink sink, Runnable onShutdown, Duration limit) throws IOException {
        Optional<UUID> group = group();
        if (group.isPresent() && isUnfinished(logs.resolve(group.get().toString()))) {
            Files.move(logs, logs.resolveSibling(logs.getFileName() + UNFINISHED + "-" + group.get()));
            group = Optional.empty();
        }
        if (group.isEmpty()) {
            return begin(sink, onShutdown, limit);
        }
        try {
            return open(group.get(), Snapshots.open(snapshots), sink, onShutdown, false, limit);
        } catch (IOException | RuntimeException e) {
            LogCheck check = LogCheck.read(logs.resolve(group.get().toString()));
            Optional<Snapshots> snapshot = snapshot();
            if (check.damage().isEmpty() && snapshot.isPresent()) {
                throw e;
            }
            LOG.log(System.Logger.Level.DEBUG, "the log is damaged", e);
            return opened(group.get(), check, snapshot, sink, onShutdown, limit);
        }
    }

    private RaftGroup open(UUID group, Snapshots from, RevisionMachine.Sink sink, Runnable onShutdown,
            boolean dropsTail, Duration limit) throws IOException {
        newest = new Newest(from.latest().number(), from.latest().bytes());
        return RaftGroup.open(logs, group, new RevisionMachine(from, sink, onShutdown), dropsTail, limit);
    }

    private RaftGroup begin(RevisionMachine.Sink sink, Runnable onShutdown, Duration limit) throws IOException {
        Files.createDirectories(logs,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        long number = files.last().map(Revision::number).orElse(0L);
        files.force();
        byte[] bytes = number == 0
                ? new byte[0]
                : files.bytes(number).orElseThrow(() -> new IOException(
                        "revision " + number + " is gone"));
        Snapshots first = Snapshots.begin(snapshots, Snapshots.Snapshot.first(number, bytes));
        return open(UUID.randomUUID(), first, sink, onShutdown, false, limit);
    }

    /** Returns whether a crash, or a full disk, came while the directory of a new group was made: it holds no entry yet. */
    private static boolean isUnfinished(Path group) throws IOException {
        return !Files.exists(group.resolve("current").resolve("raft-meta"))
                && LogCheck.isEmpty(group);
    }

    /** Returns the name of the directory of the group; empty: there is no log. */
    private Optional<UUID> group() throws IOException {
        if (!Files.isDirectory(logs)) {
            return Optional.empty();
        }
        try (Stream<Path> found = Files.list(logs)) {
            return found.map(path -> path.getFileName().toString()).filter(UUID_NAME.asMatchPredicate())
                    .map(UUID::fromString).findFirst();
        }
    }

    private Optional<Snapshots> snapshot() {
        try {
            return Optional.of(Snapshots.open(snapshots));
        } catch (StoreException e) {
            problems.add(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** Opens a log that is damaged. */
    private RaftGroup opened(UUID group, LogCheck check, Optional<Snapshots> snapshot, RevisionMachine.Sink sink,
            Runnable onShutdown, Duration limit) throws IOException {
        long known = files.last().map(Revision::number).orElse(0L);
        NewestBytes good = replayed(check, snapshot);
        boolean isUnfinishedWrite = check.damage().filter(LogCheck.Damage::isTail).isPresent()
                && known <= good.number() && snapshot.isPresent();
        if (isUnfinishedWrite) {
            LOG.log(System.Logger.Level.WARNING, "the last entry of the log is not whole and is dropped: revision "
                    + good.number() + " is the newest");
            return open(group, snapshot.get(), sink, onShutdown, true, limit);
        }
        String lost = lost(check, Math.max(known, good.number()));
        check.damage().ifPresent(damage -> files.lost(damage.newestBehind()));
        files.force();
        Path aside = logs.resolveSibling(logs.getFileName() + DAMAGED + "-" + group);
        Files.move(logs, aside);
        String where = check.damage().map(damage -> "the log was damaged at byte " + damage.position() + " of "
                + logs.relativize(damage.file())).orElse("the snapshot of the log was damaged");
        problems.add(where + "; it is kept as " + aside + ", " + lost);
        LOG.log(System.Logger.Level.ERROR, problems.getLast());
        return begin(sink, onShutdown, limit);
    }

    /** Applies what can be read of a damaged log, and writes the revisions that the files lack. */
    private NewestBytes replayed(LogCheck check, Optional<Snapshots> snapshot) throws IOException {
        long inFiles = files.last().map(Revision::number).orElse(0L);
        Snapshots.Snapshot from = snapshot.map(Snapshots::latest).filter(found -> found.number() > inFiles)
                .orElseGet(() -> Snapshots.Snapshot.first(inFiles, files.bytes(inFiles).orElseGet(() -> new byte[0])));
        NewestBytes state = new NewestBytes(from.number(), from.bytes());
        long written = inFiles;
        for (LogRecord record : check.records()) {
            NewestBytes.Result result = state.apply(record);
            if (result == NewestBytes.Result.COMMITTED && state.number() > written) {
                files.record(state.number(), state.bytes());
                written = state.number();
            }
        }
        if (state.number() > inFiles) {
            files.record(state.number(), state.bytes());
            try {
                files.publish(RevisionCodec.read(state.bytes()), state.bytes());
            } catch (RevisionCodec.DamagedException e) {
                throw new IOException("revision " + state.number() + " in the log does not read", e);
            }
        }
        return state;
    }

    private static String lost(LogCheck check, long newest) {
        long behind = check.damage().map(LogCheck.Damage::newestBehind).orElse(0L);
        if (behind == newest + 1) {
            return "revision " + behind + " is lost";
        }
        return behind > newest
                ? "revisions " + (newest + 1) + " to " + behind + " are lost"
                : "revision " + newest + " is the newest that could be read, none after it was found";
    }
}
