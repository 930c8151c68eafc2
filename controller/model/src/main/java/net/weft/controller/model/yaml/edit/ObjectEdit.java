package net.weft.controller.model.yaml.edit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.ScopedName;
import net.weft.controller.model.yaml.Validation;
import net.weft.controller.model.yaml.bind.Section;
import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.tree.Node;
import net.weft.controller.model.yaml.tree.Position;
import net.weft.controller.model.yaml.tree.Suggestion;
import net.weft.controller.model.yaml.write.FabricTree;

/**
 * Changes one network, zone, policy, LAG or VPN peer by the keys of the file, as {@link FabricEdit} does with ports. An object of a
 * tenant is named {@code TENANT/NAME}. The place of a policy is set by the keys {@code before} and {@code after}, whose
 * value is the name of another policy of the same list.
 */
public final class ObjectEdit {
    /** The kind of object that is changed. */
    public enum Kind {
        /** A network, named {@code TENANT/NAME}. A tenant is created with its first network. */
        NETWORK("networks", Section.NETWORK, "network"),
        /** A zone, named {@code NAME} or {@code TENANT/NAME}. */
        ZONE("zones", Section.ZONE, "zone"),
        /** A policy, named {@code NAME} or {@code TENANT/NAME}. */
        POLICY("policies", Section.POLICY, "policy"),
        /** A LAG, named {@code NAME}. */
        LAG("lags", Section.LAG, "lag"),
        /** A peer of a VPN gateway, named {@code GATEWAY/NAME}. */
        VPN_PEER("peers", Section.VPN_PEER, "peer");

        private final String key;
        private final Section section;
        private final String word;

        Kind(String key, Section section, String word) {
            this.key = key;
            this.section = section;
            this.word = word;
        }

        /** Returns the noun of the kind, such as {@code zone}. */
        public String word() {
            return word;
        }
    }

    private static final String BEFORE = "before";
    private static final String AFTER = "after";

    private final Kind kind;
    private final ScopedName name;
    private final Node.Mapping root;
    private final Faults faults;

    private ObjectEdit(FabricConfig config, Kind kind, String name) {
        this(FabricTree.of(config), kind, name, new Faults());
    }

    /** Creates an edit of a tree that is bound later. */
    ObjectEdit(Node.Mapping root, Kind kind, String name, Faults faults) {
        this.kind = kind;
        this.name = ScopedName.parse(name);
        this.root = root;
        this.faults = faults;
    }

    /** Returns whether an object of this kind and name exists. */
    public static boolean exists(FabricConfig config, Kind kind, String name) {
        return new ObjectEdit(config, kind, name).isThere();
    }

    boolean isThere() {
        return scoped().isEmpty() && find().isPresent();
    }

    /** Adds an object; a fault if one of that name exists. */
    public static Validation add(FabricConfig config, Kind kind, String name, Map<String, String> keys) {
        ObjectEdit edit = new ObjectEdit(config, kind, name);
        return edit.scoped().orElseGet(
                () -> edit.find().isPresent()
                        ? edit.refused(Fault.Kind.CONFLICT, "exists already")
                        : edit.change(keys));
    }

    /** Sets keys of an object and keeps its other keys; a fault if none of that name exists. */
    public static Validation set(FabricConfig config, Kind kind, String name, Map<String, String> keys) {
        ObjectEdit edit = new ObjectEdit(config, kind, name);
        return edit.scoped().orElseGet(() -> edit.find().isPresent() ? edit.change(keys) : edit.missing());
    }

    /** Removes an object; a fault if none of that name exists, or if another object refers to it. */
    public static Validation remove(FabricConfig config, Kind kind, String name) {
        ObjectEdit edit = new ObjectEdit(config, kind, name);
        return edit.scoped().orElseGet(() -> edit.find().isPresent() ? edit.removed(config) : edit.missing());
    }

