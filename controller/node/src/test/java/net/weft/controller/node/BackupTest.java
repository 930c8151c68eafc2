package net.weft.controller.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import net.weft.controller.node.RunningWeft.Result;
import net.weft.testing.Seed;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands {@code weft backup} and {@code weft restore}, as a person types them. */
class BackupTest {
    @TempDir
    Path directory = Path.of("");
    @SuppressWarnings("NullAway.Init")
    private RunningWeft running;
    @SuppressWarnings("NullAway.Init")
    private String backup;

    @BeforeEach
    void start() throws IOException {
        running = new RunningWeft(directory);
        backup = directory.resolve("weft.backup").toString();
        weft("port", "set", "web1", "description=good", "--comment", "the good one");
    }

    @AfterEach
    void stop() {
        running.close();
    }

    private Result weft(String... arguments) {
        return running.weft(arguments);
    }

    private void done(String... arguments) {
        Result result = weft(arguments);
        assertThat(result.status()).as(result.err()).isZero();
    }

    @Test
    void shouldBringBackARevisionAsANewOne() throws IOException {
        done("backup", backup);
        assertThat(Files.getPosixFilePermissions(Path.of(backup))).hasSize(2);
        String good = weft("export").out();
        done("port", "set", "web1", "description=bad");
        Result dryRun = weft("restore", backup, "--dry-run");
        assertThat(dryRun.out()).contains("description bad → good");
        assertThat(weft("export").out()).contains("description: bad");
        done("restore", backup, "--comment", "the disk");
        assertThat(weft("export").out()).isEqualTo(good);
        assertThat(weft("history").out().lines().toList().get(1)).contains("restore of revision 2", "the disk");
        assertThat(weft("history", "-o", "json").out()).contains("\"revision\":4,");
        done("rollback", "3");
        assertThat(weft("export").out()).contains("description: bad");
    }

    @Test
    void shouldGiveAStoreWithoutRevisionsAllOfThemWithTheirNumbers() throws IOException {
        done("port", "set", "db1", "description=third");
        String export = weft("export").out();
        String history = weft("history", "-o", "json").out();
        done("backup", backup);
        running.close();
        delete(directory.resolve("data"));
        running.start(Optional.empty());
        assertThat(weft("export").out()).doesNotContain("web1");
        done("restore", backup);
        assertThat(weft("export").out()).isEqualTo(export);
        assertThat(weft("history", "-o", "json").out()).isEqualTo(history);
        assertThat(weft("show", "revision", "2").out()).contains("the good one");
        running.close();
        running.start(Optional.empty());
        assertThat(weft("history", "-o", "json").out()).as("after another start").isEqualTo(history);
        done("port", "set", "web1", "description=next");
        assertThat(weft("history", "-o", "json").out()).contains("\"revision\":4,");
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void shouldRefuseWhatIsNoBackupAndChangeNothing() throws IOException {
        done("backup", backup);
        byte[] good = Files.readAllBytes(Path.of(backup));
        done("port", "set", "web1", "description=bad");
        String bad = directory.resolve("bad").toString();
        long seed = Seed.of(BackupTest.class);
        for (int round = 0; round < 60; round++) {
            Random random = new Random(seed + round);
            Files.write(Path.of(bad), broken(good, random));
            Result result = weft("restore", bad);
            if (result.status() != 0) {
                assertThat(result.err()).as("seed " + (seed + round)).startsWith("weft: ")
                        .doesNotContain("unforeseen");
                assertThat(weft("export").out()).contains("description: bad");
            } else {
                assertThat(weft("export").out()).as("a harmless change, seed " + (seed + round))
                        .contains("description: good");
                done("port", "set", "web1", "description=bad");
            }
        }
        Files.write(Path.of(bad), new byte[0]);
        assertThat(weft("restore", bad).err()).contains("it is no backup of weft");
        Files.writeString(Path.of(bad), "ports: {}");
        assertThat(weft("restore", bad).err()).contains("it is no backup of weft, or not all of it");
        assertThat(weft("restore", bad + "x").err()).contains("there is no such file");
    }

    /** Cuts bytes off, or flips one. */
    private static byte[] broken(byte[] good, Random random) {
        if (random.nextBoolean()) {
            return java.util.Arrays.copyOf(good, random.nextInt(good.length));
        }
        byte[] flipped = good.clone();
        flipped[random.nextInt(good.length)] ^= (byte) (1 << random.nextInt(8));
        return flipped;
    }

    @Test
    void shouldNameWhatIsMissingOfTheOptions() throws IOException {
        assertThat(weft("backup", backup, "--with-secrets").status()).isEqualTo(2);
        Path passphrase = Files.writeString(directory.resolve("p"), "short\n");
        assertThat(weft("backup", backup, "--with-secrets", "--passphrase-file", passphrase.toString()).err())
                .isEqualTo("weft: the passphrase has 5 characters, expected at least 12\n");
        assertThat(Path.of(backup)).doesNotExist();
        Files.writeString(passphrase, "correct horse battery\n");
        done("backup", backup);
        assertThat(weft("restore", backup, "--passphrase-file", passphrase.toString()).err())
                .isEqualTo("weft: the backup has no keys: it was made without --with-secrets\n");
        assertThat(weft("backup", directory.resolve("none/b").toString()).err()).contains("cannot be written");
        List<String> help = weft("backup", "--help").out().lines().toList();
        assertThat(help).anyMatch(line -> line.contains("weft backup weft.backup"));
        assertThat(new String(Files.readAllBytes(Path.of(backup)), StandardCharsets.ISO_8859_1))
                .contains("weft-backup-1");
    }
}
