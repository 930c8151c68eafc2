package net.weft.controller.server;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.plan.Plan;
import net.weft.controller.model.revision.Author;
import net.weft.controller.model.revision.Commits;
import net.weft.controller.model.revision.Prune;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.revision.RevisionLog;
import net.weft.controller.model.revision.StaleRevisionException;
import net.weft.controller.model.yaml.FabricYaml;
import net.weft.controller.model.yaml.Validation;
import net.weft.controller.model.yaml.tree.Fault;

/**
 * The desired state and its transactions. A change is validated as a whole, planned against the newest revision and
 * appended to the log, which the members follow; it is made completely or not at all. Changes are serialized; any
 * thread may request one. The response waits for the members, without blocking other changes. A revision that is stored
 * but does not run is reported at each request for it.
 */
public final class Fabric {
    private final RevisionLog log;
    private final Rollout rollout;
    private final ImpactPreview preview;
    private final InstantSource clock;
    private final RandomGenerator random;

    /** Creates a fabric without members. */
    public Fabric(RevisionLog log, InstantSource clock, RandomGenerator random) {
        this(log, Rollout.NONE, ImpactPreview.NONE, clock, random);
    }

    /**
     * Creates a fabric.
     *
     * @param log log to which revisions are appended, and which the members follow
     * @param rollout waits for the members to run the newest revision
     * @param preview computes the connections that a dry run would drop
     */
    public Fabric(RevisionLog log, Rollout rollout, ImpactPreview preview, InstantSource clock,
            RandomGenerator random) {
        this.log = log;
        this.rollout = rollout;
        this.preview = preview;
        this.clock = clock;
        this.random = random;
    }

    /**
     * The outcome of a change.
     *
     * @param revision number of the newest revision, after the change
     * @param plan the changes; empty if nothing changes
     * @param warnings warnings about legal but probably unintended settings; after an edit, only the new ones
     * @param dropped for a dry run, the connections that the change would drop
     */
    public record Outcome(long revision, Plan plan, List<Fault> warnings, ImpactPreview.DroppedConnections dropped) {
        public Outcome {
            warnings = List.copyOf(warnings);
        }

        Outcome(long revision, Plan plan, List<Fault> warnings) {
            this(revision, plan, warnings, ImpactPreview.DroppedConnections.NONE);
        }
    }

    /**
     * The terms of a change.
     *
     * @param dryRun whether to validate and plan only
     * @param base number of the revision that must be the newest; empty: any
     * @param prune whether to undo changes that were made by command
     */
    public record Terms(boolean dryRun, OptionalLong base, boolean prune) {
        public static final Terms PLAIN = new Terms(false, OptionalLong.empty(), false);
    }

    public Optional<Revision> last() {
        return log.last();
    }

    /** Returns the number of the newest revision; 0 before the first. */
    public long revision() {
        return log.last().map(Revision::number).orElse(0L);
    }

    /** Returns the newest configuration. */
    public FabricConfig config() {
        return log.last().map(Revision::config).orElseGet(FabricConfig::empty);
    }

    /**
     * Compares a file with the newest configuration.
     *
     * @throws RefusedException if the file has faults
     */
    public Outcome diff(byte[] yaml) {
        Validation.Valid valid = valid(FabricYaml.parse(yaml));
        FabricConfig wanted = Commits.completed(log.last(), valid.config(), random);
        return new Outcome(revision(), Plan.diff(config(), wanted), valid.warnings());
    }

    /**
     * Applies a file: its content becomes the newest configuration.
     *
     * @throws RefusedException with every reason
     * @throws StoreException if the revision could not be stored
     * @throws NotCarriedOutException if the revision is stored, by this call or before, and a member does not run it
     */
    public Outcome apply(byte[] yaml, Terms terms, String who) {
        return carriedOut(stored(yaml, terms, who), terms);
    }

