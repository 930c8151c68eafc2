package net.weft.controller.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import net.weft.controller.cli.connect.ControlClient;
import net.weft.controller.cli.connect.ControlOption;
import net.weft.v1.ApplyResponse;
import net.weft.v1.EditPortRequest;
import net.weft.v1.RemovePortRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "port", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "(add | set | remove | migrate)", subcommands = PortMigrateCommand.class, description = "Change one port; each change is a revision.", footer = {
        "", "Examples:", "  weft port add web1 type=tap device=weft0 access=10",
        "  weft port set web1 'trunk={allowed: [10, 20], native: 10}'", "  weft port set web1 mtu=9000 description=",
        "  weft port remove web1", "  weft port migrate web1 --socket /run/weft/web1-b.sock"})
final class PortCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing: add, set, remove or migrate");
    }

    /** What the three have in common. */
    static final class Edit {
        @Option(names = "--dry-run", description = "check and print what would change, but change nothing")
        private boolean dryRun;
        @Option(names = "--base", paramLabel = "REV", description = "refuse unless this is the newest revision")
        private @Nullable Long base;
        @Mixin
        private ControlOption control = new ControlOption();
        @Spec(Spec.Target.MIXEE)
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        private void make(java.util.function.Function<ControlClient, ApplyResponse> change) {
            try (ControlClient client = control.connect()) {
                ApplyCommand.print(change.apply(client), "", dryRun, spec.commandLine());
            }
        }

        private EditPortRequest request(String name, List<String> assignments) {
            EditPortRequest.Builder request = EditPortRequest.newBuilder().setName(name).setDryRun(dryRun)
                    .putAllKeys(keys(assignments));
            if (base != null) {
                request.setBaseRevision(base);
            }
            return request.build();
        }

        private Map<String, String> keys(List<String> assignments) {
            Map<String, String> keys = new LinkedHashMap<>();
            for (String assignment : assignments) {
                int equals = assignment.indexOf('=');
                if (equals < 1) {
                    throw new ParameterException(spec.commandLine(), assignment + ": expected KEY=VALUE");
                }
                if (keys.put(assignment.substring(0, equals), assignment.substring(equals + 1)) != null) {
                    throw new ParameterException(spec.commandLine(), assignment + ": the key is given twice");
                }
            }
            return keys;
        }
    }

    @Command(name = "add", mixinStandardHelpOptions = true, sortOptions = false, description = "Add a port.", footer = {
            "", "Examples:", "  weft port add web1 type=tap device=weft0 access=10",
            "  weft port add db1 type=qemu transport=stream socket=/run/weft/db1.sock mode=client network=acme/db"})
    Integer add(@Mixin Edit edit, @Parameters(paramLabel = "NAME", description = "of the port") String name,
            @Parameters(paramLabel = "KEY=VALUE", arity = "1..*", description = "keys of fabric.yaml, values as YAML") List<String> keys) {
        EditPortRequest request = edit.request(name, keys);
        edit.make(client -> client.fabric("", fabric -> fabric.addPort(request)));
        return 0;
    }

    @Command(name = "set", mixinStandardHelpOptions = true, sortOptions = false, description = "Set keys of a port; the others stay. KEY= takes a key away.", footer = {
            "", "Examples:", "  weft port set web1 access=20", "  weft port set lab trunk.native=20",
            "  weft port set web1 enabled=false"})
    Integer set(@Mixin Edit edit, @Parameters(paramLabel = "NAME", description = "of the port") String name,
            @Parameters(paramLabel = "KEY=VALUE", arity = "1..*", description = "keys of fabric.yaml, values as YAML") List<String> keys) {
        EditPortRequest request = edit.request(name, keys);
        edit.make(client -> client.fabric("", fabric -> fabric.setPort(request)));
        return 0;
    }

    @Command(name = "remove", mixinStandardHelpOptions = true, sortOptions = false, description = "Remove a port.", footer = {
            "", "Examples:", "  weft port remove web1"})
    Integer remove(@Mixin Edit edit, @Parameters(paramLabel = "NAME", description = "of the port") String name) {
        RemovePortRequest.Builder request = RemovePortRequest.newBuilder().setName(name).setDryRun(edit.dryRun);
        if (edit.base != null) {
            request.setBaseRevision(edit.base);
        }
        edit.make(client -> client.fabric("", fabric -> fabric.removePort(request.build())));
        return 0;
    }
}
