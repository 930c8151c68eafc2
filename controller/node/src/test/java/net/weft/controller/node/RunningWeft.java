package net.weft.controller.node;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.server.Clocks;

/** An instance with QEMU ports, which need no privilege, and the command line to it. */
final class RunningWeft implements AutoCloseable {
    private final Path directory;
    private final Path file;
    private final Consumer<Revision> faults;
    private final Optional<Clocks> clocks;
    private Instance instance;

    /** The exit status and output of a command. */
    record Result(int status, String out, String err) {
    }

    RunningWeft(Path directory) throws IOException {
        this(directory, _ -> {
        });
    }

    /** @param faults called before each attempt to carry a revision out; may throw */
    RunningWeft(Path directory, Consumer<Revision> faults) throws IOException {
        this(directory, faults, Optional.empty());
    }

    /** @param clocks clocks of the controller; empty: those of the host */
    RunningWeft(Path directory, Consumer<Revision> faults, Optional<Clocks> clocks) throws IOException {
        this.directory = directory;
        this.faults = faults;
        this.clocks = clocks;
        file = Files.writeString(directory.resolve("fabric.yaml"), fabric(10));
        instance = started(Optional.of(file));
    }

    private Instance started(Optional<Path> given) {
        return clocks.isPresent()
                ? Instance.start(options(given), faults, clocks.get())
                : Instance.start(options(given), faults);
    }

    /** The file it was started with. */
    Path file() {
        return file;
    }

    /** Starts it again, after {@link #close}. */
    void start(Optional<Path> given) {
        instance = started(given);
    }

    /** Does what the instance does on SIGHUP. */
    void hangUp() {
        instance.readFileAgain();
    }

    boolean isReady() {
        return instance.isReady();
    }

    private Instance.Options options(Optional<Path> given) {
        return new Instance.Options(given.map(Path::toString), false, OptionalInt.empty(), directory.resolve("data"),
                directory.resolve("c"));
    }

    /** Text of a file with a port of a network and another, disabled. */
    String fabric(int vid) {
        return """
                tenants: {acme: {networks: {web: {vlan: %d}}}}
                ports:
                  web1: {type: qemu, transport: stream, socket: %s/web1, mode: server, network: acme/web}
                  db1: {type: qemu, transport: stream, socket: %s/db1, mode: client, trunk: {allowed: [20, 30-31]}, enabled: false}
                """
                .formatted(vid, directory, directory);
    }

    /** Carries out a command, and says what became of it. */
    Result weft(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--control");
        all.add("unix:" + directory.resolve("c"));
        int status = Weft.run(new PrintWriter(out), new PrintWriter(err), all.toArray(new String[0]));
        return new Result(status, out.toString(), err.toString());
    }

    @Override
    public void close() {
        instance.close();
    }
}
