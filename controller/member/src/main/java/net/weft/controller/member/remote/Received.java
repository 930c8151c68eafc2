package net.weft.controller.member.remote;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import net.weft.controller.model.revision.NewestRevision;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.revision.RevisionCodec;
import net.weft.controller.model.revision.RevisionHeader;
import net.weft.v1.DesiredState;
import net.weft.v1.Fence;
import net.weft.v1.Welcome;
import org.jspecify.annotations.Nullable;

/** Checks the states that a member receives from its controllers, and keeps each on disk before anybody sees it. Any thread. */
final class Received {
    private final StateDirectory state;
    private final NewestRevision newest = new NewestRevision();
    private final AtomicLong refused = new AtomicLong();
    private Fence has = Fence.getDefaultInstance();
    /** The revision on trial that is the newest, and the time at which it is over; null: none is. */
    private @Nullable Revision onTrial;
    private long trialEndsNs;
    private Optional<Welcome> keys;

    Received(StateDirectory state) {
        this.state = state;
        keys = state.keys();
        state.good().ifPresent(good -> {
            has = good.fence();
            newest.set(good.revision());
        });
    }

    NewestRevision newest() {
        return newest;
    }

    synchronized Fence has() {
        return has;
    }

    synchronized Optional<Welcome> keys() {
        return keys;
    }

    long refused() {
        return refused.get();
    }

    /**
     * Takes the keys of the fabric.
     *
     * @throws RemoteException if the controller is refused, or the keys cannot be kept
     */
    synchronized void welcome(Welcome welcome) {
        check(welcome.getFence(), true);
        if (keys.isPresent() && !(StateDirectory.isSame(keys.get().getFabricKey(), welcome.getFabricKey())
                && StateDirectory.isSame(keys.get().getStackKey(), welcome.getStackKey()))) {
            System.getLogger("net.weft.controller").log(System.Logger.Level.WARNING,
                    "the keys of the fabric have changed; they count from the next start of this member");
        }
        try {
            state.keep(welcome);
        } catch (IOException e) {
            throw new RemoteException("the keys of the fabric cannot be kept: " + e.getMessage(), false);
        }
        keys = Optional.of(welcome);
    }

    /**
     * Takes a revision. One on trial runs, but is not kept on disk: after a restart the last good one runs.
     *
     * @param nowNs the monotonic clock, from which the time of a trial counts
     * @throws RemoteException if the controller or the revision is refused, or cannot be kept
     */
    synchronized void desired(DesiredState desired, long nowNs) {
        check(desired.getFence(), false);
        Revision revision;
        try {
            revision = StateDirectory.revision(desired);
        } catch (RevisionCodec.DamagedException e) {
            refused.incrementAndGet();
            throw new RemoteException("revision " + desired.getFence().getRevision() + " cannot be read: "
                    + e.getMessage() + "; is this member older than its controller?", false);
        }
        if (revision.header().trial().isEmpty()) {
            try {
                state.keep(desired);
            } catch (IOException e) {
                throw new RemoteException("revision " + revision.number() + " cannot be kept: " + e.getMessage(),
                        false);
            }
        }
        boolean beginsAnew = has.getGeneration() != 0 && desired.getFence().getGeneration() > has.getGeneration();
        has = desired.getFence();
        onTrial = revision.header().trial().isPresent() ? revision : null;
        trialEndsNs = nowNs + revision.header().trial().map(trial -> trial.within().toNanos()).orElse(0L);
        if (beginsAnew) {
            newest.restart(revision);
        } else {
            newest.set(revision);
        }
    }

    /**
     * Runs the last good state again, if the time of the newest revision's trial is over and nobody can say whether it was
     * confirmed. Call it only while no controller is connected. The state runs under the number of that revision, so that the
     * controller's answer, whichever it is, counts as newer.
     */
    synchronized void fallBack(long nowNs) {
        Revision trial = onTrial;
        if (trial == null || nowNs - trialEndsNs < 0) {
            return;
        }
        onTrial = null;
        state.good().map(StateDirectory.Good::revision).ifPresent(good -> {
            System.getLogger("net.weft.controller").log(System.Logger.Level.WARNING, "revision " + trial.number()
                    + " was not confirmed in time and no controller is connected: this member falls back to revision "
                    + good.number());
            newest.set(new Revision(new RevisionHeader(trial.number(), good.header().author(), good.header().changes(),
                    Optional.empty()), good.config(), good.origins(), good.portNumbers(), good.zoneNumbers(),
                    good.fileText(), good.conflicts(), trial.revokedKeys()));
        });
    }

    /** @param greeting whether the revision is only told; a controller with an older one may still offer nothing */
    private void check(Fence offered, boolean greeting) {
        Optional<String> refusal = Fencing.refusal(has, offered);
        if (refusal.isPresent()) {
            refused.incrementAndGet();
            throw new RemoteException(refusal.get(), greeting);
        }
    }
}
