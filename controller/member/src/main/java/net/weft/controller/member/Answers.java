package net.weft.controller.member;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;

/** The end of every call that has one answer. */
final class Answers {
    private static final System.Logger LOG = System.getLogger(Answers.class.getName());

    private Answers() {
    }

    /** Answers with what the work gives; with INVALID_ARGUMENT where it does not like what was asked. */
    static <T> void answer(StreamObserver<T> observer, Supplier<T> work) {
        T result;
        try {
            result = work.get();
        } catch (IllegalArgumentException e) {
            observer.onError(Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
            return;
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "a request failed", e);
            observer.onError(Status.INTERNAL.withDescription("unforeseen: " + e + "; the log of `weft up` has more")
                    .asRuntimeException());
            return;
        }
        observer.onNext(result);
        observer.onCompleted();
    }
}
