package net.weft.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.weft.examples.lab.Project;
import net.weft.examples.reference.ApiCalls;
import net.weft.examples.reference.ApiPage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reference in {@code docs/api.md} beside the definitions and the calls. {@code -Dweft.write=true} writes it anew. */
class ApiReferenceTest {
    private static final Path PAGE = Project.root().resolve("docs/api.md");
    private static final Path PROTOS = Project.root().resolve("controller/api/src/main/protobuf");
    private static final Path CALLS = Project.root().resolve("examples/api/calls.txt");

    @TempDir
    Path directory = Path.of("");

    @Test
    void shouldBeWrittenFromTheDefinitions() throws IOException {
        String reference = ApiPage.write(PROTOS, CALLS);
        String page = Files.readString(PAGE);
        int head = page.indexOf(ApiPage.BEGINNING) + ApiPage.BEGINNING.length();
        assertThat(page).contains(ApiPage.BEGINNING);
        if (Boolean.getBoolean("weft.write")) {
            Files.writeString(PAGE, page.substring(0, head) + reference);
        } else {
            assertThat(page.substring(head)).as("write it anew with -Dweft.write=true").isEqualTo(reference);
        }
    }

    @Test
    void shouldHaveACallOfEveryMethodInEachLanguage() throws IOException {
        String page = Files.readString(PAGE);
        for (String method : ApiCalls.methods().keySet()) {
            String heading = "#### " + method.replace("weft.v1.", "") + "\n";
            assertThat(page).contains(heading);
            String section = page.substring(page.indexOf(heading) + heading.length());
            int end = section.indexOf("\n##");
            assertThat(section.substring(0, end)).as(method).contains("```python\n", "```js\n", "```go\n");
        }
    }

    @Test
    void shouldFailWhereAMethodHasNoCall() throws IOException {
        String calls = Files.readString(CALLS);
        for (String method : List.of("weft.v1.FabricService/Export", "weft.v1.IdentityService/ListCertificates")) {
            assertThat(calls).as("the control").contains("\n" + method + "\n");
            Path without = Files.writeString(directory.resolve("calls.txt"), calls.replace("\n" + method + "\n", "\n"));
            assertThatThrownBy(() -> ApiPage.write(PROTOS, without))
                    .hasMessage(method + " has no call in calls.txt");
        }
    }

    @Test
    void shouldFailWhereACallIsNoneOfTheApi() throws IOException {
        Path other = Files.writeString(directory.resolve("calls.txt"), "weft.v1.FabricService/Undo\n");
        assertThatThrownBy(() -> ApiCalls.read(other))
                .hasMessage("weft.v1.FabricService/Undo: the API has no such method");
        Path field = Files.writeString(directory.resolve("calls.txt"), "weft.v1.FabricService/Diff\n  yml: \"\"\n");
        assertThatThrownBy(() -> ApiCalls.read(field)).hasMessageContaining("weft.v1.FabricService/Diff")
                .hasMessageContaining("yml");
    }
}