    /** Returns a fault if the name lacks a tenant that it needs, or has a tenant that does not exist. */
    private Optional<Validation> scoped() {
        if (kind == Kind.VPN_PEER) {
            String gateway = name.tenant().orElse("");
            Node.Mapping gateways = root.get("vpn").orElse(null) instanceof Node.Mapping there
                    ? there
                    : Node.Mapping.empty();
            return gateways.get(gateway).isPresent()
                    ? Optional.empty()
                    : Optional.of(FabricEdit.refused(Fault.Kind.REFERENCE, "vpn", gateway, "there is no such gateway"
                            + Suggestion.nearest(gateway, gateways.entries().stream().map(Node.Entry::key).toList())
                                    .map(near -> "; did you mean " + near + "?")
                                    .orElse("; a peer is named GATEWAY/NAME")));
        }
        if (kind == Kind.NETWORK && name.tenant().isEmpty()) {
            return Optional.of(FabricEdit.refused(Fault.Kind.VALUE, "networks", name.name(),
                    "a network is a tenant's; expected TENANT/NAME"));
        }
        if (kind == Kind.LAG && name.tenant().isPresent()) {
            return Optional.of(FabricEdit.refused(Fault.Kind.VALUE, "lags", name.toString(),
                    "a LAG is the fabric's, not a tenant's; expected NAME"));
        }
        List<String> tenants = root.get("tenants").orElse(null) instanceof Node.Mapping all
                ? all.entries().stream().map(Node.Entry::key).toList()
                : List.of();
        if (kind != Kind.NETWORK && name.tenant().isPresent() && !tenants.contains(name.tenant().get())) {
            String tenant = name.tenant().get();
            return Optional.of(FabricEdit.refused(Fault.Kind.REFERENCE, "tenants", tenant, "there is no such tenant"
                    + Suggestion.nearest(tenant, tenants).map(near -> "; did you mean " + near + "?")
                            .orElse("")));
        }
        return Optional.empty();
    }

    /** Returns the mapping with the objects of the fabric or tenant; missing mappings are created. */
    private Node.Mapping scope() {
        String all = kind == Kind.VPN_PEER ? "vpn" : "tenants";
        return name.tenant().map(tenant -> FabricEdit.child(FabricEdit.child(root, all), tenant)).orElse(root);
    }

    private Optional<Node.Mapping> find() {
        return kind == Kind.POLICY
                ? policies().stream().filter(this::isNamed).map(Node.Mapping.class::cast).findFirst()
                : FabricEdit.child(scope(), kind.key).get(name.name()).map(Node.Mapping.class::cast);
    }

    private Validation change(Map<String, String> keys) {
        setKeys(keys);
        return bind();
    }

    private void setKeys(Map<String, String> keys) {
        Optional<Node.Mapping> found = find();
        Node.Mapping object = found.orElseGet(Node.Mapping::empty);
        List<String> legs = LagEdit.legs(object);
        if (kind == Kind.POLICY) {
            object.put("name", Node.Scalar.of(name.name()));
            List<Node> policies = policies();
            if (found.isEmpty()) {
                policies.add(object);
            }
            place(policies, object, keys);
            scope().put(kind.key, new Node.Sequence(policies, Position.NONE));
        } else if (found.isEmpty()) {
            FabricEdit.child(scope(), kind.key).add(name.name(), object);
        }
        if (kind == Kind.LAG) {
            FabricEdit.dropOtherMemberships(object, keys);
        }
        keys.forEach((key, value) -> {
            if (kind != Kind.POLICY || !key.equals(BEFORE) && !key.equals(AFTER)) {
                FabricEdit.set(object, kind.section, key, value, Faults.child(path(), key), faults);
            }
        });
        if (kind == Kind.LAG) {
            LagEdit.adapt(root, legs, LagEdit.legs(object));
        }
    }

    /** Makes an edit in the tree and adds what is wrong with it to the faults. */
    void make(BatchEdit.Edit edit) {
        boolean there = isThere();
        Optional<Validation> refused = scoped();
        if (refused.isEmpty() && edit.isNoChange(there)) {
            return;
        }
        if (refused.isEmpty() && edit.isRefused(there)) {
            refused = Optional.of(there ? refused(Fault.Kind.CONFLICT, "exists already") : missing());
        }
        if (refused.isPresent()) {
            refused.get().faults()
                    .forEach(fault -> faults.add(fault.kind(), fault.path(), Position.NONE, fault.message()));
        } else if (edit.verb() == BatchEdit.Verb.REMOVE) {
            takeAway();
        } else {
            setKeys(edit.keys());
        }
    }

