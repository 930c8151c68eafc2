package net.weft.controller.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Runs the short commands once in this process, against a running instance, so that the JVM can record what they need (its
 * ahead-of-time cache). The launcher calls it when it has built.
 */
@Command(name = "train", hidden = true, description = "Exercise the short commands for the JVM's ahead-of-time cache.")
final class TrainCommand implements Runnable {
    private static final List<String> LISTINGS = List.of("ports", "macs", "vlans", "drops", "counters", "networks",
            "workers");

    @Parameters(paramLabel = "FILE", description = "what the instance was started with")
    private String file = "";

    @Override
    public void run() {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        for (String listing : LISTINGS) {
            for (String format : List.of("table", "json", "yaml")) {
                WeftCommand.run(nowhere, nowhere, "show", listing, "-o", format);
            }
        }
        WeftCommand.run(nowhere, nowhere, "diff", "-f", file);
        WeftCommand.run(nowhere, nowhere, "apply", "-f", file, "--dry-run");
        WeftCommand.run(nowhere, nowhere, "port", "set", "a", "mtu=1400", "--dry-run");
        WeftCommand.run(nowhere, nowhere, "trace", "--from", "a", "tcp 10.10.0.1:1 > 10.10.0.2:2");
        WeftCommand.run(nowhere, nowhere, "export");
        WeftCommand.run(nowhere, nowhere, "guest", "qemu", "a");
        WeftCommand.run(nowhere, nowhere, "version");
    }
}
