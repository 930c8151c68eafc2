package net.weft.controller.server;

import java.util.List;

import net.weft.controller.model.revision.Prune;
import net.weft.controller.model.yaml.tree.Fault;

/** Why a change is not made. Nothing was changed. */
public sealed interface Refusal {
    /** For a person, one fault a line, without a file's name. */
    String describe();

    /** The configuration has faults; at least one. */
    record Invalid(List<Fault> faults) implements Refusal {
        public Invalid {
            faults = List.copyOf(faults);
        }

        @Override
        public String describe() {
            return String.join("\n", faults.stream().map(Fault::toString).toList());
        }
    }

    /** Somebody committed since the caller looked. */
    record Stale(long base, long newest) implements Refusal {
        @Override
        public String describe() {
            return "the newest revision is " + newest + ", not " + base + "; look at `weft diff` and try again";
        }
    }

    /** The file would undo what was made by command; at least one object. */
    record Foreign(List<Prune.Foreign> objects) implements Refusal {
        public Foreign {
            objects = List.copyOf(objects);
        }

        @Override
        public String describe() {
            return String.join("\n", objects.stream().map(Prune.Foreign::describe).toList());
        }
    }
}
