package net.weft.controller.cli;

import com.google.protobuf.ByteString;
import java.util.List;
import net.weft.controller.cli.connect.ControlClient;
import net.weft.controller.cli.connect.ControlOption;
import net.weft.controller.cli.connect.Refusals;
import net.weft.v1.Change;
import net.weft.v1.DiffRequest;
import net.weft.v1.DiffResponse;
import net.weft.v1.DiffRevisionsRequest;
import net.weft.v1.DiffRevisionsResponse;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "diff", mixinStandardHelpOptions = true, sortOptions = false, description = "What a file would change in the running fabric, or what lies between two revisions: one line a change; nothing if they are equal.", footer = {
        "", "Examples:", "  weft diff -f fabric.yaml            from what runs to the file",
        "  weft diff 40 42                     from revision 40 to revision 42",
        "  weft diff 40 running                from revision 40 to what runs; so does `weft diff 40`",
        "  weft diff 40 -f fabric.yaml         from revision 40 to the file"})
final class DiffCommand implements Runnable {
    private static final String RUNNING = "running";

    @Option(names = "-f", paramLabel = "FILE", description = "fabric.yaml; - is standard input")
    private @Nullable String file;
    @Parameters(paramLabel = "REV", arity = "0..2", description = "number of a revision, as `weft history` lists it, or `running`")
    private @Nullable List<String> revisions;
    @Mixin
    private ControlOption control = new ControlOption();
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        List<Long> numbers = (revisions == null ? List.<String>of() : revisions).stream().map(this::number).toList();
        if (file == null && numbers.isEmpty() || file != null && numbers.size() > 1) {
            throw new ParameterException(spec.commandLine(), "expected -f FILE, REV -f FILE or REV REV");
        }
        try (ControlClient client = control.connect()) {
            (numbers.isEmpty() ? ofFile(client, String.valueOf(file)) : ofRevisions(client, numbers)).stream()
                    .map(Change::getText).forEach(spec.commandLine().getOut()::println);
        }
    }

    /** Returns the number of a revision; 0 is the newest. */
    private long number(String word) {
        if (word.equals(RUNNING)) {
            return 0;
        }
        if (!word.matches("[1-9]\\d{0,17}")) {
            throw new ParameterException(spec.commandLine(), word + ": expected the number of a revision, or running");
        }
        return Long.parseLong(word);
    }

    private List<Change> ofFile(ControlClient client, String name) {
        DiffRequest request = DiffRequest.newBuilder().setYamlBytes(ByteString.copyFrom(FileOption.read(name)))
                .setRefusalInResponse(true).build();
        DiffResponse response = client.fabric(name, fabric -> fabric.diff(request));
        if (response.hasRefusal()) {
            throw Refusals.of(response.getRefusal(), name);
        }
        ApplyCommand.printWarnings(response.getWarningsList(), response.getConfigWarningsList(), name,
                spec.commandLine());
        return response.getChangesList();
    }

    private List<Change> ofRevisions(ControlClient client, List<Long> numbers) {
        DiffRevisionsRequest.Builder request = DiffRevisionsRequest.newBuilder().setFrom(numbers.getFirst())
                .setTo(numbers.size() > 1 ? numbers.getLast() : 0).setRefusalInResponse(true);
        String name = file == null ? "" : file;
        if (file != null) {
            request.setYamlBytes(ByteString.copyFrom(FileOption.read(name)));
        }
        DiffRevisionsResponse response = client.revisions(service -> service.diffRevisions(request.build()));
        if (response.hasRefusal()) {
            throw Refusals.of(response.getRefusal(), name);
        }
        return response.getChangesList();
    }
}
