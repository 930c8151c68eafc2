package net.weft.controller.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.weft.controller.cli.connect.Surroundings;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weft show drops}: when the last one was, what is new since a time, and since one's own reset. */
class DropsCommandTest {
    private static final int FRAME = 60;

    @TempDir
    Path directory = Path.of("");

    @Test
    void shouldCountFromTheAskersReset() throws IOException {
        try (RunningWeft running = new RunningWeft(directory);
                SocketChannel guest = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            guest.connect(UnixDomainSocketAddress.of(directory.resolve("web1")));
            send(guest, 3);
            await(running, 3);
            String json = drops(running, directory);
            Matcher last = Pattern.compile("\"last\":\"([^\"]+)\"").matcher(json);
            assertThat(last.find()).isTrue();
            Instant time = Instant.parse(last.group(1));
            assertThat(Duration.between(time, Instant.now()).abs()).isLessThan(Duration.ofMinutes(1));
            assertThat(drops(running, directory, "--since", "5m")).contains("reserved-address");
            assertThat(drops(running, directory, "--since", time.minusSeconds(1).toString()))
                    .contains("reserved-address");
            assertThat(drops(running, directory, "--since", time.plusSeconds(1).toString())).isEqualTo("[]\n");
            assertThat(drops(running, directory, "--reset")).as("shows what there is").contains("\"packets\":3");
            assertThat(drops(running, directory, "--new")).isEqualTo("[]\n");
            send(guest, 2);
            await(running, 5);
            assertThat(drops(running, directory, "--new")).contains("\"packets\":2");
            assertThat(drops(running, directory)).as("the counter itself").contains("\"packets\":5");
            assertThat(drops(running, directory.resolve("another"), "--new")).as("another user")
                    .contains("\"packets\":5");
            running.close();
            running.start(Optional.empty());
            assertThat(running.weft("show", "drops", "--since", "yesterday").status()).isEqualTo(2);
        }
    }

    private static void await(RunningWeft running, int packets) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> running.weft("show", "drops", "-o", "json").out()
                .contains("\"packets\":" + packets));
    }

    /** Runs the command as a user with this home. */
    private String drops(RunningWeft running, Path home, String... options) {
        Surroundings usual = Surroundings.current();
        Surroundings user = new Surroundings(Map.of("XDG_STATE_HOME", home.toString()), usual.directory(), 1,
                usual.input(), usual.width(), false);
        String[] words = new String[options.length + 4];
        System.arraycopy(new String[]{"show", "drops", "-o", "json"}, 0, words, 0, 4);
        System.arraycopy(options, 0, words, 4, options.length);
        RunningWeft.Result result = user.call(() -> running.weft(words));
        assertThat(result.err()).isEmpty();
        return result.out();
    }

    /** Sends frames that no bridge forwards, each behind its length, as QEMU does. */
    private static void send(SocketChannel guest, int frames) throws IOException {
        for (int i = 0; i < frames; i++) {
            ByteBuffer frame = ByteBuffer.allocate(4 + FRAME).putInt(FRAME)
                    .put(new byte[]{1, (byte) 0x80, (byte) 0xc2, 0, 0, 2, 2, 0, 0, 0, 0, 1, (byte) 0x88, 9});
            frame.rewind();
            while (frame.hasRemaining()) {
                guest.write(frame);
            }
        }
    }
}
