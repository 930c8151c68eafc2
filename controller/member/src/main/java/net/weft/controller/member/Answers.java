package net.weft.controller.member;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;
import net.weft.controller.model.yaml.InvalidConfigException;
import net.weft.vswitch.attach.MigrationRefusedException;

/** Completes every call of the member's services, with a response or with the status of the exception. */
final class Answers {
    private static final System.Logger LOG = System.getLogger(Answers.class.getName());

    private Answers() {
    }

    /** Completes a call that has one response. */
    static <T> void answer(StreamObserver<T> observer, Supplier<T> work) {
        stream(observer, () -> observer.onNext(work.get()));
    }

    /**
     * Completes a call when its work is done. The status is INVALID_ARGUMENT if the work rejects its arguments,
     * FAILED_PRECONDITION if a migration is refused, and INTERNAL, with a line in the log, for any other exception.
     */
    static <T> void stream(StreamObserver<T> observer, Runnable work) {
        try {
            work.run();
        } catch (IllegalArgumentException | InvalidConfigException e) {
            observer.onError(Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
            return;
        } catch (MigrationRefusedException e) {
            observer.onError(Status.FAILED_PRECONDITION.withDescription(e.getMessage()).asRuntimeException());
            return;
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "a request failed", e);
            observer.onError(Status.INTERNAL.withDescription("unforeseen: " + e + "; the log of `weft up` has more")
                    .asRuntimeException());
            return;
        }
        observer.onCompleted();
    }
}
