package net.weft.controller.model.yaml.reference;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes the page of the reference, {@code docs/fabric.md}. */
public final class FabricPage {
    private static final String HEAD = """
            # fabric.yaml: every key

            One file describes one logical switch. Keys are kebab-case; names match `[a-z0-9][a-z0-9._-]{0,62}`. An unknown key, a key given twice, a
            dangling reference or a value out of range is refused before anything changes, with path, line, value and expectation. Everything but
            `ports` is optional. JSON is accepted as well.

            This page and [fabric.schema.json](fabric.schema.json) are written from the table beside the parser, and a test compares them with what it
            accepts. For an editor with the YAML language server, put this at the head of the file (or map the schema to `fabric.yaml` in its settings):

                # yaml-language-server: $schema=PATH/docs/fabric.schema.json

            `weft diff -f FILE` and `weft apply -f FILE --dry-run` find what a schema cannot: references, overlaps, what would be cut.

            """;
    private static final Map<String, String> TITLES = Map.ofEntries(Map.entry("root", "The file"),
            Map.entry("member", "members: ID"), Map.entry("workers", "members: ID: workers"),
            Map.entry("timeouts", "connections: timeouts"), Map.entry("tenant", "tenants: NAME"),
            Map.entry("network", "tenants: NAME: networks: NAME"), Map.entry("zone", "zones: NAME"),
            Map.entry("policy", "policies: one of the list"), Map.entry("port", "ports: NAME"),
            Map.entry("lag", "lags: NAME"),
            Map.entry("trunk", "ports: NAME: trunk"), Map.entry("guard", "ports: NAME: guard"),
            Map.entry("rate-limit", "ports: NAME: rate-limit"), Map.entry("mirror", "ports: NAME: mirror-to"),
            Map.entry("ipfix", "export: ipfix"), Map.entry("vpn", "vpn: NAME"),
            Map.entry("vpn-peer", "vpn: NAME: peers: NAME"), Map.entry("sflow", "export: sflow"));

    private FabricPage() {
    }

    public static String write() {
        StringBuilder page = new StringBuilder(HEAD);
        for (String section : KeyTable.sections()) {
            page.append("## ").append(TITLES.getOrDefault(section, section)).append("\n\n");
            page.append("| key | value | default | meaning |\n|---|---|---|---|\n");
            for (KeyEntry entry : KeyTable.of(section)) {
                page.append("| `").append(entry.key()).append("` | ").append(forms(entry.form())).append(", such as `")
                        .append(entry.example()).append("` | ").append(entry.otherwise()).append(" | ")
                        .append(entry.meaning()).append(" |\n");
            }
            page.append('\n');
        }
        return page.toString().stripTrailing() + "\n";
    }

    private static String forms(List<KeyEntry.Form> forms) {
        return forms.stream().map(FabricPage::form).collect(Collectors.joining(" or "));
    }

    private static String form(KeyEntry.Form form) {
        String value = switch (form.kind()) {
            case "number" -> "number " + form.details().getFirst();
            case "word" -> form.details().stream().map(word -> "`" + word + "`").collect(Collectors.joining(", "));
            case "boolean" -> "`true`, `false`";
            case "any" -> "`any`";
            case "span" -> "time";
            case "vids" -> "VLAN IDs and ranges";
            case "mac" -> "MAC address";
            case "socket", "file" -> "absolute path";
            case "mapping" -> "mapping";
            case "prefix" -> "address or prefix";
            case "network" -> "TENANT/NAME";
            case "endpoint" -> "HOST:PORT";
            case "account" -> "name or number";
            case "mode" -> "file mode";
            case "keyfile" -> "path";
            case "key" -> "public key";
            default -> form.kind();
        };
        return switch (form.container()) {
            case "list" -> "list of " + value;
            case "map" -> "mapping by name";
            default -> value;
        };
    }
}
