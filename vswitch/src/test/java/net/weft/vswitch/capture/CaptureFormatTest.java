package net.weft.vswitch.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.weft.vswitch.capture.CaptureFormat.Frame;
import net.weft.vswitch.capture.CaptureFormat.Interface;
import net.weft.vswitch.capture.CaptureFormat.Kind;
import net.weft.vswitch.capture.CaptureFormat.Statistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.Pcaps;

/** What is written, read by libpcap (through pcap4j); what libpcap does not tell of pcapng, by a naive reader. */
class CaptureFormatTest {
    private static final long TIME_NS = 1_700_000_000_123_456_789L;

    @TempDir
    private Path directory = Path.of("");

    /** A block of pcapng: its type, its body without options, its options by code. */
    private record Block(int type, ByteBuffer body, Map<Integer, byte[]> options) {
        static List<Block> all(byte[] file) {
            List<Block> blocks = new ArrayList<>();
            ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
            while (in.hasRemaining()) {
                int start = in.position();
                int type = in.getInt();
                int length = in.getInt();
                assertThat(length % 4).isZero();
                assertThat(in.getInt(start + length - 4)).as("length at the end").isEqualTo(length);
                ByteBuffer body = in.slice(start + 8, length - 12).order(ByteOrder.LITTLE_ENDIAN);
                blocks.add(new Block(type, body, options(body, fixed(type, body))));
                in.position(start + length);
            }
            return blocks;
        }

        private static int fixed(int type, ByteBuffer body) {
            return switch (type) {
                case 0x0A0D0D0A -> 16;
                case 1 -> 8;
                case 5 -> 12;
                case 6 -> 20 + (body.getInt(12) + 3 & ~3);
                default -> throw new AssertionError("block of type " + type);
            };
        }

        private static Map<Integer, byte[]> options(ByteBuffer body, int from) {
            Map<Integer, byte[]> options = new HashMap<>();
            ByteBuffer in = body.duplicate().order(ByteOrder.LITTLE_ENDIAN).position(from);
            while (in.hasRemaining()) {
                int code = in.getShort();
                byte[] value = new byte[in.getShort()];
                in.get(value);
                in.position(in.position() + (-value.length & 3));
                if (code == 0) {
                    assertThat(in.hasRemaining()).as("behind the end of options").isFalse();
                }
                options.put(code, value);
            }
            return options;
        }

        String text(int option) {
            return new String(options.getOrDefault(option, new byte[0]), StandardCharsets.UTF_8);
        }

        long number(int option) {
            return ByteBuffer.wrap(options.getOrDefault(option, new byte[8])).order(ByteOrder.LITTLE_ENDIAN).getLong();
        }
    }

    private static byte[] bytes(int n, int length) {
        byte[] bytes = new byte[length];
        new Random(n).nextBytes(bytes);
        return bytes;
    }

    /** Frames of lengths 14..., each a microsecond behind the one before; the third was dropped, the fourth never left. */
    private byte[] write(Kind kind) {
        ByteBuffer out = ByteBuffer.allocate(1 << 20);
        CaptureFormat format = CaptureFormats.of(kind);
        format.begin(out, List.of(new Interface("web1", "tap tap0, access 10"), new Interface("db1", "")), 262_144);
        for (int n = 0; n < 20; n++) {
            String comment = n == 2 || n == 3 ? "dropped: not-member: for a reason" : "";
            boolean written = format.frame(out,
                    new Frame(n % 2, n % 2 == 1, TIME_NS + n * 1000L, 14 + n, n == 5 ? 9000 : 14 + n, comment),
                    Arrays.copyOf(bytes(n, 14 + n), 100));
            assertThat(written).isEqualTo(kind == Kind.PCAPNG || n != 3);
        }
        format.end(out, 1, new Statistics(TIME_NS, TIME_NS + 5_000_000_000L, 30, 10));
        return Arrays.copyOf(out.array(), out.position());
    }

