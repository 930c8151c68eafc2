package net.weft.vswitch.device.pcap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptureFileTest {
    @TempDir
    private Path directory = Path.of("");

    /** @param original bytes that each frame had on the wire */
    private Path file(int linkType, int original, byte[]... frames) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(4096).putInt(0xa1b2c3d4).putShort((short) 2).putShort((short) 4).putInt(0)
                .putInt(0).putInt(65536).putInt(linkType);
        for (byte[] frame : frames) {
            text.putInt(0).putInt(0).putInt(frame.length).putInt(Math.max(original, frame.length)).put(frame);
        }
        return Files.write(directory.resolve("frames.pcap"), Arrays.copyOf(text.array(), text.position()));
    }

    private static byte[] frame(int mark) {
        byte[] frame = new byte[60];
        frame[59] = (byte) mark;
        return frame;
    }

    @Test
    void shouldReadTheFrameAskedFor() throws IOException {
        Path file = file(1, 0, frame(1), frame(2), frame(3));
        assertThat(CaptureFile.frame(file, 1)).isEqualTo(frame(1));
        assertThat(CaptureFile.frame(file, 3)).isEqualTo(frame(3));
    }

    @Test
    void shouldSayWhatIsWrong() throws IOException {
        assertThatThrownBy(() -> CaptureFile.frame(directory.resolve("none"), 1)).hasMessageContaining("no such file");
        assertThatThrownBy(() -> CaptureFile.frame(file(1, 0, frame(1)), 2))
                .hasMessageContaining("there is no frame 2; it holds 1 whole frame");
        assertThatThrownBy(() -> CaptureFile.frame(file(113, 0, frame(1)), 1)).hasMessageContaining("not Ethernet");
        assertThatThrownBy(() -> CaptureFile.frame(file(1, 1500, frame(1)), 1))
                .hasMessageContaining("was cut to 60 of 1500 bytes");
        Path text = Files.writeString(directory.resolve("text"), "this is no capture at all, though it is long enough");
        assertThatThrownBy(() -> CaptureFile.frame(text, 1)).hasMessageContaining("not a capture file");
    }

    @Test
    void shouldReadWhatIsWholeOfADamagedFile() throws IOException {
        Path file = file(1, 0, frame(1), frame(2));
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 30));
        assertThat(CaptureFile.frame(file, 1)).isEqualTo(frame(1));
        assertThatThrownBy(() -> CaptureFile.frame(file, 2)).isInstanceOf(IOException.class);
    }
}
