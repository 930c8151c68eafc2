package net.weft.vswitch.fdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FdbFileTest {
    private static final FdbImage.Content CONTENT = new FdbImage.Content(Map.of(3, 33L),
            List.of(new MacEntry(10, 2, 3, 5)));

    @TempDir
    private Path directory;
    private final FdbImage image = new FdbImage(new UUID(1, 2));

    private Path path() {
        return directory.resolve("c.stations");
    }

    private FdbFile file() {
        return new FdbFile(path());
    }

    private ByteBuffer content() {
        image.begin(CONTENT.identities());
        CONTENT.stations().forEach(one -> image.add(one.vid(), one.mac(), one.port(), one.seenSeconds()));
        return image.finish();
    }

    @Test
    void shouldFindWhatWasSavedLast() throws IOException {
        assertThat(file().load(image)).isEqualTo(FdbImage.Content.NONE);
        image.begin(Map.of());
        assertThat(file().save(image.finish())).isTrue();
        assertThat(file().save(content())).isTrue();
        assertThat(file().load(image)).isEqualTo(CONTENT);
        assertThat(directory).isDirectoryContaining("glob:**/c.stations");
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(path());
        }
    }

    @Test
    void shouldBeItsOwnersAlone() throws IOException {
        file().save(content());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path()))).isEqualTo("rw-------");
    }

    @Test
    void shouldBeginAnewOverWhatIsNoFileOfStations() throws IOException {
        Files.writeString(path(), "something else, and longer than a header of forty bytes");
        assertThat(file().load(image)).isEqualTo(FdbImage.Content.NONE);
        assertThat(file().save(content())).isTrue();
        assertThat(file().load(image)).isEqualTo(CONTENT);
    }

    @Test
    void shouldNotReadAFileThatIsLargerThanAnyOfItsOwn() throws IOException {
        try (RandomAccessFile large = new RandomAccessFile(path().toFile(), "rw")) {
            large.setLength(1L << 40);
        }
        assertThat(file().load(image)).isEqualTo(FdbImage.Content.NONE);
        assertThat(file().save(content())).isTrue();
        assertThat(file().load(image)).isEqualTo(CONTENT);
    }

    @Test
    void shouldNeitherFollowNorWriteThroughALink() throws IOException {
        Path elsewhere = directory.resolve("elsewhere");
        new FdbFile(elsewhere).save(content());
        byte[] before = Files.readAllBytes(elsewhere);
        Files.createSymbolicLink(path(), elsewhere);
        Files.createSymbolicLink(directory.resolve("c.stations.new"), elsewhere);
        assertThat(file().load(image)).isEqualTo(FdbImage.Content.NONE);
        image.begin(Map.of());
        assertThat(file().save(image.finish())).isTrue();
        assertThat(Files.isSymbolicLink(path())).isFalse();
        assertThat(elsewhere).hasBinaryContent(before);
    }

    @Test
    void shouldGoOnWithoutAFileThatCannotBeUsed() throws IOException {
        Files.createDirectories(path().resolve("full"));
        assertThat(file().load(image)).isEqualTo(FdbImage.Content.NONE);
        assertThat(file().save(content())).isFalse();
        FdbFile nowhere = new FdbFile(directory.resolve("no/such"));
        assertThat(nowhere.load(image)).isEqualTo(FdbImage.Content.NONE);
        assertThat(nowhere.save(content())).isFalse();
    }
}
