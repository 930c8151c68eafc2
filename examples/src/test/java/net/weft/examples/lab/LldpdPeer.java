package net.weft.examples.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** An lldpd of its own in a namespace, with its control socket in the laboratory. */
public final class LldpdPeer {
    private final Namespace namespace;
    private final String device;
    private final Path control;

    private LldpdPeer(Namespace namespace, String device, Path control) {
        this.namespace = namespace;
        this.device = device;
        this.control = control;
    }

    /** @param systemName the name that it tells its neighbours */
    public static LldpdPeer start(Lab lab, Namespace namespace, String device, String systemName) {
        LldpdPeer peer = new LldpdPeer(namespace, device, lab.path("lldpd.sock"));
        Path log = lab.path("lldpd.out");
        ProcessBuilder builder = namespace.program(List.of("lldpd", "-d", "-u", peer.control.toString(), "-I", device,
                "-S", "a peer in a test", "-O", lab.path("lldpd.none").toString()));
        builder.redirectErrorStream(true).redirectOutput(Redirect.to(log.toFile()));
        try {
            // Both programs drop their privilege before they use the socket.
            Files.setPosixFilePermissions(peer.control.getParent(), PosixFilePermissions.fromString("rwx--x--x"));
            Process process = builder.start();
            lab.closing(() -> Programs.end(process));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start lldpd", e);
        }
        Awaitility.await("lldpd answers, see " + log).atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(100)).until(() -> Files.exists(peer.control)
                        && peer.ask("configure", "system", "hostname", systemName).ok()
                        && peer.ask("configure", "lldp", "tx-interval", "2").ok());
        return peer;
    }

    /** Returns the neighbours of its device, as lines of key and value. */
    public String neighbors() {
        return ask("-f", "keyvalue", "show", "neighbors", "details").out().replace("lldp." + device + ".", "");
    }

    private Outcome ask(String... question) {
        List<String> command = new ArrayList<>(List.of("lldpcli", "-u", control.toString()));
        command.addAll(List.of(question));
        return namespace.run(Duration.ofSeconds(10), Map.of(), command);
    }
}
