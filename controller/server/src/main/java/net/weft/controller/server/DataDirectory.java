package net.weft.controller.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;

/**
 * The data directory of an instance, locked by one process at a time. The lock is released when the process ends, in
 * whatever way.
 */
public final class DataDirectory implements AutoCloseable {
    private static final int KEY_BYTES = 32;

    private final Path path;
    private final FileChannel lock;

    private DataDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Creates the directory with mode 0700 if it is missing, and locks it.
     *
     * @throws StoreException if the directory cannot be created or written, or another instance has locked it
     */
    public static DataDirectory open(Path path) {
        try {
            Files.createDirectories(path,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            FileChannel channel = FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            if (!locked(channel)) {
                channel.close();
                throw new StoreException(
                        path + ": another weft is running with this data directory; choose another with"
                                + " --data DIR, or stop it",
                        null);
            }
            return new DataDirectory(path, channel);
        } catch (IOException e) {
            throw new StoreException(path + ": cannot be used as data directory: " + FileErrors.of(e)
                    + "; choose another with --data DIR", e);
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock held = channel.tryLock();
            return held != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    public Path path() {
        return path;
    }

    /**
     * The secret of the fabric's link protocols, {@value #KEY_BYTES} random bytes: made once, mode 0600, and kept.
     *
     * @throws StoreException if it cannot be made, or the file is not one of ours
     */
    public byte[] fabricKey() {
        return key("fabric.key");
    }

    /**
     * The secret of the fabric's stack links, made and kept in the same way. It reaches other members over mutual TLS only.
     *
     * @throws StoreException as {@link #fabricKey} does
     */
    public byte[] stackKey() {
        return key("stack.key");
    }

    private byte[] key(String name) {
        Path file = path.resolve(name);
        try {
            if (!Files.exists(file)) {
                make(file);
            }
            byte[] key = Files.readAllBytes(file);
            if (key.length != KEY_BYTES) {
                throw new StoreException(file + ": " + key.length + " bytes, expected " + KEY_BYTES
                        + "; remove the file to have another key made", null);
            }
            return key;
        } catch (IOException e) {
            throw new StoreException(file + ": the key cannot be kept: " + FileErrors.of(e), e);
        }
    }

    private static void make(Path file) throws IOException {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(fresh, key);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            System.getLogger(DataDirectory.class.getName()).log(System.Logger.Level.DEBUG, "lock of " + path, e);
        }
    }
}
