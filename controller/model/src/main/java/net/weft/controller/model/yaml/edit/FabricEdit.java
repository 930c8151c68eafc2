package net.weft.controller.model.yaml.edit;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.yaml.FabricYaml;
import net.weft.controller.model.yaml.Validation;
import net.weft.controller.model.yaml.bind.Key;
import net.weft.controller.model.yaml.bind.Section;
import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.tree.Node;
import net.weft.controller.model.yaml.tree.Position;
import net.weft.controller.model.yaml.tree.Suggestion;
import net.weft.controller.model.yaml.tree.YamlTree;
import net.weft.controller.model.yaml.write.FabricTree;

/**
 * Changes one object of a configuration by the keys of the file. The records are converted to a tree, the keys are set
 * there as a person would write them, and the whole tree is bound again, so that an edit can make nothing that the file
 * could not contain.
 *
 * <p>
 * A value has the form that it has in the file: {@code 10}, {@code acme/web}, {@code {allowed: [10, 100-199]}}; a text
 * needs no quotes and a list no brackets. An empty value removes the key. A key with a dot names a key of a nested
 * mapping: {@code trunk.native}. Setting one of {@code network}, {@code access} and {@code trunk} removes the others.
 */
public final class FabricEdit {
    private FabricEdit() {
    }

    /** Adds a port; a fault if a port of that name exists. */
    public static Validation addPort(FabricConfig config, String name, Map<String, String> keys) {
        return config.ports().containsKey(name)
                ? refused(Fault.Kind.CONFLICT, "ports", name,
                        isPort(config, name) ? "exists already" : "is the name of a LAG")
                : withPort(config, name, keys);
    }

    /** Sets keys of a port and keeps its other keys; a fault if no port of that name exists. */
    public static Validation setPort(FabricConfig config, String name, Map<String, String> keys) {
        return isPort(config, name) ? withPort(config, name, keys) : noPort(config, name);
    }

    /** Removes a port; a fault if no port of that name exists. */
    public static Validation removePort(FabricConfig config, String name) {
        if (!isPort(config, name)) {
            return noPort(config, name);
        }
        Node.Mapping root = FabricTree.of(config);
        child(root, "ports").remove(name);
        Validation without = FabricYaml.bindEdited(root, new Faults());
        List<String> users = without instanceof Validation.Valid ? List.of() : Users.ofPort(config, name);
        return users.isEmpty()
                ? without
                : refused(Fault.Kind.REFERENCE, "ports", name, Users.sentence("port " + name, users));
    }

    /** Sets keys of a port, which is created if it does not exist. */
    public static Validation withPort(FabricConfig config, String name, Map<String, String> keys) {
        Faults faults = new Faults();
        Node.Mapping root = FabricTree.of(config);
        setKeys(root, name, keys, faults);
        return faults.isEmpty()
                ? bindChanged(root, () -> last(child(root, "ports"), name))
                : new Validation.Invalid(faults.toList());
    }

    /** Sets keys of a port in a tree; the port is created if it does not exist. */
    static void setKeys(Node.Mapping root, String name, Map<String, String> keys, Faults faults) {
        Node.Mapping port = child(child(root, "ports"), name);
        dropOtherMemberships(port, keys);
        String path = Faults.child("ports", name);
        keys.forEach((key, value) -> set(port, Section.PORT, key, value, Faults.child(path, key), faults));
    }

    /**
     * Binds a tree with one changed object. When two objects conflict, the later one is reported; if the tree is
     * invalid, the changed object is therefore moved to the end, and the tree is bound again.
     *
     * @param last moves the changed object to the end
     */
    static Validation bindChanged(Node.Mapping root, Runnable last) {
        Validation bound = FabricYaml.bindEdited(root, new Faults());
        if (bound instanceof Validation.Valid) {
            return bound;
        }
        last.run();
        return FabricYaml.bindEdited(root, new Faults());
    }

    /** Moves a key to the end of the mapping. */
    static void last(Node.Mapping mapping, String key) {
        mapping.get(key).ifPresent(value -> {
            mapping.remove(key);
            mapping.add(key, value);
        });
    }

    static void dropOtherMemberships(Node.Mapping port, Map<String, String> keys) {
        List<String> chosen = Section.MEMBERSHIP.stream().filter(membership -> keys.entrySet().stream()
                .anyMatch(set -> head(set.getKey()).equals(membership) && !set.getValue().isBlank())).toList();
        if (!chosen.isEmpty()) {
            Section.MEMBERSHIP.stream().filter(membership -> !chosen.contains(membership)).forEach(port::remove);
        }
    }

