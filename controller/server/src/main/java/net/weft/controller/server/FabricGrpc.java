package net.weft.controller.server;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.plan.Plan;
import net.weft.controller.model.yaml.FabricYaml;
import net.weft.controller.model.yaml.Validation;
import net.weft.controller.model.yaml.edit.DrainEdit;
import net.weft.controller.model.yaml.edit.FabricEdit;
import net.weft.controller.model.yaml.edit.ObjectEdit;
import net.weft.v1.ApplyRequest;
import net.weft.v1.ApplyResponse;
import net.weft.v1.Change;
import net.weft.v1.DiffRequest;
import net.weft.v1.DiffResponse;
import net.weft.v1.EditObjectRequest;
import net.weft.v1.EditObjectRequest.Verb;
import net.weft.v1.EditPortRequest;
import net.weft.v1.ExportRequest;
import net.weft.v1.ExportResponse;
import net.weft.v1.FabricServiceGrpc;
import net.weft.v1.Fault;
import net.weft.v1.Refusal;
import net.weft.v1.RemovePortRequest;

/** The service {@code weft.v1.FabricService}, which converts messages for {@link Fabric}. */
public final class FabricGrpc extends FabricServiceGrpc.FabricServiceImplBase {
    /** The author of all changes until callers are authenticated: anyone who may open the control socket. */
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
                LOCAL));
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
        Map<String, String> keys = new LinkedHashMap<>(request.getKeysMap());
        edit(observer, config -> FabricEdit.addPort(config, request.getName(), keys), terms(request),
                "port add " + request.getName(), request.getRefusalInResponse());
    }

    @Override
    public void setPort(EditPortRequest request, StreamObserver<ApplyResponse> observer) {
        Map<String, String> keys = new LinkedHashMap<>(request.getKeysMap());
        edit(observer, config -> FabricEdit.setPort(config, request.getName(), keys), terms(request),
                "port set " + request.getName(), request.getRefusalInResponse());
    }

    @Override
    public void removePort(RemovePortRequest request, StreamObserver<ApplyResponse> observer) {
        edit(observer, config -> FabricEdit.removePort(config, request.getName()),
                new Fabric.Terms(request.getDryRun(), base(request.hasBaseRevision(), request.getBaseRevision()),
                        false),
                "port remove " + request.getName(), request.getRefusalInResponse());
    }

    @Override
    public void editObject(EditObjectRequest request, StreamObserver<ApplyResponse> observer) {
        Optional<ObjectEdit.Kind> kind = kind(request);
        Optional<Function<FabricConfig, Validation>> change = kind.flatMap(of -> change(of, request));
        if (kind.isEmpty() || change.isEmpty()) {
            observer.onError(
                    Status.INVALID_ARGUMENT.withDescription("expected a kind (NETWORK, ZONE, POLICY or LAG) and a verb"
                            + " (ADD, SET or REMOVE; DRAIN or UNDRAIN of a LAG)").asRuntimeException());
            return;
        }
        edit(observer, change.get(),
                new Fabric.Terms(request.getDryRun(), base(request.hasBaseRevision(), request.getBaseRevision()),
                        false),
                kind.get().word() + " " + request.getVerb().name().toLowerCase(Locale.ROOT) + " " + request.getName(),
                request.getRefusalInResponse());
    }

    private static Optional<ObjectEdit.Kind> kind(EditObjectRequest request) {
        return switch (request.getKind()) {
            case NETWORK -> Optional.of(ObjectEdit.Kind.NETWORK);
            case ZONE -> Optional.of(ObjectEdit.Kind.ZONE);
            case POLICY -> Optional.of(ObjectEdit.Kind.POLICY);
            case LAG -> Optional.of(ObjectEdit.Kind.LAG);
            case KIND_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
        };
    }

    private static Optional<Function<FabricConfig, Validation>> change(ObjectEdit.Kind kind,
            EditObjectRequest request) {
        String name = request.getName();
        Map<String, String> keys = new LinkedHashMap<>(request.getKeysMap());
        return switch (request.getVerb()) {
            case ADD -> Optional.of(config -> ObjectEdit.add(config, kind, name, keys));
            case SET -> Optional.of(config -> ObjectEdit.set(config, kind, name, keys));
            case REMOVE -> Optional.of(config -> ObjectEdit.remove(config, kind, name));
            case DRAIN, UNDRAIN -> kind != ObjectEdit.Kind.LAG
                    ? Optional.empty()
                    : Optional.of(config -> DrainEdit.of(config, name, request.getVerb() == Verb.DRAIN));
            case VERB_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
        };
    }

    private void edit(StreamObserver<ApplyResponse> observer, Function<FabricConfig, Validation> change,
            Fabric.Terms terms, String comment, boolean refusalInResponse) {
        change(observer, refusalInResponse, () -> fabric.edit(change, terms, LOCAL, comment));
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
