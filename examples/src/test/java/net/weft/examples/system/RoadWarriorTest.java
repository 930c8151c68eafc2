package net.weft.examples.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import net.weft.examples.lab.Project;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The example of a person on the road, as its page says to run it; the script itself checks who reaches whom. */
@Tag("system")
class RoadWarriorTest {
    @Test
    void shouldDoWhatItsPageSays() throws Exception {
        Process example = new ProcessBuilder(Project.root().resolve("weft").toString(), "example", "road-warrior")
                .redirectErrorStream(true).start();
        try {
            example.getOutputStream().close();
            String said = new String(example.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(example.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(example.exitValue()).as(said).isZero();
            assertThat(said).contains("alice reaches         10.10.0.11", "alice does not reach  10.20.0.11",
                    "connected",
                    "- peer office/alice");
        } finally {
            example.destroyForcibly();
        }
    }
}
