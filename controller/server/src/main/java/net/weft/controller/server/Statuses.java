package net.weft.controller.server;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.PreconditionFailure;
import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import net.weft.v1.Fault;
import net.weft.v1.Faults;

/** Exceptions as gRPC statuses with {@code google.rpc} details. What was not foreseen is INTERNAL, and is logged. */
final class Statuses {
    private static final System.Logger LOG = System.getLogger(Statuses.class.getName());

    private Statuses() {
    }

    static StatusRuntimeException of(RuntimeException e) {
        return switch (e) {
            case RefusedException refused -> StatusProto.toStatusRuntimeException(refused(refused.refusal()));
            case StoreException store ->
                io.grpc.Status.UNAVAILABLE.withDescription(store.getMessage()).asRuntimeException();
            default -> {
                LOG.log(System.Logger.Level.ERROR, "a request failed", e);
                yield io.grpc.Status.INTERNAL.withDescription("unforeseen: " + e + "; the log of `weft up` has more")
                        .asRuntimeException();
            }
        };
    }

    private static Status refused(Refusal refusal) {
        Status.Builder status = Status.newBuilder().setMessage(refusal.describe());
        return switch (refusal) {
            case Refusal.Invalid invalid ->
                status.setCode(Code.INVALID_ARGUMENT_VALUE).addDetails(Any.pack(badRequest(invalid)))
                        .addDetails(Any.pack(faults(invalid))).build();
            case Refusal.Stale _ -> status.setCode(Code.ABORTED_VALUE).build();
            case Refusal.Foreign foreign ->
                status.setCode(Code.FAILED_PRECONDITION_VALUE).addDetails(Any.pack(precondition(foreign))).build();
        };
    }

    private static BadRequest badRequest(Refusal.Invalid invalid) {
        BadRequest.Builder request = BadRequest.newBuilder();
        invalid.faults().forEach(
                fault -> request.addFieldViolationsBuilder().setField(fault.path()).setDescription(fault.message()));
        return request.build();
    }

    private static Faults faults(Refusal.Invalid invalid) {
        Faults.Builder faults = Faults.newBuilder();
        invalid.faults().forEach(fault -> faults.addFaults(fault(fault)));
        return faults.build();
    }

    static Fault fault(net.weft.controller.model.yaml.tree.Fault fault) {
        return Fault.newBuilder().setPath(fault.path()).setLine(fault.position().line())
                .setColumn(fault.position().column()).setMessage(fault.message()).build();
    }

    private static PreconditionFailure precondition(Refusal.Foreign foreign) {
        PreconditionFailure.Builder failure = PreconditionFailure.newBuilder();
        foreign.objects().forEach(object -> failure.addViolationsBuilder().setType("MADE_BY_COMMAND")
                .setSubject(object.change().subject()).setDescription(object.describe()));
        return failure.build();
    }
}
