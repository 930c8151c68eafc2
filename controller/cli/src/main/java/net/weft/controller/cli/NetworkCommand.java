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

@Command(name = "network", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "(add | set | remove)", description = "Change one network of a tenant; each change is a revision.", footer = {
        "", "Examples:", "  weft network add acme/web vlan=10 zone=dmz subnets=10.10.0.0/24",
        "  weft network set acme/web zone=data", "  weft network remove acme/web"})
final class NetworkCommand implements Runnable {
    private static final String NAME = "TENANT/NAME";
    private static final String KEYS = "keys of fabric.yaml, values as YAML";
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing: add, set or remove");
    }

    @Command(name = "add", mixinStandardHelpOptions = true, sortOptions = false, description = "Add a network.", footer = {
            "", "Examples:", "  weft network add acme/web vlan=10 zone=dmz subnets=10.10.0.0/24"})
    Integer add(@Mixin EditOptions edit, @Parameters(paramLabel = "NAME", description = NAME) String name,
            @Parameters(paramLabel = "KEY=VALUE", arity = "1..*", description = KEYS) List<String> keys) {
        return edit.edit(Kind.NETWORK, Verb.ADD, name, keys);
    }

    @Command(name = "set", mixinStandardHelpOptions = true, sortOptions = false, description = "Set keys of a network; the others stay. KEY= takes a key away.", footer = {
            "", "Examples:", "  weft network set acme/web zone=data"})
    Integer set(@Mixin EditOptions edit, @Parameters(paramLabel = "NAME", description = NAME) String name,
            @Parameters(paramLabel = "KEY=VALUE", arity = "1..*", description = KEYS) List<String> keys) {
        return edit.edit(Kind.NETWORK, Verb.SET, name, keys);
    }

    @Command(name = "remove", mixinStandardHelpOptions = true, sortOptions = false, description = "Remove a network.", footer = {
            "", "Examples:", "  weft network remove acme/web"})
    Integer remove(@Mixin EditOptions edit, @Parameters(paramLabel = "NAME", description = NAME) String name) {
        return edit.edit(Kind.NETWORK, Verb.REMOVE, name, List.of());
    }
}
