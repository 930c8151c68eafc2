package net.weft.examples.system;

import static net.weft.examples.lab.Frames.BROADCAST;
import static net.weft.examples.lab.Frames.frame;
import static net.weft.examples.lab.Frames.marked;
import static net.weft.examples.lab.Frames.tag;
import static net.weft.examples.lab.Frames.tagged;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.FrameSocket;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.Outcome;
import net.weft.examples.lab.Project;
import net.weft.examples.lab.WeftProcess;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Prometheus, {@code weft top} and {@code weft show counters} have the same counts. */
@Tag("system")
class MetricsTest {
    private static final int FRAMES = 50;

    @AutoClose
    private final Lab lab = Lab.open("metrics");
    private final Namespace namespace = lab.namespace("switch");

    @Test
    void shouldServeMetricsThatPrometheusAcceptsAndThatCountEveryFrame() throws Exception {
        Host left = lab.host("left", namespace, "10.10.0.1/24");
        Host right = lab.host("right", namespace, "10.10.0.2/24");
        WeftProcess weft = WeftProcess.start(lab, namespace,
                Fabric.of(Fabric.nic("left", "access: 10, loop-probes: off, lldp: false"),
                        Fabric.nic("right", "access: 10, loop-probes: off, lldp: false")),
                "--metrics", "9400");
        weft.awaitAllUp();
        try (FrameSocket sender = left.frames(); FrameSocket receiver = right.frames()) {
            for (int i = 0; i < FRAMES; i++) {
                sender.send(frame(BROADCAST, left.mac(), "frame-" + i));
            }
            for (int i = 0; i < FRAMES / 2; i++) {
                sender.send(tagged(BROADCAST, left.mac(), "tagged", tag(20)));
            }
            sender.send(frame(BROADCAST, left.mac(), "last"));
            receiver.await("the last frame", marked("last"));
        }
        String text = weft.await("all is counted", this::scrape,
                now -> value(now, "weft_port_receive_packets_total{port=\"left\",type=\"nic\",vlan=\"10\"}") >= FRAMES
                        + FRAMES / 2 + 1);
        long received = value(text, "weft_port_receive_packets_total{port=\"left\",type=\"nic\",vlan=\"10\"}");
        long dropped = value(text,
                "weft_port_dropped_packets_total{direction=\"in\",port=\"left\",reason=\"not-member\",type=\"nic\",vlan=\"10\"}");
        assertThat(dropped).isEqualTo(FRAMES / 2);
        assertThat(received).isEqualTo(FRAMES + 1 + dropped);
        assertThat(value(text, "weft_port_transmit_packets_total{port=\"right\",type=\"nic\",vlan=\"10\"}"))
                .isEqualTo(received - dropped);
        assertThat(value(text, "weft_vlan_packets_total{vlan=\"10\"}")).isEqualTo(received - dropped);
        assertThat(value(text, "weft_worker_receive_packets_total{worker=\"0\"}")).isEqualTo(received);

        Path file = lab.path("metrics.txt");
        Files.writeString(file, text);
        Outcome checked = namespace.run("sh", "-c", "promtool check metrics < " + file);
        assertThat(checked.ok()).as(checked.toString()).isTrue();
        assertThat(checked.out() + checked.err()).isEmpty();
        Files.writeString(file, text.replaceAll("(?m)^# HELP weft_port_up .*\n", ""));
        assertThat(namespace.run("sh", "-c", "promtool check metrics < " + file).ok())
                .as("the control: a metric without help is refused").isFalse();

        assertThat(weft.weft("show", "counters", "--by", "vlan").orThrow().out())
                .containsPattern("10 +- +" + (FRAMES + 1));
        assertThat(weft.weft("top", "--once").orThrow().out()).contains("ports 2, up 2", "RX-PACKETS/S");
        assertThat(weft.weft("top", "--once", "-o", "json").orThrow().out())
                .startsWith("[{\"port\":").contains("\"rx-packets-per-second\":");
    }

    @Test
    void shouldSayThatTheAddressIsTaken() {
        WeftProcess.start(lab, namespace, Fabric.of("later: {type: nic, device: later, access: 10}"), "--metrics",
                "9400");
        Outcome second = namespace.run(Project.root().resolve("weft").toString(), "up", "--data",
                lab.path("other").toString(), "--control", "unix:" + lab.path("c2"), "--metrics", "9400");
        assertThat(second.status()).isOne();
        assertThat(second.err()).contains("--metrics").contains("9400").contains("cannot listen there");
    }

    private String scrape() {
        return namespace.call(() -> {
            try (InputStream answer = URI.create("http://127.0.0.1:9400/metrics").toURL().openStream()) {
                return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                return "";
            }
        });
    }

    /** Returns the value of a sample, -1 if it is missing. */
    private static long value(String text, String sample) {
        return text.lines().filter(line -> line.startsWith(sample + " "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(sample.length() + 1))).findFirst()
                .orElse(-1);
    }
}
