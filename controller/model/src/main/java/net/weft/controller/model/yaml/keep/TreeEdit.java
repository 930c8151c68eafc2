package net.weft.controller.model.yaml.keep;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.weft.controller.model.yaml.tree.Node;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.CollectionNode;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Edits the text of a file where two canonical trees differ: that of the file and that of the configuration. Where the file is written in
 * another way than the canonical tree, the nearest value around it is replaced.
 */
final class TreeEdit {
    private final LineText text;

    TreeEdit(String text) {
        this.text = new LineText(text);
    }

    /** Returns the edited text. */
    String of(MappingNode file, Node.Mapping before, Node.Mapping after) {
        mapping(file, before, after, true);
        return text.edited();
    }

    /** @param before the value that the canonical tree of the file has here; null: it leaves out the value, as it is a default */
    private void value(org.snakeyaml.engine.v2.nodes.Node file, @Nullable Node before, Node after) {
        if (after.equals(before)) {
            return;
        }
        boolean edited = switch (file) {
            case MappingNode mapping when before instanceof Node.Mapping old && after instanceof Node.Mapping wanted
                    && !wanted.entries().isEmpty() ->
                mapping(mapping, old, wanted, false);
            case SequenceNode list when before instanceof Node.Sequence old && after instanceof Node.Sequence wanted
                    && !wanted.items().isEmpty() ->
                sequence(list, old, wanted);
            default -> false;
        };
        if (!edited) {
            int start = start(file);
            text.replace(start, end(file), (text.before(start).endsWith(":") ? " " : "") + OneLine.of(after));
        }
    }

    private boolean mapping(MappingNode file, Node.Mapping before, Node.Mapping after, boolean root) {
        Map<String, NodeTuple> there = new HashMap<>();
        file.getValue().forEach(tuple -> there.put(key(tuple), tuple));
        Map<String, Node> old = new HashMap<>();
        before.entries().forEach(entry -> old.put(entry.key(), entry.value()));
        Set<String> gone = new HashSet<>(old.keySet());
        after.entries().forEach(entry -> gone.remove(entry.key()));
        Parts parts = new Parts(file, file.getValue().stream()
                .map(tuple -> new Part(start(tuple.getKeyNode()),
                        Math.max(end(tuple.getKeyNode()), end(tuple.getValueNode())),
                        gone.contains(key(tuple))))
                .toList());
        List<Node.Entry> added = after.entries().stream()
                .filter(entry -> !there.containsKey(entry.key()) && !entry.value().equals(old.get(entry.key())))
                .toList();
        if (!parts.canBeEdited()) {
            return false;
        }
        for (Node.Entry entry : after.entries()) {
            NodeTuple tuple = there.get(entry.key());
            if (tuple != null && !entry.value().equals(old.get(entry.key()))) {
                value(tuple.getValueNode(), old.get(entry.key()), entry.value());
            }
        }
        parts.removeGone();
        added.forEach(
                entry -> parts.insert(parts.last(), root ? entryOfRoot(entry, parts.indent()) : OneLine.of(entry)));
        return true;
    }

    private boolean sequence(SequenceNode file, Node.Sequence before, Node.Sequence after) {
        List<String> old = before.items().stream().map(TreeEdit::identity).toList();
        List<String> wanted = after.items().stream().map(TreeEdit::identity).toList();
        Set<String> kept = new HashSet<>(old);
        kept.retainAll(wanted);
        boolean sameOrder = old.stream().filter(kept::contains).toList()
                .equals(wanted.stream().filter(kept::contains).toList());
        Parts parts = new Parts(file, IntStream.range(0, file.getValue().size())
                .mapToObj(i -> new Part(start(file.getValue().get(i)), end(file.getValue().get(i)),
                        i < old.size() && !kept.contains(old.get(i))))
                .toList());
        if (!sameOrder || file.getValue().size() != old.size() || new HashSet<>(old).size() != old.size()
                || new HashSet<>(wanted).size() != wanted.size() || !parts.canBeEdited()) {
            return false;
        }
        parts.removeGone();
        int last = -1;
        for (int i = 0; i < wanted.size(); i++) {
            int there = old.indexOf(wanted.get(i));
            if (there >= 0) {
                value(file.getValue().get(there), before.items().get(there), after.items().get(i));
                last = there;
            } else {
                parts.insert(last, OneLine.of(after.items().get(i)));
            }
        }
        return true;
    }

    /** Returns by what an item of a list is the same although it changes: its name, or else all of it. */
    private static String identity(Node item) {
        return item instanceof Node.Mapping mapping && mapping.get("name").orElse(null) instanceof Node.Scalar name
                ? name.text()
                : OneLine.of(item);
    }

