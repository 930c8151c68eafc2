package net.weft.controller.server.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.revision.RevisionCodec;
import net.weft.controller.model.revision.RevisionHeader;
import net.weft.controller.server.FileRevisionStore;
import net.weft.controller.server.Revisions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup that is larger than the heap. */
class BackupHeapTest {
    private static final int EARLIER = 32;
    private static final int BYTES = 4 << 20;
    /** A quarter of what is in the backup. */
    private static final String HEAP = "-Xmx32m";

    @TempDir
    Path directory = Path.of("");

    /** Restores the backup of the first argument to the directory of the second, in the process with the small heap. */
    static final class Restore {
        private Restore() {
        }

        static void main(String[] arguments) throws IOException {
            Backup backup = Backup.read(Path.of(arguments[0]));
            FileRevisionStore.open(Path.of(arguments[1])).begin(backup.newest(), backup);
        }
    }

    @Test
    void shouldRestoreMoreThanTheHeapHolds() throws IOException, InterruptedException {
        Path file = backup();
        Path data = Files.createDirectory(directory.resolve("data"));
        Path said = directory.resolve("said");
        Process process = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), HEAP, "-cp",
                classPath(), Restore.class.getName(), file.toString(), data.toString())
                .redirectErrorStream(true).redirectOutput(said.toFile()).start();
        assertThat(process.waitFor()).as(Files.readString(said)).isZero();
        FileRevisionStore store = FileRevisionStore.open(data);
        assertThat(store.numbers()).hasSize(EARLIER + 1);
        assertThat(store.last()).map(Revision::number).contains(EARLIER + 1L);
        assertThat(store.bytes(EARLIER).orElseThrow()).hasSize(BYTES);
    }

    private static String classPath() {
        return Thread.currentThread().getContextClassLoader() instanceof URLClassLoader loader
                ? Arrays.stream(loader.getURLs()).map(URL::getPath).collect(Collectors.joining(":"))
                : System.getProperty("java.class.path");
    }

    /** Writes a backup whose earlier revisions do not read, because their length is all that matters. */
    private Path backup() throws IOException {
        Path file = directory.resolve("weft.backup");
        Revision first = Revisions.next(Optional.empty(), 10);
        Revision newest = new Revision(new RevisionHeader(EARLIER + 1L, first.header().author(),
                first.header().changes(), Optional.empty()), first.config(), first.origins(), first.portNumbers(),
                first.zoneNumbers(), first.fileText(), first.conflicts(), first.revokedKeys());
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file), StandardCharsets.UTF_8)) {
            zip.setLevel(1);
            entry(zip, "weft-backup-1", ("newest: " + newest.number() + "\nrevisions: " + newest.number() + "\n")
                    .getBytes(StandardCharsets.UTF_8));
            byte[] bytes = new byte[BYTES];
            for (int number = 1; number <= EARLIER; number++) {
                entry(zip, String.format(Locale.ROOT, "revisions/%010d.json", number), bytes);
            }
            entry(zip, String.format(Locale.ROOT, "revisions/%010d.json", newest.number()),
                    RevisionCodec.write(newest));
        }
        return file;
    }

    private static void entry(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(bytes);
        zip.closeEntry();
    }
}
