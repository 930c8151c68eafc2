package net.weft.examples.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;

/** A running {@code ./weft watchdog} beside a member. */
public final class WatchdogProcess implements AutoCloseable {
    private final Process process;

    /**
     * Starts it and returns when it listens.
     *
     * @param data data directory of the member
     * @param errors file to which its standard error is appended
     */
    WatchdogProcess(Namespace namespace, Path data, Path errors) {
        try {
            process = namespace
                    .program(List.of(Project.root().resolve("weft").toString(), "watchdog", "--data", data.toString()))
                    .redirectError(Redirect.appendTo(errors.toFile())).start();
            @SuppressWarnings("resource")
            BufferedReader out = process.inputReader();
            if (!"ready".equals(out.readLine())) {
                throw new AssertionError("the watchdog has not said that it is ready; see " + errors);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        Programs.end(process);
    }
}
