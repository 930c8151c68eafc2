package net.weft.controller.server;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import net.weft.controller.model.plan.Plan;
import net.weft.controller.model.revision.Author;
import net.weft.controller.model.revision.Commits;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.revision.RevisionHeader;
import net.weft.controller.model.revision.StaleRevisionException;
import net.weft.controller.model.revision.Trial;
import org.jspecify.annotations.Nullable;

/**
 * Appends revisions to the log and audits them. A revision with {@code --confirm-within} is on trial: no other change is committed
 * meanwhile, and unless it is confirmed in time, the revision before it becomes the newest again. A revision that is on trial in the
 * store when Weft starts is rolled back at once. The caller serializes all calls.
 */
final class Ledger {
    /** The author of roll-backs that nobody asked for. */
    static final String WEFT = "weft";
    /** Time between attempts to store a roll-back, for example while the disk is full. */
    private static final Duration RETRY = Duration.ofSeconds(2);
    /** Most events of revisions that a run tells of in the place of the one before. */
    private static final long MOST_UNTOLD = 100;
    private static final System.Logger AUDIT = System.getLogger(Audit.LOGGER);

    private final RevisionStore store;
    private final History history;
    private final Events events;
    private final Clocks clocks;
    private final Runnable expire;
    private final Unanswered unanswered;
    private @Nullable OnTrial onTrial;

    /**
     * The revision on trial.
     *
     * @param fallback the revision to fall back to
     * @param confirmBy the time of the day at which it is rolled back, unless the clock is set
     * @param cancel ends its timer
     */
    record OnTrial(long revision, long fallback, Instant confirmBy, Runnable cancel) {
        /** Returns the trial of another revision in the place of this one, until the same time. */
        OnTrial of(long another) {
            return new OnTrial(another, fallback, confirmBy, cancel);
        }
    }

    /** @param expire called on the timer's thread when the time of a trial is over; it calls {@link #expire} in turn */
    Ledger(RevisionStore store, Events events, Clocks clocks, Runnable expire) {
        this.store = store;
        this.events = events;
        this.clocks = clocks;
        this.expire = expire;
        history = new History(store);
        unanswered = new Unanswered(store);
    }

    History history() {
        return history;
    }

    Optional<OnTrial> onTrial() {
        return Optional.ofNullable(onTrial);
    }

    /**
     * Appends a revision.
     *
     * @param confirmWithin time for its confirmation; empty: it stands at once
     * @throws RefusedException if another revision is the newest, or one is on trial
     */
    void commit(Revision revision, Plan plan, Optional<Duration> confirmWithin) {
        checkNoTrial();
        Optional<Trial> trial = confirmWithin.map(within -> new Trial(before(revision), within, clocks.boot()));
        if (trial.isPresent() && trial.get().fallback() == 0) {
            throw new RefusedException(new Refusal.NothingBefore());
        }
        append(revision.on(trial), plan, () -> trial.ifPresent(terms -> tryOut(revision, terms)));
    }

    private void tryOut(Revision revision, Trial terms) {
        onTrial = new OnTrial(revision.number(), terms.fallback(),
                clocks.day().instant().plus(terms.within()).truncatedTo(ChronoUnit.MILLIS),
                clocks.timer().after(terms.within(), expire));
        events.add("trial", subject(revision.number()), "is rolled back to revision " + terms.fallback()
                + " unless it is confirmed within " + terms.within().toSeconds() + " s", revision.who());
    }

    /**
     * Appends a revision that only revokes VPN keys. It does not wait for the end of a trial: it is then on trial in the place of the
     * revision before, until the same time, and the keys stay revoked after a roll-back.
     */
    void revoke(Revision revision, Plan plan) {
        reconcile();
        OnTrial trial = onTrial;
        Optional<Trial> terms = trial == null
                ? Optional.empty()
                : store.last().flatMap(newest -> newest.header().trial());
        append(revision.on(terms), plan, () -> {
            if (trial != null) {
                onTrial = trial.of(revision.number());
            }
        });
    }

