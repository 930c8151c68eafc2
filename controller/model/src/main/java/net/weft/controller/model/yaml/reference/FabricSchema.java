package net.weft.controller.model.yaml.reference;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the JSON Schema (draft 2020-12) of {@code fabric.yaml}, for editors. It knows keys, forms, ranges and words; what
 * depends on other keys only {@code weft diff} and {@code weft apply --dry-run} find.
 */
public final class FabricSchema {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String NAME = "^[a-z0-9][a-z0-9._-]{0,62}$";
    /** Patterns of the texts that have one; a number may stand for a text where YAML would read one. */
    private static final Map<String, String> PATTERNS = Map.of("name", NAME, "network",
            "^[a-z0-9][a-z0-9._-]{0,62}/[a-z0-9][a-z0-9._-]{0,62}$", "mac", "^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$",
            "span",
            "^[0-9]+[smhd]$", "rate", "^[0-9]+(\\.[0-9]+)?(bit|kbit|mbit|gbit)$", "file", "^/", "socket", "^/", "vids",
            "^[0-9]+-[0-9]+$");

    private FabricSchema() {
    }

    public static String write() {
        ObjectNode root = section("root");
        root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        root.put("title", "fabric.yaml of Weft");
        root.putArray("required").add("ports");
        ObjectNode definitions = root.putObject("$defs");
        KeyTable.sections().stream().filter(name -> !name.equals("root"))
                .forEach(name -> definitions.set(name, section(name)));
        ObjectNode zones = definitions.putObject("zones-by-vlan");
        zones.put("type", "object").putObject("patternProperties").putObject("^[0-9]{1,4}$").put("type", "string");
        zones.put("additionalProperties", false);
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    private static ObjectNode section(String name) {
        ObjectNode schema = JSON.createObjectNode();
        schema.put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        for (KeyEntry entry : KeyTable.of(name)) {
            ObjectNode value = alternatives(entry.form());
            value.put("description", entry.meaning() + " Default: " + entry.otherwise() + ".");
            properties.set(entry.key(), value);
        }
        schema.put("additionalProperties", false);
        return schema;
    }

    private static ObjectNode alternatives(List<KeyEntry.Form> forms) {
        if (forms.size() == 1) {
            return contained(forms.getFirst());
        }
        ObjectNode any = JSON.createObjectNode();
        ArrayNode alternatives = any.putArray("anyOf");
        forms.forEach(form -> alternatives.add(contained(form)));
        return any;
    }

    private static ObjectNode contained(KeyEntry.Form form) {
        ObjectNode schema = JSON.createObjectNode();
        switch (form.container()) {
            case "list" -> {
                schema.put("type", "array");
                schema.set("items", value(form));
            }
            case "map" -> {
                schema.put("type", "object");
                String names = form.kind().equals("member") ? "^[0-9]{1,2}$" : NAME;
                schema.putObject("patternProperties").set(names, value(form));
                schema.put("additionalProperties", false);
            }
            default -> schema = value(form);
        }
        return schema;
    }

    private static ObjectNode value(KeyEntry.Form form) {
        ObjectNode schema = JSON.createObjectNode();
        switch (form.kind()) {
            case "number" -> {
                String[] range = form.details().getFirst().split("-");
                schema.put("type", "integer").put("minimum", Long.parseLong(range[0])).put("maximum",
                        Long.parseLong(range[1]));
            }
            case "boolean" -> schema.put("type", "boolean");
            case "word" -> form.details().forEach(schema.withArray("enum")::add);
            case "any" -> schema.put("const", "any");
            case "vids" -> {
                ArrayNode either = schema.putArray("anyOf");
                either.addObject().put("type", "integer").put("minimum", 1).put("maximum", 4094);
                either.addObject().put("type", "string").put("pattern", PATTERNS.getOrDefault("vids", ""));
            }
            case "account" -> schema.putArray("type").add("string").add("integer");
            case "mapping" -> schema.put("$ref", "#/$defs/" + form.details().getFirst());
            default -> {
                if (KeyTable.sections().contains(form.kind())) {
                    schema.put("$ref", "#/$defs/" + form.kind());
                } else {
                    schema.put("type", "string");
                    String pattern = PATTERNS.get(form.kind());
                    if (pattern != null) {
                        schema.put("pattern", pattern);
                    }
                }
            }
        }
        return schema;
    }
}
