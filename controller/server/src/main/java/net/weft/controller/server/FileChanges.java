package net.weft.controller.server;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.merge.ThreeWayMerge;
import net.weft.controller.model.plan.Plan;
import net.weft.controller.model.revision.Commits;
import net.weft.controller.model.revision.Conflict;
import net.weft.controller.model.revision.Prune;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.yaml.FabricYaml;
import net.weft.controller.model.yaml.Validation;
import net.weft.controller.model.yaml.tree.Fault;

/** Makes a revision of a file: an apply, after which it is the newest configuration, or a merge. The caller serializes all calls. */
final class FileChanges {
    static final String MERGE = "merge of the file";

    private final RevisionStore log;
    private final Ledger ledger;
    private final Committing committing;
    private final FileProblems problems;
    private final Events events;
    private final InstantSource clock;
    private final RandomGenerator random;

    FileChanges(RevisionStore log, Ledger ledger, Committing committing, FileProblems problems, Events events,
            InstantSource clock, RandomGenerator random) {
        this.log = log;
        this.ledger = ledger;
        this.committing = committing;
        this.problems = problems;
        this.events = events;
        this.clock = clock;
        this.random = random;
    }

    /** Applies a file, as {@link Fabric#apply} says, which settles the problems. */
    Outcome apply(byte[] yaml, Terms terms, String who) {
        return problems.settled(terms, applied(yaml, terms, who));
    }

    private Outcome applied(byte[] yaml, Terms terms, String who) {
        Optional<Revision> last = log.last();
        Validation.Valid valid = RefusedException.valid(FabricYaml.parse(yaml));
        FabricConfig wanted = Commits.completed(last, valid.config(), random);
        if (last.isPresent() && !terms.prune()) {
            List<Prune.Foreign> foreign = Prune.foreign(last.get(), wanted);
            if (!foreign.isEmpty()) {
                throw new RefusedException(new Refusal.Foreign(foreign));
            }
        }
        Plan plan = Plan.diff(last.map(Revision::config).orElseGet(FabricConfig::empty), wanted);
        String text = new String(yaml, StandardCharsets.UTF_8);
        if (last.isPresent() && plan.isEmpty()) {
            if (!terms.dryRun()) {
                given(last.get(), wanted, text, List.of(), who);
            }
            return new Outcome(committing.revision(), plan, valid.warnings());
        }
        List<Fault> warnings = new ArrayList<>(valid.warnings());
        warnings.addAll(new RevokedKeys(last).returning(FabricConfig.empty(), wanted));
        Revision next = Commits.file(last, log.highest() + 1, wanted, text, terms.author(clock, who, "apply"), random);
        return committing.commit(next, plan, warnings, terms);
    }

    /** Records a file as the one given last, unless it is. */
    private void given(Revision last, FabricConfig file, String text, List<Conflict> conflicts, String who) {
        if (!last.fileText().equals(Optional.of(text)) || !last.conflicts().equals(conflicts)) {
            ledger.amend(Commits.given(last, file, text, conflicts, who));
        }
    }

    /**
     * Merges a file with the changes of commands since a file was last given; before the first revision, applies it.
     *
     * @throws RefusedException if the file has faults
     */
    Outcome merge(byte[] yaml, String who) {
        if (log.last().isEmpty()) {
            return apply(yaml, Terms.PLAIN, who);
        }
        String text = new String(yaml, StandardCharsets.UTF_8);
        if (!log.last().get().fileText().equals(Optional.of(text))) {
            log.awaitNewest();
        }
        Revision last = log.last().get();
        Validation.Valid valid = RefusedException.valid(FabricYaml.parse(yaml));
        problems.ofFile(List.of());
        FabricConfig file = Commits.completed(log.last(), valid.config(), random);
        ThreeWayMerge.Merged merged = LastFile.merged(last, text, file, random);
        List<Conflict> conflicts = merged.with(last.conflicts(), file);
        Plan plan = Plan.diff(last.config(), merged.config());
        conflicts.stream().filter(conflict -> !last.conflicts().contains(conflict))
                .forEach(conflict -> events.conflict(conflict, who));
        if (plan.isEmpty()) {
            given(last, file, text, conflicts, who);
            return new Outcome(committing.revision(), plan, valid.warnings());
        }
        List<Fault> warnings = new ArrayList<>(valid.warnings());
        warnings.addAll(new RevokedKeys(log.last()).returning(last.config(), merged.config()));
        return committing.commit(
                Commits.merged(last, file, text, merged.config(), conflicts, Terms.PLAIN.author(clock, who, MERGE)),
                plan, warnings, Terms.PLAIN);
    }
}
