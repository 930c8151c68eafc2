package net.weft.controller.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The words of the command that people and their scripts may rely on: each of them is there, or is named under "Not yet"
 * in the README, where nothing is named that is there.
 */
class ContractTest {
    /** One command a line: its words, alternatives divided by |, its options, its arguments in capitals. */
    private static final String CONTRACT = """
            up -f --member --data --control --listen --metrics
            controller init|join|run|add|remove|recover|token --id --peers --listen
            switch --member --controller --token
            apply -f --dry-run --base --prune --confirm-within
            confirm
            port|network|zone|policy|lag add --may-exist NAME
            port|network|zone|policy|lag set|remove --if-exists NAME
            port migrate --to NAME
            diff -f
            diff REV REV
            history
            rollback REV
            export
            batch
            backup FILE
            restore FILE
            show ports|macs|vlans|networks|workers|drops|zones|policies|connections -o --watch
            show controllers|neighbors|members|stack|lags|vpn|events -o --watch
            lag drain|undrain PORT
            events --follow
            trace --from --to -o
            capture --port -w --filter --count
            vpn add|list|revoke|rotate|config
            member drain|replace|remove N
            stack switchover|rotate-key|restore
            pki init|issue|revoke
            member token N
            guest xml|qemu PORT
            bench
            top
            doctor
            example NAME
            version
            """;

    static Stream<String> commands() {
        return CONTRACT.lines().flatMap(line -> expand(List.of(line.split(" "))).stream());
    }

    private static List<String> expand(List<String> words) {
        return words.isEmpty()
                ? List.of("")
                : Arrays.stream(words.getFirst().split("\\|"))
                        .flatMap(word -> expand(words.subList(1, words.size())).stream()
                                .map(rest -> (word + " " + rest).strip()))
                        .toList();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void shouldHaveEachWordOrSayThatItIsMissing(String line) throws IOException {
        List<String> words = List.of(line.split(" "));
        List<String> command = words.stream().takeWhile(word -> word.matches("[a-z][a-z-]*")).toList();
        Set<String> missing = notYet();
        String help = help(command);
        if (help.isEmpty()) {
            assertThat(missing).as("README, Not yet").anyMatch(named -> (String.join(" ", command) + " ")
                    .startsWith(named + " "));
            return;
        }
        for (String option : words.stream().filter(word -> word.startsWith("-")).toList()) {
            if (!Pattern.compile("(?m)(^|[\\s\\[,])" + option + "\\b").matcher(help).find()) {
                assertThat(missing).as("README, Not yet").contains(String.join(" ", command) + " " + option);
            }
        }
        List<String> arguments = words.stream().filter(word -> word.matches("[A-Z]+")).toList();
        String synopsis = help.lines().takeWhile(text -> !text.isBlank()).limit(8).collect(Collectors.joining(" "));
        if (!arguments.stream().allMatch(synopsis::contains)) {
            assertThat(missing).as("README, Not yet").contains(line);
        }
    }

    @Test
    void shouldNameNothingAsMissingThatIsThere() throws IOException {
        Set<String> missing = notYet();
        assertThat(missing).isNotEmpty();
        for (String named : missing) {
            List<String> words = List.of(named.split(" "));
            List<String> command = words.stream().takeWhile(word -> word.matches("[a-z][a-z-]*")).toList();
            String help = help(command);
            boolean there = !help.isEmpty() && words.stream().filter(word -> word.startsWith("-"))
                    .allMatch(option -> Pattern.compile("(?m)(^|[\\s\\[,])" + option + "\\b").matcher(help).find())
                    && words.stream().filter(word -> word.matches("[A-Z]+")).allMatch(help::contains);
            assertThat(there).as("README says Not yet: weft " + named).isFalse();
        }
    }

    private static String help(List<String> command) {
        StringWriter out = new StringWriter();
        String[] words = Stream.concat(command.stream(), Stream.of("--help")).toArray(String[]::new);
        boolean known = Weft.run(new PrintWriter(out), new PrintWriter(new StringWriter()), words) == 0;
        return known && out.toString().contains("weft " + String.join(" ", command)) ? out.toString() : "";
    }

    /** Returns what stands in backquotes behind {@code weft} in the paragraph. */
    private static Set<String> notYet() throws IOException {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("docs/operations.md"))) {
            root = Objects.requireNonNull(root.getParent(), "the project's root was not found");
        }
        String readme = Files.readString(root.resolve("README.md"));
        String paragraph = readme.substring(readme.indexOf("**Not yet**"), readme.indexOf("**Not ever**"));
        return Pattern.compile("`weft ([^`]+)`").matcher(paragraph.replaceAll("\\s+", " ")).results()
                .map((MatchResult found) -> found.group(1)).collect(Collectors.toSet());
    }
}
