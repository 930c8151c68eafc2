package net.weft.controller.model.yaml.keep;

import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.weft.controller.model.yaml.tree.Node;
import net.weft.controller.model.yaml.tree.YamlText;
import tools.jackson.databind.json.JsonMapper;

/** Writes values on one line, in the flow style of YAML. */
final class OneLine {
    /** Characters that a text between brackets may have only in quotes. */
    private static final Pattern SPECIAL = Pattern.compile("[,\\[\\]{}\\n\\r]|:$|: | #");
    private static final String KEY = "k: ";
    private static final JsonMapper JSON = new JsonMapper();

    private OneLine() {
    }

    static String of(Node node) {
        return switch (node) {
            case Node.Mapping mapping -> mapping.entries().stream().map(OneLine::of)
                    .collect(Collectors.joining(", ", "{", "}"));
            case Node.Sequence sequence -> sequence.items().stream().map(OneLine::of)
                    .collect(Collectors.joining(", ", "[", "]"));
            case Node.Scalar scalar -> of(scalar);
        };
    }

    static String of(Node.Entry entry) {
        return of(Node.Scalar.of(entry.key())) + ": " + of(entry.value());
    }

    private static String of(Node.Scalar scalar) {
        if (scalar.kind() == Node.Scalar.Kind.STRING && SPECIAL.matcher(scalar.text()).find()) {
            return JSON.writeValueAsString(scalar.text());
        }
        return YamlText.write(Node.Mapping.empty().add("k", scalar)).strip().substring(KEY.length());
    }
}
