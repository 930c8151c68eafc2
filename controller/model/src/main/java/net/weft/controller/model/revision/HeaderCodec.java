package net.weft.controller.model.revision;

import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Encodes the header of a revision as the first members of its JSON object, so that it can be read without the rest. Revisions of
 * older versions of Weft have their command as the comment, and no changes.
 */
final class HeaderCodec {
    /** Name of the first member of the object behind the header. */
    static final String END = "port-numbers";
    private static final String COMMAND = "command";
    private static final String COMMENT = "comment";

    private HeaderCodec() {
    }

    static void write(RevisionHeader header, ObjectNode root) {
        Author author = header.author();
        root.put("number", header.number());
        root.put("time", author.time().toString());
        root.put("who", author.who());
        author.caller().uid().ifPresent(uid -> root.put("uid", uid));
        author.caller().process().ifPresent(process -> root.put("process", process));
        if (!author.caller().claimed().isEmpty()) {
            root.put("claimed", author.caller().claimed());
        }
        root.put(COMMAND, author.command());
        root.put(COMMENT, author.comment());
        header.trial().ifPresent(trial -> root.putObject("trial").put("fallback", trial.fallback())
                .put("within", trial.within().toString()).put("boot", trial.boot()));
        root.put("change-count", header.changes().count());
        header.changes().first().forEach(root.putArray("changes")::add);
    }

    static RevisionHeader read(JsonNode root) {
        boolean isOlder = root.get(COMMAND) == null;
        String comment = root.required(COMMENT).stringValue();
        Author author = new Author(Instant.parse(root.required("time").stringValue()),
                root.required("who").stringValue(),
                new Author.Caller(number(root, "uid"), number(root, "process"), root.path("claimed").stringValue("")),
                isOlder ? comment : root.required(COMMAND).stringValue(), isOlder ? "" : comment);
        ChangeSummary changes = new ChangeSummary(root.path("change-count").intValue(0),
                root.path("changes").valueStream().map(JsonNode::stringValue).toList());
        return new RevisionHeader(root.required("number").longValue(), author, changes,
                Optional.ofNullable(root.get("trial")).map(HeaderCodec::trial));
    }

    private static Trial trial(JsonNode node) {
        return new Trial(node.required("fallback").longValue(), Duration.parse(node.required("within").stringValue()),
                node.required("boot").stringValue());
    }

    private static OptionalLong number(JsonNode root, String name) {
        JsonNode node = root.get(name);
        return node == null ? OptionalLong.empty() : OptionalLong.of(node.longValue());
    }

    /** Parses the members of a JSON object up to the end of the header. */
    static ObjectNode parse(InputStream body, JsonMapper json) {
        ObjectNode header = json.createObjectNode();
        try (JsonParser parser = json.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("no JSON object");
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME && !parser.currentName().equals(END)) {
                String name = parser.currentName();
                parser.nextToken();
                header.set(name, parser.<JsonNode>readValueAsTree());
            }
        }
        return header;
    }
}
