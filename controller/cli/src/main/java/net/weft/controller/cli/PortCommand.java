package net.weft.controller.cli;

import java.util.List;
import net.weft.v1.EditObjectRequest.Kind;
import net.weft.v1.EditObjectRequest.Verb;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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

    @Command(name = "add", mixinStandardHelpOptions = true, sortOptions = false, description = "Add a port.", footer = {
            "", "Examples:", "  weft port add web1 type=tap device=weft0 access=10",
            "  weft port add db1 type=qemu transport=stream socket=/run/weft/db1.sock mode=client network=acme/db"})
    Integer add(@Mixin EditOptions edit, @Mixin EditOptions.MayExist mayExist,
            @Parameters(paramLabel = "NAME", description = "of the port") String name,
            @Parameters(paramLabel = "KEY=VALUE", arity = "1..*", description = "keys of fabric.yaml, values as YAML") List<String> keys) {
        return edit.edit(Kind.PORT, Verb.ADD, name, keys, mayExist.given());
    }

    @Command(name = "set", mixinStandardHelpOptions = true, sortOptions = false, description = "Set keys of a port; the others stay. KEY= takes a key away.", footer = {
            "", "Examples:", "  weft port set web1 access=20", "  weft port set lab trunk.native=20",
            "  weft port set web1 enabled=false"})
    Integer set(@Mixin EditOptions edit, @Mixin EditOptions.IfExists ifExists,
            @Parameters(paramLabel = "NAME", description = "of the port") String name,
            @Parameters(paramLabel = "KEY=VALUE", arity = "1..*", description = "keys of fabric.yaml, values as YAML") List<String> keys) {
        return edit.edit(Kind.PORT, Verb.SET, name, keys, ifExists.given());
    }

    @Command(name = "remove", mixinStandardHelpOptions = true, sortOptions = false, description = "Remove a port.", footer = {
            "", "Examples:", "  weft port remove web1"})
    Integer remove(@Mixin EditOptions edit, @Mixin EditOptions.IfExists ifExists,
            @Parameters(paramLabel = "NAME", description = "of the port") String name) {
        return edit.edit(Kind.PORT, Verb.REMOVE, name, List.of(), ifExists.given());
    }
}
