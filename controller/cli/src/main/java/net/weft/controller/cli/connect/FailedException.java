package net.weft.controller.cli.connect;

import java.util.List;

/**
 * A command failed for a reason that a person can act on: it exits with status 1, and prints one line for each fault to
 * standard error.
 */
public final class FailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> lines;

    public FailedException(String line) {
        this(List.of(line));
    }

    public FailedException(List<String> lines) {
        super(String.join("\n", lines));
        this.lines = List.copyOf(lines);
    }

    public List<String> lines() {
        return lines;
    }
}