    /** Writes a key of the file itself, whose objects stand on a line each. */
    private static String entryOfRoot(Node.Entry entry, String indent) {
        String key = entry.key() + ":";
        return switch (entry.value()) {
            case Node.Mapping mapping when !mapping.entries().isEmpty() -> mapping.entries().stream()
                    .map(object -> "\n" + indent + "  " + OneLine.of(object)).collect(Collectors.joining("", key, ""));
            case Node.Sequence list when !list.items().isEmpty() -> list.items().stream()
                    .map(object -> "\n" + indent + "  - " + OneLine.of(object))
                    .collect(Collectors.joining("", key, ""));
            default -> OneLine.of(entry);
        };
    }

    private static String key(NodeTuple tuple) {
        return tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
    }

    private static int start(org.snakeyaml.engine.v2.nodes.Node node) {
        return node.getStartMark().orElseThrow().getIndex();
    }

    /** Returns the end of a value. The parser's end of a block is the beginning of what follows, behind comments. */
    private int end(org.snakeyaml.engine.v2.nodes.Node node) {
        if (isBlock(node)) {
            if (node instanceof MappingNode mapping && !mapping.getValue().isEmpty()) {
                NodeTuple last = mapping.getValue().getLast();
                return Math.max(end(last.getKeyNode()), end(last.getValueNode()));
            }
            if (node instanceof SequenceNode list && !list.getValue().isEmpty()) {
                return end(list.getValue().getLast());
            }
        }
        int end = node.getEndMark().orElseThrow().getIndex();
        return Math.max(start(node), text.trimmed(end));
    }

    private static boolean isBlock(org.snakeyaml.engine.v2.nodes.Node node) {
        return node instanceof CollectionNode<?> collection && collection.getFlowStyle() == FlowStyle.BLOCK;
    }

    /** An entry of a mapping or an item of a list: its place in the text, and whether it goes. */
    private record Part(int start, int end, boolean gone) {
    }

    /** The parts of a mapping or a list. */
    private final class Parts {
        private final CollectionNode<?> file;
        private final boolean block;
        private final boolean list;
        private final List<Part> parts;
        private final List<Integer> starts = new ArrayList<>();
        private boolean begun;

        Parts(CollectionNode<?> file, List<Part> parts) {
            this.file = file;
            this.parts = parts;
            block = isBlock(file);
            list = file instanceof SequenceNode;
            for (Part part : parts) {
                starts.add(block && list ? dash(part.start()) : part.start());
            }
        }

        /** Returns the place of the dash of an item, or -1 if it is not in the line of the item. */
        private int dash(int start) {
            String before = text.before(start);
            int dash = before.indexOf('-');
            return dash >= 0 && before.replaceFirst("-", "").isBlank() ? text.lineStart(start) + dash : -1;
        }

        /** Whether each part of a block that goes begins its line, and one is left. */
        boolean canBeEdited() {
            if (!block) {
                return true;
            }
            for (int i = 0; i < parts.size(); i++) {
                int start = starts.get(i);
                if (start < 0 || parts.get(i).gone() && !text.before(start).isBlank()) {
                    return false;
                }
            }
            return !parts.isEmpty();
        }

        String indent() {
            return block ? " ".repeat(starts.getFirst() - text.lineStart(starts.getFirst())) : "";
        }

        int last() {
            return parts.size() - 1;
        }

        void removeGone() {
            for (int i = 0; i < parts.size(); i++) {
                if (parts.get(i).gone()) {
                    i = block ? removeLines(i) : removeRun(i);
                }
            }
        }

        private int removeLines(int i) {
            int line = text.lineStart(starts.get(i));
            text.replace(text.commentStart(line, starts.get(i) - line), text.nextLine(parts.get(i).end()), "");
            return i;
        }

        /** Removes parts that stand one behind the other, with a comma beside them; returns the last one. */
        private int removeRun(int first) {
            int last = first;
            while (last + 1 < parts.size() && parts.get(last + 1).gone()) {
                last++;
            }
            int start = parts.get(first).start();
            if (last < parts.size() - 1) {
                text.replace(start, parts.get(last + 1).start(), "");
            } else {
                int before = first == 0 ? start : parts.get(first - 1).end();
                boolean comment = text.of(before, start).contains("#");
                text.replace(comment ? start : before, parts.get(last).end(), "");
            }
            return last;
        }

        /** Inserts a part behind another; -1: as the first one. */
        void insert(int behind, String part) {
            if (block) {
                int place = behind < 0
                        ? text.lineStart(starts.getFirst())
                        : text.nextLine(parts.get(behind).end());
                text.replace(place, place,
                        (text.endsWithin(place) ? "\n" : "") + indent() + (list ? "- " : "") + part + "\n");
                return;
            }
            int kept = behind;
            while (kept >= 0 && parts.get(kept).gone()) {
                kept--;
            }
            boolean followed = parts.stream().skip(kept + 1L).anyMatch(other -> !other.gone());
            if (kept >= 0) {
                text.replace(parts.get(kept).end(), parts.get(kept).end(), ", " + part);
            } else {
                int place = parts.isEmpty() ? start(file) + 1 : parts.getFirst().start();
                text.replace(place, place, (begun && !followed ? ", " : "") + part + (followed ? ", " : ""));
                begun = true;
            }
        }
    }
}
