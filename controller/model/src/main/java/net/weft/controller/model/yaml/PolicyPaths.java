package net.weft.controller.model.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.tree.Node;

/**
 * Replaces the index of a policy in the path of a fault by its name: {@code policies[2].match} in a file is
 * {@code policies.no-smb.match} for a command, whose user sees no list.
 */
final class PolicyPaths {
    private static final Pattern COUNTED = Pattern.compile("(?:tenants\\.(.+)\\.)?policies\\[([0-9]+)](.*)");

    private PolicyPaths() {
    }

    /** Returns the faults with names of policies in their paths. */
    static List<Fault> named(List<Fault> faults, Node.Mapping root) {
        return faults.stream().map(fault -> named(fault, root)).toList();
    }

    private static Fault named(Fault fault, Node.Mapping root) {
        Matcher path = COUNTED.matcher(fault.path());
        if (!path.matches()) {
            return fault;
        }
        List<String> keys = new ArrayList<>();
        Optional.ofNullable(path.group(1)).ifPresent(tenant -> keys.addAll(List.of("tenants", tenant)));
        keys.add("policies");
        return name(root, keys, Integer.parseInt(path.group(2)))
                .map(name -> new Fault(fault.kind(),
                        Faults.child(String.join(".", keys), name) + path.group(3), fault.position(), fault.message()))
                .orElse(fault);
    }

    private static Optional<String> name(Node.Mapping root, List<String> keys, int index) {
        return root.entry(keys).map(Node.Entry::value).filter(Node.Sequence.class::isInstance)
                .map(Node.Sequence.class::cast).map(Node.Sequence::items).filter(items -> index < items.size())
                .map(items -> items.get(index)).filter(Node.Mapping.class::isInstance).map(Node.Mapping.class::cast)
                .flatMap(policy -> policy.get("name")).filter(Node.Scalar.class::isInstance)
                .map(Node.Scalar.class::cast).map(Node.Scalar::text);
    }
}
