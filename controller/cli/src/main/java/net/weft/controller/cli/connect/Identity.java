package net.weft.controller.cli.connect;

import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * The key and certificates by which a command shows a controller on another host who it is, and recognizes it.
 *
 * @param directory directory with {@value #KEY}, {@value #CERTIFICATE} and {@value #AUTHORITY}
 */
public record Identity(Path directory) {
    public static final String KEY = "client.key";
    public static final String CERTIFICATE = "client.pem";
    public static final String AUTHORITY = "authority.pem";
    /** The name in the certificates of controllers, whatever their addresses. */
    static final String CONTROLLER_HOST = "controller.weft";
    private static final String VARIABLE = "WEFT_IDENTITY";

    /** Returns the identity of the option {@code --identity}, else of $WEFT_IDENTITY, else of the user's configuration. */
    static Identity of(Optional<String> option, Map<String, String> environment) {
        String named = option.orElseGet(() -> environment.getOrDefault(VARIABLE, ""));
        if (!named.isEmpty()) {
            return new Identity(Surroundings.current().resolve(Path.of(named)));
        }
        String configuration = environment.getOrDefault("XDG_CONFIG_HOME", "");
        return new Identity((configuration.isEmpty()
                ? Path.of(environment.getOrDefault("HOME", System.getProperty("user.home", "/")), ".config")
                : Path.of(configuration)).resolve("weft"));
    }

    /** @throws FailedException if a file is missing or damaged */
    SslContext context() {
        for (String name : new String[]{KEY, CERTIFICATE, AUTHORITY}) {
            if (!Files.isReadable(directory.resolve(name))) {
                throw new FailedException(
                        directory.resolve(name) + ": cannot be read; an admin makes it with `weft pki issue"
                                + " NAME --role ROLE --out DIR`; say where it is with --identity DIR or $" + VARIABLE);
            }
        }
        try {
            return GrpcSslContexts.configure(GrpcSslContexts.forClient(), SslProvider.JDK).protocols("TLSv1.3")
                    .keyManager(directory.resolve(CERTIFICATE).toFile(), directory.resolve(KEY).toFile())
                    .trustManager(directory.resolve(AUTHORITY).toFile()).build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new FailedException(directory + ": the certificate or its key is damaged: " + e.getMessage());
        }
    }
}
