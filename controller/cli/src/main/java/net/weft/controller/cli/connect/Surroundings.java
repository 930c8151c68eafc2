package net.weft.controller.cli.connect;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The surroundings of a command: the environment, directory, input and terminal of its caller. They are those of
 * this process, unless the process serves commands of others (see the {@code resident} command).
 *
 * @param environment environment variables
 * @param directory directory to which relative paths refer, absolute
 * @param process ID of the calling process
 * @param input standard input
 * @param width columns of the terminal; empty: unknown
 * @param terminal whether standard output is a terminal
 */
public record Surroundings(Map<String, String> environment, Path directory, long process, InputStream input,
        OptionalInt width, boolean terminal) {
    private static final ScopedValue<Surroundings> CURRENT = ScopedValue.newInstance();

    /** Returns the surroundings of the command that runs on this thread. */
    public static Surroundings current() {
        return CURRENT.isBound() ? CURRENT.get() : ofThisProcess();
    }

    /** Returns the same surroundings with another value of an environment variable. */
    public Surroundings with(String variable, String value) {
        Map<String, String> changed = new HashMap<>(environment);
        changed.put(variable, value);
        return new Surroundings(changed, directory, process, input, width, terminal);
    }

    /** Runs a command in these surroundings. */
    public <T, X extends Throwable> T call(ScopedValue.CallableOp<T, X> command) throws X {
        return ScopedValue.where(CURRENT, this).call(command);
    }

    private static Surroundings ofThisProcess() {
        return new Surroundings(System.getenv(), Path.of("").toAbsolutePath(), ProcessHandle.current().pid(), System.in,
                columns(System.getenv()), System.console() != null && System.console().isTerminal());
    }

    /** Returns the columns that the launcher or the shell has found. */
    public static OptionalInt columns(Map<String, String> environment) {
        String columns = environment.getOrDefault("COLUMNS", "");
        return columns.matches("[1-9][0-9]{0,4}")
                ? OptionalInt.of(Integer.parseInt(columns))
                : OptionalInt.empty();
    }

    /** Returns the path of a file that the caller names. */
    public Path resolve(Path file) {
        return directory.resolve(file);
    }
}
