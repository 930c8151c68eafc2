package net.weft.vswitch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rooms of the switch: which may see which, and how much one of them may hold. */
class ArchitectureTest {
    private static final String ROOT = "net.weft.vswitch";
    /** From the lowest floor to the highest: a room sees those before it. "" is the root package. */
    private static final List<String> ROOMS = List.of("burst", "snooping", "offload", "capture", "device", "zoning",
            "port", "stack", "fdb", "forward", "trace", "observe", "worker", "attach", "protocol", "carrier", "",
            "export");
    /** Imports upwards that are still to be taken out; nothing may be added. */
    private static final Set<String> STILL_UPWARDS = Set.of();
    /** Classes that still lie in cycles; to be lowered, never raised. */
    private static final int STILL_IN_CYCLES = 0;
    private static final int MOST_CLASSES = 30;
    private static final int MOST_LINES = 350;

    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
            .importPackages(ROOT, "net.weft.linux", "net.weft.crypto", "net.weft.router");

    @Test
    void shouldKnowEveryRoom() {
        assertThat(graph(false).keySet().stream().map(ArchitectureTest::room)).isSubsetOf(ROOMS)
                .contains("burst", "forward", "worker", "");
    }

    @Test
    void shouldImportNothingUpwards() {
        Set<String> upwards = new TreeSet<>();
        graph(false).forEach((from, targets) -> targets.stream().filter(to -> floor(to) > floor(from))
                .forEach(to -> upwards.add(room(from) + " -> " + room(to))));
        assertThat(upwards).isSubsetOf(STILL_UPWARDS);
    }

    @Test
    void shouldHaveNoCycleOfClasses() {
        List<Set<String>> cycles = cycles(graph(true));
        assertThat(cycles.stream().mapToInt(Set::size).sum()).as("classes in the cycles %s", cycles)
                .isLessThanOrEqualTo(STILL_IN_CYCLES);
    }

    /** The control: the search does find a cycle, and only those that are in it. */
    @Test
    void shouldFindACycle() {
        Map<String, Set<String>> graph = new TreeMap<>(
                Map.of("a", Set.of("b"), "b", Set.of("c", "d"), "c", Set.of("a")));
        assertThat(cycles(graph)).containsExactly(Set.of("a", "b", "c"));
        graph.put("c", Set.of("d"));
        assertThat(cycles(graph)).isEmpty();
    }

    @Test
    void shouldHaveNoCrowdedPackage() {
        Map<String, Long> classes = PRODUCT.stream().filter(JavaClass::isTopLevelClass)
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
        assertThat(classes).isNotEmpty().allSatisfy((name, count) -> assertThat(count).as(name)
                .isLessThanOrEqualTo(name.startsWith(ROOT) ? MOST_CLASSES : Long.MAX_VALUE));
    }

    @Test
    void shouldHaveNoLongFile() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(Path.of("src/main/java"))) {
            files = all.filter(file -> file.toString().endsWith(".java")).toList();
        }
        assertThat(files).isNotEmpty();
        for (Path file : files) {
            assertThat(Files.readAllLines(file).size()).as("lines of %s", file).isLessThanOrEqualTo(MOST_LINES);
        }
    }

    @Test
    void shouldKeepLibrariesWhereTheyBelong() {
        noClasses().that().resideOutsideOfPackage(ROOT + ".device.pcap..").should().dependOnClassesThat()
                .resideInAPackage("org.pcap4j..").check(PRODUCT);
        noClasses().should().dependOnClassesThat().resideInAnyPackage("io.grpc..", "tools.jackson..",
                "org.apache.ratis..", "io.netty..", "picocli..", "ch.qos..", "org.slf4j..").check(PRODUCT);
        noClasses().that().resideInAPackage("net.weft.linux..").should().dependOnClassesThat(
                DescribedPredicate.describe("reside in the switch", type -> type.getPackageName().startsWith(ROOT)))
                .check(PRODUCT);
    }

    @Test
    void shouldStartNoOtherProgram() {
        noClasses().should().dependOnClassesThat().areAssignableTo(ProcessBuilder.class).orShould()
                .callMethod(Runtime.class, "exec", String.class).orShould()
                .callMethod(Runtime.class, "exec", String[].class).check(PRODUCT);
    }

    /** Returns what the classes of the switch depend on; nested classes count as the class that they are in. */
    private static Map<String, Set<String>> graph(boolean byClass) {
        Map<String, Set<String>> graph = new TreeMap<>();
        for (JavaClass type : PRODUCT) {
            if (type.getPackageName().startsWith(ROOT)) {
                Set<String> targets = graph.computeIfAbsent(node(type, byClass), _ -> new TreeSet<>());
                type.getDirectDependenciesFromSelf().stream().map(Dependency::getTargetClass)
                        .map(JavaClass::getBaseComponentType)
                        .filter(target -> target.getPackageName().startsWith(ROOT))
                        .map(target -> node(target, byClass)).forEach(targets::add);
                targets.remove(node(type, byClass));
            }
        }
        return graph;
    }

    private static String node(JavaClass type, boolean byClass) {
        return byClass ? type.getName().replaceFirst("\\$.*", "") : type.getPackageName();
    }

    private static int floor(String packageName) {
        return ROOMS.indexOf(room(packageName));
    }

    private static String room(String packageName) {
        return packageName.substring(ROOT.length()).replaceFirst("^\\.", "").replaceFirst("\\..*", "");
    }

    /** Returns the sets of nodes that reach each other. */
    private static List<Set<String>> cycles(Map<String, Set<String>> graph) {
        Map<String, Set<String>> reached = new TreeMap<>();
        graph.keySet().forEach(node -> reached.put(node, reachedFrom(node, graph)));
        List<Set<String>> cycles = new ArrayList<>();
        Set<String> seen = new TreeSet<>();
        for (Map.Entry<String, Set<String>> entry : reached.entrySet()) {
            if (entry.getValue().contains(entry.getKey()) && !seen.contains(entry.getKey())) {
                Set<String> cycle = entry.getValue().stream()
                        .filter(other -> reached.getOrDefault(other, Set.of()).contains(entry.getKey()))
                        .collect(Collectors.toCollection(TreeSet::new));
                seen.addAll(cycle);
                cycles.add(cycle);
            }
        }
        return cycles;
    }

    private static Set<String> reachedFrom(String start, Map<String, Set<String>> graph) {
        Set<String> reached = new TreeSet<>();
        List<String> next = new ArrayList<>(List.of(start));
        while (!next.isEmpty()) {
            for (String target : graph.getOrDefault(next.removeLast(), Set.of())) {
                if (reached.add(target)) {
                    next.add(target);
                }
            }
        }
        return reached;
    }
}
