package net.weft.controller.model.yaml.bind;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.stream.Collectors;
import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.LagSettings;
import net.weft.controller.model.PortConfig;
import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.tree.Node;
import net.weft.controller.model.yaml.tree.Suggestion;
import net.weft.controller.model.yaml.value.TimeSpan;

/** Binds {@code lags}: each becomes a port whose device is its legs. */
final class LagBinder {
    /** LAGs over several members that a member can tell of in one message, see {@code MemberState.MOST_LAGS} of stacking. */
    private static final int MOST_SPREAD = 100;
    private final Faults faults;
    private final SequencedMap<String, PortConfig> ports;
    private final Node.Mapping portEntries;
    private final PortBinder binder;
    private final Map<String, String> owners = new HashMap<>();
    private int spread;

    /**
     * Creates a binder.
     *
     * @param ports the ports that are bound, to which the LAGs are added
     * @param portEntries {@code ports} of the file
     */
    LagBinder(Faults faults, SequencedMap<String, PortConfig> ports, Node.Mapping portEntries, PortBinder binder) {
        this.faults = faults;
        this.ports = ports;
        this.portEntries = portEntries;
        this.binder = binder;
    }

    /** Returns the names of the ports that LAGs list as legs, with the first LAG of each. Reports no faults. */
    static Map<String, String> legs(Node.Mapping lags) {
        Map<String, String> legs = new LinkedHashMap<>();
        for (Node.Entry lag : lags.entries()) {
            if (lag.value() instanceof Node.Mapping mapping
                    && mapping.get("ports").orElse(null) instanceof Node.Sequence names) {
                names.items().stream().filter(Node.Scalar.class::isInstance).map(Node.Scalar.class::cast)
                        .forEach(name -> legs.putIfAbsent(name.text(), lag.key()));
            }
        }
        return legs;
    }

    void bind(Node.Mapping lags) {
        NamedEntries.each(lags, "lags", faults, (entry, mapping, path) -> {
            if (portEntries.get(entry.key()).isPresent()) {
                faults.add(Fault.Kind.CONFLICT, path, entry.position(),
                        "there is a port of that name; a LAG and a port cannot share one");
                return;
            }
            MappingReader fields = MappingReader.of(mapping, Section.LAG, path, faults);
            LagSettings settings = settings(entry.key(), fields);
            List<Integer> members = settings.ports().stream().map(ports::get).filter(leg -> leg != null)
                    .map(PortConfig::member).distinct().sorted().toList();
            if (members.size() > 1) {
                checkSpread(fields, settings, members);
            }
            int member = members.isEmpty() ? 1 : members.getFirst();
            binder.bindLag(entry.key(), fields, member, settings).ifPresent(lag -> ports.put(lag.name(), lag));
        });
    }

    /** Reports what a LAG over several members cannot have yet: what would need an agreement of all its members. */
    private void checkSpread(MappingReader fields, LagSettings settings, List<Integer> members) {
        String where = "a LAG over several members (" + listed(members) + ")";
        members.stream().filter(
                member -> ports.values().stream().noneMatch(port -> port.member() == member && port.isStackLink()))
                .forEach(member -> fields.fault(Fault.Kind.CONFLICT, "ports", "has legs on members "
                        + listed(members) + ", and member " + member + " has no stack link (a port with role: stack)"));
        if (settings.minLinks() > 1) {
            fields.fault(Fault.Kind.NOT_SUPPORTED, "min-links", settings.minLinks() + " is not supported yet for "
                    + where + "; leave it at 1");
        }
        if (settings.fallback()) {
            fields.fault(Fault.Kind.NOT_SUPPORTED, "fallback",
                    "one-leg is not supported yet for " + where + "; leave it off");
        }
        fields.refuse(List.of("mirror-to"), where + ": a mirror stays on one member");
        if (++spread == MOST_SPREAD + 1) {
            fields.fault(Fault.Kind.NOT_SUPPORTED, "ports", "is one LAG over several members too many; " + MOST_SPREAD
                    + " are allowed");
        }
    }