    private synchronized Outcome stored(byte[] yaml, Terms terms, String who) {
        Optional<Revision> last = log.last();
        checkBase(terms);
        Validation.Valid valid = valid(FabricYaml.parse(yaml));
        FabricConfig wanted = Commits.completed(last, valid.config(), random);
        if (last.isPresent() && !terms.prune()) {
            List<Prune.Foreign> foreign = Prune.foreign(last.get(), wanted);
            if (!foreign.isEmpty()) {
                throw new RefusedException(new Refusal.Foreign(foreign));
            }
        }
        Plan plan = Plan.diff(config(), wanted);
        String text = new String(yaml, StandardCharsets.UTF_8);
        boolean sameText = last.flatMap(Revision::fileText).equals(Optional.of(text));
        if (!terms.dryRun() && plan.isEmpty() && sameText) {
            return new Outcome(revision(), plan, valid.warnings());
        }
        Revision next = Commits.file(last, wanted, text, author(who, "apply"), random);
        return terms.dryRun() ? previewed(next, plan, valid.warnings()) : commit(next, plan, valid.warnings());
    }

    /**
     * Applies the file with which an instance is started, as {@link #apply} does; does nothing if it is the file
     * applied last.
     *
     * @throws RefusedException with every reason
     */
    public Optional<Outcome> applyAtStart(byte[] yaml, boolean prune, String who) {
        String text = new String(yaml, StandardCharsets.UTF_8);
        if (log.last().flatMap(Revision::fileText).equals(Optional.of(text))) {
            return Optional.empty();
        }
        return Optional.of(apply(yaml, new Terms(false, OptionalLong.empty(), prune), who));
    }

    /**
     * Changes one object.
     *
     * @param edit returns the wanted configuration for the newest one
     * @param comment comment of the revision
     * @throws RefusedException with every reason
     * @throws NotCarriedOutException as in {@link #apply}
     */
    public Outcome edit(Function<FabricConfig, Validation> edit, Terms terms, String who, String comment) {
        return carriedOut(storedEdit(edit, terms, who, comment), terms);
    }

    private synchronized Outcome storedEdit(Function<FabricConfig, Validation> edit, Terms terms, String who,
            String comment) {
        checkBase(terms);
        Validation.Valid valid = valid(edit.apply(config()));
        FabricConfig wanted = Commits.completed(log.last(), valid.config(), random);
        Plan plan = Plan.diff(config(), wanted);
        List<Fault> known = FabricYaml.warnings(config());
        List<Fault> warnings = valid.warnings().stream().filter(warning -> !known.contains(warning)).toList();
        if (plan.isEmpty()) {
            return new Outcome(revision(), plan, warnings);
        }
        Revision next = Commits.command(log.last(), wanted, author(who, comment), random);
        return terms.dryRun() ? previewed(next, plan, warnings) : commit(next, plan, warnings);
    }

    private Outcome previewed(Revision next, Plan plan, List<Fault> warnings) {
        return new Outcome(revision(), plan, warnings,
                plan.isEmpty() ? ImpactPreview.DroppedConnections.NONE : preview.dropped(next));
    }

    private Outcome commit(Revision revision, Plan plan, List<Fault> warnings) {
        try {
            log.append(revision, revision.number() - 1);
        } catch (StaleRevisionException e) {
            throw new RefusedException(new Refusal.Stale(e.expected(), e.newest()));
        }
        return new Outcome(revision.number(), plan, warnings);
    }

    private Outcome carriedOut(Outcome outcome, Terms terms) {
        if (!terms.dryRun() && outcome.revision() > 0) {
            rollout.await(outcome.revision(), outcome.plan().isEmpty()).ifPresent(reason -> {
                throw new NotCarriedOutException(outcome.revision(), reason);
            });
        }
        return outcome;
    }

    private void checkBase(Terms terms) {
        if (terms.base().isPresent() && terms.base().getAsLong() != revision()) {
            throw new RefusedException(new Refusal.Stale(terms.base().getAsLong(), revision()));
        }
    }

    private Author author(String who, String comment) {
        return new Author(clock.instant(), who, comment);
    }

    private static Validation.Valid valid(Validation validation) {
        return switch (validation) {
            case Validation.Valid valid -> valid;
            case Validation.Invalid invalid -> throw new RefusedException(new Refusal.Invalid(invalid.faults()));
        };
    }
}
