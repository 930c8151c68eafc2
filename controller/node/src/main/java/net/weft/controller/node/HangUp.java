package net.weft.controller.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import net.weft.linux.IgnoredSignals;
import sun.misc.Signal;

/**
 * The signals of {@code weft up} that do not end it. SIGHUP reads the file again; in a process with a controlling
 * terminal it ends {@code weft up}, as it means that the terminal has gone. SIGTERM and SIGINT end it, as the JVM has
 * it; the others do nothing.
 */
final class HangUp {
    /** Position of the terminal's number in the fields behind the command's name, proc_pid_stat(5). */
    private static final int TERMINAL = 4;

    private HangUp() {
    }

    /** @param read called on a thread of its own for each SIGHUP */
    static void handle(Runnable read) {
        IgnoredSignals.install();
        if (!hasTerminal()) {
            Signal.handle(new Signal("HUP"), _ -> new Thread(read, "weft-hangup").start());
        }
    }

    private static boolean hasTerminal() {
        try {
            String stat = Files.readString(Path.of("/proc/self/stat"));
            return !stat.substring(stat.lastIndexOf(')') + 2).split(" ")[TERMINAL].equals("0");
        } catch (IOException e) {
            return true;
        }
    }
}
