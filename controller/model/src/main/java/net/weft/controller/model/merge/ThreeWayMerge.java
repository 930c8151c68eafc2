package net.weft.controller.model.merge;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.plan.Change;
import net.weft.controller.model.plan.Plan;
import net.weft.controller.model.revision.Conflict;
import net.weft.controller.model.revision.Origin;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.yaml.FabricYaml;
import net.weft.controller.model.yaml.Validation;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.tree.Node;

/**
 * Merges three configurations object by object: the file as it was last given, the file as it is now, and the newest
 * revision. An object that only the file changed becomes what the file says. An object that only commands changed
 * stays. An object that both changed, differently, stays as the newest revision has it, and is a {@link Conflict}. A
 * change of the file that does not fit the rest (a port in a network that a command removed) is left out and is a
 * conflict too, so that every merge has a valid result. The order of policies is merged in the same way.
 */
public final class ThreeWayMerge {
    private final SequencedMap<ObjectPath, Node.Mapping> base;
    private final SequencedMap<ObjectPath, Node.Mapping> file;
    private final SequencedMap<ObjectPath, Node.Mapping> newest;
    private final Map<String, String> fileChanges;
    private final Map<String, String> commandChanges;
    private final Map<String, Origin> origins;
    private final List<Conflict> conflicts = new ArrayList<>();

    /**
     * The result of a merge.
     *
     * @param config the merged configuration, which is valid
     * @param conflicts the objects that stay as they are though the file changed them
     */
    public record Merged(FabricConfig config, List<Conflict> conflicts) {
        public Merged {
            conflicts = List.copyOf(conflicts);
        }

        /**
         * Returns the conflicts of this merge, and those of earlier ones that are open: the file still has the object
         * otherwise.
         */
        public List<Conflict> with(List<Conflict> earlier, FabricConfig file) {
            Set<String> subjects = conflicts.stream().map(Conflict::subject).collect(Collectors.toSet());
            Set<String> differing = Plan.diff(config, file).changes().stream().map(Change::subject)
                    .collect(Collectors.toSet());
            return Stream.concat(earlier.stream().filter(conflict -> !subjects.contains(conflict.subject())
                    && differing.contains(conflict.subject())), conflicts.stream()).toList();
        }
    }

    /**
     * Merges a file into the newest revision.
     *
     * @param given the file as it was last given, with a system MAC; empty: it cannot be read any more, and every
     *     object that a command made or changed is taken as changed by both
     * @param file the file as it is now, with a system MAC
     */
    public static Merged merge(Optional<FabricConfig> given, FabricConfig file, Revision newest) {
        return new ThreeWayMerge(given, file, newest).merged(newest.config());
    }

    private ThreeWayMerge(Optional<FabricConfig> given, FabricConfig file, Revision newest) {
        origins = newest.origins();
        this.file = ObjectTree.split(file);
        this.newest = ObjectTree.split(newest.config());
        base = given.map(ObjectTree::split).orElseGet(() -> withoutCommands(this.newest));
        fileChanges = described(given.orElse(newest.config()), file);
        commandChanges = described(given.orElse(newest.config()), newest.config());
    }

    private SequencedMap<ObjectPath, Node.Mapping> withoutCommands(SequencedMap<ObjectPath, Node.Mapping> all) {
        SequencedMap<ObjectPath, Node.Mapping> given = new LinkedHashMap<>(all);
        given.keySet().removeIf(path -> {
            Origin origin = origins.get(path.subject());
            return origin != null && origin.kind() == Origin.Kind.COMMAND;
        });
        return given;
    }

    private static Map<String, String> described(FabricConfig from, FabricConfig to) {
        Map<String, String> changes = new HashMap<>();
        Plan.diff(from, to).changes().forEach(change -> changes.put(change.subject(), words(change)));
        return changes;
    }

    private static String words(Change change) {
        return switch (change) {
            case Change.Removed _ -> "removed it";
            case Change.Added added -> "made it with " + tail(added.describe());
            case Change.Changed changed -> "has " + tail(changed.describe());
        };
    }

    private static String tail(String described) {
        int colon = described.indexOf(": ");
        return colon < 0 ? "no keys" : described.substring(colon + 2);
    }

    private Merged merged(FabricConfig unchanged) {
        SequencedSet<ObjectPath> changes = new LinkedHashSet<>();
        all().forEach(path -> {
            Node.Mapping before = base.get(path);
            Node.Mapping wanted = file.get(path);
            Node.Mapping now = newest.get(path);
            if (ObjectTree.same(before, wanted) || ObjectTree.same(wanted, now)) {
                return;
            }
            if (ObjectTree.same(before, now)) {
                changes.add(path);
            } else {
                conflicts.add(new Conflict(path.subject(), bothChanged(path.subject())));
            }
        });
        reportOrders();
        return accepted(unchanged, List.copyOf(changes));
    }

