package net.weft.controller.cli;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import net.weft.controller.cli.connect.ChangeNote;
import net.weft.controller.cli.connect.ControlClient;
import net.weft.controller.cli.connect.ControlOption;
import net.weft.v1.ApplyResponse;
import net.weft.v1.ChangeOptions;
import net.weft.v1.EditObjectRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of all commands that change the configuration. */
final class EditOptions {
    @Option(names = "--dry-run", description = "check and print what would change, but change nothing")
    private boolean dryRun;
    @Option(names = "--confirm-within", paramLabel = "DURATION", converter = TimeLimit.class, description = "undo the change unless `weft confirm` comes within this time, such as 90s or 5m (1s to 24h)")
    private @Nullable Duration confirmWithin;
    @Mixin
    private ChangeNote note = new ChangeNote();
    @Mixin
    private ControlOption control = new ControlOption();
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    /** The option that lets an add find the object there already. */
    static final class MayExist {
        @Option(names = "--may-exist", description = "set the keys of one that exists already, and change nothing if it has them")
        private boolean given;

        boolean given() {
            return given;
        }
    }

    /** The option that lets a set or remove find nothing. */
    static final class IfExists {
        @Option(names = "--if-exists", description = "change nothing if there is none")
        private boolean given;

        boolean given() {
            return given;
        }
    }

    boolean dryRun() {
        return dryRun;
    }

    OptionalLong base() {
        return note.base();
    }

    ChangeOptions options() {
        ChangeOptions.Builder options = note.options();
        if (confirmWithin != null) {
            if (confirmWithin.isZero()) {
                throw new ParameterException(spec.commandLine(), "--confirm-within 0: expected 1s to 24h");
            }
            options.setConfirmWithinMillis(confirmWithin.toMillis());
        }
        return options.build();
    }

    void make(Function<ControlClient, ApplyResponse> change) {
        make("", change);
    }

    /** @param file name of the file from which the change is made, or empty */
    void make(String file, Function<ControlClient, ApplyResponse> change) {
        try (ControlClient client = control.connect()) {
            ApplyCommand.print(change.apply(client), file, dryRun, spec.commandLine());
        }
    }

    /** Changes one object, and returns the exit status 0. */
    int edit(EditObjectRequest.Kind kind, EditObjectRequest.Verb verb, String name, List<String> assignments,
            boolean lenient) {
        EditObjectRequest.Builder request = EditObjectRequest.newBuilder().setKind(kind).setVerb(verb).setName(name)
                .setDryRun(dryRun).setRefusalInResponse(true).putAllKeys(keys(assignments)).setLenient(lenient)
                .setOptions(options());
        base().ifPresent(request::setBaseRevision);
        make(client -> client.fabric("", fabric -> fabric.editObject(request.build())));
        return 0;
    }

    /** Parses assignments of the form {@code KEY=VALUE}. */
    Map<String, String> keys(List<String> assignments) {
        Map<String, String> keys = new LinkedHashMap<>();
        for (String assignment : assignments) {
            int equals = assignment.indexOf('=');
            if (equals < 1) {
                throw new ParameterException(spec.commandLine(), assignment + ": expected KEY=VALUE");
            }
            if (keys.put(assignment.substring(0, equals), assignment.substring(equals + 1)) != null) {
                throw new ParameterException(spec.commandLine(), assignment + ": the key is given twice");
            }
        }
        return keys;
    }
}
