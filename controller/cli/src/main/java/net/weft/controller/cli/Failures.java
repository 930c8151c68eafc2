package net.weft.controller.cli;

import java.io.PrintWriter;

import net.weft.controller.cli.connect.FailedException;

/** Exceptions as lines for standard error. */
final class Failures {
    private Failures() {
    }

    /** Prints one line a fault; a stack trace only where {@code WEFT_LOG} asks for more. */
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
