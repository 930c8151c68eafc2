package net.weft.controller.model.merge;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.yaml.tree.Node;
import net.weft.controller.model.yaml.tree.Position;
import net.weft.controller.model.yaml.tree.YamlText;
import net.weft.controller.model.yaml.write.FabricTree;
import org.jspecify.annotations.Nullable;

/** Takes the tree of a file apart into its objects, each without the objects that it holds, and puts it together. */
final class ObjectTree {
    private ObjectTree() {
    }

    /** Returns the objects of a configuration by their paths, in the order of the file. */
    static SequencedMap<ObjectPath, Node.Mapping> split(FabricConfig config) {
        SequencedMap<ObjectPath, Node.Mapping> objects = new LinkedHashMap<>();
        split(FabricTree.of(config), ObjectPath.FABRIC, objects);
        return objects;
    }

    private static void split(Node.Mapping object, ObjectPath path, SequencedMap<ObjectPath, Node.Mapping> into) {
        Node.Mapping own = Node.Mapping.empty();
        into.put(path, own);
        for (Node.Entry entry : object.entries()) {
            if (!path.isContainer(entry.key())) {
                own.add(entry.key(), entry.value());
                continue;
            }
            switch (entry.value()) {
                case Node.Mapping held -> held.entries().forEach(child -> split(mapping(child.value()),
                        path.child(entry.key(), child.key()), into));
                case Node.Sequence held -> held.items().forEach(child -> split(mapping(child),
                        path.child(entry.key(), nameOf(mapping(child))), into));
                case Node.Scalar _ -> own.add(entry.key(), entry.value());
            }
        }
    }

    private static Node.Mapping mapping(Node node) {
        return node instanceof Node.Mapping mapping ? mapping : Node.Mapping.empty();
    }

    private static String nameOf(Node.Mapping policy) {
        return policy.get("name").orElse(null) instanceof Node.Scalar name ? name.text() : "";
    }

    /** Puts a tree together. Objects stand in the order of the map; an object is there if one that it holds is. */
    static Node.Mapping join(SequencedMap<ObjectPath, Node.Mapping> objects) {
        Node.Mapping root = Node.Mapping.empty();
        root.add("ports", Node.Mapping.empty());
        objects.forEach((path, own) -> {
            Node.Mapping object = place(root, path.keys());
            own.entries().forEach(entry -> object.put(entry.key(), entry.value()));
        });
        listPolicies(root);
        if (root.get("tenants").orElse(null) instanceof Node.Mapping tenants) {
            tenants.entries().forEach(tenant -> listPolicies(mapping(tenant.value())));
        }
        return root;
    }

    private static Node.Mapping place(Node.Mapping root, List<String> keys) {
        Node.Mapping at = root;
        for (String key : keys) {
            Node.Mapping parent = at;
            at = parent.get(key).map(ObjectTree::mapping).orElseGet(() -> {
                Node.Mapping made = Node.Mapping.empty();
                parent.add(key, made);
                return made;
            });
        }
        return at;
    }

    /** Replaces the policies by name with the list that they are in a file. */
    private static void listPolicies(Node.Mapping scope) {
        scope.get(ObjectPath.POLICIES).filter(Node.Mapping.class::isInstance).map(ObjectTree::mapping)
                .ifPresent(named -> {
                    List<Node> list = new ArrayList<>(named.entries().stream().map(Node.Entry::value).toList());
                    scope.put(ObjectPath.POLICIES, new Node.Sequence(list, Position.NONE));
                });
    }

    /** Returns whether two objects are equal; null: there is no such object. */
    static boolean same(Node.@Nullable Mapping a, Node.@Nullable Mapping b) {
        return a == null || b == null ? a == b : YamlText.write(a).equals(YamlText.write(b));
    }
}
