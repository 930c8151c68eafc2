package net.weft.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.weft.examples.lab.Project;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The alert rules and the dashboard of docs/prometheus name metrics that Weft has. */
class PrometheusFilesTest {
    private static final Pattern METRIC = Pattern.compile("\\bweft_[a-z_]+[a-z]\\b");

    @ParameterizedTest
    @ValueSource(strings = {"weft.rules.yml", "weft-dashboard.json"})
    void shouldNameOnlyMetricsThatAreThere(String file) throws IOException {
        Set<String> named = names(Files.readString(Project.root().resolve("docs/prometheus").resolve(file)), METRIC);
        assertThat(named).hasSizeGreaterThan(10).isSubsetOf(metrics());
    }

    /** Returns the names that the product's code gives to metrics. */
    private static Set<String> metrics() throws IOException {
        Set<String> metrics = new TreeSet<>();
        try (Stream<Path> sources = Files.walk(Project.root().resolve("controller"))) {
            sources.filter(path -> path.toString().matches(".*/src/main/.*\\.java"))
                    .forEach(path -> metrics.addAll(names(text(path), Pattern.compile("(?<=\")weft_[a-z_]+(?=\")"))));
        }
        return metrics;
    }

    private static Set<String> names(String text, Pattern pattern) {
        return pattern.matcher(text).results().map(found -> found.group()).collect(Collectors.toSet());
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
