package net.weft.controller.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import net.weft.controller.cli.connect.ControlClient;
import net.weft.controller.cli.connect.ControlOption;
import net.weft.v1.ApplyResponse;
import net.weft.v1.EditObjectRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of all commands that change one object. */
final class EditOptions {
    @Option(names = "--dry-run", description = "check and print what would change, but change nothing")
    private boolean dryRun;
    @Option(names = "--base", paramLabel = "REV", description = "refuse unless this is the newest revision")
    private @Nullable Long base;
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
        return base == null ? OptionalLong.empty() : OptionalLong.of(base);
    }

    void make(Function<ControlClient, ApplyResponse> change) {
        try (ControlClient client = control.connect()) {
            ApplyCommand.print(change.apply(client), "", dryRun, spec.commandLine());
        }
    }

    /** Changes one object, and returns the exit status 0. */
    int edit(EditObjectRequest.Kind kind, EditObjectRequest.Verb verb, String name, List<String> assignments,
            boolean lenient) {
        EditObjectRequest.Builder request = EditObjectRequest.newBuilder().setKind(kind).setVerb(verb).setName(name)
                .setDryRun(dryRun).setRefusalInResponse(true).putAllKeys(keys(assignments)).setLenient(lenient);
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
