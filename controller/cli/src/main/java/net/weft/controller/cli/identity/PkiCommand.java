package net.weft.controller.cli.identity;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import net.weft.controller.cli.connect.ControlClient;
import net.weft.controller.cli.connect.ControlOption;
import net.weft.controller.cli.connect.FailedException;
import net.weft.controller.cli.connect.Identity;
import net.weft.controller.cli.connect.Surroundings;
import net.weft.v1.InitAuthorityRequest;
import net.weft.v1.IssueCertificateRequest;
import net.weft.v1.IssueCertificateResponse;
import net.weft.v1.RevokeCertificateRequest;
import net.weft.v1.RevokeCertificateResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "pki", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "(init | issue | revoke)", description = "Say who may use the fabric from other hosts: certificates of its own authority.", footer = {
        "", "Examples:", "  weft pki init", "  weft pki issue ann --role admin --out ~/ann", "  weft pki revoke ann"})
public final class PkiCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing: init, issue or revoke");
    }

    @Command(name = "init", mixinStandardHelpOptions = true, sortOptions = false, description = "Make the authority of the fabric, where none was needed yet.", footer = {
            "", "`weft up --listen` makes it by itself. Its key stays in the controller's data directory.", "",
            "Examples:",
            "  weft pki init"})
    void init(@Mixin ControlOption control) {
        try (ControlClient client = control.connect()) {
            client.identity(identity -> identity.initAuthority(InitAuthorityRequest.getDefaultInstance()));
        }
    }

    @Command(name = "issue", mixinStandardHelpOptions = true, sortOptions = false, description = "Issue a certificate for a person or a program; the private key is made here and goes nowhere.", footer = {
            "", "The directory gets client.key, client.pem and authority.pem, for --identity DIR or $WEFT_IDENTITY.",
            "admin: everything; operator: everything but certificates and tokens; viewer: looks, and changes nothing.",
            "",
            "Examples:", "  weft pki issue ann --role admin --out ~/.config/weft",
            "  weft pki issue grafana --role viewer --out /etc/grafana/weft --valid-days 90"})
    void issue(@Mixin ControlOption control,
            @Parameters(paramLabel = "NAME", description = "who it is for") String name,
            @Option(names = "--role", paramLabel = "ROLE", required = true, description = "admin, operator or viewer") String role,
            @Option(names = "--out", paramLabel = "DIR", required = true, description = "where the files go, mode 0600") Path out,
            @Option(names = "--valid-days", paramLabel = "N", defaultValue = "0", description = "how long it is valid (default: a year)") int validDays) {
        Path directory = Surroundings.current().resolve(out);
        if (Files.exists(directory.resolve(Identity.KEY))) {
            throw new FailedException(directory.resolve(Identity.KEY)
                    + ": is there already; choose another directory with --out, or remove it");
        }
        KeyPair pair = newKey();
        try (ControlClient client = control.connect()) {
            IssueCertificateResponse issued = client
                    .identity(identity -> identity.issueCertificate(IssueCertificateRequest
                            .newBuilder().setName(name).setRole(role).setValidDays(validDays)
                            .setPublicKey(ByteString.copyFrom(pair.getPublic().getEncoded())).build()));
            write(directory, Identity.AUTHORITY, "CERTIFICATE", issued.getAuthority().toByteArray());
            write(directory, Identity.CERTIFICATE, "CERTIFICATE", issued.getCertificate().toByteArray());
            write(directory, Identity.KEY, "PRIVATE KEY", pair.getPrivate().getEncoded());
        }
    }

    @Command(name = "revoke", mixinStandardHelpOptions = true, sortOptions = false, description = "Revoke all certificates of a name; its connections end at once.", footer = {
            "", "Examples:", "  weft pki revoke ann",
            "  weft pki revoke member/2    the member goes on forwarding, alone"})
    void revoke(@Mixin ControlOption control,
            @Parameters(paramLabel = "NAME", description = "a person or program, or member/N") String name) {
        try (ControlClient client = control.connect()) {
            RevokeCertificateResponse revoked = client.identity(identity -> identity
                    .revokeCertificate(RevokeCertificateRequest.newBuilder().setName(name).build()));
            spec.commandLine().getErr().println("weft: " + revoked.getRevoked() + " revoked");
        }
    }

    private static KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256", e);
        }
    }

    private static void write(Path directory, String name, String label, byte[] der) {
        Path file = directory.resolve(name);
        String text = "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(der)
                + "\n-----END " + label + "-----\n";
        try {
            Files.createDirectories(directory,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.deleteIfExists(file);
            try (var channel = Files.newByteChannel(file,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
            }
        } catch (IOException e) {
            throw new FailedException(List.of(file + ": cannot be written: " + e.getMessage()));
        }
    }
}
