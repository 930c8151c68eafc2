package net.weft.controller.cli;

import java.util.List;

import net.weft.v1.EditObjectRequest.Kind;
import net.weft.v1.EditObjectRequest.Verb;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "zone", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "(add | set | remove)", description = "Change one security zone; each change is a revision.", footer = {
        "", "Examples:", "  weft zone add dmz", "  weft zone set dmz intra=deny", "  weft zone remove dmz"})
final class ZoneCommand implements Runnable {
    private static final String NAME = "of the zone; TENANT/NAME for one of a tenant";
    private static final String KEYS = "keys of fabric.yaml, values as YAML";
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing: add, set or remove");
    }

    @Command(name = "add", mixinStandardHelpOptions = true, sortOptions = false, description = "Add a zone.", footer = {
            "", "Examples:", "  weft zone add dmz", "  weft zone add acme/batch intra=deny"})
    Integer add(@Mixin EditOptions edit, @Parameters(paramLabel = "NAME", description = NAME) String name,
            @Parameters(paramLabel = "KEY=VALUE", arity = "0..*", description = KEYS) @Nullable List<String> keys) {
        return edit.edit(Kind.ZONE, Verb.ADD, name, keys == null ? List.of() : keys);
    }

    @Command(name = "set", mixinStandardHelpOptions = true, sortOptions = false, description = "Set keys of a zone. KEY= takes a key away.", footer = {
            "", "Examples:", "  weft zone set dmz intra=deny"})
    Integer set(@Mixin EditOptions edit, @Parameters(paramLabel = "NAME", description = NAME) String name,
            @Parameters(paramLabel = "KEY=VALUE", arity = "1..*", description = KEYS) List<String> keys) {
        return edit.edit(Kind.ZONE, Verb.SET, name, keys);
    }

    @Command(name = "remove", mixinStandardHelpOptions = true, sortOptions = false, description = "Remove a zone.", footer = {
            "", "Examples:", "  weft zone remove dmz"})
    Integer remove(@Mixin EditOptions edit, @Parameters(paramLabel = "NAME", description = NAME) String name) {
        return edit.edit(Kind.ZONE, Verb.REMOVE, name, List.of());
    }
}
