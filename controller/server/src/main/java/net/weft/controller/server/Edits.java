package net.weft.controller.server;

import io.grpc.Status;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.yaml.Validation;
import net.weft.controller.model.yaml.edit.BatchEdit.Edit;
import net.weft.controller.model.yaml.edit.BatchEdit.Verb;
import net.weft.controller.model.yaml.edit.BatchEdit;
import net.weft.controller.model.yaml.edit.FabricEdit;
import net.weft.controller.model.yaml.edit.ObjectEdit;
import net.weft.v1.EditObjectRequest;
import net.weft.v1.EditPortRequest;
import net.weft.v1.RemovePortRequest;

/** Converts the API's edits of one object, and makes them. */
final class Edits {
    /** The answer to an edit without kind or verb. */
    static final Status INCOMPLETE = Status.INVALID_ARGUMENT.withDescription(
            "expected a kind (NETWORK, ZONE, POLICY, VPN_PEER, PORT or LAG) and a verb (ADD, SET or REMOVE; REVOKE for a peer, DRAIN or"
                    + " UNDRAIN for a leg of a LAG)");

    private Edits() {
    }

    static Edit of(EditPortRequest request, Verb verb) {
        return new Edit(verb, Optional.empty(), request.getName(), new LinkedHashMap<>(request.getKeysMap()),
                request.getLenient());
    }

    static Edit of(RemovePortRequest request) {
        return new Edit(Verb.REMOVE, Optional.empty(), request.getName(), Map.of(), request.getLenient());
    }

    /** Returns the edit; empty if it has no kind or no verb. */
    static Optional<Edit> of(EditObjectRequest request) {
        Map<String, String> keys = new LinkedHashMap<>(request.getKeysMap());
        return verb(request).flatMap(verb -> switch (request.getKind()) {
            case PORT -> Optional.of(new Edit(verb, Optional.empty(), request.getName(), keys, request.getLenient()));
            case NETWORK, ZONE, POLICY, VPN_PEER, LAG -> Optional.of(new Edit(verb,
                    Optional.of(ObjectEdit.Kind.valueOf(request.getKind().name())), request.getName(), keys,
                    request.getLenient()));
            case KIND_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
        });
    }

    /** Returns the VPN peers whose keys the edits revoke, or admit again after a revocation. */
    static RevokedKeys.Change keys(List<EditObjectRequest> requests) {
        Set<String> revoked = new HashSet<>();
        Set<String> again = new HashSet<>();
        for (EditObjectRequest request : requests) {
            if (request.getKind() == EditObjectRequest.Kind.VPN_PEER) {
                switch (request.getVerb()) {
                    case REVOKE -> revoked.add(request.getName());
                    case ADD -> {
                        if (request.getAgain()) {
                            again.add(request.getName());
                        }
                    }
                    default -> {
                    }
                }
            }
        }
        return new RevokedKeys.Change(revoked, again);
    }

    /** Returns whether a leg of a LAG is to be taken out of service, or back into service. */
    static boolean isDrain(EditObjectRequest request) {
        return request.getKind() == EditObjectRequest.Kind.LAG
                && (request.getVerb() == EditObjectRequest.Verb.DRAIN
                        || request.getVerb() == EditObjectRequest.Verb.UNDRAIN);
    }

    private static Optional<Verb> verb(EditObjectRequest request) {
        return switch (request.getVerb()) {
            case ADD -> Optional.of(Verb.ADD);
            case SET -> Optional.of(Verb.SET);
            case REMOVE -> Optional.of(Verb.REMOVE);
            case REVOKE ->
                request.getKind() == EditObjectRequest.Kind.VPN_PEER ? Optional.of(Verb.REMOVE) : Optional.empty();
            case DRAIN, UNDRAIN, VERB_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
        };
    }

    /** Returns {@code port set web1}. */
    static String comment(Edit edit) {
        return edit.kind().map(ObjectEdit.Kind::word).orElse("port") + " " + edit.verb().name().toLowerCase(Locale.ROOT)
                + " " + edit.name();
    }

    /** Makes one edit, with the best words for what is wrong with it. */
    static Validation made(FabricConfig config, Edit edit) {
        boolean there = edit.kind().map(kind -> ObjectEdit.exists(config, kind, edit.name()))
                .orElseGet(() -> config.ports().containsKey(edit.name()));
        if (edit.lenient() && !there && edit.verb() != Verb.ADD) {
            return BatchEdit.of(config, List.of(edit));
        }
        Verb verb = edit.lenient() && there && edit.verb() == Verb.ADD ? Verb.SET : edit.verb();
        return edit.kind().isPresent()
                ? object(config, edit.kind().get(), verb, edit)
                : port(config, verb, edit);
    }

    private static Validation port(FabricConfig config, Verb verb, Edit edit) {
        return switch (verb) {
            case ADD -> FabricEdit.addPort(config, edit.name(), edit.keys());
            case SET -> FabricEdit.setPort(config, edit.name(), edit.keys());
            case REMOVE -> FabricEdit.removePort(config, edit.name());
        };
    }

    private static Validation object(FabricConfig config, ObjectEdit.Kind kind, Verb verb, Edit edit) {
        return switch (verb) {
            case ADD -> ObjectEdit.add(config, kind, edit.name(), edit.keys());
            case SET -> ObjectEdit.set(config, kind, edit.name(), edit.keys());
            case REMOVE -> ObjectEdit.remove(config, kind, edit.name());
        };
    }
}