    /** Moves the policy to the place that {@code before} or {@code after} gives. */
    private void place(List<Node> policies, Node.Mapping policy, Map<String, String> keys) {
        for (String key : List.of(BEFORE, AFTER)) {
            String other = keys.get(key);
            if (other != null) {
                policies.remove(policy);
                int at = index(policies, other);
                if (at < 0) {
                    faults.add(Fault.Kind.REFERENCE, Faults.child(path(), key), Position.NONE,
                            "there is no other policy " + Faults.shown(other) + " beside it"
                                    + hint(other, names(policies)));
                }
                policies.add(at < 0 ? policies.size() : key.equals(BEFORE) ? at : at + 1, policy);
            }
        }
        if (keys.containsKey(BEFORE) && keys.containsKey(AFTER)) {
            faults.add(Fault.Kind.CONFLICT, Faults.child(path(), AFTER), Position.NONE,
                    "stands beside before; a policy has one place");
        }
    }

    private static int index(List<Node> policies, String name) {
        for (int i = 0; i < policies.size(); i++) {
            if (nameOf(policies.get(i)).equals(Optional.of(name))) {
                return i;
            }
        }
        return -1;
    }

    /** Removes the object. If other objects refer to it, they are reported in place of the dangling references. */
    private Validation removed(FabricConfig config) {
        Validation without = remove();
        if (without instanceof Validation.Valid) {
            return without;
        }
        List<String> users = switch (kind) {
            case NETWORK -> Users.ofNetwork(config, name);
            case ZONE -> Users.ofZone(config, name);
            case POLICY, VPN_PEER -> List.of();
            case LAG -> Users.ofPort(config, name.name());
        };
        return users.isEmpty()
                ? without
                : refused(Fault.Kind.REFERENCE, Users.sentence(kind.word + " " + name, users));
    }

    private Validation remove() {
        takeAway();
        return bind();
    }

    private void takeAway() {
        if (kind == Kind.POLICY) {
            List<Node> policies = policies();
            policies.removeIf(this::isNamed);
            scope().put(kind.key, new Node.Sequence(policies, Position.NONE));
        } else {
            List<String> legs = kind == Kind.LAG ? find().map(LagEdit::legs).orElse(List.of()) : List.of();
            FabricEdit.child(scope(), kind.key).remove(name.name());
            LagEdit.adapt(root, legs, List.of());
        }
    }

    private Validation bind() {
        return faults.isEmpty() ? FabricEdit.bindChanged(root, this::last) : new Validation.Invalid(faults.toList());
    }

    /** Moves a network to the end; zones and policies need no move, as they conflict with no other object. */
    private void last() {
        if (kind == Kind.VPN_PEER) {
            FabricEdit.last(FabricEdit.child(scope(), kind.key), name.name());
        }
        if (kind == Kind.NETWORK) {
            name.tenant().ifPresent(tenant -> {
                FabricEdit.last(FabricEdit.child(root, "tenants"), tenant);
                FabricEdit.last(FabricEdit.child(scope(), kind.key), name.name());
            });
        }
    }

    /** Returns a copy of the list of policies. */
    private List<Node> policies() {
        return scope().get(kind.key).orElse(null) instanceof Node.Sequence list
                ? new ArrayList<>(list.items())
                : new ArrayList<>();
    }

    private boolean isNamed(Node policy) {
        return nameOf(policy).equals(Optional.of(name.name()));
    }

    private static Optional<String> nameOf(Node policy) {
        return policy instanceof Node.Mapping mapping && mapping.get("name").orElse(null) instanceof Node.Scalar scalar
                ? Optional.of(scalar.text())
                : Optional.empty();
    }

    /** Returns the path of the object, such as {@code tenants.acme.zones.batch}. */
    private String path() {
        String all = kind == Kind.VPN_PEER ? "vpn" : "tenants";
        String scope = name.tenant().map(tenant -> Faults.child(Faults.child(all, tenant), kind.key))
                .orElse(kind.key);
        return Faults.child(scope, name.name());
    }

    private Validation missing() {
        List<String> names = kind == Kind.POLICY
                ? names(policies())
                : FabricEdit.child(scope(), kind.key).entries().stream().map(Node.Entry::key).toList();
        return refused(Fault.Kind.REFERENCE, "there is no such " + kind.word + hint(name.name(), names));
    }

    private static List<String> names(List<Node> policies) {
        return policies.stream().map(ObjectEdit::nameOf).flatMap(Optional::stream).toList();
    }

    private static String hint(String unknown, List<String> names) {
        return Suggestion.nearest(unknown, names).map(near -> "; did you mean " + near + "?").orElse("");
    }

    private Validation refused(Fault.Kind fault, String message) {
        return new Validation.Invalid(List.of(new Fault(fault, path(), Position.NONE, message)));
    }
}
