package net.weft.controller.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import net.weft.controller.cli.connect.ControlClient;
import net.weft.controller.cli.connect.FailedException;
import net.weft.controller.cli.connect.Surroundings;
import net.weft.v1.ApplyResponse;
import net.weft.v1.RestoreOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "restore", mixinStandardHelpOptions = true, sortOptions = false, description = "Make the newest revision of a backup run.", footer = {
        "",
        "Where there are revisions already it is a new one, which can be rolled back. A store without any, also one that cannot be read,",
        "gets all revisions of the backup with their numbers. Revoked VPN keys stay revoked. Without --passphrase-file the keys that",
        "are here stay.", "", "Examples:", "  weft restore weft.backup --dry-run",
        "  weft restore weft.backup --comment 'after the disk failed' --passphrase-file /root/weft.passphrase"})
final class RestoreCommand implements Runnable {
    @Parameters(paramLabel = "FILE", description = "a file that `weft backup` has written")
    private String file = "";
    @Mixin
    private PassphraseOption passphrase = new PassphraseOption();
    @Mixin
    private EditOptions edit = new EditOptions();

    @Override
    public void run() {
        RestoreOptions.Builder options = RestoreOptions.newBuilder().setPassphrase(passphrase.read())
                .setDryRun(edit.dryRun()).setRefusalInResponse(true).setOptions(edit.options());
        edit.base().ifPresent(options::setBaseRevision);
        edit.make(client -> restored(client, options.build()));
    }

    private ApplyResponse restored(ControlClient client, RestoreOptions options) {
        try (InputStream backup = Files.newInputStream(Surroundings.current().resolve(Path.of(file)))) {
            return client.restore(options, backup);
        } catch (NoSuchFileException e) {
            throw new FailedException(file + ": there is no such file");
        } catch (IOException e) {
            throw new FailedException(file + ": cannot be read: " + e.getMessage());
        }
    }
}
