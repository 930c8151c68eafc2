package net.weft.vswitch.worker;

/** A command was given up because the worker that must do something first hangs in a turn; it will do it should it go on. */
public final class WorkerStuckException extends RuntimeException {
    private static final long serialVersionUID = 1;

    WorkerStuckException(String sentence) {
        super(sentence);
    }
}