    /** Replaces the newest revision by one with another record of the file given last. */
    void amend(Revision revision) {
        checkNoTrial();
        unanswered.write(revision, () -> store.amend(revision), () -> {
        });
    }

    /** Begins an empty store with the revisions of a backup. */
    void begin(Revision newest, EarlierRevisions before, Author author) {
        checkNoTrial();
        unanswered.write(newest, () -> store.begin(newest, before), () -> {
            String what = "is restored from a backup with " + before.count() + " revisions before it";
            AUDIT.log(System.Logger.Level.INFO, subject(newest.number()) + " " + what + " by " + Audit.person(author));
            events.add("revision", subject(newest.number()), what, author);
            continueBehindLost();
        });
    }

    /**
     * Adds events of the revisions that were stored before the last run ended and of which it wrote no event, so that a client that resumes
     * gets them.
     */
    void tellOfUntold() {
        long newest = store.last().map(Revision::number).orElse(0L);
        long told = events.toldRevision().orElse(newest);
        if (told < newest) {
            history.headers(0, (int) Math.min(newest - told, MOST_UNTOLD)).reversed()
                    .forEach(header -> events.add("revision", subject(header.number()),
                            "was stored before weft ended: " + Audit.message(header), header.author()));
        }
    }

    /** Returns the number of the revision before one that is to be appended; 0 if there is none, whatever numbers are lost. */
    private long before(Revision revision) {
        return store.last().isEmpty() ? 0 : revision.number() - 1;
    }

    /** @param then what follows once the revision is stored */
    private void append(Revision revision, Plan plan, Runnable then) {
        append(revision, before(revision), plan, then);
    }

    private void append(Revision revision, long before, Plan plan, Runnable then) {
        try {
            unanswered.write(revision, () -> store.append(revision, before), () -> {
                AUDIT.log(System.Logger.Level.INFO, Audit.line(revision, plan));
                events.add("revision", subject(revision.number()), Audit.message(revision, plan),
                        revision.header().author());
                then.run();
            });
        } catch (StaleRevisionException e) {
            throw new RefusedException(new Refusal.Stale(e.expected(), e.newest()));
        }
    }

    /**
     * Takes account of a newest revision that no call of the store has returned: what would have followed its commit follows now, so
     * that a revision on trial gets its time for the confirmation. One of an earlier run that is on trial is rolled back.
     */
    void reconcile() {
        if (!store.takesChanges()) {
            return;
        }
        Optional<RevisionHeader> found = unanswered.reconcile().map(Revision::header);
        found.ifPresent(header -> events.add("revision", subject(header.number()), "was found in the log: "
                + Audit.message(header), header.author()));
        if (found.isPresent() && found.get().trial().isEmpty()) {
            end();
        } else if (found.isPresent()) {
            settleTrial();
        }
        continueBehindLost();
    }

    /**
     * Appends the newest revision again with a number above those of the revisions after it that are lost: no number is used twice, and
     * members that have one of the lost revisions take what follows.
     */
    private void continueBehindLost() {
        Optional<Revision> newest = store.last().filter(last -> last.number() < store.highest());
        newest.ifPresent(last -> {
            Author author = new Author(clocks.day().instant(), WEFT, "continuation of revision " + last.number()
                    + ": what came after it is lost, up to revision " + store.highest());
            Revision next = Commits.continued(last, store.highest() + 1, author);
            append(next, last.number(), Plan.diff(last.config(), next.config()), () -> {
                if (onTrial != null) {
                    onTrial = onTrial.of(next.number());
                } else {
                    settleTrial();
                }
            });
        });
    }

    void checkNoTrial() {
        reconcile();
        if (onTrial != null) {
            throw new RefusedException(
                    new Refusal.OnTrial(onTrial.revision(), onTrial.fallback(), onTrial.confirmBy()));
        }
    }

