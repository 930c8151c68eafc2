package net.weft.controller.server;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.plan.Plan;
import net.weft.controller.model.revision.Author;
import net.weft.controller.model.revision.Commits;
import net.weft.controller.model.revision.Revision;
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
    private static final System.Logger LOG = System.getLogger(Fabric.class.getName());

    private final RevisionStore log;
    private final Execution execution;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final FileProblems problems = new FileProblems();
    private final Events events;
    private final Ledger ledger;
    private final Committing committing;
    private final FileChanges files;
    private volatile Runnable beforeRestore = () -> {
    };
    private KnownWarnings warned = new KnownWarnings(FabricConfig.empty(), List.of());

    /** Creates a fabric without members, on which no time for a confirmation ever ends. */
    public Fabric(RevisionStore log, InstantSource clock, RandomGenerator random) {
        this(log, Rollout.NONE, ImpactPreview.NONE, new Clocks(clock, Timer.NEVER, ""), new Events(clock),
                random);
    }

    /**
     * Creates a fabric.
     *
     * @param log store to which revisions are appended, and which the members follow
     * @param rollout waits for the members to run the newest revision
     * @param preview computes the connections that a dry run would drop
     */
    public Fabric(RevisionStore log, Rollout rollout, ImpactPreview preview, Clocks clocks, Events events,
            RandomGenerator random) {
        this.log = log;
        this.random = random;
        clock = clocks.day();
        this.events = events;
        execution = new Execution(log, events, rollout, clock);
        ledger = new Ledger(log, events, clocks, this::expire);
        committing = new Committing(log, preview, ledger);
        files = new FileChanges(log, ledger, committing, problems, events, clock, random);
        log.onFound(this::reconcile);
    }

    public Optional<Revision> last() {
        return log.last();
    }

    /** Returns the number of the newest revision, or 0. */
    public long revision() {
        return committing.revision();
    }

    public FabricConfig config() {
        return log.last().map(Revision::config).orElseGet(FabricConfig::empty);
    }

    /** Compares a file with the newest configuration. */
    public Outcome diff(byte[] yaml) {
        return diff(config(), yaml);
    }

    Outcome diff(FabricConfig from, byte[] yaml) {
        Validation.Valid valid = RefusedException.valid(FabricYaml.parse(yaml));
        FabricConfig wanted = Commits.completed(log.last(), valid.config(), random);
        return new Outcome(revision(), Plan.diff(from, wanted), valid.warnings());
    }

    /**
     * Applies a file: its content becomes the newest configuration.
     *
     * @throws RefusedException with every reason
     * @throws StoreException if the revision could not be stored
     * @throws NotCarriedOutException if the revision is stored, by this call or before, and a member does not run it
     */
    public Outcome apply(byte[] yaml, Terms terms, String who) {
        return execution.of("apply", terms, who, () -> storedFile(yaml, terms, who));
    }

    /** Takes account of what the store has found before a change is made of it, and checks whether the change may be made. */
    private void begin(Terms terms) {
        if (!terms.dryRun()) {
            ledger.reconcile();
        }
        terms.checkBase(revision());
    }

    private synchronized Outcome storedFile(byte[] yaml, Terms terms, String who) {
        begin(terms);
        return files.apply(yaml, terms, who);
    }

    /**
     * Merges a file with the changes of commands since a file was last given, as at a start and after SIGHUP; before
     * the first revision, applies it. {@link #problems} names the objects that both changed.
     *
     * @throws RefusedException if the file has faults
     */
    public Outcome merge(byte[] yaml, String who) {
        return execution.atStart(FileChanges.MERGE, Terms.PLAIN, who, () -> storedMerge(yaml, who));
    }

    private synchronized Outcome storedMerge(byte[] yaml, String who) {
        begin(Terms.PLAIN);
        return files.merge(yaml, who);
    }

    /** Reports what was found wrong with the store, until an apply settles it. */
    public void degraded(List<String> found) {
        problems.add(found);
    }

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
     * @param command the command in short, such as {@code port set web1}
     * @throws RefusedException with every reason
     * @throws NotCarriedOutException as in {@link #apply}
     */
    public Outcome edit(Function<FabricConfig, Validation> edit, Terms terms, String who, String command) {
        return edit(edit, RevokedKeys.Change.NONE, terms, who, command);
    }

    /**
     * Changes objects and which keys of VPN peers are revoked.
     *
     * @param keys the peers whose keys are revoked, as the configuration before the edit has them, or admitted again
     */
    Outcome edit(Function<FabricConfig, Validation> edit, RevokedKeys.Change keys, Terms terms, String who,
            String command) {
        return execution.of(command, terms, who, () -> storedEdit(edit, keys, terms, who, command));
    }

    private synchronized Outcome storedEdit(Function<FabricConfig, Validation> edit, RevokedKeys.Change keys,
            Terms terms, String who, String command) {
        problems.checkRecovery();
        begin(terms);
        Validation.Valid valid = RefusedException.valid(edit.apply(config()));
        FabricConfig wanted = Commits.completed(log.last(), valid.config(), random);
        Plan plan = Plan.diff(config(), wanted);
        List<Fault> known = warned.of(config());
        List<Fault> warnings = valid.warnings().stream().filter(warning -> !known.contains(warning)).toList();
        if (plan.isEmpty()) {
            return new Outcome(revision(), plan, warnings);
        }
        RevokedKeys tombstones = new RevokedKeys(log.last()).checked(keys, config(), wanted);
        Revision next = Commits.command(log.last(), wanted, terms.author(clock, who, command), random,
                _ -> tombstones.keys());
        warned = new KnownWarnings(next.config(), valid.warnings());
        return committing.commit(next, plan, warnings, terms, keys.isAll(plan));
    }

    /**
     * Makes the configuration of an earlier revision the newest, as a new revision. Revoked VPN keys stay revoked.
     *
     * @param number number of the earlier revision; that to which a revision on trial falls back ends the trial
     * @throws UnknownRevisionException if there is no such revision, or it is no longer kept
     * @throws RefusedException as in {@link #apply}
     */
    public Outcome rollback(long number, Terms terms, String who) {
        String command = "roll-back to " + number;
        return execution.of(command, terms, who, () -> storedRollback(number, terms, who, command));
    }

    private synchronized Outcome storedRollback(long number, Terms terms, String who, String command) {
        problems.checkRecovery();
        begin(terms);
        Revision target = ledger.history().revision(number);
        Revision last = log.last().orElseThrow();
        boolean cancels = ledger.isCancelledBy(number);
        Revision next = cancels
                ? Commits.undone(last, target, terms.author(clock, who, command))
                : Commits.rollback(last, target, terms.author(clock, who, command));
        Plan plan = Plan.diff(last.config(), next.config());
        List<Fault> warnings = new RevokedKeys(log.last()).returning(last.config(), next.config());
        if (cancels && !terms.dryRun()) {
            ledger.cancel(next, plan);
            return new Outcome(next.number(), plan, warnings);
        }
        return plan.isEmpty()
                ? new Outcome(revision(), plan, warnings)
                : committing.commit(next, plan, warnings, terms);
    }

    /**
     * Makes the newest revision of a backup the newest here. A store without revisions gets those before it too, with their numbers;
     * else it is a new revision. Revoked VPN keys stay revoked.
     */
    public Outcome restore(Revision target, EarlierRevisions before, Terms terms, String who) {
        String command = "restore of revision " + target.number();
        return execution.of(command, terms, who,
                () -> problems.settled(terms, storedRestore(target, before, terms, who, command)));
    }

    /**
     * Checks whether {@link #restore} would be refused now.
     *
     * @throws RefusedException if so
     */
    public synchronized void checkRestore(Terms terms) {
        terms.checkBase(revision());
        ledger.checkNoTrial();
    }

    private synchronized Outcome storedRestore(Revision target, EarlierRevisions before, Terms terms, String who,
            String command) {
        begin(terms);
        Capacity.check(target.config());
        Author author = terms.author(clock, who, command);
        if (log.last().isEmpty()) {
            Plan plan = Plan.diff(FabricConfig.empty(), target.config());
            if (!terms.dryRun()) {
                ledger.checkNoTrial();
                beforeRestore.run();
                ledger.begin(target.confirmed(), before, author);
            }
            return new Outcome(terms.dryRun() ? 0 : target.number(), plan, List.of());
        }
        Revision next = Commits.restored(log.last().get(), target, author);
        Plan plan = Plan.diff(config(), next.config());
        List<Fault> warnings = new RevokedKeys(log.last()).returning(config(), next.config());
        if (plan.isEmpty()) {
            return new Outcome(revision(), plan, warnings);
        }
        if (!terms.dryRun()) {
            ledger.checkNoTrial();
            beforeRestore.run();
        }
        return committing.commit(next, plan, warnings, terms);
    }

    /** Registers what draws a new incarnation of the fabric; it is called before each restore that changes something. */
    public void onRestore(Runnable listener) {
        beforeRestore = listener;
    }

    /**
     * Confirms the revision on trial, so that it stands.
     *
     * @param number the revision to confirm; 0: whichever is on trial
     * @param claimed as in {@link Terms}
     * @return number of the revision
     * @throws RefusedException if no revision, or another one, is on trial
     */
    public synchronized long confirm(long number, String who, String claimed) {
        return ledger.confirm(number, Audit.author(clock.instant(), who, "confirm", "", claimed));
    }

    /** Returns the revision on trial and the time at which it is rolled back; empty: none is. */
    synchronized Optional<Ledger.OnTrial> onTrial() {
        return ledger.onTrial();
    }

    /** Rolls back a revision that was on trial when Weft ended. To be called once, before any change. */
    public synchronized void settleTrial() {
        ledger.tellOfUntold();
        ledger.settleTrial();
    }

    private synchronized void expire() {
        ledger.expire();
    }

    private synchronized void reconcile() {
        try {
            ledger.reconcile();
        } catch (StoreException | RefusedException e) {
            LOG.log(System.Logger.Level.WARNING, "tried again at the next change: " + e.getMessage());
        }
    }

    /**
     * Notes that a revision had a number, as a member that has it says, though the store does not have it. The numbers up to there are not
     * used again.
     */
    public void lost(long number) {
        try {
            log.lost(number);
        } catch (StoreException e) {
            LOG.log(System.Logger.Level.WARNING, e.getMessage());
        }
        reconcile();
    }

    public History history() {
        return ledger.history();
    }
}
