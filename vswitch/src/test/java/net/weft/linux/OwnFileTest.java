package net.weft.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that somebody else may have put there. */
class OwnFileTest {
    @TempDir
    Path directory = Path.of("");

    private Path file() {
        return directory.resolve("file");
    }

    private void shouldRefuse(String why) {
        assertThatThrownBy(() -> OwnFile.open(file(), Fd.O_RDWR)).isInstanceOf(IOException.class)
                .hasMessageContaining(why);
    }

    @Test
    void shouldMakeAFileThatNobodyElseMayUseAndOpenItAgain() throws Exception {
        OwnFile.open(file(), Fd.O_RDWR | Fd.O_CREAT).close();
        assertThat(Files.getPosixFilePermissions(file())).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        OwnFile.open(file(), Fd.O_RDWR).close();
    }

    @Test
    void shouldFollowNoLink() throws Exception {
        Files.createFile(directory.resolve("other"));
        Files.createSymbolicLink(file(), directory.resolve("other"));
        shouldRefuse("it is no regular file");
        Files.delete(file());
        Files.createLink(file(), directory.resolve("other"));
        shouldRefuse("it has 2 names");
    }

    @Test
    void shouldTakeNoDirectoryAndNoFileThatOthersMayWrite() throws Exception {
        Files.createDirectory(file());
        shouldRefuse("it is no regular file");
        Files.delete(file());
        Files.createFile(file());
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-rw-rw-"));
        shouldRefuse("others may write it (mode 666, expected 600)");
    }
}
