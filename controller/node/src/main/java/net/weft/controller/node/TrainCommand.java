package net.weft.controller.node;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Runs the short commands once in this process, against a running instance, so that the JVM can record the classes they
 * need in its ahead-of-time cache. The launcher calls it after a build.
 */
@Command(name = "train", hidden = true, description = "Exercise the short commands for the JVM's ahead-of-time cache.")
public final class TrainCommand implements Runnable {
    private static final List<String> LISTINGS = List.of("ports", "macs", "vlans", "drops", "counters", "networks",
            "workers");

    @Parameters(paramLabel = "FILE", description = "what the instance was started with")
    private String file = "";

    @Override
    public void run() {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        for (String listing : LISTINGS) {
            for (String format : List.of("table", "json", "yaml")) {
                Weft.run(nowhere, nowhere, "show", listing, "-o", format);
            }
        }
        Weft.run(nowhere, nowhere, "diff", "-f", file);
        Weft.run(nowhere, nowhere, "apply", "-f", file, "--dry-run");
        Weft.run(nowhere, nowhere, "port", "set", "a", "mtu=1400", "--dry-run");
        Weft.run(nowhere, nowhere, "trace", "--from", "a", "tcp 10.10.0.1:1 > 10.10.0.2:2");
        Weft.run(nowhere, nowhere, "export");
        Weft.run(nowhere, nowhere, "guest", "qemu", "a");
        Weft.run(nowhere, nowhere, "version");
    }
}
