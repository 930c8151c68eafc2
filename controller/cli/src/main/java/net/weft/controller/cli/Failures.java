package net.weft.controller.cli;

import java.io.PrintWriter;

import net.weft.controller.cli.connect.FailedException;

/** Prints exceptions to standard error. */
final class Failures {
    private Failures() {
    }

    /**
     * Prints one line for each fault and returns the exit status 1; prints a stack trace only if {@code WEFT_LOG} is
     * verbose.
     */
    static int report(Exception e, PrintWriter err) {
        switch (e) {
            case FailedException failed -> failed.lines().forEach(line -> err.println("weft: " + line));
            default -> {
                err.println("weft: unforeseen: " + e);
                if (StderrLogging.isVerbose()) {
                    e.printStackTrace(err);
                }
            }
        }
        return 1;
    }
}
