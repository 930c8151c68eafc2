package net.weft.examples.system;

import static net.weft.examples.lab.Frames.BROADCAST;
import static net.weft.examples.lab.Frames.frame;
import static net.weft.examples.lab.Frames.tag;
import static net.weft.examples.lab.Frames.tagged;
import static net.weft.examples.system.Membership.access;
import static net.weft.examples.system.Membership.trunk;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.weft.examples.lab.Frames;
import net.weft.examples.lab.Outcome;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** {@code weft capture} of a running switch, its files read by tshark. */
@Tag("system")
@TestInstance(Lifecycle.PER_CLASS)
class CaptureTest {
    /** Less than a nic's ring holds, so that most of it arrives on any machine; all of them are twice what a capture can hold back. */
    private static final int BURST = 900;
    private static final int BURSTS = 17;

    @AutoClose
    private final Segment segment = new Segment("capture");

    @BeforeAll
    void wire() {
        segment.apply(access(10), access(10), access(20), trunk(10));
    }

    /** A capture that goes on beside the test, until it is asked to end. */
    private final class Running {
        private final Process process;
        private final Path errors;

        Running(String name, String... arguments) throws IOException {
            errors = segment.lab().path(name + ".err");
            process = segment.weft().program(arguments).redirectError(errors.toFile()).start();
            segment.weft().await("capturing", this::errors, text -> text.contains("Ctrl-C ends it"));
        }

        String errors() throws IOException {
            return Files.readString(errors);
        }

        void end() throws InterruptedException {
            process.destroy();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("ended").isTrue();
            assertThat(process.exitValue()).isZero();
        }
    }

    private Outcome run(String script) throws IOException, InterruptedException {
        Path out = segment.lab().path("script.out");
        Path err = segment.lab().path("script.err");
        Process process = segment.weft().shell(script).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(script + " ended").isTrue();
        return new Outcome(List.of(script), process.exitValue(),
                new String(Files.readAllBytes(out), StandardCharsets.ISO_8859_1), Files.readString(err));
    }

    /** Returns a field of each frame as tshark prints it; tshark must report no fault. */
    private List<String> read(Path file, String... fields) throws IOException, InterruptedException {
        Outcome read = run("tshark -n -r " + file + " -T fields -e " + String.join(" -e ", fields));
        assertThat(read.ok()).as(read.toString()).isTrue();
        assertThat(read.err().lines().filter(line -> !line.startsWith("Running as user"))).isEmpty();
        return read.out().lines().toList();
    }

    private static long number(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }

    @Test
    void shouldShowPortsDirectionsTagsAndReasonsToTshark() throws Exception {
        Path file = segment.lab().path("both.pcapng");
        Running capture = new Running("both", "capture", "--port", "p1", "--port", "p4", "--filter",
                "ether proto 0x88b5 or (vlan and ether proto 0x88b5)", "-w", file.toString());
        segment.send(1, frame(BROADCAST, segment.mac(1), "hello"));
        segment.send(1, tagged(BROADCAST, segment.mac(1), "tagged", tag(10)));
        segment.settle(1);
        capture.end();
        List<String> frames = read(file, "frame.interface_name", "frame.packet_flags_direction", "vlan.id",
                "frame.comment", "eth.dst");
        assertThat(frames).filteredOn(line -> line.startsWith("p1\t0x00000001\t\t\t" + BROADCAST)).isNotEmpty();
        assertThat(frames).filteredOn(line -> line.startsWith("p4\t0x00000002\t10\t\t" + BROADCAST)).isNotEmpty();
        assertThat(frames).filteredOn(line -> line.startsWith("p1\t0x00000001\t10\tdropped: not-member: ")).hasSize(1);
        assertThat(capture.errors()).contains(frames.size() + " frames captured");
    }

