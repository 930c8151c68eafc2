package net.weft.controller.cli;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.weft.controller.cli.connect.FailedException;
import net.weft.v1.BatchRequest;
import net.weft.v1.EditObjectRequest.Kind;
import net.weft.v1.EditObjectRequest.Verb;
import net.weft.v1.EditObjectRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "batch", mixinStandardHelpOptions = true, sortOptions = false, description = "Make several edits as one revision: all of them or, if anything is wrong, none.", footer = {
        "",
        "Each line is an edit as it is typed behind `weft`: port|network|zone|policy|lag, add|set|remove, a name, keys.",
        "Quotes and # are as in a shell. Only the result must be valid: a port may come before its network.", "",
        "Examples:", "  printf 'port set web%d access=20\\n' 1 2 3 | weft batch",
        "  weft batch -f edits.txt --dry-run"})
final class BatchCommand implements Runnable {
    private static final Map<String, Kind> KINDS = Map.of("port", Kind.PORT, "network", Kind.NETWORK, "zone", Kind.ZONE,
            "policy", Kind.POLICY, "lag", Kind.LAG);
    private static final Map<String, Verb> VERBS = Map.of("add", Verb.ADD, "set", Verb.SET, "remove", Verb.REMOVE);

    @Option(names = "-f", paramLabel = "FILE", defaultValue = "-", description = "the edits, one a line (default: standard input)")
    private String file = "-";
    @Mixin
    private EditOptions edit = new EditOptions();

    @Override
    public void run() {
        BatchRequest.Builder request = BatchRequest.newBuilder().setDryRun(edit.dryRun()).setRefusalInResponse(true)
                .setOptions(edit.options());
        edit.base().ifPresent(request::setBaseRevision);
        List<String> faults = new ArrayList<>();
        int number = 0;
        for (String line : new String(FileOption.read(file), StandardCharsets.UTF_8).lines().toList()) {
            number++;
            try {
                List<String> words = ShellWords.of(line);
                if (!words.isEmpty()) {
                    request.addEdits(edit(words));
                }
            } catch (IllegalArgumentException e) {
                faults.add((file.equals("-") ? "line " : file + ":") + number + ": " + e.getMessage());
            }
        }
        if (!faults.isEmpty()) {
            throw new FailedException(faults);
        }
        edit.make(client -> client.fabric("", fabric -> fabric.batch(request.build())));
    }

    private static EditObjectRequest edit(List<String> words) {
        List<String> plain = new ArrayList<>(words);
        boolean mayExist = plain.removeIf("--may-exist"::equals);
        boolean ifExists = plain.removeIf("--if-exists"::equals);
        if (!plain.isEmpty() && plain.getFirst().equals("weft")) {
            plain.removeFirst();
        }
        Kind kind = plain.isEmpty() ? null : KINDS.get(plain.getFirst());
        Verb verb = plain.size() < 2 ? null : VERBS.get(plain.get(1));
        if (kind == null || verb == null || plain.size() < 3) {
            throw new IllegalArgumentException(
                    "expected port, network, zone, policy or lag, then add, set or remove, a name"
                            + " and KEY=VALUE, found " + String.join(" ", words));
        }
        if (mayExist && verb != Verb.ADD || ifExists && verb == Verb.ADD) {
            throw new IllegalArgumentException("--may-exist is for add, --if-exists for set and remove");
        }
        Map<String, String> keys = new LinkedHashMap<>();
        for (String assignment : plain.subList(3, plain.size())) {
            int equals = assignment.indexOf('=');
            if (equals < 1 || verb == Verb.REMOVE) {
                throw new IllegalArgumentException(verb == Verb.REMOVE
                        ? assignment + ": remove takes a name only"
                        : assignment + ": expected KEY=VALUE");
            }
            if (keys.put(assignment.substring(0, equals), assignment.substring(equals + 1)) != null) {
                throw new IllegalArgumentException(assignment + ": the key is given twice");
            }
        }
        return EditObjectRequest.newBuilder().setKind(kind).setVerb(verb).setName(plain.get(2)).putAllKeys(keys)
                .setLenient(mayExist || ifExists).build();
    }
}
