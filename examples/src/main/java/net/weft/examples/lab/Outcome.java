package net.weft.examples.lab;

import java.util.List;

/** A program that has ended: its exit status and what it printed. */
public record Outcome(List<String> command, int status, String out, String err) {
    public boolean ok() {
        return status == 0;
    }

    /** @throws AssertionError with all that the program printed, unless it ended with status 0 */
    public Outcome orThrow() {
        if (!ok()) {
            throw new AssertionError(this);
        }
        return this;
    }

    @Override
    public String toString() {
        return String.join(" ", command) + " ended with status " + status + "\n" + out + err;
    }
}
