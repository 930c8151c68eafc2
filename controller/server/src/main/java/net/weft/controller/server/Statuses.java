package net.weft.controller.server;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.PreconditionFailure;
import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import net.weft.controller.model.revision.Prune;
import net.weft.v1.Fault;
import net.weft.v1.Faults;

/**
 * Converts exceptions to gRPC statuses with {@code google.rpc} details. An unexpected exception becomes INTERNAL, and
 * is logged.
 */
public final class Statuses {
    /** Most bytes of details: base64 makes them a third longer, and with the message they must stay below 8 KiB. */
    private static final int MAX_DETAILS = 3 << 10;
    private static final int DETAIL_OVERHEAD = 32;
    private static final System.Logger LOG = System.getLogger(Statuses.class.getName());

    private Statuses() {
    }

    /** Returns the status of an exception. */
    public static StatusRuntimeException of(RuntimeException e) {
        return switch (e) {
            case RefusedException refused -> StatusProto.toStatusRuntimeException(refused(refused.refusal()));
            case StatusRuntimeException status -> status;
            case UnknownRevisionException _ ->
                io.grpc.Status.NOT_FOUND.withDescription(e.getMessage()).asRuntimeException();
            case StoreException _,NotCarriedOutException _ ->
                io.grpc.Status.UNAVAILABLE.withDescription(e.getMessage()).asRuntimeException();
            default -> {
                LOG.log(System.Logger.Level.ERROR, "a request failed", e);
                yield io.grpc.Status.INTERNAL.withDescription("unforeseen: " + e + "; the log of `weft up` has more")
                        .asRuntimeException();
            }
        };
    }

    /**
     * Returns the status of a refusal with as many faults as fit in trailers; its message has the number of all of
     * them.
     */
    private static Status refused(Refusal refusal) {
        Status.Builder status = Status.newBuilder();
        return switch (refusal) {
            case Refusal.Invalid invalid -> {
                List<net.weft.controller.model.yaml.tree.Fault> fitting = fitting(invalid.faults(),
                        fault -> 2 * (fault.path().length() + fault.message().length()) + DETAIL_OVERHEAD);
                yield status.setCode(Code.INVALID_ARGUMENT_VALUE)
                        .setMessage(counted(refusal, invalid.faults().size(), fitting.size()))
                        .addDetails(Any.pack(badRequest(fitting))).addDetails(Any.pack(faults(fitting))).build();
            }
            case Refusal.Stale _ -> status.setCode(Code.ABORTED_VALUE).setMessage(refusal.describe()).build();
            case Refusal.OnTrial _,Refusal.NotOnTrial _,Refusal.NothingBefore _ ->
                status.setCode(Code.FAILED_PRECONDITION_VALUE).setMessage(refusal.describe()).build();
            case Refusal.Foreign foreign -> {
                List<Prune.Foreign> fitting = fitting(foreign.objects(),
                        object -> object.change().subject().length() + object.describe().length() + DETAIL_OVERHEAD);
                yield status.setCode(Code.FAILED_PRECONDITION_VALUE)
                        .setMessage(counted(refusal, foreign.objects().size(), fitting.size()))
                        .addDetails(Any.pack(precondition(fitting))).build();
            }
        };
    }

    private static <T> List<T> fitting(List<T> all, ToIntFunction<T> size) {
        int left = MAX_DETAILS;
        int count = 0;
        while (count < all.size() && (left -= size.applyAsInt(all.get(count))) >= 0) {
            count++;
        }
        return all.subList(0, count);
    }

    private static String counted(Refusal refusal, int all, int fitting) {
        return all == fitting
                ? refusal.describe()
                : all + " faults, of which the details hold the first " + fitting
                        + "; ask with refusal_in_response for all of them";
    }

    /** Returns the complete refusal as a message; empty if its status already contains all of it. */
    static Optional<net.weft.v1.Refusal> message(Refusal refusal) {
        net.weft.v1.Refusal.Builder message = net.weft.v1.Refusal.newBuilder();
        switch (refusal) {
            case Refusal.Invalid invalid -> invalid.faults().forEach(fault -> message.addFaults(fault(fault)));
            case Refusal.Foreign foreign -> foreign.objects().forEach(object -> message.addMadeByCommandBuilder()
                    .setSubject(object.change().subject()).setText(object.describe()));
            case Refusal.Stale _,Refusal.OnTrial _,Refusal.NotOnTrial _,Refusal.NothingBefore _ -> {
                return Optional.empty();
            }
        }
        return Optional.of(message.build());
    }

    private static BadRequest badRequest(List<net.weft.controller.model.yaml.tree.Fault> faults) {
        BadRequest.Builder request = BadRequest.newBuilder();
        faults.forEach(
                fault -> request.addFieldViolationsBuilder().setField(fault.path()).setDescription(fault.message()));
        return request.build();
    }

    private static Faults faults(List<net.weft.controller.model.yaml.tree.Fault> all) {
        Faults.Builder faults = Faults.newBuilder();
        all.forEach(fault -> faults.addFaults(fault(fault)));
        return faults.build();
    }

    static Fault fault(net.weft.controller.model.yaml.tree.Fault fault) {
        return Fault.newBuilder().setPath(fault.path()).setLine(fault.position().line())
                .setColumn(fault.position().column()).setMessage(fault.message()).build();
    }

    private static PreconditionFailure precondition(List<Prune.Foreign> objects) {
        PreconditionFailure.Builder failure = PreconditionFailure.newBuilder();
        objects.forEach(object -> failure.addViolationsBuilder().setType("MADE_BY_COMMAND")
                .setSubject(object.change().subject()).setDescription(object.describe()));
        return failure.build();
    }
}
