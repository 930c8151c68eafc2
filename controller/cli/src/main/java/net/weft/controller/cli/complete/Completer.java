package net.weft.controller.cli.complete;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.weft.v1.ListNamesRequest.Kind;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Finds what may stand for the last word of a line, by walking through the commands as the parser does. */
final class Completer {
    private static final Set<String> FILES = Set.of("FILE", "DIR", "PATH", "unix:PATH");
    private static final Map<String, Kind> LABELS = Map.of("PORT", Kind.PORT, "VID", Kind.VLAN, "ZONE", Kind.ZONE,
            "TENANT/NAME", Kind.NETWORK, "REASON", Kind.DROP_REASON);
    private static final Map<String, Kind> OPTIONS = Map.of("--port", Kind.PORT, "--tenant", Kind.TENANT, "--policy",
            Kind.POLICY, "--member", Kind.MEMBER);
    private static final Map<String, Kind> OBJECTS = Map.of("port", Kind.PORT, "network", Kind.NETWORK, "zone",
            Kind.ZONE, "policy", Kind.POLICY, "lag", Kind.LAG);
    private static final Map<String, Kind> KEYS = Map.of("network", Kind.NETWORK, "zone", Kind.ZONE, "mirror-to",
            Kind.PORT, "from", Kind.ZONE, "to", Kind.ZONE, "before", Kind.POLICY, "after", Kind.POLICY, "access",
            Kind.VLAN);
    private static final Map<String, List<String>> WORDS = Map.of("FORMAT", List.of("table", "wide", "json", "yaml"),
            "DURATION", List.of("60s", "5m", "1h"),
            "STATE", List.of("up", "down", "disabled"), "TYPE",
            List.of("tap", "nic", "qemu", "vhost-user", "udp", "pcap"),
            "ACTION", List.of("allow", "drop", "reject"), "PROTOCOL", List.of("tcp", "udp", "icmp", "icmpv6"), "MODE",
            List.of("client", "server"), "pcap|pcapng", List.of("pcap", "pcapng"));
    private static final String ADD = "add";

    private final Language language;
    private final Names names;
    private CommandSpec command;
    private @Nullable OptionSpec awaiting;
    private final List<String> positionals = new ArrayList<>();

    private Completer(CommandSpec root, Language language, Names names) {
        command = root;
        this.language = language;
        this.names = names;
    }

    /**
     * Completes a line.
     *
     * @param words the words behind {@code weft}, the last one begun or empty
     */
    static Candidates of(CommandSpec root, Language language, List<String> words) {
        int control = words.subList(0, words.size() - 1).indexOf("--control");
        Completer completer = new Completer(root, language, new Names(control >= 0 && control + 1 < words.size() - 1
                ? Optional.of(words.get(control + 1))
                : Optional.empty()));
        words.subList(0, words.size() - 1).forEach(completer::take);
        return completer.complete(words.getLast()).startingWith(words.getLast());
    }

    private void take(String word) {
        if (awaiting != null) {
            awaiting = null;
        } else if (word.startsWith("-") && word.length() > 1) {
            OptionSpec option = command.findOption(word);
            awaiting = option != null && option.arity().min() > 0 ? option : null;
        } else if (command.subcommands().containsKey(word)) {
            command = command.subcommands().get(word).getCommandSpec();
            positionals.clear();
        } else {
            positionals.add(word);
        }
    }

    private Candidates complete(String begun) {
        if (awaiting != null) {
            return argument(awaiting, awaiting.longestName(), begun);
        }
        if (begun.startsWith("-")) {
            return Candidates.plain(command.options().stream().filter(option -> !option.hidden())
                    .map(OptionSpec::longestName).toList());
        }
        if (!command.subcommands().isEmpty() && positionals.isEmpty()) {
            return Candidates.plain(command.subcommands().entrySet().stream()
                    .filter(entry -> !entry.getValue().getCommandSpec().usageMessage().hidden()).map(Map.Entry::getKey)
                    .toList());
        }
        return command.positionalParameters().stream()
                .filter(parameter -> parameter.index().contains(positionals.size())).findFirst()
                .map(parameter -> positional(parameter, begun)).orElse(Candidates.NONE);
    }

    private Candidates positional(PositionalParamSpec parameter, String begun) {
        String object = command.parent() == null ? "" : command.parent().name();
        if (parameter.paramLabel().equals("KEY=VALUE")) {
            return assignment(object, begun);
        }
        if (parameter.paramLabel().equals("NAME") && OBJECTS.containsKey(object)) {
            return command.name().equals(ADD) ? Candidates.NONE : named(OBJECTS.get(object));
        }
        return argument(parameter, "", begun);
    }

    private Candidates argument(ArgSpec argument, String option, String begun) {
        String label = argument.paramLabel();
        if (FILES.contains(label)) {
            return Candidates.FILES;
        }
        if (label.equals("REV")) {
            return Candidates.plain(names.revisions());
        }
        Kind kind = OPTIONS.getOrDefault(option, LABELS.getOrDefault(label, Kind.KIND_UNSPECIFIED));
        if (kind != Kind.KIND_UNSPECIFIED) {
            return named(kind);
        }
        if (argument.type().isEnum()) {
            return Candidates.plain(Arrays.stream(argument.type().getEnumConstants())
                    .map(constant -> constant.toString().toLowerCase(Locale.ROOT)).toList());
        }
        return Candidates.plain(WORDS.getOrDefault(label, List.of()));
    }

    /** Completes a key, or the value of a key. */
    private Candidates assignment(String object, String begun) {
        int equals = begun.indexOf('=');
        if (equals < 0) {
            Set<String> given = positionals.stream().map(word -> word.split("=", 2)[0]).collect(Collectors.toSet());
            Stream<String> places = object.equals("policy") ? Stream.of("before", "after") : Stream.of();
            return new Candidates(Candidates.Kind.NOSPACE, Stream.concat(language.keys(object).stream(), places)
                    .filter(key -> !given.contains(key)).map(key -> key + "=").toList());
        }
        String key = begun.substring(0, equals);
        List<String> values = new ArrayList<>(language.words(object, key));
        Optional.ofNullable(KEYS.get(key)).map(names::of).ifPresent(values::addAll);
        return Candidates.plain(values.stream().map(value -> key + "=" + value).toList());
    }

    private Candidates named(@Nullable Kind kind) {
        return kind == null ? Candidates.NONE : Candidates.plain(names.of(kind));
    }
}
