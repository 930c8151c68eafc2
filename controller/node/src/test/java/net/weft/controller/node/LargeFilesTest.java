package net.weft.controller.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import net.weft.client.WeftClient;
import net.weft.controller.node.RunningWeft.Result;
import net.weft.v1.ApplyRequest;
import net.weft.v1.FabricServiceGrpc;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of up to 16 MiB, from the command to the store and back, and those that are larger. */
class LargeFilesTest {
    private static final int MOST = 16 << 20;
    /** An export adds fewer bytes than these to a file, so a file that lacks them is exported whole. */
    private static final int ROOM = 1000;

    @TempDir
    Path directory = Path.of("");
    @SuppressWarnings("NullAway.Init")
    private RunningWeft running;

    @BeforeEach
    void start() throws IOException {
        running = new RunningWeft(directory);
    }

    @AfterEach
    void stop() {
        running.close();
    }

    /** Returns the file that runs, with comments that make it as large as that. */
    private String file(int bytes) {
        StringBuilder text = new StringBuilder(running.fabric(10)).append("zones: {}\npolicies: []\n");
        for (int i = 0; text.length() < bytes - 2000; i++) {
            text.append("# ").append(Integer.toHexString(i * 0x9E3779B1).repeat(100)).append('\n');
        }
        int missing = bytes - text.length() - "# \n".length();
        return text.append("# ").append("x".repeat(missing)).append('\n').toString();
    }

    private Result apply(String text) throws IOException {
        return running.weft("apply", "-f", Files.writeString(directory.resolve("large.yaml"), text).toString());
    }

    @Test
    void shouldTakeAFileOfFullSizeAndGiveItBack() throws IOException {
        assertThat(apply(file(MOST)).err()).isEmpty();
        String file = file(MOST - ROOM);
        Result applied = apply(file);
        assertThat(applied.err()).isEmpty();
        assertThat(applied.status()).isZero();
        assertThat(running.weft("port", "set", "web1", "description=later").status()).isZero();
        running.close();
        running.start(Optional.empty());
        assertThat(running.weft("rollback", "1").err()).isEmpty();
        String exported = running.weft("export").out();
        assertThat(exported.replaceFirst("(?m)^system-mac: .*\\n", "").equals(file)).as("with its comments").isTrue();
    }

    @Test
    void shouldRefuseALargerFileByASentence() throws IOException {
        String larger = file(MOST + 1);
        Result refused = apply(larger);
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains(
                "large.yaml: the file has more than 16777216 bytes (16 MiB): leave comments out");
        try (WeftClient client = WeftClient.to(directory.resolve("c"))) {
            assertThat(fault(client, larger)).contains("INVALID_ARGUMENT",
                    "the file has 16777217 bytes, expected at most 16777216 (16 MiB)");
            assertThat(fault(client, "x".repeat(18 << 20))).contains("RESOURCE_EXHAUSTED", "17825792");
        }
        assertThat(running.weft("history", "-o", "json").out()).as("nothing changed").contains("\"revision\":1,")
                .doesNotContain("\"revision\":2,");
    }

    private static String fault(WeftClient client, String yaml) {
        ApplyRequest request = ApplyRequest.newBuilder().setYamlBytes(ByteString.copyFromUtf8(yaml)).build();
        StatusRuntimeException fault = Assertions.catchThrowableOfType(StatusRuntimeException.class,
                () -> FabricServiceGrpc.newBlockingStub(client.channel()).apply(request));
        Status status = fault.getStatus();
        return status.getCode() + ": " + status.getDescription();
    }
}
