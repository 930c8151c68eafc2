package net.weft.examples.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import net.weft.controller.member.packet.PacketBuilder;
import net.weft.controller.member.packet.PacketSpecParser;
import net.weft.examples.lab.Dissection;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.FrameSocket;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.WeftProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** IPFIX and sFlow of a running switch, as tshark reads them off the wire: nothing malformed, every packet sent is told of. */
@Tag("system")
class FlowExportTest {
    private static final int FRAMES = 120;
    private static final int FOREIGN = 30;
    private static final int LENGTH = 242;
    private static final String IPFIX = "collector: 127.0.0.1:4739, sampling: 1, idle-timeout: 2s";
    private static final String SFLOW = "collector: 127.0.0.1:6343, sampling: 1, counter-interval: 1s";
    /** Wireshark's expert severity of a warning; that of an error is higher. */
    private static final String COMPLAINTS = "_ws.malformed or _ws.expert.severity >= 0x600000";

    @AutoClose
    private final Lab lab = Lab.open("export");
    private final Namespace namespace = lab.namespace("switch");
    private final Host left = lab.host("left", namespace, "10.10.0.1/24");
    private final Host right = lab.host("right", namespace, "10.10.0.2/24");

    private String fabric(String export) {
        return Fabric.of(Fabric.nic("left", "access: 10"), Fabric.nic("right", "access: 10")) + export;
    }

    private byte[] packet(String keys) {
        return PacketBuilder.build(PacketSpecParser.parse("udp 10.10.0.1:1000 > 10.10.0.2:2000 length " + LENGTH
                + " src-mac " + left.mac() + " dst-mac " + right.mac() + keys), Optional.empty()).frame().bytes();
    }

    @Test
    void shouldTellCollectorsOfEveryPacketInAFormThatTsharkReads() throws Exception {
        WeftProcess weft = WeftProcess.up(lab, namespace,
                fabric("export: {ipfix: {" + IPFIX + ", active-timeout: 1s}}\n"));
        try (FrameSocket stranger = right.frames()) {
            byte[] hello = PacketBuilder.build(PacketSpecParser.parse("ether 0x88b5 src-mac " + right.mac()
                    + " dst-mac ff:ff:ff:ff:ff:ff"), Optional.empty()).frame().bytes();
            weft.await("it says that nobody listens", () -> {
                stranger.send(hello);
                return export(weft, "ipfix");
            }, row -> row.path("state").asString().equals("failing")
                    && row.path("problem").asString().contains("127.0.0.1:4739: nobody listens there"));
        }
        Path file = lab.path("export.pcap");
        Process tshark = capture(file);
        lab.closing(listen(4739));
        lab.closing(listen(6343));
        try (FrameSocket sender = left.frames(); FrameSocket receiver = right.frames()) {
            receiver.send(PacketBuilder.build(PacketSpecParser.parse("ether 0x88b5 src-mac " + right.mac()
                    + " dst-mac ff:ff:ff:ff:ff:ff"), Optional.empty()).frame().bytes());
            weft.await("right is known", () -> weft.whereIs(right.mac(), 10), "right"::equals);
            byte[] packet = packet("");
            long taken = export(weft, "ipfix").path("samples").asLong();
            send(sender, packet, FRAMES / 2);
            weft.await("the first half is taken", () -> export(weft, "ipfix").path("samples").asLong(),
                    samples -> samples >= taken + FRAMES / 2);
            weft.apply(fabric("export: {ipfix: {" + IPFIX + "}, sflow: {" + SFLOW + "}}\n")).orThrow();
            send(sender, packet, FRAMES / 2);
            send(sender, packet(" vlan 20"), FOREIGN);
            Predicate<byte[]> ours = frame -> Arrays.equals(frame, packet);
            weft.await("all have arrived, although exports were changed on their way",
                    () -> receiver.received(ours).size(), count -> count == FRAMES);
            weft.await("every sample is taken", () -> export(weft, "sflow"),
                    row -> row.path("samples").asLong() >= FRAMES / 2 + FOREIGN
                            && row.path("samples").asLong() == row.path("observed").asLong());
        }
        weft.await("it says that all is well", () -> export(weft, "ipfix").path("state").asString(), "sending"::equals);
        assertThat(export(weft, "ipfix").path("lost-samples").asLong()).isZero();
        weft.apply(fabric("")).orThrow();
        assertThat(weft.show("export")).isEmpty();
        Awaitility.await("the last of it is captured").atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertFlows(file));
        tshark.destroy();
        tshark.waitFor();

