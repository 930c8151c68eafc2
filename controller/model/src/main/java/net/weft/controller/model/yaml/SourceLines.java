package net.weft.controller.model.yaml;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.tree.Node;
import net.weft.controller.model.yaml.tree.Position;
import net.weft.controller.model.yaml.tree.YamlTree;

/** Finds the keys of a fabric.yaml in its text again, to show a person the line that is responsible for something. */
public final class SourceLines {
    private final Optional<Node> root;
    private final List<String> lines;

    private SourceLines(Optional<Node> root, List<String> lines) {
        this.root = root;
        this.lines = lines;
    }

    /**
     * A line of the text.
     *
     * @param path of the key, {@code ports.web1.access}
     * @param line from 1
     * @param text the line, without surrounding blanks
     */
    public record Line(String path, int line, String text) {
    }

    /** Reads a text; finds nothing in one that is not YAML. Throws nothing. */
    public static SourceLines of(String text) {
        return new SourceLines(YamlTree.read(text, "", FabricYaml.MAX_DEPTH, new Faults()), text.lines().toList());
    }

    /**
     * The line on which the key stands that these lead to, from the outermost in; empty if there is none. An item of a list is found
     * by its {@code name}.
     */
    public Optional<Line> find(List<String> keys) {
        Optional<Found> found = root.map(node -> new Found("", Position.NONE, node));
        for (String key : keys) {
            found = found.flatMap(at -> at.in(key));
        }
        return found.filter(at -> at.position().line() > 0 && at.position().line() <= lines.size())
                .map(at -> new Line(at.path(), at.position().line(), lines.get(at.position().line() - 1).strip()));
    }

    /** A value, and where its key stands. */
    private record Found(String path, Position position, Node value) {
        Optional<Found> in(String key) {
            return switch (value) {
                case Node.Mapping mapping ->
                    mapping.entries().stream().filter(entry -> entry.key().equals(key)).findFirst()
                            .map(entry -> new Found(path.isEmpty() ? key : path + "." + key, entry.position(),
                                    entry.value()));
                case Node.Sequence sequence -> IntStream.range(0, sequence.items().size())
                        .filter(i -> isNamed(sequence.items().get(i), key)).boxed().findFirst()
                        .map(i -> new Found(path + "[" + i + "]", sequence.items().get(i).position(),
                                sequence.items().get(i)));
                case Node.Scalar _ -> Optional.empty();
            };
        }

        private static boolean isNamed(Node item, String name) {
            return item instanceof Node.Mapping mapping
                    && mapping.get("name").orElse(null) instanceof Node.Scalar scalar
                    && scalar.text().equals(name);
        }
    }
}