    @Test
    void shouldWritePcapThatTsharkReads() throws Exception {
        Path file = segment.lab().path("count.pcap");
        Running capture = new Running("count", "capture", "--port", "p1", "--count", "3", "-w", file.toString());
        for (int n = 0; n < 5; n++) {
            segment.send(1, frame(BROADCAST, segment.mac(1), "frame-" + n));
        }
        assertThat(capture.process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(capture.process.exitValue()).isZero();
        assertThat(capture.errors()).endsWith("weft: 3 frames captured\n");
        assertThat(read(file, "eth.type")).hasSize(3);
        assertThat(Files.readAllBytes(file)).startsWith(0x4D, 0x3C, 0xB2, 0xA1);
    }

    /** The taker is stopped meanwhile, so that its ring and everything behind it fills: the file tells how much it does not hold. */
    @Test
    void shouldReportEveryFrameOfAFloodAsCapturedOrMissed() throws Exception {
        Path file = segment.lab().path("flood.pcapng");
        Running capture = new Running("flood", "capture", "--port", "p1", "-w", file.toString());
        long before = forwarded();
        signal(capture.process, "STOP");
        byte[] flood = frame(segment.mac(2), segment.mac(1), "f".repeat(1400));
        for (int n = 0; n < BURSTS; n++) {
            for (int i = 0; i < BURST; i++) {
                segment.send(1, flood);
            }
            segment.settleByUnicast(1);
        }
        signal(capture.process, "CONT");
        long seen = forwarded() - before; // loop probes that leave later may be captured or not
        capture.end();
        List<String> frames = read(file, "frame.len");
        long missed = number(capture.errors(), "(\\d+) frames? missed");
        assertThat(number(capture.errors(), "(\\d+) frames? captured")).isEqualTo(frames.size());
        assertThat(missed).as("missed").isPositive();
        assertThat(frames.size() + missed).as("captured and missed, of " + seen + " frames in and out")
                .isBetween(seen, seen + 50);
        System.out.println(
                "flood: " + seen + " frames in and out, " + frames.size() + " captured, " + missed + " missed");
    }

    private long forwarded() {
        return segment.weft().counter("p1", "rx-packets") + segment.weft().counter("p1", "tx-packets");
    }

    private void signal(Process process, String name) throws IOException, InterruptedException {
        assertThat(run("kill -" + name + " " + process.pid()).ok()).isTrue();
    }

    @Test
    void shouldMirrorAPortToAnotherAndInAVlanOfItsOwn() {
        set("p1", "mirror-to=p3");
        try {
            segment.broadcast(1, "sent");
            segment.broadcast(2, "received");
            segment.weft().await("copies of both", () -> segment.at(3, "sent").size() + segment.at(3, "received").size()
                    + segment.at(2, "sent").size(), frames -> frames >= 3);
            assertThat(segment.at(3, "sent")).hasSize(1);
            assertThat(segment.at(3, "received")).hasSize(1);
            assertThat(segment.at(2, "sent")).hasSize(1);
            Outcome circle = segment.weft().weft("port", "set", "p3", "mirror-to=p1");
            assertThat(circle.status()).isEqualTo(1);
            assertThat(circle.err()).contains("p1 is mirrored itself, to p3");

            set("p1", "mirror-to={port: p4, vlan: 900}");
            segment.broadcast(1, "far");
            segment.settle(1);
            assertThat(segment.at(4, "far")).extracting(Frames::firstTag).containsExactlyInAnyOrder(tag(10), tag(900));
        } finally {
            set("p1", "mirror-to=");
        }
    }

    private void set(String port, String key) {
        segment.weft().weft("port", "set", port, key).orThrow();
    }

    @Test
    void shouldEndQuietlyWhenItsReaderHasGone() throws Exception {
        Process talk = segment.weft().shell("$WEFT capture --port p1 2>" + segment.lab().path("pipe.err")
                + " | head -c 100 | wc -c; echo ${PIPESTATUS[0]}")
                .redirectOutput(segment.lab().path("pipe.out").toFile()).start();
        segment.weft().await("the reader is away and noticed", () -> {
            segment.send(1, frame(BROADCAST, segment.mac(1), "anything"));
            return talk.isAlive();
        }, alive -> !alive);
        assertThat(Files.readString(segment.lab().path("pipe.out"))).isEqualTo("100\n0\n");
        assertThat(Files.readString(segment.lab().path("pipe.err"))).contains("weft: the reader has gone; it had ")
                .doesNotContain("xception");
    }

    @Test
    void shouldEndWithTheLastWholeBlockOnAFullDisk() throws Exception {
        Path kept = segment.lab().path("kept.pcapng");
        Path disk = segment.lab().path("disk");
        Files.createDirectories(disk);
        Process capture = segment.weft().shell("unshare -m bash -c 'mount -t tmpfs -o size=256k none " + disk
                + " && $WEFT capture --port p1 -w " + disk + "/full.pcapng 2>" + segment.lab().path("full.err")
                + "; echo $? >" + segment.lab().path("full.status") + "; cp " + disk + "/full.pcapng " + kept + "'")
                .start();
        byte[] large = frame(segment.mac(2), segment.mac(1), "l".repeat(1400));
        segment.weft().await("the disk is full", () -> {
            for (int n = 0; n < 50; n++) {
                segment.send(1, large);
            }
            return capture.isAlive();
        }, alive -> !alive);
        assertThat(Files.readString(segment.lab().path("full.err"))).contains("No space left on device",
                "what was captured until then is in it").doesNotContain("xception");
        assertThat(Files.readString(segment.lab().path("full.status"))).isEqualTo("1\n");
        assertThat(read(kept, "frame.len")).contains("1414");
    }

    @Test
    void shouldSendFilesToATerminalsPipeAsTcpdumpTakesThem() throws Exception {
        Process talk = segment.weft()
                .shell("$WEFT capture --port p1 --format pcap --filter 'ether proto 0x88b5' --count 2"
                        + " | tcpdump -n -r - -w - | wc -c")
                .redirectOutput(segment.lab().path("tcpdump.out").toFile()).start();
        segment.weft().await("tcpdump has read it", () -> {
            segment.send(1, frame(BROADCAST, segment.mac(1), "anything"));
            return talk.isAlive();
        }, alive -> !alive);
        assertThat(talk.exitValue()).isZero();
        assertThat(Files.readString(segment.lab().path("tcpdump.out")).strip())
                .isEqualTo(Integer.toString(24 + 2 * 76));
    }
}
