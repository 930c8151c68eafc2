package net.weft.controller.model.yaml;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.tree.Node;
import net.weft.controller.model.yaml.tree.Position;
import net.weft.controller.model.yaml.tree.YamlTree;

/** Finds the line of a key in the text of a {@code fabric.yaml}, to show a person the line that caused something. */
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
     * @param path path of the key, {@code ports.web1.access}
     * @param line number of the line, from 1
     * @param text text of the line, without surrounding blanks
     */
    public record Line(String path, int line, String text) {
    }

    /** Reads a text. Throws no exception; in a text that is not YAML, {@link #find} finds nothing. */
    public static SourceLines of(String text) {
        return new SourceLines(YamlTree.read(text, "", FabricYaml.LIMITS, new Faults()), text.lines().toList());
    }

    /**
     * Returns the line of a key; empty if there is none.
     *
     * @param keys path of the key, the outermost first; an item of a list is given by its {@code name}
     */
    public Optional<Line> find(List<String> keys) {
        Optional<Found> found = root.map(node -> new Found("", Position.NONE, node));
        for (String key : keys) {
            found = found.flatMap(at -> at.in(key));
        }
        return found.filter(at -> at.position().line() > 0 && at.position().line() <= lines.size())
                .map(at -> new Line(at.path(), at.position().line(), lines.get(at.position().line() - 1).strip()));
    }

    /** A value, with the path and position of its key. */
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
