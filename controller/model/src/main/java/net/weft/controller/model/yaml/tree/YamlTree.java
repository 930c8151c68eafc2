package net.weft.controller.model.yaml.tree;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * Parses text to {@link Node}s. It processes Jackson's event stream itself, because Jackson's trees lose positions,
 * keep the last of two equal keys and turn an alias into a string. Structural faults (duplicate keys, anchors, aliases,
 * tags) are collected while the tree is built; a text that is not YAML ends the parse.
 */
public final class YamlTree {
    /** Most values of one text, with mappings and lists: some 100 MB of heap. */
    public static final int MAX_VALUES = 600_000;
    /** The parser's own limit, of 3 MiB unless it is set, is lifted: whoever calls bounds the text. Keys that stand twice are found here. */
    private static final YAMLFactory YAML = YAMLFactory.builder()
            .loadSettings(LoadSettings.builder().setCodePointLimit(Integer.MAX_VALUE)
                    .setAllowDuplicateKeys(true).build())
            .build();

    private final YAMLParser parser;
    private final String text;
    /** The text as code points, which is how the parser counts offsets; empty: each is one character of the text. */
    private final int[] codePoints;
    private final Faults faults;
    private final Limits limits;
    private int values;

    /**
     * How much of a text is taken.
     *
     * @param depth deepest nesting of mappings and lists
     * @param values most values, with mappings and lists
     */
    public record Limits(int depth, int values) {
    }

    private YamlTree(YAMLParser parser, String text, Faults faults, Limits limits) {
        this.parser = parser;
        this.text = text;
        codePoints = text.codePointCount(0, text.length()) == text.length() ? new int[0] : text.codePoints().toArray();
        this.faults = faults;
        this.limits = limits;
    }

    /**
     * Returns the only document of the text; empty, with a fault collected, if the text is not YAML; empty without one
     * if it holds no document.
     */
    public static Optional<Node> read(String text, String path, Limits limits, Faults faults) {
        try (YAMLParser parser = (YAMLParser) YAML.createParser(ObjectReadContext.empty(), text)) {
            return new YamlTree(parser, text, faults, limits).document(path);
        } catch (TooMuchException e) {
            faults.add(Fault.Kind.SYNTAX, e.path, e.position, e.why);
        } catch (JacksonException e) {
            faults.add(Fault.Kind.SYNTAX, path, position(e), "not YAML: " + problem(e));
        } catch (YamlEngineException e) {
            faults.add(Fault.Kind.SYNTAX, path, position(e), "not YAML: " + problem(e));
        }
        return Optional.empty();
    }

    private Optional<Node> document(String path) {
        if (parser.nextToken() == null) {
            return Optional.empty();
        }
        Node root = node(path, 0);
        if (parser.nextToken() != null) {
            faults.add(Fault.Kind.SYNTAX, path, here(), "a second document begins; a file holds one");
            return Optional.empty();
        }
        return Optional.of(root);
    }

