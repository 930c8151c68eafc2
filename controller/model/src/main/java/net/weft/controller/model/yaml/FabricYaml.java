package net.weft.controller.model.yaml;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.yaml.bind.FabricBinder;
import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.tree.JsonText;
import net.weft.controller.model.yaml.tree.Node;
import net.weft.controller.model.yaml.tree.Position;
import net.weft.controller.model.yaml.tree.YamlText;
import net.weft.controller.model.yaml.tree.YamlTree;
import net.weft.controller.model.yaml.write.FabricTree;

/**
 * Reads and writes {@code fabric.yaml}. Reading turns bytes into a tree that keeps positions, and the tree into
 * records; both steps report into one collector, so that a person sees every fault at once. JSON is accepted too, as a
 * subset of YAML.
 */
public final class FabricYaml {
    /** Largest text, in bytes. */
    public static final int MAX_BYTES = 16 << 20;
    /** Deepest nesting of mappings and lists; the language itself needs 6 levels. */
    public static final int MAX_DEPTH = 32;
    /** The bounds of a file, and of a value in a command. */
    public static final YamlTree.Limits LIMITS = new YamlTree.Limits(MAX_DEPTH, YamlTree.MAX_VALUES);

    private FabricYaml() {
    }

    /** Reads the bytes of a file, which must be UTF-8. Throws no exception, whatever the bytes are. */
    public static Validation parse(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            return invalid("the file has " + bytes.length + " bytes, expected at most " + MAX_BYTES
                    + " (16 MiB): leave comments out, or write each object on one line");
        }
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT).decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            return invalid("not UTF-8 text");
        }
        return parseChecked(text, LIMITS);
    }

    /** Reads a text. Throws no exception, whatever the text is. */
    public static Validation parse(String text) {
        return parse(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads a text that {@link #write} or {@link #writeCompact} returned, however long it is: it may be longer than the file it came from,
     * and must be read nevertheless.
     */
    public static Validation parseWritten(String text) {
        Optional<Node> compact = text.startsWith("{") ? JsonText.read(text) : Optional.empty();
        return compact.isPresent()
                ? bind(compact.get(), new Faults())
                : parseChecked(text, new YamlTree.Limits(MAX_DEPTH, Integer.MAX_VALUE));
    }

    /**
     * Returns the warnings about a configuration; they have no lines, as the configuration does not come from a text.
     */
    public static List<Fault> warnings(FabricConfig config) {
        return bindEdited(FabricTree.of(config), new Faults()).warnings();
    }

    /**
     * Writes the canonical text of a configuration. It parses to equal records, and is the same for equal records in
     * the same order.
     */
    public static String write(FabricConfig config) {
        return YamlText.write(FabricTree.of(config));
    }

    /** Writes the text of a configuration as JSON, on one line, which a program reads many times faster than that of {@link #write}. */
    public static String writeCompact(FabricConfig config) {
        return JsonText.write(FabricTree.of(config));
    }

    private static Validation parseChecked(String text, YamlTree.Limits limits) {
        Faults faults = new Faults();
        String withoutMark = text.startsWith("\uFEFF") ? text.substring(1) : text;
        Optional<Node> root = YamlTree.read(withoutMark, "", limits, faults);
        if (root.isEmpty() && faults.isEmpty()) {
            return invalid("empty; expected at least: ports: {}");
        }
        return root.isEmpty() ? new Validation.Invalid(faults.toList()) : bind(root.get(), faults);
    }

    /** Binds a tree that an edit has changed. */
    public static Validation bindEdited(Node.Mapping root, Faults faults) {
        return switch (bind(root, faults)) {
            case Validation.Valid valid ->
                new Validation.Valid(valid.config(), PolicyPaths.named(valid.warnings(), root));
            case Validation.Invalid invalid -> new Validation.Invalid(PolicyPaths.named(invalid.faults(), root));
        };
    }

    /** Binds a tree, whether it was parsed from a text or changed by an edit. */
    private static Validation bind(Node root, Faults faults) {
        if (!(root instanceof Node.Mapping mapping)) {
            faults.add(Fault.Kind.VALUE, "", root.position(), "expected a mapping with ports, found " + root.what()
                    + "; write it as in ports: {web1: {type: tap, device: weft0, access: 10}}");
            return new Validation.Invalid(faults.toList());
        }
        Faults warnings = new Faults();
        FabricConfig config = new FabricBinder(faults, warnings).bind(mapping);
        return faults.isEmpty()
                ? new Validation.Valid(config, warnings.toList())
                : new Validation.Invalid(faults.toList());
    }

    private static Validation invalid(String message) {
        return new Validation.Invalid(List.of(new Fault(Fault.Kind.SYNTAX, "", Position.NONE, message)));
    }
}
