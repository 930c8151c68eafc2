package net.weft.controller.cli;

import java.util.List;
import net.weft.v1.EditObjectRequest.Kind;
import net.weft.v1.EditObjectRequest.Verb;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The commands {@code weft network}, {@code weft zone} and {@code weft policy}: one class, whose {@link Subject} is the
 * kind of object.
 */
@Command(mixinStandardHelpOptions = true, synopsisSubcommandLabel = "(add | set | remove)")
final class ObjectCommand implements Runnable {
    private static final String NAME = "of the ${PARENT-COMMAND-NAME}; TENANT/NAME for one of a tenant";
    private static final String KEYS = "keys of fabric.yaml, values as YAML";

    /** The kind of object that a command changes, with the description and examples of its help. */
    enum Subject {
        NETWORK(Kind.NETWORK, "Change one network of a tenant; each change is a revision.",
                "add acme/web vlan=10 zone=dmz subnets=10.10.0.0/24", "set acme/web zone=data",
                "remove acme/web"), ZONE(Kind.ZONE, "Change one security zone; each change is a revision.",
                        "add acme/batch intra=deny",
                        "set dmz intra=deny", "remove dmz"), POLICY(Kind.POLICY,
                                "Change one policy, or its place among the others (before=NAME, after=NAME); each change is a revision.",
                                "add no-smb from=any to=any match=tcp/445 action=drop before=ping",
                                "set web-to-db match=tcp/5432,tcp/5433 log=true", "remove no-smb");

        private final Kind kind;
        private final String description;
        private final List<String> examples;

        Subject(Kind kind, String description, String... examples) {
            this.kind = kind;
            this.description = description;
            this.examples = List.of(examples);
        }

        String word() {
            return kind.name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private final Subject subject;
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    private ObjectCommand(Subject subject) {
        this.subject = subject;
    }

    /** Returns the command for one kind of object, with its own help. */
    static CommandLine of(Subject subject) {
        CommandLine command = new CommandLine(new ObjectCommand(subject));
        UsageMessageSpec usage = command.getCommandSpec().name(subject.word()).usageMessage();
        usage.description(subject.description).footer(footer(subject, subject.examples));
        command.getSubcommands().forEach((verb, line) -> line.getCommandSpec().usageMessage().footer(
                footer(subject, subject.examples.stream().filter(example -> example.startsWith(verb + " ")).toList())));
        return command;
    }

    private static String[] footer(Subject subject, List<String> examples) {
        return java.util.stream.Stream.concat(java.util.stream.Stream.of("", "Examples:"),
                examples.stream().map(example -> "  weft " + subject.word() + " " + example)).toArray(String[]::new);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing: add, set or remove");
    }

    @Command(name = "add", mixinStandardHelpOptions = true, sortOptions = false, description = "Add a ${PARENT-COMMAND-NAME}.")
    Integer add(@Mixin EditOptions edit, @Mixin EditOptions.MayExist mayExist,
            @Parameters(paramLabel = "NAME", description = NAME) String name,
            @Parameters(paramLabel = "KEY=VALUE", arity = "0..*", description = KEYS) @Nullable List<String> keys) {
        return edit.edit(subject.kind, Verb.ADD, name, keys == null ? List.of() : keys, mayExist.given());
    }

    @Command(name = "set", mixinStandardHelpOptions = true, sortOptions = false, description = "Set keys of a ${PARENT-COMMAND-NAME}; the others stay. KEY= takes a key away.")
    Integer set(@Mixin EditOptions edit, @Mixin EditOptions.IfExists ifExists,
            @Parameters(paramLabel = "NAME", description = NAME) String name,
            @Parameters(paramLabel = "KEY=VALUE", arity = "1..*", description = KEYS) List<String> keys) {
        return edit.edit(subject.kind, Verb.SET, name, keys, ifExists.given());
    }

    @Command(name = "remove", mixinStandardHelpOptions = true, sortOptions = false, description = "Remove a ${PARENT-COMMAND-NAME}.")
    Integer remove(@Mixin EditOptions edit, @Mixin EditOptions.IfExists ifExists,
            @Parameters(paramLabel = "NAME", description = NAME) String name) {
        return edit.edit(subject.kind, Verb.REMOVE, name, List.of(), ifExists.given());
    }
}
