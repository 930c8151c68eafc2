package net.weft.controller.member.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastHeardTest {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    @TempDir
    private Path data = Path.of("");
    private Instant day = Instant.parse("2026-11-30T12:00:00Z");
    private long nowNs = Long.MAX_VALUE - 5 * SECOND_NS; // it overflows soon
    private LastHeard heard;

    @BeforeEach
    void start() {
        heard = anew();
    }

    private LastHeard anew() {
        return new LastHeard(new StateDirectory(data), () -> day, () -> nowNs);
    }

    private void pass(Duration time) {
        day = day.plus(time);
        nowNs += time.toNanos();
    }

    private long silentSeconds() {
        return (nowNs - heard.lastNs()) / SECOND_NS;
    }

    @Test
    void shouldCountFromTheFirstStart() {
        pass(Duration.ofMinutes(3));
        assertThat(silentSeconds()).isEqualTo(180);
        heard.now();
        assertThat(silentSeconds()).isZero();
    }

    @Test
    void shouldGoOnCountingAfterARestart() {
        heard.now();
        pass(Duration.ofHours(23));
        nowNs = 17; // another boot
        heard = anew();
        assertThat(silentSeconds()).isEqualTo(TimeUnit.HOURS.toSeconds(23));
        heard.now();
        heard = anew();
        assertThat(silentSeconds()).as("control: heard again").isZero();
    }

    @Test
    void shouldKeepItOnceAMinute() throws IOException {
        heard.now();
        Path file = data.resolve("member/heard");
        String first = Files.readString(file);
        pass(Duration.ofSeconds(59));
        heard.now();
        assertThat(file).hasContent(first);
        pass(Duration.ofSeconds(1));
        heard.now();
        assertThat(Files.readString(file).strip()).isEqualTo(Long.toString(day.getEpochSecond()));
    }

    @Test
    void shouldCountAsHeardNowWhatItCannotKnow() throws IOException {
        heard.now();
        day = day.minus(Duration.ofDays(1));
        heard = anew();
        assertThat(silentSeconds()).as("the clock of the day was set back").isZero();
        Files.write(data.resolve("member/heard"), "x".getBytes(StandardCharsets.UTF_8));
        heard = anew();
        assertThat(silentSeconds()).as("a damaged file").isZero();
    }
}