    /** Sets a key in the mapping to which it belongs, or removes it. */
    static void set(Node.Mapping object, Section section, String key, String value, String path, Faults faults) {
        String head = head(key);
        Optional<Section> nested = head.length() == key.length() ? Optional.empty() : section.nested(head);
        if (section.key(head).isEmpty() || head.length() < key.length() && nested.isEmpty()) {
            faults.add(Fault.Kind.UNKNOWN_KEY, path, Position.NONE, "unknown key" + section.hint(key));
        } else if (nested.isEmpty()) {
            put(object, section, head, value, path, faults);
        } else if (!value.isBlank() || object.get(head).isPresent()) {
            put(child(object, head), nested.get(), key.substring(head.length() + 1), value, path, faults);
        }
    }

    private static void put(Node.Mapping mapping, Section section, String key, String value, String path,
            Faults faults) {
        if (value.isBlank()) {
            mapping.remove(key);
            return;
        }
        Key.Shape shape = section.key(key).filter(Key::supported).map(Key::shape).orElse(Key.Shape.TEXT);
        boolean hasBrackets = value.strip().startsWith("[");
        if (shape == Key.Shape.TEXT) {
            mapping.put(key, Node.Scalar.of(value));
        } else if (shape == Key.Shape.TEXT_OR_LIST && !hasBrackets) {
            mapping.put(key, new Node.Sequence(Stream.of(value.split(",", -1)).map(String::strip)
                    .<Node>map(Node.Scalar::of).toList(), Position.NONE));
        } else {
            boolean bareList = shape == Key.Shape.LIST && !hasBrackets;
            fragment(bareList ? "[" + value + "]" : value, path, faults).ifPresent(node -> mapping.put(key, node));
        }
    }

    private static Optional<Node> fragment(String value, String path, Faults faults) {
        if (value.length() > FabricYaml.MAX_BYTES) {
            faults.add(Fault.Kind.SYNTAX, path, Position.NONE, value.length() + " characters are too many");
            return Optional.empty();
        }
        Faults inFragment = new Faults();
        Optional<Node> node = YamlTree.read(value, path, FabricYaml.LIMITS, inFragment).map(FabricEdit::detached);
        if (node.isEmpty() && inFragment.isEmpty()) {
            faults.add(Fault.Kind.SYNTAX, path, Position.NONE, Faults.shown(value) + " holds no value");
        }
        inFragment.toList()
                .forEach(fault -> faults.add(fault.kind(), fault.path(), Position.NONE, fault.message()));
        return node;
    }

    /** Returns a copy without positions, which would be those in the fragment. */
    private static Node detached(Node node) {
        return switch (node) {
            case Node.Scalar scalar -> new Node.Scalar(scalar.kind(), scalar.text(), Position.NONE);
            case Node.Sequence sequence -> new Node.Sequence(
                    sequence.items().stream().map(FabricEdit::detached).toList(), Position.NONE);
            case Node.Mapping mapping -> {
                Node.Mapping copy = Node.Mapping.empty();
                mapping.entries().forEach(entry -> copy.add(entry.key(), detached(entry.value())));
                yield copy;
            }
        };
    }

    /** Returns the mapping of the key; a new one replaces any other value. */
    static Node.Mapping child(Node.Mapping parent, String key) {
        if (parent.get(key).orElse(null) instanceof Node.Mapping mapping) {
            return mapping;
        }
        Node.Mapping made = Node.Mapping.empty();
        parent.put(key, made);
        return made;
    }

    private static String head(String key) {
        int dot = key.indexOf('.');
        return dot < 0 ? key : key.substring(0, dot);
    }

    private static boolean isPort(FabricConfig config, String name) {
        return config.port(name).filter(port -> !(port.device() instanceof DeviceConfig.Lag)).isPresent();
    }

    private static Validation noPort(FabricConfig config, String name) {
        if (config.ports().containsKey(name)) {
            return refused(Fault.Kind.REFERENCE, "ports", name,
                    "is a LAG, not a port; weft lag set and weft lag remove change it");
        }
        return refused(Fault.Kind.REFERENCE, "ports", name, noSuchPort(config.ports().keySet(), name));
    }

    static String noSuchPort(Collection<String> names, String name) {
        return "there is no such port"
                + Suggestion.nearest(name, names).map(near -> "; did you mean " + near + "?").orElse("");
    }

    static Validation refused(Fault.Kind kind, String parent, String name, String message) {
        return new Validation.Invalid(
                List.of(new Fault(kind, Faults.child(parent, name), Position.NONE, message)));
    }
}