    /**
     * Confirms the revision on trial.
     *
     * @param number the revision that is to be confirmed; 0: whichever is on trial
     * @return number of the revision, which stands now
     * @throws RefusedException if no revision, or another one, is on trial
     */
    long confirm(long number, Author author) {
        reconcile();
        Revision newest = store.last().orElse(null);
        if (onTrial == null || newest == null || number != 0 && number != onTrial.revision()) {
            throw new RefusedException(new Refusal.NotOnTrial(number, onTrial().map(OnTrial::revision).orElse(0L),
                    newest == null ? 0 : newest.number()));
        }
        Revision confirmed = newest.confirmed();
        unanswered.write(confirmed, () -> store.amend(confirmed), () -> {
            end();
            AUDIT.log(System.Logger.Level.INFO, subject(newest.number()) + " is confirmed by " + Audit.person(author));
            events.add("trial", subject(newest.number()), "is confirmed", author);
        });
        return newest.number();
    }

    private void end() {
        if (onTrial != null) {
            onTrial.cancel().run();
            onTrial = null;
        }
    }

    /** Rolls the revision on trial back because its time is over; tried again by itself while the store cannot be written. */
    void expire() {
        reconcile();
        if (onTrial != null) {
            fallBackOrRetry("it was not confirmed in time");
        }
    }

    private void fallBackOrRetry(String why) {
        try {
            fallBack(why);
        } catch (StoreException | RefusedException e) {
            AUDIT.log(System.Logger.Level.ERROR, "a revision on trial cannot be rolled back yet: " + e.getMessage());
            onTrial().ifPresent(trial -> onTrial = new OnTrial(trial.revision(), trial.fallback(), trial.confirmBy(),
                    clocks.timer().after(RETRY, expire)));
        }
    }

    /** Rolls back a revision that was on trial when Weft ended; tried again by itself while the store cannot be written. */
    void settleTrial() {
        if (store.last().flatMap(newest -> newest.header().trial()).isPresent()) {
            store.awaitNewest();
        }
        Optional<Revision> unconfirmed = store.last().filter(newest -> newest.header().trial().isPresent());
        if (unconfirmed.isPresent()) {
            Trial trial = unconfirmed.get().header().trial().orElseThrow();
            end();
            onTrial = new OnTrial(unconfirmed.get().number(), trial.fallback(), clocks.day().instant(), () -> {
            });
            boolean sameBoot = trial.boot().equals(clocks.boot());
            fallBackOrRetry(sameBoot
                    ? "weft ended before it was confirmed"
                    : "the host was booted before it was confirmed");
        }
    }

    /** Cancels a trial because somebody has asked for the revision to fall back to, if that is what is asked for. */
    boolean isCancelledBy(long rollback) {
        reconcile();
        return onTrial != null && store.last().flatMap(newest -> newest.header().trial())
                .filter(trial -> trial.fallback() == rollback).isPresent();
    }

    /** Commits the roll-back that ends a trial. */
    void cancel(Revision rollback, Plan plan) {
        append(rollback, plan, this::end);
    }

    private void fallBack(String why) {
        Revision newest = store.last().orElseThrow();
        if (newest.header().trial().isEmpty()) { // it was confirmed, or undone, by a write whose answer came late
            end();
            return;
        }
        Trial trial = newest.header().trial().get();
        Revision target = history.lastGood(trial.fallback())
                .orElseThrow(() -> new StoreException("no revision before " + newest.number() + " can be read", null));
        Author author = new Author(clocks.day().instant(), WEFT, "roll-back of revision " + newest.number() + " to "
                + target.number() + ": " + why);
        Revision rollback = Commits.undone(newest, target, author);
        cancel(rollback, Plan.diff(newest.config(), rollback.config()));
    }

    private static String subject(long number) {
        return "revision " + number;
    }
}
