package net.weft.controller.server;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.merge.ThreeWayMerge;
import net.weft.controller.model.plan.Plan;
import net.weft.controller.model.revision.Author;
import net.weft.controller.model.revision.Commits;
import net.weft.controller.model.revision.Conflict;
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
    private static final System.Logger AUDIT = System.getLogger(Audit.LOGGER);

    private final RevisionLog log;
    private final Rollout rollout;
    private final ImpactPreview preview;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final FileProblems problems = new FileProblems();
    private final Events events;

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
        events = new Events(clock);
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

    private Outcome stored(byte[] yaml, Terms terms, String who) {
        Outcome outcome = storedFile(yaml, terms, who);
        if (!terms.dryRun()) {
            problems.settle();
        }
        return outcome;
    }

    private synchronized Outcome storedFile(byte[] yaml, Terms terms, String who) {
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
        if (last.isPresent() && plan.isEmpty()) {
            if (!terms.dryRun()) {
                given(last.get(), wanted, text, List.of(), who);
            }
            return new Outcome(revision(), plan, valid.warnings());
        }
        List<Fault> warnings = new ArrayList<>(valid.warnings());
        warnings.addAll(new RevokedKeys(last).returning(FabricConfig.empty(), wanted));
        Revision next = Commits.file(last, wanted, text, author(who, "apply"), random);
        return terms.dryRun() ? previewed(next, plan, warnings) : commit(next, plan, warnings);
    }

    /** Records a file as the one given last, unless it is. The newest revision keeps its number. */
    private void given(Revision last, FabricConfig file, String text, List<Conflict> conflicts, String who) {
        if (!last.fileText().equals(Optional.of(text)) || !last.conflicts().equals(conflicts)) {
            log.amend(Commits.given(last, file, text, conflicts, who));
        }
    }

    /**
     * Merges a file with the changes of commands since a file was last given, as at a start and after SIGHUP; before
     * the first revision, applies it. {@link #problems} names the objects that both changed.
     *
     * @throws RefusedException if the file has faults
     */
    public Outcome merge(byte[] yaml, String who) {
        return carriedOut(storedMerge(yaml, who), Terms.PLAIN);
    }

    private synchronized Outcome storedMerge(byte[] yaml, String who) {
        if (log.last().isEmpty()) {
            return stored(yaml, Terms.PLAIN, who);
        }
        Revision last = log.last().get();
        Validation.Valid valid = valid(FabricYaml.parse(yaml));
        problems.ofFile(List.of());
        String text = new String(yaml, StandardCharsets.UTF_8);
        FabricConfig file = Commits.completed(log.last(), valid.config(), random);
        Optional<FabricConfig> before = last.fileText().map(FabricYaml::parse)
                .flatMap(parsed -> parsed instanceof Validation.Valid given
                        ? Optional.of(Commits.completed(log.last(), given.config(), random))
                        : Optional.empty());
        ThreeWayMerge.Merged merged = ThreeWayMerge.merge(before, file, last);
        List<Conflict> conflicts = merged.with(last.conflicts(), file);
        Plan plan = Plan.diff(last.config(), merged.config());
        conflicts.stream().filter(conflict -> !last.conflicts().contains(conflict))
                .forEach(conflict -> {
                    AUDIT.log(System.Logger.Level.WARNING, "conflict: " + conflict);
                    events.add("conflict", conflict.subject(), conflict.message(), who);
                });
        if (plan.isEmpty()) {
            given(last, file, text, conflicts, who);
            return new Outcome(revision(), plan, valid.warnings());
        }
        List<Fault> warnings = new ArrayList<>(valid.warnings());
        warnings.addAll(new RevokedKeys(log.last()).returning(last.config(), merged.config()));
        return commit(Commits.merged(last, file, text, merged.config(), conflicts, author(who, "merge of the file")),
                plan, warnings);
    }

    /** Reports what was found wrong with the store or the file, until an apply settles it. */
    public void degraded(List<String> found) {
        problems.add(found);
    }

    /** Reports why the file cannot be merged, until one can, or an apply settles it. */
    public void degradedFile(List<String> found) {
        problems.ofFile(found);
    }

    /** Refuses every change but an apply, because the revisions cannot be read. */
    public void recover(String reason) {
        problems.recover(reason);
    }

    /** Returns why there is no revision though there should be one; empty after an apply. */
    public Optional<String> recovery() {
        return problems.recovery();
    }

    /** Returns the memory of events, to which others may add. */
    public Events events() {
        return events;
    }

    /** Returns what an apply has to settle, one sentence each; empty: the fabric is as its file and commands say. */
    public List<String> problems() {
        return problems.all(log.last());
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
        return edit(edit, RevokedKeys.Change.NONE, terms, who, comment);
    }

    /**
     * Changes objects and which keys of VPN peers are revoked.
     *
     * @param keys the peers whose keys are revoked, as the configuration before the edit has them, or admitted again
     */
    Outcome edit(Function<FabricConfig, Validation> edit, RevokedKeys.Change keys, Terms terms, String who,
            String comment) {
        return carriedOut(storedEdit(edit, keys, terms, who, comment), terms);
    }

    private synchronized Outcome storedEdit(Function<FabricConfig, Validation> edit, RevokedKeys.Change keys,
            Terms terms, String who, String comment) {
        problems.recovery().ifPresent(reason -> {
            throw new StoreException("nothing can be changed by command in recovery: " + reason, null);
        });
        checkBase(terms);
        Validation.Valid valid = valid(edit.apply(config()));
        FabricConfig wanted = Commits.completed(log.last(), valid.config(), random);
        Plan plan = Plan.diff(config(), wanted);
        List<Fault> known = FabricYaml.warnings(config());
        List<Fault> warnings = valid.warnings().stream().filter(warning -> !known.contains(warning)).toList();
        if (plan.isEmpty()) {
            return new Outcome(revision(), plan, warnings);
        }
        RevokedKeys tombstones = new RevokedKeys(log.last()).after(keys, config(), wanted);
        List<Fault> returning = tombstones.returning(config(), wanted);
        if (!returning.isEmpty()) {
            throw new RefusedException(new Refusal.Invalid(returning));
        }
        Revision next = Commits.command(log.last(), wanted, author(who, comment), random,
                _ -> tombstones.keys());
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
        AUDIT.log(System.Logger.Level.INFO, Audit.line(revision, plan));
        events.add("revision", "revision " + revision.number(), Audit.message(revision, plan), revision.who());
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
