package net.weft.vswitch.carrier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import net.weft.testing.Spin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member and its watchdog over a real socket, with carriers in memory. */
class CarrierWatchdogTest {
    private static final String NAMESPACE = "net:1";
    private static final Heartbeat.Devices DEVICES = new Heartbeat.Devices(List.of("st1"), List.of("leg1"));

    @TempDir
    private Path state;
    private final MemoryCarriers carriers = new MemoryCarriers("leg1", "st1");
    private CarrierWatchdog watchdog;
    private Thread running;
    private final AtomicLong clockNs = new AtomicLong();
    /** Whether time passes for the watchdog. */
    private volatile boolean passes;
    private volatile boolean joined;
    private Heartbeat heartbeat;
    private long nowNs;

    @BeforeEach
    void start() throws IOException {
        watchdog = begin();
        heartbeat = new Heartbeat(CarrierWatchdog.socket(state), NAMESPACE, () -> joined, _ -> {
        });
        heartbeat.watch(DEVICES);
        beat();
        assertThat(heartbeat.isWatched()).isTrue();
    }

    private CarrierWatchdog begin() throws IOException {
        CarrierWatchdog made = new CarrierWatchdog(state, carriers, NAMESPACE,
                () -> clockNs.addAndGet(passes ? 40_000_000 : 0));
        running = Thread.ofPlatform().daemon().start(() -> {
            try {
                made.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return made;
    }

    @AfterEach
    void stop() throws Exception {
        watchdog.close();
        running.join();
        heartbeat.end(true);
    }

    private void beat() {
        nowNs += Heartbeat.BEAT_NS;
        var unused = heartbeat.tick(nowNs);
    }

    @Test
    void shouldLowerTheCarriersOfAMemberThatEndsUnexpectedly() {
        heartbeat.end(false);
        Spin.until("both are lowered", () -> carriers.log().size() == 2);
        assertThat(carriers.log()).containsExactly("-leg1", "-st1");
    }

    @Test
    void shouldNotTouchAMemberThatEndsAsPlanned() throws Exception {
        heartbeat.end(true);
        heartbeat = new Heartbeat(CarrierWatchdog.socket(state), NAMESPACE, () -> joined, _ -> {
        });
        heartbeat.watch(DEVICES);
        beat();
        heartbeat.end(false);
        Spin.until("the next one is noticed", () -> carriers.log().size() == 2);
        assertThat(carriers.log()).as("only once").containsExactly("-leg1", "-st1");
    }

    /** Carriers return in two steps: the stack's first, so that the member can join. */
    @Test
    void shouldFenceAMemberThatWasSilentUntilItHasJoined() {
        passes = true;
        Spin.until("it is declared dead", () -> carriers.log().size() == 2);
        passes = false;
        Spin.until("it knows", () -> {
            var unused = heartbeat.tick(nowNs);
            return carriers.isUp("st1");
        });
        joined = true;
        assertThat(carriers.isUp("leg1")).isFalse();
        for (long since = 0; since < Heartbeat.DOUBT_NS - Heartbeat.BEAT_NS; since += Heartbeat.BEAT_NS) {
            beat();
        }
        Spin.until("it has joined", () -> {
            beat();
            return carriers.isUp("leg1");
        });
    }

    @Test
    void shouldConnectToTheNextWatchdog() throws Exception {
        watchdog.close();
        running.join();
        Spin.until("it notices", () -> {
            beat();
            return !heartbeat.isWatched();
        });
        assertThat(carriers.log()).as("an end of the watchdog lowers nothing").isEmpty();
        watchdog = begin();
        nowNs += Heartbeat.REFUSED_RETRY_NS;
        beat();
        assertThat(heartbeat.isWatched()).isTrue();
    }

    @Test
    void shouldRefuseASecondWatchdogAndReplaceAStaleSocket() throws Exception {
        assertThatThrownBy(() -> new CarrierWatchdog(state, carriers, NAMESPACE)).isInstanceOf(IOException.class)
                .hasMessageContaining("another watchdog");
        assertThat(Files.exists(CarrierWatchdog.socket(state))).isTrue();
    }

    /** Whoever speaks another language, or does not end a line, is sent away and lowers nothing. */
    @Test
    void shouldSendAwayWhoSendsRubbish() throws Exception {
        for (String rubbish : List.of("watch net:1 leg1\nfoo\n", "watch net:9 leg1\n", "x".repeat(300_000))) {
            try (SocketChannel stranger = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                stranger.connect(UnixDomainSocketAddress.of(CarrierWatchdog.socket(state)));
                assertThat(ended(stranger, ByteBuffer.wrap(rubbish.getBytes()))).isTrue();
            }
        }
        beat();
        assertThat(heartbeat.isWatched()).isTrue();
        assertThat(carriers.log()).isEmpty();
    }

    private static boolean ended(SocketChannel stranger, ByteBuffer text) {
        try {
            while (text.hasRemaining()) {
                stranger.write(text);
            }
            return stranger.read(ByteBuffer.allocate(1)) < 0;
        } catch (IOException e) {
            return true; // reset
        }
    }
}
