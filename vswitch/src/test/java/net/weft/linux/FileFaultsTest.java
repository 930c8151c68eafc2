package net.weft.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class FileFaultsTest {
    @Test
    void shouldSayWhatAPathAloneDoesNot() {
        assertThat(FileFaults.reason(new AccessDeniedException("/a"))).isEqualTo("permission denied");
        assertThat(FileFaults.reason(new NoSuchFileException("/a/b"))).isEqualTo("its directory does not exist");
        assertThat(FileFaults.reason(new FileSystemException("/a", "/b", "Is a directory")))
                .isEqualTo("Is a directory");
        assertThat(FileFaults.reason(new IOException("No space left on device"))).isEqualTo("No space left on device");
        assertThat(FileFaults.reason(new IOException())).isEqualTo("IOException");
    }
}
