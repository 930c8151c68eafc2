package net.weft.examples.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.Outcome;
import net.weft.examples.lab.WeftProcess;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The signals that a running instance gets: SIGHUP reads the file again, most others do nothing, SIGTERM ends it. */
@Tag("system")
class SignalsTest {
    @AutoClose
    private final Lab lab = Lab.open("signals");
    private final Namespace namespace = lab.namespace("switch");

    @Test
    void shouldReadTheFileAgainOnHangUpAndIgnoreOthers() {
        WeftProcess weft = WeftProcess.up(lab, namespace, "ports: {t: {type: tap, device: weft0, access: 10}}\n");
        weft.weft("port", "set", "t", "mtu=1400").orThrow();
        String process = Long.toString(weft.handle().pid());
        for (String signal : List.of("USR1", "USR2", "ALRM", "VTALRM", "PROF", "IO", "PWR", "STKFLT", "34", "50",
                "64")) {
            assertThat(kill(signal, process).ok()).as(signal).isTrue();
        }
        write("ports: {t: {type: tap, device: weft0, access: 10}, u: {type: tap, device: weft1, access: 10}}\n");
        assertThat(kill("HUP", process).ok()).isTrue();
        weft.awaitPort("u", "up", "");
        assertThat(weft.port("t").path("mtu").asInt()).as("what a command has set").isEqualTo(1400);
        assertThat(weft.handle().isAlive()).isTrue();
        assertThat(weft.log()).contains("revision 3 by root: merge of the file: + port u");
        assertThat(kill("TERM", process).ok()).isTrue();
        weft.await("it ends", weft.handle()::isAlive, alive -> !alive);
    }

    private Outcome kill(String signal, String process) {
        return namespace.run("kill", "-" + signal, process);
    }

    private void write(String fabric) {
        try {
            Files.writeString(lab.path("fabric.yaml"), fabric);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
