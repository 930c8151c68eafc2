package net.weft.controller.model.yaml.tree;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes {@link Node}s as JSON, which is YAML too, and reads such a text back, many times faster than a parser of YAML does. For texts
 * that Weft itself has written: there are no positions, and keys are not checked for standing twice.
 */
public final class JsonText {
    private static final JsonFactory JSON = new JsonFactory();

    private JsonText() {
    }

    public static String write(Node node) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            YamlText.write(node, generator);
        }
        return text.toString();
    }

    /** Returns the value of a text; empty if it is no JSON. */
    public static Optional<Node> read(String text) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() == null) {
                return Optional.empty();
            }
            Node node = node(parser);
            return parser.nextToken() == null ? Optional.of(node) : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /** Returns the value that starts at the current token. */
    private static Node node(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                List<Node.Entry> entries = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String key = parser.currentName();
                    parser.nextToken();
                    entries.add(new Node.Entry(key, Position.NONE, node(parser)));
                }
                yield new Node.Mapping(entries, Position.NONE);
            }
            case START_ARRAY -> {
                List<Node> items = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(node(parser));
                }
                yield new Node.Sequence(items, Position.NONE);
            }
            default -> new Node.Scalar(YamlTree.kind(parser.currentToken()), parser.getString(), Position.NONE);
        };
    }
}
