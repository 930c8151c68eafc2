package net.weft.vswitch.zoning;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import net.weft.zone.track.Attachment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionFileTest {
    private static final int BYTES = 1 << 16;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private ConnectionFile file(Attachment found) {
        return new ConnectionFile(directory.resolve("connections"), BYTES, _ -> found);
    }

    private void write(long value) {
        try (ConnectionFile file = file(Attachment.RESUMED)) {
            file.memory().set(JAVA_LONG, BYTES - 8, value);
        }
    }

    private long read(Attachment found) {
        try (ConnectionFile file = file(found)) {
            assertThat(file.memory().byteSize()).isEqualTo(BYTES);
            return file.memory().get(JAVA_LONG, BYTES - 8);
        }
    }

    @Test
    void shouldKeepWhatCanBeTakenUp() {
        write(42);
        assertThat(read(Attachment.RESUMED)).isEqualTo(42);
        assertThat(read(Attachment.RESUMED)).isEqualTo(42);
    }

    @Test
    void shouldBeginWithZerosWhereNothingCanBeTakenUp() {
        for (Attachment found : Attachment.values()) {
            if (found.isNew()) {
                write(42);
                assertThat(read(found)).as("%s", found).isZero();
            }
        }
    }

    @Test
    void shouldHaveAllItsRoomFromTheStart() throws IOException {
        Path path = directory.resolve("connections");
        Files.write(path, new byte[100]);
        try (ConnectionFile file = file(Attachment.RESUMED)) {
            assertThat(Files.size(path)).isEqualTo(BYTES);
            assertThat(file.memory().byteSize()).isEqualTo(BYTES);
        }
    }

    @Test
    void shouldSeeThatPagesOfItAreGone() throws IOException {
        Path path = directory.resolve("connections");
        try (ConnectionFile file = file(Attachment.RESUMED)) {
            file.memory().fill((byte) 1);
            assertThat(file.isDamaged()).as("the control").isFalse();
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.truncate(BYTES / 2);
            }
            assertThat(file.isDamaged()).as("cut off").isTrue();
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.allocate(1), BYTES - 1);
            }
            assertThat(file.isDamaged()).as("a hole").isTrue();
        }
    }

    /** Whoever comes second remembers for himself, and disturbs nobody. */
    @Test
    void shouldLeaveAloneWhatAnotherUses() {
        try (ConnectionFile first = file(Attachment.RESUMED)) {
            first.memory().set(JAVA_LONG, 0, 42);
            try (ConnectionFile second = file(Attachment.DAMAGED)) {
                MemorySegment own = second.memory();
                assertThat(own.byteSize()).isEqualTo(BYTES);
                assertThat(own.get(JAVA_LONG, 0)).isZero();
                own.set(JAVA_LONG, 0, 43);
            }
            assertThat(first.memory().get(JAVA_LONG, 0)).isEqualTo(42);
        }
    }

    @Test
    void shouldNotWriteThroughALink() throws IOException {
        Path elsewhere = Files.writeString(directory.resolve("elsewhere"), "something else");
        Files.createSymbolicLink(directory.resolve("connections"), elsewhere);
        write(42);
        assertThat(elsewhere).hasContent("something else");
    }

    @Test
    void shouldDoWithoutAFileThatCannotBeHad() throws IOException {
        Files.createDirectory(directory.resolve("connections"));
        try (ConnectionFile file = file(Attachment.EMPTY)) {
            assertThat(file.memory().byteSize()).isEqualTo(BYTES);
        }
    }
}
