package net.weft.vswitch.device;

import static net.weft.vswitch.Frames.BROADCAST;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import net.weft.testing.Spin;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.Frames;
import net.weft.vswitch.SwitchOptions;
import net.weft.vswitch.VirtualSwitch;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.capture.CaptureFormat;
import net.weft.vswitch.device.pcap.CaptureReader;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.port.PortStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ports made of capture files, beside one in memory. */
@Timeout(60)
class PcapDeviceTest {
    private static final String A = "02:00:00:00:00:0a";
    private static final int FRAMES = 3000;

    @TempDir
    private Path directory = Path.of("");
    private final MemoryLink host = new MemoryLink("host", 4096, 2048, 0);
    @SuppressWarnings("NullAway.Init")
    private VirtualSwitch lab;

    @BeforeEach
    void start() {
        lab = new VirtualSwitch(new SwitchOptions(List.of(), false, directory.resolve("state"), 300, 1));
    }

    @AfterEach
    void stop() {
        lab.close();
        host.close();
    }

    private void apply(@Nullable Path read, boolean loop, double speed, @Nullable Path write) {
        DeviceSpec files = new DeviceSpec.PcapFiles(read == null ? null : read.toString(), loop, speed,
                write == null ? null : write.toString());
        lab.apply(List.of(PortSpec.of("host", 1, new DeviceSpec.InMemory(host), VlanMembership.access(10)),
                PortSpec.of("files", 2, files, VlanMembership.access(10))));
    }

    private PortStatus await(Predicate<PortStatus> wanted) {
        AtomicReference<@Nullable PortStatus> last = new AtomicReference<>();
        Spin.until("the port's status changes", () -> {
            PortStatus files = lab.ports().getLast();
            last.set(files);
            return wanted.test(files);
        });
        return Objects.requireNonNull(last.get());
    }

    private static byte[] frame(int n) {
        return Frames.frame(BROADCAST, A, 60 + n % 1000, 0x0800, n);
    }

