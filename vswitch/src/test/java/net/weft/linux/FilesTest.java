package net.weft.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void shouldNameTheMissingFile() {
        Path missing = directory.resolve("missing");
        assertThatThrownBy(() -> Fd.open(missing.toString(), Fd.O_RDONLY)).isInstanceOfSatisfying(LinuxException.class,
                e -> {
                    assertThat(e.errno()).isEqualTo(Errno.ENOENT);
                    assertThat(e.call()).isEqualTo("open");
                    assertThat(e.about()).isEqualTo(missing.toString());
                });
    }

    @Test
    void shouldGatherAndScatter() throws Exception {
        Path file = directory.resolve("file");
        try (Arena arena = Arena.ofConfined()) {
            long memory = arena.allocate(64).address();
            Memory.copy("weft!".getBytes(StandardCharsets.US_ASCII), 0, memory, 5);
            Iovecs iovecs = new Iovecs(arena, 2);
            iovecs.set(0, memory, 2);
            iovecs.set(1, memory + 2, 3);
            try (Fd fd = Fd.open(file.toString(), Fd.O_CREAT | Fd.O_WRONLY)) {
                assertThat(fd.writev(iovecs.address(), 2)).isEqualTo(5);
            }
            assertThat(file).hasContent("weft!");
            iovecs.set(0, memory + 32, 3);
            iovecs.set(1, memory + 40, 8);
            try (Fd fd = Fd.open(file.toString(), Fd.O_RDONLY)) {
                assertThat(fd.readv(iovecs.address(), 2)).isEqualTo(5);
                assertThat(Memory.getShortBe(memory + 40)).isEqualTo((short) ('t' << 8 | '!'));
                assertThat(fd.read(memory, 8)).isZero();
                assertThat(fd.write(memory, 8)).isEqualTo(-Errno.EBADF);
            }
        }
        assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
    }

    @Test
    void shouldGiveAFileItsRoomAndKeepWhatIsInIt() throws Exception {
        Path file = directory.resolve("roomy");
        Files.writeString(file, "weft");
        try (Fd fd = Fd.open(file.toString(), Fd.O_RDWR)) {
            fd.allocate(8192);
            assertThat(Files.size(file)).isEqualTo(8192);
            assertThat(Files.readString(file)).startsWith("weft");
            assertThatThrownBy(() -> fd.allocate(1L << 62)).isInstanceOfSatisfying(LinuxException.class,
                    e -> assertThat(e.call()).isEqualTo("fallocate"));
        }
    }

    @Test
    void shouldShareMemoryBetweenTwoMappings() {
        try (Fd fd = Memfd.create("weft-test", 8192);
                Mapping whole = Mapping.populated(fd, 0, 8192);
                Mapping second = Mapping.shared(fd, 4096, 4096)) {
            fd.close();
            assertThat(Memory.getLong(whole.address())).isZero();
            Memory.putLongRelease(whole.address() + 4096, 42);
            assertThat(Memory.getLongAcquire(second.address())).isEqualTo(42);
        }
    }

    @Test
    void shouldRefuseToMapAClosedFile() {
        Fd fd = Memfd.create("weft-test", 4096);
        fd.close();
        assertThatThrownBy(() -> Mapping.shared(fd, 0, 4096)).isInstanceOf(LinuxException.class)
                .hasMessageContaining("mmap 4096 bytes");
    }
}
