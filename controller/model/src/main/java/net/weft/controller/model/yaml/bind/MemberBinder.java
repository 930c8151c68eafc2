package net.weft.controller.model.yaml.bind;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import net.weft.controller.model.MemberConfig;
import net.weft.controller.model.WorkerConfig;
import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.tree.Node;
import net.weft.controller.model.yaml.value.Scalars;

/** Binds {@code members}. Without this key there is member 1 alone. */
final class MemberBinder {
    private static final int DEFAULT_MEMBER = 1;

    private final Faults faults;
    private final Set<Integer> named = new HashSet<>();

    MemberBinder(Faults faults) {
        this.faults = faults;
    }

    SequencedMap<Integer, MemberConfig> bind(Node.Mapping mapping) {
        SequencedMap<Integer, MemberConfig> members = new LinkedHashMap<>();
        NamedEntries.each(mapping, "members", faults, MemberBinder::isId,
                "the ID of a member (1-" + MemberConfig.MAX_ID + ")", (entry, value, path) -> {
                    int id = Integer.parseInt(entry.key());
                    named.add(id);
                    members.put(id, member(id, MappingReader.of(value, Section.MEMBER, path, faults)));
                });
        if (members.isEmpty()) {
            members.put(DEFAULT_MEMBER, MemberConfig.of(DEFAULT_MEMBER));
            named.add(DEFAULT_MEMBER);
        }
        return members;
    }

    /** Returns the IDs that a port may refer to. */
    Set<Integer> named() {
        return named;
    }

    private MemberConfig member(int id, MappingReader fields) {
        OptionalInt priority = fields.integer("priority", 0, MemberConfig.MAX_PRIORITY, "a priority");
        Optional<String> management = fields.text("management", Scalars::isAddress,
                "an IP address (such as 192.0.2.1 or 2001:db8::1)");
        return new MemberConfig(id, priority, management, workers(fields));
    }

    private WorkerConfig workers(MappingReader member) {
        MappingReader fields = MappingReader.of(member.mapping("workers"), Section.WORKERS, member.path("workers"),
                faults);
        SortedSet<Integer> cpus = new TreeSet<>();
        fields.eachScalar("cpus", "the number of a CPU", (scalar, path) -> {
            OptionalInt cpu = fields.integer(scalar, path, 0, WorkerConfig.MAX_CPU, "the number of a CPU");
            if (cpu.isPresent() && !cpus.add(cpu.getAsInt())) {
                faults.add(Fault.Kind.CONFLICT, path, scalar.position(), "CPU " + cpu.getAsInt() + " stands twice");
            }
        });
        WorkerConfig.Poll poll = fields
                .text("poll", text -> text.equals("adaptive") || text.equals("always"), "adaptive or always")
                .map(text -> WorkerConfig.Poll.valueOf(text.toUpperCase(Locale.ROOT)))
                .orElse(WorkerConfig.DEFAULT.poll());
        return new WorkerConfig(List.copyOf(cpus), poll);
    }

    private static boolean isId(String text) {
        return Scalars.integer(text, 1, MemberConfig.MAX_ID).isPresent();
    }
}