    /** A capture of numbered frames, a microsecond apart. */
    private Path capture(String name, int frames) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(16 << 20);
        CaptureFormat format = CaptureFormat.Kind.ofFile(name).format();
        format.begin(out, List.of(new CaptureFormat.Interface("x", "")), 262_144);
        for (int n = 0; n < frames; n++) {
            byte[] frame = frame(n);
            format.frame(out, new CaptureFormat.Frame(0, false, 1_000L * n, frame.length, frame.length, ""), frame);
        }
        return Files.write(directory.resolve(name), Arrays.copyOf(out.array(), out.position()));
    }

    private byte[] next() {
        byte[] frame = host.receive();
        while (frame.length == 0) {
            assertThat(Thread.interrupted()).as("timed out").isFalse();
            Thread.onSpinWait();
            frame = host.receive();
        }
        return frame;
    }

    private static List<byte[]> read(Path file) throws IOException {
        List<byte[]> frames = new ArrayList<>();
        try (CaptureReader reader = CaptureReader.open(file)) {
            for (CaptureReader.Frame frame = reader.next(); frame != null; frame = reader.next()) {
                frames.add(frame.bytes());
            }
        }
        return frames;
    }

    @Test
    void shouldPlayAFileWholeAndInOrder() throws IOException {
        for (String name : List.of("frames.pcap", "frames.pcapng")) {
            apply(capture(name, FRAMES), false, 0, null);
            for (int n = 0; n < FRAMES; n++) {
                assertThat(next()).as(name).isEqualTo(frame(n));
            }
            assertThat(await(port -> port.counters().rxPackets() % FRAMES == 0).failure()).isNull();
        }
    }

    @Test
    void shouldPlayAgainAndAgain() throws IOException {
        apply(capture("few.pcap", 3), true, 1000, null);
        for (int n = 0; n < 30; n++) {
            assertThat(next()).isEqualTo(frame(n % 3));
        }
    }

    @Test
    void shouldKeepThePaceOfTheFile() throws IOException {
        ByteBuffer out = ByteBuffer.allocate(4096);
        CaptureFormat format = CaptureFormat.Kind.PCAP.format();
        format.begin(out, List.of(), 65_536);
        for (int n = 0; n < 2; n++) {
            format.frame(out, new CaptureFormat.Frame(0, false, 600_000_000L * n, 62, 62, ""), frame(0));
        }
        Path file = Files.write(directory.resolve("slow.pcap"), Arrays.copyOf(out.array(), out.position()));
        apply(file, false, 2, null);
        assertThat(next()).isNotEmpty();
        long firstNs = System.nanoTime();
        assertThat(next()).isNotEmpty();
        assertThat(System.nanoTime() - firstNs).isGreaterThan(200_000_000L);
    }

    @Test
    void shouldRecordWhatLeavesAndGoOnInTheSameFile() throws IOException {
        Path file = directory.resolve("record.pcapng");
        for (int section = 0; section < 2; section++) {
            apply(null, false, 0, file);
            await(port -> port.failure() == null);
            for (int n = 0; n < 100; n++) {
                assertThat(host.send(frame(n), 0)).isTrue();
            }
            int sent = 100;
            await(port -> port.counters().txPackets() >= sent);
            lab.apply(List.of());
            assertThat(read(file)).hasSize(100 * (section + 1)).allSatisfy(frame -> assertThat(frame).isNotEmpty());
        }
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 7));
        apply(null, false, 0, file);
        assertThat(host.send(frame(5), 0)).isTrue();
        await(port -> port.counters().txPackets() >= 1);
        lab.apply(List.of());
        List<byte[]> all = read(file);
        assertThat(all).as("what had been cut off is left out").hasSize(200);
        assertThat(all.getLast()).isEqualTo(frame(5));
    }

    @Test
    void shouldSayWhereAFileIsDamagedAndPlayItWhenItIsAnother() throws IOException {
        Path file = capture("damaged.pcap", 10);
        byte[] whole = Files.readAllBytes(file);
        byte[] damaged = whole.clone();
        int fourth = 24;
        for (int n = 0; n < 3; n++) {
            fourth += 16 + frame(n).length;
        }
        ByteBuffer.wrap(damaged).order(ByteOrder.LITTLE_ENDIAN).putInt(fourth + 8, 0x7FFF_FFFF);
        Files.write(file, damaged);
        apply(file, false, 0, null);
        PortStatus down = await(port -> port.failure() != null);
        assertThat(Objects.requireNonNull(down.failure()).reason()).isEqualTo(PortReason.NO_DEVICE);
        assertThat(down.failure().message()).startsWith(file + ": damaged behind frame 3: ");
        for (int n = 0; n < 3; n++) {
            assertThat(next()).isEqualTo(frame(n));
        }
        long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < 1_500_000_000L) {
            assertThat(lab.ports().getLast().failure()).isNotNull();
        }
        assertThat(host.receive()).as("it is not played again").isEmpty();
        Files.write(file, whole, StandardOpenOption.TRUNCATE_EXISTING);
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));
        for (int n = 0; n < 10; n++) {
            assertThat(next()).isEqualTo(frame(n));
        }
    }

    @Test
    void shouldSayWhatIsWrongWithAFile() throws IOException {
        apply(directory.resolve("none"), false, 0, null);
        assertThat(message(await(port -> port.failure() != null))).contains("there is no such file");
        Path text = Files.writeString(directory.resolve("text"), "this is no capture at all, though it is long enough");
        apply(text, false, 0, null);
        assertThat(message(await(port -> port.failure() != null))).contains("not a capture file");
        apply(null, false, 0, text);
        assertThat(host.send(frame(0), 0)).isTrue();
        assertThat(message(await(port -> port.failure() != null))).contains("it exists and is no pcapng file");
        assertThat(text).hasContent("this is no capture at all, though it is long enough");
        apply(null, false, 0, Path.of("/dev/full"));
        assertThat(host.send(frame(0), 0)).isTrue();
        assertThat(message(await(port -> port.failure() != null))).contains("/dev/full: ");
    }

    /** What is not pcapng to its last whole block is left as it is, and the port is never up, so that no frame counts as sent. */
    @Test
    void shouldNotRecordOntoAFileThatItWouldSpoil() throws IOException {
        byte[] recorded = Files.readAllBytes(capture("whole.pcapng", 3));
        byte[] damaged = recorded.clone();
        damaged[ByteBuffer.wrap(damaged).order(ByteOrder.LITTLE_ENDIAN).getInt(4) + 4] ^= 4;
        ByteBuffer bigEndian = ByteBuffer.allocate(28).putInt(0x0A0D0D0A).putInt(28).putInt(0x1A2B3C4D)
                .putInt(0x00010000)
                .putLong(-1).putInt(28);
        Map<String, byte[]> files = Map.of("text", "no capture".getBytes(StandardCharsets.UTF_8), "few",
                new byte[]{10, 13},
                "old.pcap", Files.readAllBytes(capture("other.pcap", 3)), "damaged", damaged, "big-endian",
                bigEndian.array(), "lookalike", new byte[]{10, 13, 13, 10, 12, 0, 0, 0, 12, 0, 0, 0});
        for (Map.Entry<String, byte[]> each : files.entrySet()) {
            Path file = Files.write(directory.resolve(each.getKey()), each.getValue());
            apply(null, false, 0, file);
            PortStatus port = lab.ports().getLast();
            assertThat(message(port)).startsWith(file + ": it exists and ");
            assertThat(host.send(frame(0), 0)).isTrue();
            while (lab.ports().getFirst().counters().rxPackets() == 0) {
                Thread.onSpinWait();
            }
            assertThat(lab.ports().getLast().counters().txPackets()).isZero();
            assertThat(file).hasBinaryContent(each.getValue());
            lab.apply(List.of());
        }
    }

    /** Wireshark writes blocks of many megabytes; an unfinished one at the end is what a killed process left. */
    @Test
    void shouldGoOnBehindBlocksOfAnyLength() throws IOException {
        byte[] recorded = Files.readAllBytes(capture("whole.pcapng", 3));
        int large = 3 << 20;
        ByteBuffer file = ByteBuffer.allocate(recorded.length + large + 20).order(ByteOrder.LITTLE_ENDIAN)
                .put(recorded);
        file.putInt(0x0000_0BAD).putInt(large).position(recorded.length + large - 4).putInt(large);
        file.putInt(6).putInt(64);
        Path path = Files.write(directory.resolve("large.pcapng"), file.array());
        apply(null, false, 0, path);
        assertThat(lab.ports().getLast().failure()).isNull();
        assertThat(host.send(frame(7), 0)).isTrue();
        await(port -> port.counters().txPackets() >= 1);
        lab.apply(List.of());
        assertThat(read(path)).hasSize(4).endsWith(frame(7));
        assertThat(Files.size(path)).isGreaterThan(recorded.length + large);
    }

    /** The control is the first frame, which was captured whole. */
    @Test
    void shouldSayThatAFrameWasCutWhenItWasCaptured() throws IOException {
        ByteBuffer out = ByteBuffer.allocate(4096);
        CaptureFormat format = CaptureFormat.Kind.PCAP.format();
        format.begin(out, List.of(), 96);
        format.frame(out, new CaptureFormat.Frame(0, false, 0, 62, 62, ""), frame(0));
        format.frame(out, new CaptureFormat.Frame(0, false, 1000, 96, 1514, ""), Arrays.copyOf(frame(90), 96));
        Path file = Files.write(directory.resolve("snapped.pcap"), Arrays.copyOf(out.array(), out.position()));
        apply(file, false, 0, null);
        assertThat(next()).isEqualTo(Arrays.copyOf(frame(0), 62));
        assertThat(message(await(port -> port.failure() != null)))
                .contains("frame 2 was cut to 96 of 1514 bytes when it was captured");
        assertThat(host.receive()).isEmpty();
    }

    @Test
    void shouldCountAFrameThatIsTooLongForTheSwitch() throws IOException {
        ByteBuffer out = ByteBuffer.allocate(1 << 18);
        CaptureFormat format = CaptureFormat.Kind.PCAP.format();
        format.begin(out, List.of(), 262_144);
        byte[] giant = new byte[100_000];
        format.frame(out, new CaptureFormat.Frame(0, false, 0, giant.length, giant.length, ""), giant);
        format.frame(out, new CaptureFormat.Frame(0, false, 0, 62, 62, ""), frame(0));
        Path file = Files.write(directory.resolve("giant.pcap"), Arrays.copyOf(out.array(), out.position()));
        apply(file, false, 0, null);
        assertThat(next()).hasSize(62);
        await(port -> port.counters().drops(DropReason.RING_FULL) == 1);
    }

    /** Its reader would wait until somebody writes. */
    @Test
    void shouldRefuseAPipe() throws IOException, InterruptedException {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        apply(pipe, false, 0, null);
        assertThat(message(lab.ports().getLast())).contains("is no regular file");
    }

    private static String message(PortStatus port) {
        return Objects.requireNonNull(port.failure()).message();
    }
}
