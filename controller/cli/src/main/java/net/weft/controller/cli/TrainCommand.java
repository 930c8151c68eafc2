package net.weft.controller.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Optional;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Runs an instance and every command once, in this process and within one directory, so that the JVM can record what a start
 * needs (its ahead-of-time cache). The launcher calls it when it has built.
 */
@Command(name = "train", hidden = true, description = "Exercise the program for the JVM's ahead-of-time cache.")
final class TrainCommand implements Runnable {
    @Parameters(paramLabel = "DIR", description = "an empty directory")
    private Path directory = Path.of("");

    @Override
    public void run() {
        Path socket = directory.resolve("c");
        String control = "unix:" + socket;
        Path file = directory.resolve("fabric.yaml");
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        try {
            Files.writeString(file, """
                    fabric: training
                    tenants: {acme: {networks: {web: {vlan: 10, subnets: [10.10.0.0/24]}}}}
                    ports:
                      a: {type: qemu, transport: stream, socket: %1$s/a, mode: server, network: acme/web}
                      b: {type: qemu, transport: dgram, local: %1$s/b, remote: %1$s/r, trunk: {allowed: [10, 20-30], native: 20}}
                    """.formatted(directory));
        } catch (IOException e) {
            throw new FailedException(file + ": " + e.getMessage());
        }
        try (Instance instance = Instance.start(new Instance.Options(Optional.of(file.toString()), false,
                OptionalInt.empty(), directory.resolve("data"), socket))) {
            instance.ports();
            for (String what : new String[] { "ports", "macs", "vlans", "drops", "counters", "networks", "workers" }) {
                for (String format : new String[] { "table", "json", "yaml" }) {
                    WeftCommand.run(nowhere, nowhere, "show", what, "-o", format, "--control", control);
                }
            }
            WeftCommand.run(nowhere, nowhere, "diff", "-f", file.toString(), "--control", control);
            WeftCommand.run(nowhere, nowhere, "apply", "-f", file.toString(), "--control", control);
            WeftCommand.run(nowhere, nowhere, "port", "set", "b", "mtu=1400", "--control", control);
            WeftCommand.run(nowhere, nowhere, "export", "--control", control);
            WeftCommand.run(nowhere, nowhere, "doctor", "--control", control);
            WeftCommand.run(nowhere, nowhere, "version");
        }
    }
}
