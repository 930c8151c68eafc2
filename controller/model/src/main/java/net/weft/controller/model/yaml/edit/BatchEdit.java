package net.weft.controller.model.yaml.edit;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.yaml.FabricYaml;
import net.weft.controller.model.yaml.Validation;
import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.tree.Node;
import net.weft.controller.model.yaml.tree.Position;
import net.weft.controller.model.yaml.write.FabricTree;

/** Makes several edits at once. Only the result must be valid, so that a port may come before its network. */
public final class BatchEdit {
    private BatchEdit() {
    }

    /** The verb of an edit. */
    public enum Verb {
        ADD, SET, REMOVE
    }

    /**
     * One edit.
     *
     * @param kind the kind of object; empty: a port
     * @param name name of the object
     * @param keys keys and values as in {@link FabricEdit}; empty for {@link Verb#REMOVE}
     * @param lenient whether adding an object that exists sets its keys, and setting or removing one that does not
     *     exist changes nothing
     */
    public record Edit(Verb verb, Optional<ObjectEdit.Kind> kind, String name, Map<String, String> keys,
            boolean lenient) {
        boolean isRefused(boolean there) {
            return !lenient && there == (verb == Verb.ADD);
        }

        boolean isNoChange(boolean there) {
            return lenient && !there && verb != Verb.ADD;
        }
    }

    /** Makes the edits in this order. */
    public static Validation of(FabricConfig config, List<Edit> edits) {
        Node.Mapping root = FabricTree.of(config);
        Faults faults = new Faults();
        for (Edit edit : edits) {
            if (edit.kind().isPresent()) {
                new ObjectEdit(root, edit.kind().get(), edit.name(), faults).make(edit);
            } else {
                port(root, edit, faults);
            }
        }
        return faults.isEmpty()
                ? FabricYaml.bindEdited(root, new Faults())
                : new Validation.Invalid(faults.toList());
    }

    private static void port(Node.Mapping root, Edit edit, Faults faults) {
        Node.Mapping ports = FabricEdit.child(root, "ports");
        boolean there = ports.get(edit.name()).isPresent();
        if (edit.isNoChange(there)) {
            return;
        }
        if (edit.isRefused(there)) {
            faults.add(there ? Fault.Kind.CONFLICT : Fault.Kind.REFERENCE, Faults.child("ports", edit.name()),
                    Position.NONE, there
                            ? "exists already"
                            : FabricEdit.noSuchPort(ports.entries().stream().map(Node.Entry::key).toList(),
                                    edit.name()));
        } else if (edit.verb() == Verb.REMOVE) {
            ports.remove(edit.name());
        } else {
            FabricEdit.setKeys(root, edit.name(), edit.keys(), faults);
        }
    }
}
