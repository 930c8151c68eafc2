package net.weft.controller.server;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import net.weft.controller.model.plan.Plan;
import net.weft.controller.model.yaml.FabricYaml;
import net.weft.controller.model.yaml.edit.BatchEdit;
import net.weft.controller.model.yaml.edit.DrainEdit;
import net.weft.v1.ApplyRequest;
import net.weft.v1.ApplyResponse;
import net.weft.v1.BatchRequest;
import net.weft.v1.Change;
import net.weft.v1.DiffRequest;
import net.weft.v1.DiffResponse;
import net.weft.v1.EditObjectRequest;
import net.weft.v1.EditPortRequest;
import net.weft.v1.ExportRequest;
import net.weft.v1.ExportResponse;
import net.weft.v1.FabricServiceGrpc;
import net.weft.v1.Fault;
import net.weft.v1.Refusal;
import net.weft.v1.RemovePortRequest;

/** The service {@code weft.v1.FabricService}, which converts messages for {@link Fabric}. */
public final class FabricGrpc extends FabricServiceGrpc.FabricServiceImplBase {
    /** The author of a change that no caller of the API has made. */
    public static final String LOCAL = "local";

    private final Fabric fabric;

    public FabricGrpc(Fabric fabric) {
        this.fabric = fabric;
    }

    @Override
    public void apply(ApplyRequest request, StreamObserver<ApplyResponse> observer) {
        ByteString yaml = request.getYamlBytes();
        change(observer, request.getRefusalInResponse(), () -> fabric.apply(yaml.toByteArray(),
                new Fabric.Terms(request.getDryRun(), base(request.hasBaseRevision(), request.getBaseRevision()),
                        request.getPrune()),
                who()));
    }

    @Override
    public void diff(DiffRequest request, StreamObserver<DiffResponse> observer) {
        answer(observer, () -> {
            Fabric.Outcome outcome;
            try {
                outcome = fabric.diff(request.getYamlBytes().toByteArray());
            } catch (RefusedException e) {
                return DiffResponse.newBuilder().setRevision(fabric.revision())
                        .setRefusal(refusal(e, request.getRefusalInResponse())).build();
            }
            return DiffResponse.newBuilder().setRevision(outcome.revision()).addAllChanges(changes(outcome.plan()))
                    .addAllWarnings(outcome.plan().warnings()).addAllConfigWarnings(configWarnings(outcome)).build();
        });
    }

    @Override
    public void export(ExportRequest request, StreamObserver<ExportResponse> observer) {
        answer(observer, () -> ExportResponse.newBuilder().setRevision(fabric.revision())
                .setYaml(FabricYaml.write(fabric.config())).build());
    }

    @Override
    public void addPort(EditPortRequest request, StreamObserver<ApplyResponse> observer) {
        edit(observer, Edits.of(request, BatchEdit.Verb.ADD), terms(request), request.getRefusalInResponse());
    }

    @Override
    public void setPort(EditPortRequest request, StreamObserver<ApplyResponse> observer) {
        edit(observer, Edits.of(request, BatchEdit.Verb.SET), terms(request), request.getRefusalInResponse());
    }

    @Override
    public void removePort(RemovePortRequest request, StreamObserver<ApplyResponse> observer) {
        edit(observer, Edits.of(request),
                new Fabric.Terms(request.getDryRun(), base(request.hasBaseRevision(), request.getBaseRevision()),
                        false),
                request.getRefusalInResponse());
    }