    private static String listed(List<Integer> members) {
        return members.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private LagSettings settings(String lag, MappingReader fields) {
        fields.require("ports", "the ports that are its legs, such as [up1, up2]");
        List<String> legs = names(fields, "ports", (name, path, scalar) -> leg(lag, name, path, scalar));
        if (fields.isEmptyList("ports")) {
            fields.fault(Fault.Kind.VALUE, "ports", "is empty; a LAG has at least one leg");
        } else if (legs.size() > LagSettings.MAX_LEGS) {
            fields.fault(Fault.Kind.VALUE, "ports",
                    legs.size() + " legs are too many; " + LagSettings.MAX_LEGS + " are allowed");
        }
        List<String> drained = names(fields, "drained", (name, path, scalar) -> {
            if (!legs.contains(name)) {
                faults.add(Fault.Kind.REFERENCE, path, scalar.position(),
                        Faults.shown(name) + " is no leg of " + lag + hint(name, legs));
            }
        });
        LagSettings.Lacp lacp = word(fields, "lacp", List.of("active", "passive", "off")).map(LagSettings.Lacp::valueOf)
                .orElse(LagSettings.Lacp.ACTIVE);
        if (lacp == LagSettings.Lacp.OFF) {
            fields.refuse(List.of("rate", "system-priority", "fallback"), "lacp: off, a static LAG");
        }
        boolean fast = word(fields, "rate", List.of("fast", "slow")).filter("FAST"::equals).isPresent();
        LagSettings.Hash hash = word(fields, "hash", List.of("l2", "l2+l3", "l3+l4")).map(LagSettings.Hash::valueOf)
                .orElse(LagSettings.Hash.L3_L4);
        int minLinks = fields.integer("min-links", 1, LagSettings.MAX_LEGS, "a number of legs").orElse(1);
        if (!legs.isEmpty() && minLinks > legs.size()) {
            fields.fault(Fault.Kind.CONFLICT, "min-links", minLinks + " is more than the LAG's " + legs.size()
                    + (legs.size() == 1 ? " leg" : " legs") + ", so that it would never forward");
        }
        OptionalInt priority = fields.integer("system-priority", 0, 0xffff, "a LACP system priority");
        int wait = fields.text("wait-to-restore", text -> TimeSpan.seconds(text, LagSettings.MAX_WAIT).isPresent(),
                "a time (such as 3s or 1m, at most 1h)").map(text -> TimeSpan.seconds(text, LagSettings.MAX_WAIT))
                .map(seconds -> seconds.orElse(0)).orElse(0);
        boolean fallback = word(fields, "fallback", List.of("off", "one-leg")).filter("ONE-LEG"::equals).isPresent();
        return new LagSettings(legs, lacp, fast, hash, minLinks, priority, wait, fallback, drained);
    }

    private static Optional<String> word(MappingReader fields, String key, List<String> words) {
        return fields.text(key, words::contains, "one of " + String.join(", ", words))
                .map(word -> word.toUpperCase(Locale.ROOT).replace('+', '_'));
    }

    private interface NameCheck {
        void check(String name, String path, Node.Scalar scalar);
    }

    private List<String> names(MappingReader fields, String key, NameCheck check) {
        SequencedSet<String> names = new LinkedHashSet<>();
        fields.eachScalar(key, "the name of a port", (scalar, path) -> {
            if (names.add(scalar.text())) {
                check.check(scalar.text(), path, scalar);
            } else {
                faults.add(Fault.Kind.CONFLICT, path, scalar.position(), Faults.shown(scalar.text()) + " stands twice");
            }
        });
        return new ArrayList<>(names);
    }

    private void leg(String lag, String name, String path, Node.Scalar scalar) {
        if (portEntries.get(name).isEmpty()) {
            faults.add(Fault.Kind.REFERENCE, path, scalar.position(), "there is no port " + Faults.shown(name)
                    + hint(name, portEntries.entries().stream().map(Node.Entry::key).toList()));
            return;
        }
        String other = owners.putIfAbsent(name, lag);
        if (other != null) {
            faults.add(Fault.Kind.CONFLICT, path, scalar.position(),
                    name + " is a leg of LAG " + other + " already; a port is a leg of one");
        }
        PortConfig port = ports.get(name);
        if (port != null && port.device() instanceof DeviceConfig.Udp) {
            faults.add(Fault.Kind.CONFLICT, path, scalar.position(), name
                    + " is of type udp, a stack link; a leg is of type nic, vhost-user, qemu or tap");
        }
        if (port != null && (port.device() instanceof DeviceConfig.Pcap
                || port.device() instanceof DeviceConfig.PcapFiles)) {
            faults.add(Fault.Kind.CONFLICT, path, scalar.position(), name
                    + " is of type pcap, whose carrier nobody sees; a leg is of type nic, vhost-user, qemu or tap");
        }
    }

    private static String hint(String unknown, List<String> names) {
        return Suggestion.nearest(unknown, names).map(near -> "; did you mean " + near + "?").orElse("");
    }
}
