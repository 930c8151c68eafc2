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
import net.weft.controller.model.yaml.tree.Node;
import net.weft.controller.model.yaml.tree.Position;
import net.weft.controller.model.yaml.tree.YamlText;
import net.weft.controller.model.yaml.tree.YamlTree;
import net.weft.controller.model.yaml.write.FabricTree;

/**
 * {@code fabric.yaml} to records and back. Reading goes from bytes to a tree that keeps positions, from there to records;
 * both report into one collector, so that a person sees every fault at once. JSON is read too, being YAML.
 */
public final class FabricYaml {
    /** Largest text, in bytes. */
    public static final int MAX_BYTES = 1 << 20;
    /** Mappings and lists within each other; the language itself needs 6. */
    public static final int MAX_DEPTH = 32;

    private FabricYaml() {
    }

    /** Reads the bytes of a file, which must be UTF-8. Throws nothing, whatever they are. */
    public static Validation parse(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            return invalid(bytes.length + " bytes are too many; " + MAX_BYTES + " are allowed");
        }
        try {
            return parseChecked(StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT).decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            return invalid("not UTF-8 text");
        }
    }

    /** Reads a text. Throws nothing, whatever it is. */
    public static Validation parse(String text) {
        return parse(text.getBytes(StandardCharsets.UTF_8));
    }

    /** What of a configuration is legal, but perhaps not meant; without lines, as it came from no text. */
    public static List<Fault> warnings(FabricConfig config) {
        return bindEdited(FabricTree.of(config), new Faults()).warnings();
    }

    /** Canonical text: parses to equal records, and is the same for equal records in the same order. */
    public static String write(FabricConfig config) {
        return YamlText.write(FabricTree.of(config));
    }

    private static Validation parseChecked(String text) {
        Faults faults = new Faults();
        String withoutMark = text.startsWith("\uFEFF") ? text.substring(1) : text;
        Optional<Node> root = YamlTree.read(withoutMark, "", MAX_DEPTH, faults);
        if (root.isEmpty() && faults.isEmpty()) {
            return invalid("empty; expected at least: ports: {}");
        }
        return root.isEmpty() ? new Validation.Invalid(faults.toList()) : bind(root.get(), faults);
    }

    /** Binds a tree that an edit has made. */
    public static Validation bindEdited(Node.Mapping root, Faults faults) {
        return switch (bind(root, faults)) {
            case Validation.Valid valid ->
                new Validation.Valid(valid.config(), PolicyPaths.named(valid.warnings(), root));
            case Validation.Invalid invalid -> new Validation.Invalid(PolicyPaths.named(invalid.faults(), root));
        };
    }

    /** Binds a tree, whether it came from a text or was made by an edit. */
    private static Validation bind(Node root, Faults faults) {
        if (!(root instanceof Node.Mapping mapping)) {
            faults.add(Fault.Kind.VALUE, "", root.position(), "expected a mapping with ports, found " + root.what());
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
