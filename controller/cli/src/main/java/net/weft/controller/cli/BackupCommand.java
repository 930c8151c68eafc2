package net.weft.controller.cli;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import net.weft.controller.cli.connect.ControlClient;
import net.weft.controller.cli.connect.ControlOption;
import net.weft.controller.cli.connect.FailedException;
import net.weft.controller.cli.connect.Surroundings;
import net.weft.v1.BackupRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "backup", mixinStandardHelpOptions = true, sortOptions = false, description = "Write every revision that is kept to one file, for `weft restore`.", footer = {
        "",
        "The file is a zip archive of mode 0600. It replaces an older one once it is complete. Keys of VPN gateways and peers are not in",
        "it, unless --with-secrets seals them by a passphrase.", "", "Examples:", "  weft backup weft.backup",
        "  weft backup weft.backup --with-secrets --passphrase-file /root/weft.passphrase"})
final class BackupCommand implements Runnable {
    @Parameters(paramLabel = "FILE", description = "the file to write")
    private String file = "";
    @Option(names = "--with-secrets", description = "also the keys, sealed; needs --passphrase-file")
    private boolean withSecrets;
    @Mixin
    private PassphraseOption passphrase = new PassphraseOption();
    @Mixin
    private ControlOption control = new ControlOption();
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        if (withSecrets != passphrase.isGiven()) {
            throw new ParameterException(spec.commandLine(),
                    "--with-secrets and --passphrase-file FILE are given together, or neither");
        }
        Path target = Surroundings.current().resolve(Path.of(file));
        Path unfinished = target.resolveSibling(target.getFileName() + ".new");
        BackupRequest request = BackupRequest.newBuilder().setPassphrase(passphrase.read()).build();
        try (ControlClient client = control.connect()) {
            write(client, request, unfinished);
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            discard(unfinished);
            throw new FailedException(file + ": cannot be written: " + e.getMessage());
        } catch (UncheckedIOException e) {
            discard(unfinished);
            throw new FailedException(file + ": cannot be written: " + e.getMessage());
        } catch (FailedException e) {
            discard(unfinished);
            throw e;
        }
    }

    private static void write(ControlClient client, BackupRequest request, Path unfinished) throws IOException {
        Files.deleteIfExists(unfinished);
        Files.createFile(unfinished,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (OutputStream out = Files.newOutputStream(unfinished)) {
            client.backup(request, bytes -> append(out, bytes));
        }
    }

    private static void append(OutputStream out, ByteString bytes) {
        try {
            bytes.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private static void discard(Path unfinished) {
        try {
            Files.deleteIfExists(unfinished);
        } catch (IOException e) {
            System.getLogger(BackupCommand.class.getName()).log(System.Logger.Level.DEBUG, "unfinished", e);
        }
    }
}
