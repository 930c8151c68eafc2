package net.weft.vswitch.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.EnumSet;
import java.util.Set;
import net.weft.linux.Errno;
import net.weft.linux.LinuxException;
import net.weft.linux.Socket;
import net.weft.linux.SocketAddress;
import net.weft.vswitch.burst.PortReason;

/**
 * Unix-domain sockets with a path. An existing file at the path is unlinked only if it is a socket that refuses
 * connections, left behind by a killed process.
 */
final class UnixSockets {
    private static final String NOBODY_THERE = ": nobody is there yet; start QEMU";
    private static final int S_IFMT = 0170000;
    private static final int S_IFSOCK = 0140000;

    private UnixSockets() {
    }

    /**
     * Binds a new socket of {@code type} ({@link Socket#SOCK_STREAM} or {@link Socket#SOCK_DGRAM}) and sets its owner
     * and mode.
     */
    static Socket bind(int type, String path, DeviceSpec.SocketAccess access) throws DeviceUnavailableException {
        Socket socket = Socket.open(Socket.AF_UNIX, type, 0);
        try {
            SocketAddress address = SocketAddress.unix(path);
            clearPath(type, path);
            socket.bind(address);
            grant(path, access);
            return socket;
        } catch (LinuxException e) {
            socket.close();
            throw e.errno() == Errno.ENOENT ? noDirectory(path) : unavailable(path, e);
        } catch (IOException e) {
            socket.close();
            throw new DeviceUnavailableException(FileFailure.reason(e), path + ": " + FileFailure.words(e));
        } catch (IllegalArgumentException | UnsupportedOperationException e) {
            socket.close();
            throw new DeviceUnavailableException(PortReason.NO_DEVICE, path + ": " + e.getMessage());
        } catch (DeviceUnavailableException e) {
            socket.close();
            throw e;
        }
    }

    /** Connects a new socket to a path at which another socket listens or is bound. */
    static Socket connect(int type, String path) throws DeviceUnavailableException {
        if (!Files.exists(Path.of(path), LinkOption.NOFOLLOW_LINKS)) {
            throw new DeviceUnavailableException(PortReason.WAITING_FOR_GUEST, path + NOBODY_THERE);
        }
        Socket socket = Socket.open(Socket.AF_UNIX, type, 0);
        try {
            if (socket.connect(SocketAddress.unix(path))) {
                return socket;
            }
            throw new DeviceUnavailableException(PortReason.WAITING_FOR_GUEST, path + ": QEMU does not accept yet");
        } catch (LinuxException e) {
            socket.close();
            throw unavailable(path, e);
        } catch (IllegalArgumentException e) {
            socket.close();
            throw new DeviceUnavailableException(PortReason.NO_DEVICE, path + ": " + e.getMessage());
        } catch (DeviceUnavailableException e) {
            socket.close();
            throw e;
        }
    }

    /** Removes a socket that this process bound. */
    static void unlink(String path) {
        try {
            if (isSocket(Path.of(path))) {
                Files.deleteIfExists(Path.of(path));
            }
        } catch (IOException e) {
            System.getLogger(UnixSockets.class.getName()).log(System.Logger.Level.WARNING,
                    path + ": cannot be removed: " + e.getMessage());
        }
    }

    private static void clearPath(int type, String path) throws IOException, DeviceUnavailableException {
        Path file = Path.of(path);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!isSocket(file)) {
            throw new DeviceUnavailableException(PortReason.DEVICE_IN_USE,
                    path + " exists and is not a socket; choose another path or remove it");
        }
        try (Socket probe = Socket.open(Socket.AF_UNIX, type, 0)) {
            probe.connect(SocketAddress.unix(path));
        } catch (LinuxException e) {
            if (e.errno() == Errno.ECONNREFUSED) {
                Files.delete(file);
                return;
            }
        }
        throw new DeviceUnavailableException(PortReason.DEVICE_IN_USE,
                path + " is in use by another process; stop it or choose another path");
    }

    private static boolean isSocket(Path file) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        int mode = (int) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        return (mode & S_IFMT) == S_IFSOCK;
    }

    /** Sets owner, group and mode of a socket. If that fails, the socket is removed. */
    private static void grant(String path, DeviceSpec.SocketAccess access) throws DeviceUnavailableException {
        PosixFileAttributeView view = Files.getFileAttributeView(Path.of(path), PosixFileAttributeView.class);
        var principals = Path.of(path).getFileSystem().getUserPrincipalLookupService();
        String step = "";
        try {
            if (access.group() != null) {
                step = "socket-group " + access.group();
                view.setGroup(principals.lookupPrincipalByGroupName(access.group()));
            }
            if (access.owner() != null) {
                step = "socket-owner " + access.owner();
                view.setOwner(principals.lookupPrincipalByName(access.owner()));
            }
            step = "socket-mode";
            view.setPermissions(permissions(access.mode()));
        } catch (UserPrincipalNotFoundException e) {
            unlink(path);
            throw new DeviceUnavailableException(PortReason.NO_PERMISSION,
                    path + ": " + step + ": this host has none of that name; create it or name another");
        } catch (IOException e) {
            unlink(path);
            throw new DeviceUnavailableException(FileFailure.reason(e), path + ": " + step + ": "
                    + (FileFailure.reason(e) == PortReason.NO_PERMISSION
                            ? "Weft may not set it (" + FileFailure.words(e) + "); run as root or leave it out"
                            : FileFailure.words(e)));
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] inOrder = PosixFilePermission.values();
        for (int bit = 0; bit < inOrder.length; bit++) {
            if ((mode & 0400 >> bit) != 0) {
                set.add(inOrder[bit]);
            }
        }
        return set;
    }

    /** Reports that the directory of the socket does not exist. */
    private static DeviceUnavailableException noDirectory(String path) {
        return new DeviceUnavailableException(PortReason.NO_DEVICE,
                path + ": its directory does not exist: mkdir -p " + Path.of(path).getParent());
    }

    private static DeviceUnavailableException unavailable(String path, LinuxException e) {
        PortReason reason = switch (e.errno()) {
            case Errno.ENOENT, Errno.ECONNREFUSED, Errno.EAGAIN -> PortReason.WAITING_FOR_GUEST;
            case Errno.EACCES, Errno.EPERM, Errno.EROFS -> PortReason.NO_PERMISSION;
            case Errno.EADDRINUSE -> PortReason.DEVICE_IN_USE;
            default -> PortReason.NO_DEVICE;
        };
        String advice = switch (reason) {
            case WAITING_FOR_GUEST -> NOBODY_THERE;
            case NO_PERMISSION -> ": Weft may not use it; check the directory's owner and mode";
            default -> ": " + e.getMessage();
        };
        return new DeviceUnavailableException(reason, path + advice);
    }
}
