package net.weft.examples.reference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the comments of a proto file, which the generated descriptors do not have. A comment belongs to the declaration on the line below
 * it, as in every file of {@code weft.v1}: one declaration a line, lines of comments only.
 */
final class ProtoComments {
    private static final Pattern BLOCK = Pattern.compile("(?:message|enum|service|oneof) (\\w+) \\{(\\})?.*");
    private static final Pattern METHOD = Pattern.compile("rpc (\\w+)\\(.*");
    private static final Pattern FIELD = Pattern
            .compile("(?:optional |repeated )?(?:map<.*>|[\\w.]+) (\\w+) = \\d+;.*");
    private static final Pattern VALUE = Pattern.compile("(\\w+) = \\d+;.*");

    private final Map<String, String> byName = new HashMap<>();
    private final Deque<String> scopes = new ArrayDeque<>();
    private final List<String> pending = new ArrayList<>();

    private ProtoComments() {
    }

    /** Returns comments by full name, such as {@code weft.v1.ApplyRequest.yaml}; the lines of one are joined. */
    static Map<String, String> of(Path file) throws IOException {
        ProtoComments comments = new ProtoComments();
        comments.scopes.push("weft.v1");
        Files.readAllLines(file).forEach(line -> comments.line(line.strip()));
        return comments.byName;
    }

    private void line(String line) {
        if (line.startsWith("//")) {
            pending.add(line.substring(2).strip());
            return;
        }
        Matcher block = BLOCK.matcher(line);
        if (block.matches()) {
            String name = name(block.group(1));
            note(name);
            if (block.group(2) == null) {
                scopes.push(line.startsWith("oneof ") ? scopes.getFirst() : name);
            }
        } else if (line.equals("}")) {
            scopes.pop();
        } else {
            for (Pattern declaration : List.of(METHOD, FIELD, VALUE)) {
                Matcher found = declaration.matcher(line);
                if (found.matches()) {
                    note(name(found.group(1)));
                    break;
                }
            }
        }
        pending.clear();
    }

    private String name(String simple) {
        return scopes.getFirst() + "." + simple;
    }

    /** Joins the lines of the comment; an empty line of it is the end of a paragraph. */
    private void note(String name) {
        if (!pending.isEmpty()) {
            byName.put(name, String.join("\n", pending).replaceAll("(?<!\n)\n(?!\n)", " "));
        }
    }
}
