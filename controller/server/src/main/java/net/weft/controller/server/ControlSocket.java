package net.weft.controller.server;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The control socket, from a check of its path to its removal. The socket is bound in a private directory beside the
 * path, given its mode there, and renamed to the path, so that no client ever connects to it under another mode. A file
 * at the path is removed only if it is a socket that refuses connections, left behind by a killed instance.
 */
public final class ControlSocket implements AutoCloseable {
    private static final String PRIVATE = ".w";
    private static final String BOUND = "s";
    /** Age from which a private directory is removed; a younger one may belong to an instance that is just starting. */
    private static final Duration STALE_AFTER = Duration.ofMinutes(1);
    /** Longest path of a Unix socket in bytes: {@code sun_path} without its terminator. */
    private static final int MAX_PATH = 107;
    private static final int SOCKET_TYPE = 0140000;
    private static final int TYPE_MASK = 0170000;
    private static final System.Logger LOG = System.getLogger(ControlSocket.class.getName());

    private final Path path;
    private final Path privateDirectory;
    private final Optional<GroupPrincipal> group;
    private @Nullable Object identity;

    private ControlSocket(Path path, Optional<GroupPrincipal> group, Path privateDirectory) {
        this.path = path;
        this.group = group;
        this.privateDirectory = privateDirectory;
    }

    /** Checks a path whose socket has the group of this process. */
    static ControlSocket prepare(Path path) {
        return prepare(path, Optional.empty());
    }

    /**
     * Checks the path, its directory, any file at the path, and the group.
     *
     * @param groupName group whose members may use the socket, each of them as good as root; empty: that of the process
     * @throws ControlSocketException with the reason, if no socket can be created there
     */
    public static ControlSocket prepare(Path path, Optional<String> groupName) {
        refuseLong(path, path);
        Optional<GroupPrincipal> group = groupName.map(ControlSocket::group);
        Path directory = Objects.requireNonNull(path.toAbsolutePath().getParent());
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
            }
            refuseOpenDirectory(path, directory);
            refuseOccupied(path);
            Path privateDirectory = Files.createTempDirectory(directory, PRIVATE);
            removeStale(directory, privateDirectory);
            ControlSocket socket = new ControlSocket(path, group, privateDirectory);
            try {
                refuseLong(path, socket.bindPath());
            } catch (ControlSocketException e) {
                Files.delete(privateDirectory);
                throw e;
            }
            return socket;
        } catch (IOException e) {
            throw new ControlSocketException(path + ": the control socket cannot be made: " + FileErrors.of(e)
                    + "; choose another path with --control unix:PATH", e);
        }
    }

    private static GroupPrincipal group(String name) {
        try {
            return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByGroupName(name);
        } catch (IOException e) {
            throw new ControlSocketException("--control-group " + name + ": there is no such group; make it with"
                    + " groupadd --system " + name, e);
        }
    }

    /** Refuses a path that is too long. Clients connect to the final path, to which the socket is renamed. */
    private static void refuseLong(Path path, Path used) {
        int bytes = used.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_PATH) {
            throw new ControlSocketException(path + ": the path is too long for a Unix socket, which may have "
                    + MAX_PATH + " bytes (" + bytes + " are needed); choose a shorter one with --control unix:PATH",
                    null);
        }
    }

    /** Refuses a directory that others may write, as they could replace the socket by their own. */
    private static void refuseOpenDirectory(Path path, Path directory) throws IOException {
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(directory);
        boolean sticky = ((int) Files.getAttribute(directory, "unix:mode") & 01000) != 0;
        boolean open = mode.contains(PosixFilePermission.GROUP_WRITE)
                || mode.contains(PosixFilePermission.OTHERS_WRITE);
        if (open && !sticky) {
            throw new ControlSocketException(path + ": the directory " + directory + " is writable by others ("
                    + PosixFilePermissions.toString(mode) + "); expected one that only Weft may write: chmod go-w "
                    + directory, null);
        }
    }

    private static void refuseOccupied(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!isSocket(path)) {
            throw new ControlSocketException(
                    path + ": exists and is not a socket; remove it, or choose another path with"
                            + " --control unix:PATH",
                    null);
        }
        if (answers(path)) {
            throw new ControlSocketException(
                    path + ": another weft is running here; stop it, or choose another path with"
                            + " --control unix:PATH (and another --data DIR)",
                    null);
        }
        Files.delete(path);
    }

    private static boolean answers(Path path) {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return probe.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            return e.getMessage() == null || !e.getMessage().contains("refused");
        }
    }

    /** Removes the private directories of instances that were killed before they published their socket. */
    private static void removeStale(Path directory, Path own) throws IOException {
        Instant before = Files.getLastModifiedTime(own).toInstant().minus(STALE_AFTER);
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(directory, PRIVATE + "[0-9]*")) {
            for (Path leftover : leftovers) {
                if (Files.isDirectory(leftover, LinkOption.NOFOLLOW_LINKS)
                        && Files.getOwner(leftover, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(own))
                        && Files.getLastModifiedTime(leftover).toInstant().isBefore(before)) {
                    removeStale(leftover);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.log(System.Logger.Level.DEBUG, "leftovers in " + directory, e);
        }
    }

    private static void removeStale(Path leftover) throws IOException {
        Path bound = leftover.resolve(BOUND);
        if (isSocket(bound) && !answers(bound)) {
            Files.delete(bound);
            Files.delete(leftover);
            LOG.log(System.Logger.Level.DEBUG, "removed {0}, of an instance that was killed", leftover);
        }
    }

    private static boolean isSocket(Path path) throws IOException {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                && ((int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & TYPE_MASK) == SOCKET_TYPE;
    }

    Path path() {
        return path;
    }

    /** Returns the path at which the server binds. */
    Path bindPath() {
        return privateDirectory.resolve(BOUND);
    }

    /** Renames the bound socket to its path. */
    void publish() {
        try {
            if (group.isPresent()) {
                Files.setAttribute(bindPath(), "posix:group", group.get());
            }
            Files.setPosixFilePermissions(bindPath(), PosixFilePermissions.fromString("rw-rw----"));
            identity = identity(bindPath());
            Files.move(bindPath(), path, StandardCopyOption.ATOMIC_MOVE);
            Files.delete(privateDirectory);
        } catch (IOException e) {
            throw new ControlSocketException(path + ": the control socket cannot be put there: " + FileErrors.of(e), e);
        }
    }

    private static @Nullable Object identity(Path path) throws IOException {
        return Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
    }

    /** Removes the socket, unless another file is at its path by now. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(bindPath());
            Files.deleteIfExists(privateDirectory);
            if (identity != null && Files.exists(path, LinkOption.NOFOLLOW_LINKS) && identity.equals(identity(path))) {
                Files.delete(path);
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "{0}: the control socket cannot be removed: {1}", path,
                    FileErrors.of(e));
        }
    }
}
