package net.weft.controller.cli.connect;

import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The address of an instance: its control socket, or a controller on another host; and the default places of an instance's files.
 *
 * @param path path of the Unix socket; empty for a controller on another host
 * @param remote the controller on another host; null for a Unix socket
 */
public record ControlAddress(Path path, @Nullable Remote remote) {
    /** Highest number of a TCP port. */
    private static final int MAX_PORT = 65_535;

    /**
     * A controller on another host.
     *
     * @param identity by what the command shows who it is
     */
    public record Remote(String host, int port, Identity identity) {
        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    private static final String PREFIX = "unix:";
    /** Longest path of a Unix socket in bytes: {@code sun_path} without its terminator. */
    private static final int MAX_PATH = 107;

    /**
     * Returns the address: {@code --control}, else {@code $WEFT_CONTROL}, else the default socket.
     *
     * @throws FailedException if the address is invalid or of an unsupported kind
     */
    public static ControlAddress of(Optional<String> option, Map<String, String> environment) {
        return of(option, Optional.empty(), environment);
    }

    /**
     * Returns the address in the same way.
     *
     * @param identity directory of the key and certificates for another host; empty: $WEFT_IDENTITY or the default
     */
    static ControlAddress of(Optional<String> option, Optional<String> identity, Map<String, String> environment) {
        String text = option.orElseGet(() -> environment.getOrDefault("WEFT_CONTROL", ""));
        if (text.isEmpty()) {
            return checked(runtimeDirectory(environment).resolve("control.sock"));
        }
        if (text.startsWith(PREFIX) && text.length() > PREFIX.length()) {
            return checked(Surroundings.current().resolve(Path.of(text.substring(PREFIX.length()))));
        }
        if (text.matches("(\\[[0-9a-fA-F:.%]+]|[^/:\\[\\]]+):\\d{1,5}")) {
            int colon = text.lastIndexOf(':');
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port > 0 && port <= MAX_PORT) {
                return new ControlAddress(Path.of(""),
                        new Remote(text.substring(0, colon).replaceAll("[\\[\\]]", ""), port,
                                Identity.of(identity, environment)));
            }
        }
        throw new FailedException("--control " + text + ": expected unix:PATH, such as unix:/run/weft/control.sock, or"
                + " HOST:PORT, such as 192.0.2.1:47800");
    }

    /**
     * Returns the path of the Unix socket.
     *
     * @throws FailedException if this is a controller on another host
     */
    public Path socket() {
        if (remote != null) {
            throw new FailedException("--control " + remote + ": expected unix:PATH here");
        }
        return path;
    }

    private static ControlAddress checked(Path socket) {
        int bytes = socket.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_PATH) {
            throw new FailedException(
                    PREFIX + socket + ": the path has " + bytes + " bytes; expected at most " + MAX_PATH
                            + ", as Linux has it for Unix sockets: choose a shorter one with --control unix:PATH");
        }
        return new ControlAddress(socket, null);
    }

    /** Returns the default data directory: {@code /var/lib/weft} as root, else the XDG state directory. */
    public static Path defaultData(Map<String, String> environment) {
        return isRoot() ? Path.of("/var/lib/weft") : userData(environment);
    }

    /** Returns the directory in which this user's own commands keep what they remember. */
    public static Path userState(Map<String, String> environment) {
        return userData(environment);
    }

    static Path userData(Map<String, String> environment) {
        String state = environment.getOrDefault("XDG_STATE_HOME", "");
        return (state.isEmpty() ? Path.of(home(environment), ".local", "state") : Path.of(state)).resolve("weft");
    }

    private static Path runtimeDirectory(Map<String, String> environment) {
        if (isRoot()) {
            return Path.of("/run/weft");
        }
        String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        if (runtime.isEmpty()) {
            throw new FailedException("there is no default control socket without $XDG_RUNTIME_DIR; say"
                    + " --control unix:PATH, or set $WEFT_CONTROL");
        }
        return Path.of(runtime, "weft");
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static String home(Map<String, String> environment) {
        String home = environment.getOrDefault("HOME", "");
        return home.isEmpty() ? System.getProperty("user.home", "/") : home;
    }

    UnixDomainSocketAddress socketAddress() {
        return UnixDomainSocketAddress.of(path);
    }

    /** Returns the message for a socket on which no instance answers: the reason, and what to do. */
    String unreachable(@Nullable Throwable cause) {
        String message = cause == null || cause.getMessage() == null ? "no answer" : cause.getMessage();
        if (remote != null) {
            return remote + ": no controller answers there (" + message + ")";
        }
        if (!Files.exists(path)) {
            return this
                    + ": no weft is running here (no such socket); start one with `weft up`, or say where it is with"
                    + " --control";
        }
        if (!Files.isWritable(path)) {
            return this + ": permission denied; be root or in the group of the socket";
        }
        return this + ": no weft is running here (" + message + "); start one with `weft up`";
    }

    @Override
    public String toString() {
        return remote != null ? remote.toString() : PREFIX + path;
    }
}
