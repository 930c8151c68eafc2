package net.weft.controller.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;

import net.weft.controller.cli.connect.ControlOption;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "doctor", mixinStandardHelpOptions = true, sortOptions = false, description = "Check what Weft needs of this host, and of the running instance; say what to do where it is missing.", footer = {
        "", "Each line is ok, warn or fail. Exit status 1 if one is fail.", "", "Examples:", "  weft doctor",
        "  weft doctor -f fabric.yaml     also whether its devices are there"})
final class DoctorCommand implements Callable<Integer> {
    private final Function<String, List<Finding>> fileChecks;
    @Option(names = "-f", paramLabel = "FILE", description = "also check this configuration and its devices")
    private @Nullable String file;
    @Mixin
    private ControlOption control = new ControlOption();
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /**
     * Creates the command.
     *
     * @param fileChecks checks the configuration file of a name; provided by the composition root, which has the parser
     */
    DoctorCommand(Function<String, List<Finding>> fileChecks) {
        this.fileChecks = fileChecks;
    }

    @Override
    public Integer call() {
        List<Finding> findings = new ArrayList<>(HostChecks.all());
        findings.addAll(InstanceChecks.of(control));
        Optional.ofNullable(file).ifPresent(name -> findings.addAll(fileChecks.apply(name)));
        PrintWriter out = spec.commandLine().getOut();
        findings.forEach(finding -> out.println(finding.line()));
        return findings.stream().anyMatch(finding -> finding.level() == Finding.Level.FAIL) ? 1 : 0;
    }
}