    private void readBack(Kind kind, byte[] file) throws Exception {
        Path path = Files.write(directory.resolve("frames." + kind.label()), file);
        try (PcapHandle handle = Pcaps.openOffline(path.toString(), PcapHandle.TimestampPrecision.NANO)) {
            assertThat(handle.getDlt().value()).isEqualTo(1);
            for (int n = 0; n < 20; n++) {
                if (kind == Kind.PCAPNG || n != 3) {
                    assertThat(handle.getNextRawPacketEx()).as("frame " + n).isEqualTo(bytes(n, 14 + n));
                    assertThat(handle.getOriginalLength()).isEqualTo(n == 5 ? 9000 : 14 + n);
                    assertThat(handle.getTimestamp().toInstant().getEpochSecond()).isEqualTo(TIME_NS / 1_000_000_000);
                    assertThat(handle.getTimestamp().getNanos()).isEqualTo((int) (TIME_NS % 1_000_000_000) + n * 1000);
                }
            }
            assertThatThrownBy(handle::getNextRawPacketEx).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void shouldWritePcapThatLibpcapReads() throws Exception {
        readBack(Kind.PCAP, write(Kind.PCAP));
    }

    @Test
    void shouldWritePcapngThatLibpcapReads() throws Exception {
        readBack(Kind.PCAPNG, write(Kind.PCAPNG));
    }

    @Test
    void shouldTellPortsDirectionsReasonsAndWhatIsMissing() {
        List<Block> blocks = Block.all(write(Kind.PCAPNG));
        assertThat(blocks).extracting(Block::type).startsWith(0x0A0D0D0A, 1, 1, 6, 6).endsWith(6, 5).hasSize(24);
        assertThat(blocks.get(1).text(2)).isEqualTo("web1");
        assertThat(blocks.get(1).text(3)).isEqualTo("tap tap0, access 10");
        assertThat(blocks.get(2).text(2)).isEqualTo("db1");
        assertThat(blocks.get(1).options().get(9)).containsExactly(9);
        for (int n = 0; n < 20; n++) {
            Block frame = blocks.get(3 + n);
            assertThat(frame.body().getInt(0)).as("interface").isEqualTo(n % 2);
            assertThat(frame.options().get(2)).as("direction").containsExactly(1 + n % 2, 0, 0, 0);
            assertThat(frame.text(1)).isEqualTo(n == 2 || n == 3 ? "dropped: not-member: for a reason" : "");
        }
        Block statistics = blocks.getLast();
        assertThat(statistics.body().getInt(0)).isEqualTo(1);
        assertThat(statistics.number(4)).as("received").isEqualTo(30);
        assertThat(statistics.number(5)).as("missed").isEqualTo(10);
    }

    /** The control: the readers find fault with files that are not whole. */
    @Test
    void shouldNotReadBackWhatIsDamaged() throws IOException {
        byte[] file = write(Kind.PCAP);
        file[24 + 8] ^= 4;
        assertThatThrownBy(() -> readBack(Kind.PCAP, file)).isInstanceOfAny(AssertionError.class, Exception.class);
        byte[] other = write(Kind.PCAPNG);
        other[4] ^= 4;
        assertThatThrownBy(() -> Block.all(other)).isInstanceOfAny(AssertionError.class, RuntimeException.class);
    }

    @Test
    void shouldChooseByTheNameOfTheFile() {
        assertThat(Kind.ofFile("a.pcap")).isEqualTo(Kind.PCAP);
        assertThat(Kind.ofFile("a.cap")).isEqualTo(Kind.PCAP);
        assertThat(Kind.ofFile("a.pcapng")).isEqualTo(Kind.PCAPNG);
        assertThat(Kind.ofFile("")).isEqualTo(Kind.PCAPNG);
        assertThat(Kind.of("pcap")).contains(Kind.PCAP);
        assertThat(Kind.of("erf")).isEmpty();
    }
}
