package net.weft.vswitch.worker;

/**
 * Thrown when a command does not run because the worker that must run it hangs in a turn. The command stays queued and
 * runs if the worker goes on.
 */
public final class WorkerStuckException extends RuntimeException {
    private static final long serialVersionUID = 1;

    WorkerStuckException(String sentence) {
        super(sentence);
    }
}
