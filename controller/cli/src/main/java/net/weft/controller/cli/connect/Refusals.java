package net.weft.controller.cli.connect;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.PreconditionFailure;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.List;
import net.weft.v1.Fault;
import net.weft.v1.Faults;
import net.weft.v1.MadeByCommand;
import net.weft.v1.Refusal;

/** Converts refusals and warnings of a running instance to lines for the user of the command. */
public final class Refusals {
    private static final String UNDONE = "this would undo what was made by command; nothing was changed. `weft export` shows"
            + " it, --prune does it anyway";

    private Refusals() {
    }

    /**
     * Returns every fault of a refusal, however many there are.
     *
     * @param file name of the file from which the request was made, or empty
     */
    public static FailedException of(Refusal refusal, String file) {
        List<String> lines = new ArrayList<>(refusal.getFaultsList().stream().map(fault -> line(fault, file)).toList());
        refusal.getMadeByCommandList().stream().map(MadeByCommand::getText).forEach(lines::add);
        if (refusal.getMadeByCommandCount() > 0) {
            lines.add(UNDONE);
        }
        return new FailedException(lines);
    }

    /**
     * Converts an error of the API to lines. {@code file} is the name of the file from which the request was made, or
     * empty.
     */
    static FailedException of(StatusRuntimeException e, String file, ControlAddress address) {
        com.google.rpc.Status status = StatusProto.fromThrowable(e);
        List<String> lines = new ArrayList<>();
        if (status != null) {
            status.getDetailsList().forEach(detail -> lines.addAll(lines(detail, file)));
        }
        if (!lines.isEmpty()) {
            if (e.getStatus().getCode() == Status.Code.FAILED_PRECONDITION) {
                lines.add(UNDONE);
            }
            return new FailedException(lines);
        }
        String description = e.getStatus().getDescription();
        return new FailedException(switch (e.getStatus().getCode()) {
            case UNAVAILABLE -> e.getStatus().getCause() == null && description != null
                    ? description
                    : address.unreachable(e.getStatus().getCause());
            case DEADLINE_EXCEEDED -> address + ": no answer in time";
            case UNIMPLEMENTED -> address + ": the running weft is older than this command and does not know it";
            default -> description == null ? e.getStatus().toString() : description;
        });
    }

    private static List<String> lines(Any detail, String file) {
        try {
            if (detail.is(Faults.class)) {
                return detail.unpack(Faults.class).getFaultsList().stream().map(fault -> line(fault, file)).toList();
            }
            if (detail.is(PreconditionFailure.class)) {
                return detail.unpack(PreconditionFailure.class).getViolationsList().stream()
                        .map(PreconditionFailure.Violation::getDescription).toList();
            }
            return List.of();
        } catch (InvalidProtocolBufferException e) {
            return List.of();
        }
    }

    /**
     * Returns {@code fabric.yaml:14: ports.web1.access: …}. {@code file} is the name of the file from which the request
     * was made, or empty.
     */
    public static String line(Fault fault, String file) {
        String text = fault.getPath().isEmpty() ? fault.getMessage() : fault.getPath() + ": " + fault.getMessage();
        if (file.isEmpty()) {
            return text;
        }
        return fault.getLine() == 0 ? file + ": " + text : file + ":" + fault.getLine() + ": " + text;
    }
}
