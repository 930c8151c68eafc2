package net.weft.controller.server;

import java.time.Instant;
import java.util.List;
import net.weft.controller.model.revision.Prune;
import net.weft.controller.model.yaml.tree.Fault;

/** The reason for refusing a change. Nothing was changed. */
public sealed interface Refusal {
    /** Returns the reason for a person, with one fault on each line and without the name of a file. */
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

    /** The newest revision is not the one on which the caller based the change. */
    record Stale(long base, long newest) implements Refusal {
        @Override
        public String describe() {
            return "the newest revision is " + newest + ", not " + base + "; look at `weft diff` and try again";
        }
    }

    /** The file would undo changes that were made by command, of at least one object. */
    record Foreign(List<Prune.Foreign> objects) implements Refusal {
        public Foreign {
            objects = List.copyOf(objects);
        }

        @Override
        public String describe() {
            return String.join("\n", objects.stream().map(Prune.Foreign::describe).toList());
        }
    }

    /** Another change waits to be confirmed. */
    record OnTrial(long revision, long fallback, Instant confirmBy) implements Refusal {
        @Override
        public String describe() {
            return "revision " + revision + " waits to be confirmed, until " + confirmBy
                    + "; `weft confirm` makes it stand, `weft rollback " + fallback + "` undoes it at once";
        }
    }

    /**
     * The revision to be confirmed is not on trial.
     *
     * @param wanted the revision that was to be confirmed; 0: whichever is on trial
     * @param onTrial the revision on trial; 0: none
     */
    record NotOnTrial(long wanted, long onTrial, long newest) implements Refusal {
        @Override
        public String describe() {
            return onTrial == 0
                    ? "no revision waits to be confirmed; revision " + newest + " stands"
                    : "revision " + onTrial + " waits to be confirmed, not " + wanted;
        }
    }

    /** A first revision has none to fall back to. */
    record NothingBefore() implements Refusal {
        @Override
        public String describe() {
            return "--confirm-within: there is no revision yet to fall back to";
        }
    }
}
