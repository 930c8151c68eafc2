package net.weft.controller.server;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.yaml.edit.BatchEdit;
import net.weft.controller.model.yaml.edit.DrainEdit;
import net.weft.controller.model.yaml.keep.KeptFile;
import net.weft.v1.ApplyRequest;
import net.weft.v1.ApplyResponse;
import net.weft.v1.BatchRequest;
import net.weft.v1.DiffRequest;
import net.weft.v1.DiffResponse;
import net.weft.v1.EditObjectRequest;
import net.weft.v1.EditPortRequest;
import net.weft.v1.ExportRequest;
import net.weft.v1.ExportResponse;
import net.weft.v1.FabricServiceGrpc;
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
                ChangeTerms.of(request.getDryRun(),
                        ChangeTerms.base(request.hasBaseRevision(), request.getBaseRevision()),
                        request.getPrune(), request.getOptions()),
                Answers.who()));
    }

    @Override
    public void diff(DiffRequest request, StreamObserver<DiffResponse> observer) {
        Answers.answer(observer, () -> {
            Outcome outcome;
            try {
                outcome = fabric.diff(request.getYamlBytes().toByteArray());
            } catch (RefusedException e) {
                return DiffResponse.newBuilder().setRevision(fabric.revision())
                        .setRefusal(Answers.refusal(e, request.getRefusalInResponse())).build();
            }
            return DiffResponse.newBuilder().setRevision(outcome.revision())
                    .addAllChanges(Answers.changes(outcome.plan()))
                    .addAllWarnings(outcome.plan().warnings()).addAllConfigWarnings(Answers.configWarnings(outcome))
                    .build();
        });
    }

    @Override
    public void export(ExportRequest request, StreamObserver<ExportResponse> observer) {
        Answers.answer(observer, () -> {
            Optional<Revision> last = fabric.last();
            String yaml = KeptFile.write(last.map(Revision::config).orElseGet(FabricConfig::empty),
                    last.flatMap(Revision::fileText));
            return ExportResponse.newBuilder().setRevision(last.map(Revision::number).orElse(0L)).setYaml(yaml).build();
        });
    }

    @Override
    public void addPort(EditPortRequest request, StreamObserver<ApplyResponse> observer) {
        edit(observer, Edits.of(request, BatchEdit.Verb.ADD), () -> terms(request), request.getRefusalInResponse());
    }

    @Override
    public void setPort(EditPortRequest request, StreamObserver<ApplyResponse> observer) {
        edit(observer, Edits.of(request, BatchEdit.Verb.SET), () -> terms(request), request.getRefusalInResponse());
    }

    @Override
    public void removePort(RemovePortRequest request, StreamObserver<ApplyResponse> observer) {
        edit(observer, Edits.of(request),
                () -> ChangeTerms.of(request.getDryRun(),
                        ChangeTerms.base(request.hasBaseRevision(), request.getBaseRevision()), false,
                        request.getOptions()),
                request.getRefusalInResponse());
    }

    @Override
    public void editObject(EditObjectRequest request, StreamObserver<ApplyResponse> observer) {
        Supplier<Terms> terms = () -> ChangeTerms.of(request.getDryRun(),
                ChangeTerms.base(request.hasBaseRevision(), request.getBaseRevision()), false, request.getOptions());
        if (Edits.isDrain(request)) {
            boolean drained = request.getVerb() == EditObjectRequest.Verb.DRAIN;
            change(observer, request.getRefusalInResponse(),
                    () -> fabric.edit(config -> DrainEdit.of(config, request.getName(), drained), terms.get(),
                            Answers.who(),
                            "lag " + (drained ? "drain " : "undrain ") + request.getName()));
            return;
        }
        Optional<BatchEdit.Edit> edit = Edits.of(request);
        if (edit.isEmpty()) {
            observer.onError(Edits.INCOMPLETE.asRuntimeException());
            return;
        }
        change(observer, request.getRefusalInResponse(),
                () -> fabric.edit(config -> Edits.made(config, edit.get()), Edits.keys(List.of(request)), terms.get(),
                        Answers.who(),
                        Edits.comment(edit.get())));
    }

    @Override
    public void batch(BatchRequest request, StreamObserver<ApplyResponse> observer) {
        List<BatchEdit.Edit> edits = request.getEditsList().stream().map(Edits::of).flatMap(Optional::stream).toList();
        if (edits.size() < request.getEditsCount()) {
            observer.onError(Edits.INCOMPLETE.asRuntimeException());
            return;
        }
        change(observer, request.getRefusalInResponse(), () -> fabric.edit(config -> BatchEdit.of(config, edits),
                Edits.keys(request.getEditsList()),
                ChangeTerms.of(request.getDryRun(),
                        ChangeTerms.base(request.hasBaseRevision(), request.getBaseRevision()), false,
                        request.getOptions()),
                Answers.who(), "batch of " + edits.size()));
    }

    private void edit(StreamObserver<ApplyResponse> observer, BatchEdit.Edit edit, Supplier<Terms> terms,
            boolean refusalInResponse) {
        change(observer, refusalInResponse,
                () -> fabric.edit(config -> Edits.made(config, edit), terms.get(), Answers.who(), Edits.comment(edit)));
    }

    private void change(StreamObserver<ApplyResponse> observer, boolean refusalInResponse, Supplier<Outcome> change) {
        Answers.change(fabric, observer, refusalInResponse, change);
    }

    private static Terms terms(EditPortRequest request) {
        return ChangeTerms.of(request.getDryRun(),
                ChangeTerms.base(request.hasBaseRevision(), request.getBaseRevision()), false, request.getOptions());
    }
}
