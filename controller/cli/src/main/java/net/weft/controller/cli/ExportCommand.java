package net.weft.controller.cli;

import net.weft.controller.cli.connect.ControlClient;
import net.weft.controller.cli.connect.ControlOption;
import net.weft.v1.ExportRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "export", mixinStandardHelpOptions = true, description = {
        "Print the running fabric as a file that applies as no change.",
        "It is the file that was given last, with its comments, edited where the fabric differs from it."}, footer = {
                "", "Examples:", "  weft export > fabric.yaml"})
final class ExportCommand implements Runnable {
    @Mixin
    private ControlOption control = new ControlOption();
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        try (ControlClient client = control.connect()) {
            spec.commandLine().getOut()
                    .print(client.fabric("", fabric -> fabric.export(ExportRequest.getDefaultInstance())).getYaml());
        }
    }
}
