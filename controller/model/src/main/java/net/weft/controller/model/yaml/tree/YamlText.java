package net.weft.controller.model.yaml.tree;

import java.io.StringWriter;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** Writes {@link Node}s as YAML text. */
public final class YamlText {
    private static final YAMLFactory YAML = YAMLFactory.builder().enable(YAMLWriteFeature.MINIMIZE_QUOTES)
            .enable(YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS).disable(YAMLWriteFeature.SPLIT_LINES)
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER).build();

    private YamlText() {
    }

    public static String write(Node node) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = YAML.createGenerator(ObjectWriteContext.empty(), text)) {
            write(node, generator);
        }
        return text.toString();
    }

    static void write(Node node, JsonGenerator generator) {
        switch (node) {
            case Node.Mapping mapping -> {
                generator.writeStartObject();
                for (Node.Entry entry : mapping.entries()) {
                    generator.writeName(entry.key());
                    write(entry.value(), generator);
                }
                generator.writeEndObject();
            }
            case Node.Sequence sequence -> {
                generator.writeStartArray();
                sequence.items().forEach(item -> write(item, generator));
                generator.writeEndArray();
            }
            case Node.Scalar scalar -> {
                switch (scalar.kind()) {
                    case NUMBER -> generator.writeNumber(scalar.text());
                    case BOOLEAN -> generator.writeBoolean(Boolean.parseBoolean(scalar.text()));
                    case NULL -> generator.writeNull();
                    case STRING -> generator.writeString(scalar.text());
                }
            }
        }
    }
}
