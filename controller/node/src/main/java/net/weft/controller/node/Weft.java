package net.weft.controller.node;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.Supplier;
import net.weft.controller.cli.WeftCommand;
import net.weft.vswitch.device.pcap.CaptureFile;

/** The entry point of the process, for {@code weft up} and the client's commands. */
public final class Weft {
    private Weft() {
    }

    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int status = run(out, err, arguments);
        out.flush();
        System.exit(status);
    }

    /**
     * Runs one command in this process and returns its exit status: 0 done, 1 refused or failed, 2 wrong usage. Any
     * thread.
     */
    public static int run(PrintWriter out, PrintWriter err, String... arguments) {
        return WeftCommand.run(new WeftCommand.Parts(new UpCommand(), new SwitchCommand(), others(), DeviceChecks::of,
                CaptureFile::frame, new FabricLanguage()), out, err, arguments);
    }

    /** The commands that only the launcher calls, which the help does not show, and the watchdog. */
    private static SequencedMap<String, Supplier<Object>> others() {
        SequencedMap<String, Supplier<Object>> others = new LinkedHashMap<>();
        others.put("watchdog", WatchdogCommand::new);
        others.put("train", TrainCommand::new);
        others.put("resident", ResidentCommand::new);
        return others;
    }
}
