package net.weft.controller.model.yaml;

import java.util.List;
import java.util.Optional;

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

    /** The line on which the key stands that these lead to, from the outermost in; empty if there is none. */
    public Optional<Line> find(List<String> keys) {
        Optional<Node> node = root;
        Optional<Position> position = Optional.empty();
        for (String key : keys) {
            Optional<Node.Entry> entry = node.flatMap(
                    at -> at instanceof Node.Mapping mapping
                            ? mapping.entries().stream().filter(each -> each.key().equals(key)).findFirst()
                            : Optional.empty());
            position = entry.map(Node.Entry::position);
            node = entry.map(Node.Entry::value);
        }
        return position.map(Position::line).filter(line -> line > 0 && line <= lines.size())
                .map(line -> new Line(String.join(".", keys), line, lines.get(line - 1).strip()));
    }
}
