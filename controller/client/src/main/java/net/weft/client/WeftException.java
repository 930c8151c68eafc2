package net.weft.client;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import net.weft.v1.Fault;
import net.weft.v1.Faults;
import net.weft.v1.Refusal;
import org.jspecify.annotations.Nullable;

/** A call has failed. The message is a sentence for a person; the kind is for the program. */
public sealed class WeftException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WeftException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The configuration that would result is invalid; nothing was changed. */
    public static final class Invalid extends WeftException {
        private static final long serialVersionUID = 1L;

        private final transient List<Fault> faults;

        Invalid(String message, List<Fault> faults, @Nullable Throwable cause) {
            super(message, cause);
            this.faults = List.copyOf(faults);
        }

        /** Returns every fault, with the path in the file, and its line where there is a text. */
        public List<Fault> faults() {
            return faults;
        }
    }

    /** Another revision than the expected one is the newest; nothing was changed. Look again, and decide anew. */
    public static final class Stale extends WeftException {
        private static final long serialVersionUID = 1L;

        Stale(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The change is not possible in the present state, for example while a revision is on trial; nothing was changed. */
    public static final class NotNow extends WeftException {
        private static final long serialVersionUID = 1L;

        NotNow(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** The object that was asked for does not exist. */
    public static final class NotFound extends WeftException {
        private static final long serialVersionUID = 1L;

        NotFound(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Events were missed, because a backup was restored, this is another fabric, or what happened is not kept any more. What the program
     * knows of the fabric may be wrong: read it anew.
     */
    public static final class Missed extends WeftException {
        private static final long serialVersionUID = 1L;

        Missed(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** Weft could not be reached, or has not answered in time, or could not store or carry out the change: it may or may not be made. */
    public static final class Unavailable extends WeftException {
        private static final long serialVersionUID = 1L;

        Unavailable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    static WeftException of(StatusRuntimeException e) {
        String message = e.getStatus().getDescription() == null
                ? e.getStatus().getCode().toString()
                : e.getStatus().getDescription();
        return switch (e.getStatus().getCode()) {
            case INVALID_ARGUMENT -> new Invalid(message, faults(e), e);
            case ABORTED -> new Stale(message, e);
            case FAILED_PRECONDITION -> new NotNow(message, e);
            case NOT_FOUND -> new NotFound(message, e);
            case OUT_OF_RANGE -> new Missed(message, e);
            case UNAVAILABLE, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED -> new Unavailable(message, e);
            default -> new WeftException(e.getStatus().getCode() + ": " + message, e);
        };
    }

    private static List<Fault> faults(StatusRuntimeException e) {
        com.google.rpc.Status status = StatusProto.fromThrowable(e);
        if (status == null) {
            return List.of();
        }
        return status.getDetailsList().stream().filter(detail -> detail.is(Faults.class)).findFirst().map(detail -> {
            try {
                return detail.unpack(Faults.class).getFaultsList();
            } catch (InvalidProtocolBufferException _) {
                return List.<Fault>of();
            }
        }).orElseGet(List::of);
    }

    /** Returns the exception for a refusal that came in a response. */
    static WeftException of(Refusal refusal) {
        if (refusal.getFaultsCount() > 0) {
            return new Invalid(refusal.getFaultsCount() + " faults; the first: " + refusal.getFaults(0).getPath() + ": "
                    + refusal.getFaults(0).getMessage(), refusal.getFaultsList(), null);
        }
        return new NotNow("the file would undo changes that were made by command: "
                + refusal.getMadeByCommandList().stream().map(made -> made.getText()).toList(), null);
    }

    static boolean isTransient(StatusRuntimeException e) {
        return e.getStatus().getCode() == Status.Code.UNAVAILABLE;
    }
}
