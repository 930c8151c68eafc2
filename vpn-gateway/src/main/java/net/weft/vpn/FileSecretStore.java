package net.weft.vpn;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;

/**
 * Keys in files of mode 0600, one a file, in the base64 that {@code wg genkey} writes. Names are paths relative to the data directory. A
 * file that others may read is refused, because it is no secret any more.
 */
public final class FileSecretStore implements SecretStore {
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rw-------");
    private static final int MAX_BYTES = 256;

    private final Path directory;
    private final SecureRandom random = new SecureRandom();

    /** @param directory the data directory */
    public FileSecretStore(Path directory) {
        this.directory = directory;
    }

    @Override
    public byte[] read(String name) {
        Path file = directory.resolve(name);
        try {
            checkPrivate(file);
            if (Files.size(file) > MAX_BYTES) {
                throw new IllegalArgumentException(
                        file + " has " + Files.size(file) + " bytes; expected one key as `wg genkey` writes it");
            }
            return decoded(file, Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(
                    "there is no key file " + file + "; make it with (umask 077; wg genpsk > " + file + ")", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("key file " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static void checkPrivate(Path file) throws IOException {
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
        if (!PRIVATE.containsAll(mode)) {
            throw new IllegalArgumentException("key file " + file + " has mode " + PosixFilePermissions.toString(mode)
                    + ", so that others can read it; make a new key, or `chmod 600` it if nobody has");
        }
    }

    private static byte[] decoded(Path file, byte[] text) {
        try {
            byte[] key = Base64.getDecoder().decode(new String(text, StandardCharsets.US_ASCII).strip());
            if (key.length == KEY_BYTES) {
                return key;
            }
        } catch (IllegalArgumentException _) {
            // answered below, without what the file holds
        } finally {
            Arrays.fill(text, (byte) 0);
        }
        throw new IllegalArgumentException(
                "key file " + file + " holds no key; expected the base64 of 32 bytes as `wg genkey` writes it");
    }

    @Override
    public byte[] readOrMake(String name) {
        Path file = directory.resolve(name);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            make(file);
        }
        return read(name);
    }

    private void make(Path file) {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        key[0] &= (byte) 0xf8;
        key[31] = (byte) (key[31] & 0x7f | 0x40);
        Path fresh = fresh(file, key);
        try {
            Files.createLink(file, fresh);
            Files.delete(fresh);
        } catch (FileAlreadyExistsException _) {
            // somebody else made it meanwhile, and it holds
        } catch (IOException e) {
            throw unwritable(file, e);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    @Override
    public void write(String name, byte[] key) {
        Path file = directory.resolve(name).normalize();
        if (!directory.normalize().equals(file.getParent())) {
            throw new IllegalArgumentException("key file " + name + ": expected a name inside " + directory);
        }
        Path fresh = fresh(file, key);
        try {
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw unwritable(file, e);
        }
    }

    @Override
    public void delete(String name) {
        Path file = directory.resolve(name);
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            System.getLogger(FileSecretStore.class.getName()).log(System.Logger.Level.WARNING,
                    "key file " + file + " is not used and cannot be deleted: " + e.getMessage());
        }
    }

    /** Writes a key to a new file beside its place. */
    private static Path fresh(Path file, byte[] key) {
        byte[] text = (Base64.getEncoder().encodeToString(key) + "\n").getBytes(StandardCharsets.US_ASCII);
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.deleteIfExists(fresh);
            try (FileChannel out = FileChannel.open(fresh,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PRIVATE))) {
                out.write(ByteBuffer.wrap(text));
                out.force(true);
            }
            return fresh;
        } catch (IOException e) {
            throw unwritable(file, e);
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }

    private static IllegalArgumentException unwritable(Path file, IOException cause) {
        return new IllegalArgumentException("key file " + file + " cannot be made: " + cause.getMessage(), cause);
    }
}