    @Override
    public void editObject(EditObjectRequest request, StreamObserver<ApplyResponse> observer) {
        Fabric.Terms terms = new Fabric.Terms(request.getDryRun(),
                base(request.hasBaseRevision(), request.getBaseRevision()), false);
        if (Edits.isDrain(request)) {
            boolean drained = request.getVerb() == EditObjectRequest.Verb.DRAIN;
            change(observer, request.getRefusalInResponse(),
                    () -> fabric.edit(config -> DrainEdit.of(config, request.getName(), drained), terms, who(),
                            "lag " + (drained ? "drain " : "undrain ") + request.getName()));
            return;
        }
        Optional<BatchEdit.Edit> edit = Edits.of(request);
        if (edit.isEmpty()) {
            observer.onError(Edits.INCOMPLETE.asRuntimeException());
            return;
        }
        change(observer, request.getRefusalInResponse(),
                () -> fabric.edit(config -> Edits.made(config, edit.get()), Edits.keys(List.of(request)), terms, who(),
                        Edits.comment(edit.get())));
    }

    @Override
    public void batch(BatchRequest request, StreamObserver<ApplyResponse> observer) {
        List<BatchEdit.Edit> edits = request.getEditsList().stream().map(Edits::of).flatMap(Optional::stream).toList();
        if (edits.size() < request.getEditsCount()) {
            observer.onError(Edits.INCOMPLETE.asRuntimeException());
            return;
        }
        Fabric.Terms terms = new Fabric.Terms(request.getDryRun(),
                base(request.hasBaseRevision(), request.getBaseRevision()), false);
        change(observer, request.getRefusalInResponse(), () -> fabric.edit(config -> BatchEdit.of(config, edits),
                Edits.keys(request.getEditsList()), terms, who(), "batch of " + edits.size()));
    }

    private void edit(StreamObserver<ApplyResponse> observer, BatchEdit.Edit edit, Fabric.Terms terms,
            boolean refusalInResponse) {
        change(observer, refusalInResponse,
                () -> fabric.edit(config -> Edits.made(config, edit), terms, who(), Edits.comment(edit)));
    }

    private static String who() {
        return Callers.current().map(Callers.Caller::user).orElse(LOCAL);
    }

    private void change(StreamObserver<ApplyResponse> observer, boolean refusalInResponse,
            Supplier<Fabric.Outcome> change) {
        answer(observer, () -> {
            try {
                return response(change.get());
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
    private static Refusal refusal(RefusedException e, boolean inResponse) {
        return (inResponse ? Statuses.message(e.refusal()) : Optional.<Refusal>empty()).orElseThrow(() -> e);
    }

    private static Fabric.Terms terms(EditPortRequest request) {
        return new Fabric.Terms(request.getDryRun(), base(request.hasBaseRevision(), request.getBaseRevision()), false);
    }

    private static OptionalLong base(boolean given, long revision) {
        return given ? OptionalLong.of(revision) : OptionalLong.empty();
    }

    private static ApplyResponse response(Fabric.Outcome outcome) {
        return ApplyResponse.newBuilder().setRevision(outcome.revision()).addAllChanges(changes(outcome.plan()))
                .addAllWarnings(outcome.plan().warnings()).addAllConfigWarnings(configWarnings(outcome))
                .addAllDroppedConnections(outcome.dropped().shown()).setDroppedTotal(outcome.dropped().count()).build();
    }

    private static Iterable<Fault> configWarnings(Fabric.Outcome outcome) {
        return outcome.warnings().stream().map(Statuses::fault).toList();
    }

    private static Iterable<Change> changes(Plan plan) {
        return plan.changes().stream().map(FabricGrpc::change).toList();
    }

    private static Change change(net.weft.controller.model.plan.Change change) {
        Change.Kind kind = switch (change) {
            case net.weft.controller.model.plan.Change.Added _ -> Change.Kind.ADDED;
            case net.weft.controller.model.plan.Change.Removed _ -> Change.Kind.REMOVED;
            case net.weft.controller.model.plan.Change.Changed _ -> Change.Kind.CHANGED;
        };
        return Change.newBuilder().setKind(kind).setSubject(change.subject()).setText(change.describe()).build();
    }

    private static <T> void answer(StreamObserver<T> observer, Supplier<T> work) {
        T result;
        try {
            result = work.get();
        } catch (RuntimeException e) {
            observer.onError(Statuses.of(e));
            return;
        }
        observer.onNext(result);
        observer.onCompleted();
    }
}
