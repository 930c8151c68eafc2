package net.weft.controller.server;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.function.Supplier;
import net.weft.controller.model.plan.Plan;
import net.weft.v1.ApplyResponse;
import net.weft.v1.Change;
import net.weft.v1.Fault;
import net.weft.v1.Refusal;

/** Answers the calls of services that change the fabric or compare configurations. */
public final class Answers {
    private static final long MIB = 1 << 20;

    private Answers() {
    }

    /** Returns the user who makes the call that is being served on this thread. */
    public static String who() {
        return Callers.who();
    }

    /** Makes a change and answers with its outcome, or with the refusal. */
    public static void change(Fabric fabric, StreamObserver<ApplyResponse> observer, boolean refusalInResponse,
            Supplier<Outcome> change) {
        answer(observer, () -> {
            try {
                return response(change.get(), fabric.onTrial());
            } catch (RefusedException e) {
                return ApplyResponse.newBuilder().setRevision(fabric.revision())
                        .setRefusal(refusal(e, refusalInResponse)).build();
            }
        });
    }

    /**
     * Returns the refusal as part of the response.
     *
     * @throws RefusedException the same exception, if the caller wants a status, or if a status can hold the whole
     *     refusal
     */
    static Refusal refusal(RefusedException e, boolean inResponse) {
        return (inResponse ? Statuses.message(e.refusal()) : Optional.<Refusal>empty()).orElseThrow(() -> e);
    }

    private static ApplyResponse response(Outcome outcome, Optional<Ledger.OnTrial> onTrial) {
        ApplyResponse.Builder response = ApplyResponse.newBuilder().setRevision(outcome.revision())
                .addAllChanges(changes(outcome.plan())).addAllWarnings(outcome.plan().warnings())
                .addAllConfigWarnings(configWarnings(outcome))
                .addAllDroppedConnections(outcome.dropped().shown()).setDroppedTotal(outcome.dropped().count())
                .addAllNewlyJudged(outcome.dropped().newlyJudged());
        onTrial.filter(trial -> trial.revision() == outcome.revision())
                .ifPresent(trial -> response.setConfirmBy(trial.confirmBy().toString()));
        return response.build();
    }

    static Iterable<Fault> configWarnings(Outcome outcome) {
        return outcome.warnings().stream().map(Statuses::fault).toList();
    }

    static Iterable<Change> changes(Plan plan) {
        return plan.changes().stream().map(Answers::change).toList();
    }

    private static Change change(net.weft.controller.model.plan.Change change) {
        Change.Kind kind = switch (change) {
            case net.weft.controller.model.plan.Change.Added _ -> Change.Kind.ADDED;
            case net.weft.controller.model.plan.Change.Removed _ -> Change.Kind.REMOVED;
            case net.weft.controller.model.plan.Change.Changed _ -> Change.Kind.CHANGED;
        };
        return Change.newBuilder().setKind(kind).setSubject(change.subject()).setText(change.describe()).build();
    }

    private static Status tooLarge() {
        return Status.RESOURCE_EXHAUSTED.withDescription("the configuration needs more than the "
                + Runtime.getRuntime().maxMemory() / MIB
                + " MiB of memory that weft may use: it is too large to be planned."
                + " Use fewer objects, or start weft with more, as with WEFT_JAVA_OPTS=-Xmx1g; `weft history` shows that"
                + " nothing was changed");
    }

    /** Answers a call with the result of the work, or with the status of its exception. */
    static <T> void answer(StreamObserver<T> observer, Supplier<T> work) {
        T result;
        try {
            result = work.get();
        } catch (RuntimeException e) {
            observer.onError(Statuses.of(e));
            return;
        } catch (OutOfMemoryError e) { // what the work has allocated is garbage now
            observer.onError(tooLarge().asRuntimeException());
            return;
        }
        observer.onNext(result);
        observer.onCompleted();
    }
}
