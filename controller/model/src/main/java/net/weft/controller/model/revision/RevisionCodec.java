package net.weft.controller.model.revision;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import net.weft.controller.model.yaml.FabricYaml;
import net.weft.controller.model.yaml.InvalidConfigException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Encodes a revision as bytes: a line with the length and CRC-32C of the rest, then one JSON object. The configuration
 * is the text of a {@code fabric.yaml} in that object, so that a person can extract it by hand.
 */
public final class RevisionCodec {
    private static final String MAGIC = "weft-revision-1";
    private static final JsonMapper JSON = new JsonMapper();

    private RevisionCodec() {
    }

    public static byte[] write(Revision revision) {
        ObjectNode root = JSON.createObjectNode();
        HeaderCodec.write(revision.header(), root);
        ObjectNode numbers = root.putObject(HeaderCodec.END);
        new TreeMap<>(revision.portNumbers().byName()).forEach(numbers::put);
        ObjectNode zones = root.putObject("zone-numbers");
        new TreeMap<>(revision.zoneNumbers().zones()).forEach(zones::put);
        ObjectNode policies = root.putObject("policy-numbers");
        new TreeMap<>(revision.zoneNumbers().policies()).forEach(policies::put);
        ObjectNode origins = root.putObject("origins");
        new TreeMap<>(revision.origins()).forEach((subject, origin) -> origins.putObject(subject)
                .put("kind", origin.kind().name().toLowerCase(Locale.ROOT)).put("revision", origin.revision())
                .put("who", origin.who()));
        root.put("config", FabricYaml.writeCompact(revision.config()));
        revision.fileText().ifPresent(text -> root.put("file", text));
        if (!revision.revokedKeys().isEmpty()) {
            revision.revokedKeys().stream().sorted().forEach(root.putArray("revoked-keys")::add);
        }
        if (!revision.conflicts().isEmpty()) {
            ArrayNode conflicts = root.putArray("conflicts");
            revision.conflicts().forEach(conflict -> conflicts.addObject().put("subject", conflict.subject())
                    .put("message", conflict.message()));
        }
        byte[] body = JSON.writeValueAsBytes(root);
        byte[] head = head(body).getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[head.length + body.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }

    /**
     * Decodes a revision.
     *
     * @throws DamagedException if the bytes are not those that {@link #write} returned
     */
    public static Revision read(byte[] bytes) throws DamagedException {
        int newline = 0;
        while (newline < bytes.length && bytes[newline] != '\n') {
            newline++;
        }
        if (newline == bytes.length) {
            throw new DamagedException(
                    bytes.length == 0 ? "the file is empty" : "the file breaks off in its first line");
        }
        byte[] body = java.util.Arrays.copyOfRange(bytes, newline + 1, bytes.length);
        String head = new String(bytes, 0, newline + 1, StandardCharsets.US_ASCII);
        if (!head.startsWith(MAGIC + " ")) {
            throw new DamagedException("the file does not begin with " + MAGIC);
        }
        if (!head.equals(head(body))) {
            throw new DamagedException("length or checksum do not match: expected " + head.strip() + ", found "
                    + head(body).strip());
        }
        try {
            return revision(JSON.readTree(body));
        } catch (JacksonException | InvalidConfigException | DateTimeException | IllegalArgumentException e) {
            throw new DamagedException("its content does not read: " + e.getMessage());
        }
    }

    /**
     * Decodes the header of a revision, and reads no more of it than that. The checksum covers the whole revision, and is not
     * verified.
     *
     * @throws DamagedException if the beginning is not that of a revision
     */
    public static RevisionHeader readHeader(InputStream revision) throws IOException, DamagedException {
        byte[] magic = revision.readNBytes(MAGIC.length());
        if (!new String(magic, StandardCharsets.US_ASCII).equals(MAGIC)) {
            throw new DamagedException("the file does not begin with " + MAGIC);
        }
        int character = revision.read();
        while (character >= 0 && character != '\n') {
            character = revision.read();
        }
        try {
            return HeaderCodec.read(HeaderCodec.parse(revision, JSON));
        } catch (JacksonException | DateTimeException | IllegalArgumentException e) {
            throw new DamagedException("its header does not read: " + e.getMessage());
        }
    }

    /** Encodes a header on one line. */
    public static String writeHeader(RevisionHeader header) {
        ObjectNode root = JSON.createObjectNode();
        HeaderCodec.write(header, root);
        return JSON.writeValueAsString(root);
    }

    /**
     * Decodes a header.
     *
     * @throws DamagedException if the line is not one that {@link #writeHeader} returned
     */
    public static RevisionHeader readHeader(String line) throws DamagedException {
        try {
            return HeaderCodec.read(JSON.readTree(line));
        } catch (JacksonException | DateTimeException | IllegalArgumentException e) {
            throw new DamagedException("the header does not read: " + e.getMessage());
        }
    }

    private static Revision revision(JsonNode root) {
        Map<String, Origin> origins = new HashMap<>();
        root.required("origins").properties().forEach(entry -> origins.put(entry.getKey(), origin(entry.getValue())));
        return new Revision(HeaderCodec.read(root),
                FabricYaml.parseWritten(root.required("config").stringValue()).orElseThrow(),
                origins, new PortNumbers(numbers(root.required(HeaderCodec.END))),
                new ZoneNumbers(numbers(root.path("zone-numbers")), numbers(root.path("policy-numbers"))),
                Optional.ofNullable(root.get("file")).map(JsonNode::stringValue), conflicts(root.path("conflicts")),
                revoked(root.path("revoked-keys")));
    }

    /** Reads numbers by name. Old revisions, from before zones existed, lack the numbers of zones and policies. */
    private static Map<String, Integer> numbers(JsonNode node) {
        Map<String, Integer> numbers = new HashMap<>();
        node.properties().forEach(entry -> numbers.put(entry.getKey(), entry.getValue().intValue()));
        return numbers;
    }

    private static Set<String> revoked(JsonNode keys) {
        Set<String> revoked = new HashSet<>();
        keys.forEach(key -> revoked.add(key.stringValue()));
        return revoked;
    }

    private static List<Conflict> conflicts(JsonNode node) {
        return node.valueStream().map(conflict -> new Conflict(conflict.required("subject").stringValue(),
                conflict.required("message").stringValue())).toList();
    }

    private static Origin origin(JsonNode node) {
        return new Origin(Origin.Kind.valueOf(node.required("kind").stringValue().toUpperCase(Locale.ROOT)),
                node.required("revision").longValue(), node.required("who").stringValue());
    }

    private static String head(byte[] body) {
        CRC32C crc = new CRC32C();
        crc.update(body);
        return String.format(Locale.ROOT, "%s %d %08x%n", MAGIC, body.length, crc.getValue());
    }

    /** The bytes are damaged; the message says how. */
    public static final class DamagedException extends Exception {
        private static final long serialVersionUID = 1L;

        public DamagedException(String message) {
            super(message);
        }
    }
}
