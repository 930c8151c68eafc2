package net.weft.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FileDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.Pattern;
import net.weft.examples.lab.Project;
import net.weft.examples.reference.ApiCalls;
import org.junit.jupiter.api.Test;

/** Every method of the API has a call by a client that is not ours, in {@code examples/api/every-method.js}. */
class ApiCallsTest {
    /** What members say to their controller, which is not for programs. */
    private static final String MEMBERS = "weft/v1/member.proto";
    private static final Pattern CALL = Pattern.compile("^  '(weft\\.v1\\.\\w+/\\w+)': \\{send: ", Pattern.MULTILINE);

    @Test
    void shouldCallEveryMethodOnce() throws IOException {
        String script = Files.readString(Project.root().resolve("examples/api/every-method.js"));
        assertThat(CALL.matcher(script).results().map(found -> found.group(1)).toList())
                .containsExactlyInAnyOrderElementsOf(ApiCalls.methods().keySet());
    }

    @Test
    void shouldKnowEveryFileOfTheApi() throws IOException {
        try (var protos = Files.list(Project.root().resolve("controller/api/src/main/protobuf/weft/v1"))) {
            assertThat(
                    protos.map(file -> "weft/v1/" + file.getFileName()).filter(name -> !name.equals(MEMBERS)).toList())
                    .containsExactlyInAnyOrderElementsOf(ApiCalls.FILES.stream().map(FileDescriptor::getName).toList());
        }
    }
}