    private SequencedSet<ObjectPath> all() {
        SequencedSet<ObjectPath> all = new LinkedHashSet<>(file.keySet());
        all.addAll(newest.keySet());
        return all;
    }

    private String bothChanged(String subject) {
        Origin origin = origins.get(subject);
        String by = origin == null || origin.kind() == Origin.Kind.FILE
                ? "a command"
                : origin.who() + " in revision "
                        + origin.revision();
        return "the file " + fileChanges.getOrDefault(subject, "changed it") + ", and " + by + " "
                + commandChanges.getOrDefault(subject, "changed it") + ", which stays";
    }

    /** Makes the changes of the file; those that do not fit are left out, as few as can be found quickly. */
    private Merged accepted(FabricConfig unchanged, List<ObjectPath> changes) {
        SequencedSet<ObjectPath> made = new LinkedHashSet<>();
        FabricConfig config = unchanged;
        List<ObjectPath> left = changes;
        boolean progress = true;
        while (progress && !left.isEmpty()) {
            int before = made.size();
            add(left, made);
            progress = made.size() > before;
            left = changes.stream().filter(path -> !made.contains(path)).toList();
        }
        if (bind(made) instanceof Validation.Valid valid) {
            config = valid.config();
        }
        for (ObjectPath path : left) {
            SequencedSet<ObjectPath> with = new LinkedHashSet<>(made);
            with.add(path);
            String fault = bind(with).faults().stream().findFirst().map(Object::toString).orElse("");
            conflicts.add(new Conflict(path.subject(), "the file " + fileChanges.getOrDefault(path.subject(),
                    "changed it") + ", which does not fit the newest revision and is left out: " + fault));
        }
        return new Merged(config, conflicts);
    }

    /** Adds the changes that are valid together with those made before: all, else as many of each half. */
    private void add(List<ObjectPath> changes, SequencedSet<ObjectPath> made) {
        SequencedSet<ObjectPath> with = new LinkedHashSet<>(made);
        with.addAll(changes);
        if (bind(with) instanceof Validation.Valid) {
            made.addAll(changes);
        } else if (changes.size() > 1) {
            add(changes.subList(0, changes.size() / 2), made);
            add(changes.subList(changes.size() / 2, changes.size()), made);
        }
    }

    private Validation bind(SequencedSet<ObjectPath> fromFile) {
        Map<ObjectPath, Node.Mapping> chosen = new HashMap<>(newest);
        fromFile.forEach(path -> {
            Node.Mapping wanted = file.get(path);
            if (wanted == null) {
                chosen.remove(path);
            } else {
                chosen.put(path, wanted);
            }
        });
        SequencedMap<ObjectPath, Node.Mapping> ordered = new LinkedHashMap<>();
        order(chosen).forEach(path -> Optional.ofNullable(chosen.get(path)).ifPresent(own -> ordered.put(path, own)));
        return FabricYaml.bindEdited(ObjectTree.join(ordered), new Faults());
    }

    private List<ObjectPath> order(Map<ObjectPath, Node.Mapping> chosen) {
        List<ObjectPath> fromNewest = List.copyOf(newest.keySet());
        List<ObjectPath> fromFile = List.copyOf(file.keySet());
        List<ObjectPath> order = new ArrayList<>(ObjectOrder
                .merged(without(fromNewest), without(fromFile), chosen.keySet()));
        scopes().forEach(scope -> order.addAll(orderByFile(scope)
                ? ObjectOrder.merged(policies(file, scope), policies(newest, scope), chosen.keySet())
                : ObjectOrder.merged(policies(newest, scope), policies(file, scope), chosen.keySet())));
        return order;
    }

    private static List<ObjectPath> without(List<ObjectPath> paths) {
        return paths.stream().filter(path -> !path.isPolicy()).toList();
    }

    private List<ObjectPath> scopes() {
        return all().stream().filter(ObjectPath::isPolicy).map(ObjectPath::parent).distinct().toList();
    }

    private static List<ObjectPath> policies(SequencedMap<ObjectPath, Node.Mapping> objects, ObjectPath scope) {
        return objects.keySet().stream().filter(path -> path.isPolicy() && path.parent().equals(scope)).toList();
    }

    /** Returns whether the file reordered the policies and no command did. */
    private boolean orderByFile(ObjectPath scope) {
        return ObjectOrder.differs(policies(base, scope), policies(file, scope))
                && !ObjectOrder.differs(policies(base, scope), policies(newest, scope));
    }

    private void reportOrders() {
        for (ObjectPath scope : scopes()) {
            List<ObjectPath> wanted = policies(file, scope);
            List<ObjectPath> now = policies(newest, scope);
            if (ObjectOrder.differs(policies(base, scope), wanted) && ObjectOrder.differs(policies(base, scope), now)
                    && ObjectOrder.differs(wanted, now)) {
                String subject = wanted.getFirst().orderSubject();
                conflicts.add(new Conflict(subject, bothChanged(subject)));
            }
        }
    }
}
