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

@Command(name = "policy", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "(add | set | remove)", description = "Change one policy, or its place among the others; each change is a revision.", footer = {
        "", "Examples:", "  weft policy add web-to-db from=dmz to=data match=tcp/5432 action=allow",
        "  weft policy set web-to-db match=tcp/5432,tcp/5433 log=true", "  weft policy remove no-smb"})
final class PolicyCommand implements Runnable {
    private static final String NAME = "of the policy; TENANT/NAME for one of a tenant";
    private static final String KEYS = "keys of fabric.yaml, values as YAML";
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing: add, set or remove");
    }

    @Command(name = "add", mixinStandardHelpOptions = true, sortOptions = false, description = "Add a policy.", footer = {
            "", "Examples:", "  weft policy add web-to-db from=dmz to=data match=tcp/5432 action=allow",
            "  weft policy add no-smb from=any to=any match=tcp/445 action=drop before=ping"})
    Integer add(@Mixin EditOptions edit, @Parameters(paramLabel = "NAME", description = NAME) String name,
            @Parameters(paramLabel = "KEY=VALUE", arity = "1..*", description = KEYS) List<String> keys) {
        return edit.edit(Kind.POLICY, Verb.ADD, name, keys);
    }

    @Command(name = "set", mixinStandardHelpOptions = true, sortOptions = false, description = "Set keys of a policy; the others stay. KEY= takes a key away, before=NAME or after=NAME moves it.", footer = {
            "", "Examples:", "  weft policy set web-to-db match=tcp/5432,tcp/5433 log=true",
            "  weft policy set no-smb after=web-to-db"})
    Integer set(@Mixin EditOptions edit, @Parameters(paramLabel = "NAME", description = NAME) String name,
            @Parameters(paramLabel = "KEY=VALUE", arity = "1..*", description = KEYS) List<String> keys) {
        return edit.edit(Kind.POLICY, Verb.SET, name, keys);
    }

    @Command(name = "remove", mixinStandardHelpOptions = true, sortOptions = false, description = "Remove a policy.", footer = {
            "", "Examples:", "  weft policy remove no-smb"})
    Integer remove(@Mixin EditOptions edit, @Parameters(paramLabel = "NAME", description = NAME) String name) {
        return edit.edit(Kind.POLICY, Verb.REMOVE, name, List.of());
    }
}
