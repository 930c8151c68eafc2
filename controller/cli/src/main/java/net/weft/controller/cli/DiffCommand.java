package net.weft.controller.cli;

import com.google.protobuf.ByteString;

import net.weft.controller.cli.connect.ControlClient;
import net.weft.controller.cli.connect.ControlOption;
import net.weft.controller.cli.connect.Refusals;
import net.weft.v1.Change;
import net.weft.v1.DiffRequest;
import net.weft.v1.DiffResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "diff", mixinStandardHelpOptions = true, sortOptions = false, description = "What a file would change in the running fabric, one line a change; nothing if they are equal.", footer = {
        "", "Examples:", "  weft diff -f fabric.yaml"})
final class DiffCommand implements Runnable {
    @Option(names = "-f", required = true, paramLabel = "FILE", description = "fabric.yaml; - is standard input")
    private String file = "";
    @Mixin
    private ControlOption control = new ControlOption();
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        DiffRequest request = DiffRequest.newBuilder().setYamlBytes(ByteString.copyFrom(FileOption.read(file)))
                .setRefusalInResponse(true).build();
        try (ControlClient client = control.connect()) {
            DiffResponse response = client.fabric(file, fabric -> fabric.diff(request));
            if (response.hasRefusal()) {
                throw Refusals.of(response.getRefusal(), file);
            }
            ApplyCommand.printWarnings(response.getWarningsList(), response.getConfigWarningsList(), file,
                    spec.commandLine());
            response.getChangesList().stream().map(Change::getText).forEach(spec.commandLine().getOut()::println);
        }
    }
}
