package net.weft.controller.model.yaml.bind;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.MembershipConfig;
import net.weft.controller.model.MirrorConfig;
import net.weft.controller.model.Names;
import net.weft.controller.model.PortConfig;
import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.tree.Node;
import net.weft.controller.model.yaml.tree.Position;
import net.weft.controller.model.yaml.tree.Suggestion;
import net.weft.vlan.VlanId;

/** Binds {@code mirror-to}. Once all ports are bound, it checks that each target exists and is not itself mirrored. */
final class MirrorBinder {
    private MirrorBinder() {
    }

    /** Returns the names of SPAN targets: they carry no other traffic, and so need no membership. Reports no faults. */
    static Set<String> targets(Node.Mapping... objects) {
        Set<String> targets = new HashSet<>();
        for (Node.Entry entry : Arrays.stream(objects).flatMap(ports -> ports.entries().stream()).toList()) {
            if (entry.value() instanceof Node.Mapping port
                    && port.get("mirror-to").orElse(null) instanceof Node.Scalar target) {
                targets.add(target.text());
            }
        }
        return targets;
    }

    static Optional<MirrorConfig> bind(MappingReader port, Faults faults) {
        Optional<String> plain = port.text("mirror-to", Names::isValid, "the name of a port");
        if (plain.isPresent() || !port.isWellFormed("mirror-to") || port.text("mirror-to").isPresent()) {
            return plain.map(name -> new MirrorConfig(name, OptionalInt.empty()));
        }
        MappingReader mirror = MappingReader.of(port.mapping("mirror-to"), Section.MIRROR, port.path("mirror-to"),
                faults);
        mirror.require("port", "the name of the port that copies leave by");
        mirror.require("vlan", "the VLAN that copies leave in; mirror-to: PORT sends them as they are");
        Optional<String> name = mirror.text("port", Names::isValid, "the name of a port");
        OptionalInt vlan = mirror.integer("vlan", VlanId.MIN, VlanId.MAX, "a VLAN ID");
        return name.isPresent() && vlan.isPresent()
                ? Optional.of(new MirrorConfig(name.get(), vlan))
                : Optional.empty();
    }

    /** Reports each mirror whose target does not exist, is mirrored itself, or is otherwise not allowed. */
    static void check(FabricConfig config, Node.Mapping root, Faults faults) {
        Map<String, PortConfig> all = config.ports();
        for (PortConfig port : all.values()) {
            port.mirror().ifPresent(mirror -> {
                String path = Faults.child(Faults.child(port.section(), port.name()), "mirror-to");
                Position at = position(root, port);
                PortConfig target = all.get(mirror.port());
                if (target == null) {
                    if (objects(root, "ports").get(mirror.port()).isEmpty()
                            && objects(root, "lags").get(mirror.port()).isEmpty()) {
                        faults.add(Fault.Kind.REFERENCE, path, at, "there is no port " + mirror.port()
                                + Suggestion.nearest(mirror.port(), all.keySet())
                                        .map(near -> "; did you mean " + near + "?").orElse(""));
                    }
                    return;
                }
                fault(config, port, mirror, target)
                        .ifPresent(fault -> faults.add(Fault.Kind.CONFLICT, path, at, fault));
            });
        }
    }

    private static Optional<String> fault(FabricConfig config, PortConfig port, MirrorConfig mirror,
            PortConfig target) {
        if (target.name().equals(port.name())) {
            return Optional.of("a port is not mirrored to itself");
        }
        if (target.membership() instanceof MembershipConfig.Leg(String lag)) {
            return Optional.of(target.name() + " is a leg of LAG " + lag + ": say mirror-to: " + lag);
        }
        if (target.mirror().isPresent()) {
            return Optional.of(target.name() + " is mirrored itself, to " + target.mirror().get().port()
                    + ": copies of copies would go round; mirror " + port.name() + " to a port that is not mirrored");
        }
        if (config.isSpread(target)) {
            return Optional.of(target.name() + " is a LAG over several members: a mirror stays on one member");
        }
        if (target.member() != port.member()) {
            return Optional.of(target.name() + " is on member " + target.member() + ", " + port.name() + " on member "
                    + port.member() + ": a mirror stays on one member");
        }
        return mirror.vlan().isPresent()
                ? config.networkOf(mirror.vlan().getAsInt())
                        .map(network -> "VLAN " + mirror.vlan().getAsInt() + " is that of network " + network.name()
                                + "; copies need one of their own")
                : Optional.empty();
    }

    private static Node.Mapping objects(Node.Mapping root, String section) {
        return root.get(section).orElse(null) instanceof Node.Mapping objects ? objects : Node.Mapping.empty();
    }

    private static Position position(Node.Mapping root, PortConfig port) {
        return objects(root, port.section()).get(port.name()).orElse(null) instanceof Node.Mapping mapping
                ? mapping.get("mirror-to").map(Node::position).orElse(mapping.position())
                : Position.NONE;
    }
}
