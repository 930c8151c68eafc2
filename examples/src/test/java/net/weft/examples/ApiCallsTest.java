package net.weft.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FileDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import net.weft.examples.lab.Project;
import net.weft.v1.BackupProto;
import net.weft.v1.CaptureProto;
import net.weft.v1.FabricProto;
import net.weft.v1.IdentityProto;
import net.weft.v1.InspectProto;
import net.weft.v1.MigrateProto;
import net.weft.v1.RevisionProto;
import net.weft.v1.SystemProto;
import net.weft.v1.TraceProto;
import net.weft.v1.VpnProto;
import net.weft.v1.ZoneProto;
import org.junit.jupiter.api.Test;

/** Every method of the API has a call by a client that is not ours, in {@code examples/api/every-method.js}. */
class ApiCallsTest {
    private static final List<FileDescriptor> FILES = List.of(BackupProto.getDescriptor(), CaptureProto.getDescriptor(),
            FabricProto.getDescriptor(), IdentityProto.getDescriptor(), InspectProto.getDescriptor(),
            MigrateProto.getDescriptor(),
            RevisionProto.getDescriptor(), SystemProto.getDescriptor(), TraceProto.getDescriptor(),
            VpnProto.getDescriptor(), ZoneProto.getDescriptor());
    /** What members say to their controller, which is not for programs. */
    private static final String MEMBERS = "weft/v1/member.proto";
    private static final Pattern CALL = Pattern.compile("^  '(weft\\.v1\\.\\w+/\\w+)': \\{send: ", Pattern.MULTILINE);

    @Test
    void shouldCallEveryMethodOnce() throws IOException {
        List<String> methods = FILES.stream().flatMap(file -> file.getServices().stream())
                .flatMap(service -> service.getMethods().stream()
                        .map(method -> service.getFullName() + "/" + method.getName()))
                .toList();
        String script = Files.readString(Project.root().resolve("examples/api/every-method.js"));
        assertThat(CALL.matcher(script).results().map(found -> found.group(1)).toList())
                .containsExactlyInAnyOrderElementsOf(methods);
    }

    @Test
    void shouldKnowEveryFileOfTheApi() throws IOException {
        try (var protos = Files.list(Project.root().resolve("controller/api/src/main/protobuf/weft/v1"))) {
            assertThat(
                    protos.map(file -> "weft/v1/" + file.getFileName()).filter(name -> !name.equals(MEMBERS)).toList())
                    .containsExactlyInAnyOrderElementsOf(FILES.stream().map(FileDescriptor::getName).toList());
        }
    }
}
