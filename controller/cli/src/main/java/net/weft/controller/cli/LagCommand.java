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

@Command(name = "lag", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "(add | set | remove | drain | undrain)", description = "Change one link aggregation (LAG), or take one of its legs out of service; each change is a revision.", footer = {
        "", "Examples:", "  weft lag add po1 ports=up1,up2 rate=fast 'trunk={allowed: [10, 20]}'",
        "  weft lag set po1 min-links=2 hash=l2+l3", "  weft lag drain up1", "  weft lag remove po1"})
final class LagCommand implements Runnable {
    private static final String KEYS = "keys of fabric.yaml, values as YAML";

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing: add, set, remove, drain or undrain");
    }

    @Command(name = "add", mixinStandardHelpOptions = true, sortOptions = false, description = "Add a LAG over ports that are there: they become its legs, and their membership and settings go.", footer = {
            "", "Examples:",
            "  weft lag add po1 ports=up1,up2 access=10", "  weft lag add po2 ports=up3,up4 lacp=off access=20"})
    Integer add(@Mixin EditOptions edit, @Mixin EditOptions.MayExist mayExist,
            @Parameters(paramLabel = "NAME", description = "of the LAG") String name,
            @Parameters(paramLabel = "KEY=VALUE", arity = "1..*", description = KEYS) List<String> keys) {
        return edit.edit(Kind.LAG, Verb.ADD, name, keys, mayExist.given());
    }

    @Command(name = "set", mixinStandardHelpOptions = true, sortOptions = false, description = "Set keys of a LAG; the others stay. KEY= takes a key away. A port that is no longer named in ports= is removed.", footer = {
            "", "Examples:", "  weft lag set po1 rate=fast min-links=2", "  weft lag set po1 wait-to-restore=3s"})
    Integer set(@Mixin EditOptions edit, @Mixin EditOptions.IfExists ifExists,
            @Parameters(paramLabel = "NAME", description = "of the LAG") String name,
            @Parameters(paramLabel = "KEY=VALUE", arity = "1..*", description = KEYS) List<String> keys) {
        return edit.edit(Kind.LAG, Verb.SET, name, keys, ifExists.given());
    }

    @Command(name = "remove", mixinStandardHelpOptions = true, sortOptions = false, description = "Remove a LAG, and the ports that are its legs.", footer = {
            "", "Examples:", "  weft lag remove po1 --dry-run", "  weft lag remove po1"})
    Integer remove(@Mixin EditOptions edit, @Mixin EditOptions.IfExists ifExists,
            @Parameters(paramLabel = "NAME", description = "of the LAG") String name) {
        return edit.edit(Kind.LAG, Verb.REMOVE, name, List.of(), ifExists.given());
    }

    @Command(name = "drain", mixinStandardHelpOptions = true, sortOptions = false, description = "Take a leg out of service without loss: it stops sending, tells the partner, and receives until the partner has stopped.", footer = {
            "",
            "The leg is `drained` in `weft show lags --legs` once the partner has stopped; then its cable may be pulled. It stays out of",
            "service, over a restart too, until `weft lag undrain`. The last leg of a LAG may be drained: then the LAG is down.",
            "",
            "Examples:", "  weft lag drain up1", "  weft show lags --legs --watch"})
    Integer drain(@Mixin EditOptions edit, @Parameters(paramLabel = "PORT", description = "the leg") String port) {
        return edit.edit(Kind.LAG, Verb.DRAIN, port, List.of(), false);
    }

    @Command(name = "undrain", mixinStandardHelpOptions = true, sortOptions = false, description = "Take a drained leg back into service.", footer = {
            "", "Examples:", "  weft lag undrain up1"})
    Integer undrain(@Mixin EditOptions edit, @Parameters(paramLabel = "PORT", description = "the leg") String port) {
        return edit.edit(Kind.LAG, Verb.UNDRAIN, port, List.of(), false);
    }
}