    /** Returns the value that starts at the current token. */
    private Node node(String path, int depth) {
        Position position = here();
        if (depth > limits.depth()) {
            throw new TooMuchException(path, position, "nested deeper than " + limits.depth() + " levels");
        }
        if (++values > limits.values()) {
            throw new TooMuchException(path, position, "the file has more than " + limits.values()
                    + " values, which is the most that weft takes");
        }
        refuseReferences(path, position);
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            return mapping(path, position, depth);
        }
        if (token == JsonToken.START_ARRAY) {
            return sequence(path, position, depth);
        }
        return new Node.Scalar(kind(token), parser.getString(), position);
    }

    static Node.Scalar.Kind kind(JsonToken token) {
        return switch (token) {
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Node.Scalar.Kind.NUMBER;
            case VALUE_TRUE, VALUE_FALSE -> Node.Scalar.Kind.BOOLEAN;
            case VALUE_NULL -> Node.Scalar.Kind.NULL;
            default -> Node.Scalar.Kind.STRING;
        };
    }

    private Node mapping(String path, Position position, int depth) {
        List<Node.Entry> entries = new ArrayList<>();
        Map<String, Position> seen = new HashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.getString();
            Position at = here();
            String childPath = Faults.child(path, key);
            refuseAnchor(childPath, at);
            parser.nextToken();
            Node value = node(childPath, depth + 1);
            Position first = seen.putIfAbsent(key, at);
            if (first == null) {
                entries.add(new Node.Entry(key, at, value));
            } else {
                faults.add(Fault.Kind.DUPLICATE_KEY, childPath, at, "stands twice; first in line " + first.line());
            }
        }
        return new Node.Mapping(entries, position);
    }

    private Node sequence(String path, Position position, int depth) {
        List<Node> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(node(path + "[" + items.size() + "]", depth + 1));
        }
        return new Node.Sequence(items, position);
    }

    private void refuseReferences(String path, Position position) {
        refuseAnchor(path, position);
        if (parser.isCurrentAlias()) {
            faults.add(Fault.Kind.SYNTAX, path, position,
                    "*" + Faults.shown(parser.getString()) + " is a YAML alias; write the value out");
        } else if (parser.getTypeId() instanceof String tag) {
            faults.add(Fault.Kind.SYNTAX, path, position, Faults.shown(tag) + " is a YAML tag; leave it out");
        }
    }

    /**
     * Refuses an anchor. The parser reports the anchors of keys, lists and mappings; that of a scalar is visible only
     * in the text.
     */
    private void refuseAnchor(String path, Position position) {
        long start = parser.currentTokenLocation().getCharOffset();
        boolean written = !parser.currentToken().isStructStart() && isAmpersand(start);
        if (written || parser.getObjectId() != null) {
            faults.add(Fault.Kind.SYNTAX, path, position,
                    "a YAML anchor (&) stands here; write the value out where it is needed");
        }
    }

    private boolean isAmpersand(long offset) {
        if (codePoints.length == 0) {
            return offset >= 0 && offset < text.length() && text.charAt((int) offset) == '&';
        }
        return offset >= 0 && offset < codePoints.length && codePoints[(int) offset] == '&';
    }

    private Position here() {
        return position(parser.currentTokenLocation());
    }

    private static Position position(@Nullable TokenStreamLocation location) {
        return location == null ? Position.NONE : new Position(location.getLineNr(), location.getColumnNr());
    }

    private static Position position(RuntimeException fault) {
        for (Throwable e = fault; e != null; e = e.getCause()) {
            if (e instanceof MarkedYamlEngineException marked && marked.getProblemMark().isPresent()) {
                Mark mark = marked.getProblemMark().get();
                return new Position(mark.getLine() + 1, mark.getColumn() + 1);
            }
        }
        return fault instanceof JacksonException jackson ? position(jackson.getLocation()) : Position.NONE;
    }

    private static String problem(RuntimeException fault) {
        for (Throwable e = fault; e != null; e = e.getCause()) {
            if (e instanceof MarkedYamlEngineException marked && marked.getProblem() != null) {
                return readable(marked.getProblem());
            }
        }
        String message = fault instanceof JacksonException jackson ? jackson.getOriginalMessage() : fault.getMessage();
        return Faults.shown(message == null ? fault.getClass().getSimpleName() : message);
    }

    /** Returns the parser's message; for the most common mistakes, a message that says what to do replaces it. */
    private static String readable(String problem) {
        if (problem.contains("TAB")) {
            return "a tab stands here; YAML indents with spaces only";
        }
        if (problem.contains("could not find expected ':'")) {
            return "a line without a key; perhaps the space behind a colon is missing (access: 10, not access:10)";
        }
        if (problem.contains("mapping values are not allowed here")) {
            return "a second key in one line, or a line that is indented too far; a text with a colon needs quotes";
        }
        return Faults.shown(problem);
    }

    /** Ends the recursion at once, as a text this deep or long is an attack or an accident. */
    private static final class TooMuchException extends RuntimeException {
        private final String path;
        private final transient Position position;
        private final String why;

        TooMuchException(String path, Position position, String why) {
            super(null, null, false, false);
            this.path = path;
            this.position = position;
            this.why = why;
        }
    }
}