        assertThat(read(file, COMPLAINTS, "frame.number", "_ws.expert.message", "cflow.sequence", "cflow.flowset_id"))
                .as("what tshark complains of").isEmpty();
        assertSamples(file);
        Path cut = lab.path("cut.pcap");
        namespace.run("editcap", "-s", "100", file.toString(), cut.toString()).orThrow();
        assertThat(read(cut, "_ws.malformed or _ws.short or _ws.expert.severity >= 0x600000", "frame.number"))
                .as("the control: messages that were cut").isNotEmpty();
    }

    private static void send(FrameSocket sender, byte[] frame, int times) {
        for (int n = 0; n < times; n++) {
            sender.send(frame);
        }
    }

    private static JsonNode export(WeftProcess weft, String protocol) {
        return weft.show("export", "--protocol", protocol).getFirst();
    }

    private DatagramChannel listen(int port) {
        return namespace.call(() -> DatagramChannel.open().bind(new InetSocketAddress("127.0.0.1", port)));
    }

    /** Returns when it captures. */
    private Process capture(Path file) throws IOException {
        Process tshark = namespace.program(List.of("tshark", "-q", "-i", "lo", "-f", "udp port 4739 or udp port 6343",
                "-w", file.toString())).start();
        lab.closing(tshark::destroy);
        BufferedReader words = tshark.errorReader();
        for (String line = words.readLine(); line != null; line = words.readLine()) {
            if (line.startsWith("Capturing on")) {
                Thread.ofVirtual().start(() -> discard(words));
                // It says so too early: the file is there once the interface is open.
                Awaitility.await("tshark captures").until(() -> Files.exists(file));
                return tshark;
            }
        }
        throw new IllegalStateException("tshark does not capture");
    }

    /** So that it is never held up; ends with it. */
    private static void discard(BufferedReader words) {
        try {
            words.transferTo(Writer.nullWriter());
        } catch (IOException e) {
            // closed with the process
        }
    }

    /** The fields, separated by tabs, of the packets that match; of each field all values, separated by commas. */
    private List<String> read(Path file, String filter, String... fields) {
        List<String> command = new ArrayList<>(List.of("tshark", "-r", file.toString(), "-d",
                "udp.port==4739,cflow", "-d", "udp.port==6343,sflow", "-Y", filter, "-T", "fields"));
        for (String field : fields) {
            command.addAll(List.of("-e", field));
        }
        return namespace.run(command.toArray(new String[0])).orThrow().out().lines().toList();
    }

    private void assertFlows(Path file) {
        assertThat(read(file, "cflow and not cflow.version == 10", "frame.number")).isEmpty();
        assertThat(read(file, "cflow.sampling_population == 1 and cflow.selector_algorithm == 2", "frame.number"))
                .as("how frames are chosen").isNotEmpty();
        assertThat(String.join(",", read(file, "cflow.if_name", "cflow.if_name"))).as("interfaces").contains("left",
                "right");
        List<Map<String, String>> flows = Dissection.groups(file, "cflow.packets").stream()
                .filter(flow -> "1000".equals(flow.get("cflow.srcport"))).toList();
        List<Map<String, String>> forwarded = flows.stream()
                .filter(flow -> "10".equals(flow.get("cflow.vlanid"))).toList();
        assertThat(forwarded).isNotEmpty().allSatisfy(flow -> assertThat(flow).containsEntry("cflow.inputint", "1")
                .containsEntry("cflow.outputint", "2").containsEntry("cflow.srcaddr", "10.10.0.1")
                .containsEntry("cflow.dstaddr", "10.10.0.2").containsEntry("cflow.dstport", "2000")
                .containsEntry("cflow.protocol", "17"));
        assertThat(sum(forwarded, "cflow.packets")).as("packets").isEqualTo(FRAMES);
        assertThat(sum(forwarded, "cflow.octets")).as("octets of IP").isEqualTo(FRAMES * (LENGTH - 14L));
        assertThat(sum(forwarded, "cflow.layer2_octet_delta_count")).as("octets of Ethernet")
                .isEqualTo(FRAMES * (long) LENGTH);
        List<Map<String, String>> dropped = flows.stream().filter(flow -> "20".equals(flow.get("cflow.vlanid")))
                .toList();
        assertThat(sum(dropped, "cflow.packets")).as("packets that were dropped").isEqualTo(FOREIGN);
    }

    private static long sum(List<Map<String, String>> groups, String field) {
        return groups.stream().mapToLong(group -> Long.parseLong(Objects.requireNonNull(group.get(field)))).sum();
    }

    private static void assertSamples(Path file) {
        List<Map<String, String>> samples = Dissection.groups(file, "sflow_245.sampletype");
        List<Map<String, String>> ours = samples.stream().filter(sample -> "1000".equals(sample.get("udp.srcport")))
                .toList();
        assertThat(ours.stream().filter(sample -> "10".equals(sample.get("sflow_245.vlan.in")))).as("samples")
                .hasSize(FRAMES / 2).allSatisfy(sample -> assertThat(sample)
                        .containsEntry("sflow.flow_sample.sampling_rate", "1").containsEntry("ip.dst", "10.10.0.2"));
        assertThat(ours.stream().filter(sample -> "20".equals(sample.get("sflow_245.vlan.in")))).as("dropped")
                .hasSize(FOREIGN);
        assertThat(samples.stream().filter(sample -> "1".equals(sample.get("sflow_245.ifindex")))
                .map(sample -> Objects.requireNonNull(sample.get("sflow_245.ifinpkt"))).mapToLong(Long::parseLong)
                .max().orElse(0)).as("packets counted into port 1").isGreaterThanOrEqualTo(FRAMES + FOREIGN);
    }
}
