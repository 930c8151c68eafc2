package net.weft.controller.member.remote;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.revision.RevisionCodec;
import net.weft.v1.DesiredState;
import net.weft.v1.Fence;
import net.weft.v1.Welcome;

/**
 * Keeps a member's state in {@code member} of its data directory: its key and certificates, the keys of the fabric, and the last
 * good state, which is never a revision that waits for its confirmation. Each file is replaced whole or not at all.
 */
public final class StateDirectory {
    /** Most bytes of a revision, uncompressed: a stranger to the fabric could not send one, a damaged file could. */
    private static final int MAX_REVISION_BYTES = 64 << 20;

    private final Path directory;

    public StateDirectory(Path data) {
        directory = data.resolve("member");
    }

    /** A revision with the fence under which it was received. */
    public record Good(Fence fence, Revision revision) {
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    /** Returns the state that was kept last; empty: none was, or it is damaged, which is logged. */
    public Optional<Good> good() {
        Path file = file("desired");
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            DesiredState state = DesiredState.parseFrom(Files.readAllBytes(file));
            return Optional.of(new Good(state.getFence(), revision(state)));
        } catch (IOException | RevisionCodec.DamagedException e) {
            System.getLogger(StateDirectory.class.getName()).log(System.Logger.Level.ERROR,
                    file + ": the last good state cannot be read, ports stay closed until a controller sends one: "
                            + e.getMessage());
            return Optional.empty();
        }
    }

    /** @throws RevisionCodec.DamagedException if what was received is no revision */
    static Revision revision(DesiredState state) throws RevisionCodec.DamagedException {
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(state.getRevision().toByteArray()))) {
            byte[] bytes = gzip.readNBytes(MAX_REVISION_BYTES);
            if (bytes.length == MAX_REVISION_BYTES) {
                throw new RevisionCodec.DamagedException("it has more than " + MAX_REVISION_BYTES + " bytes");
            }
            Revision revision = RevisionCodec.read(bytes);
            if (revision.number() != state.getFence().getRevision()) {
                throw new RevisionCodec.DamagedException("revision " + revision.number() + " came as "
                        + state.getFence().getRevision());
            }
            return revision;
        } catch (IOException e) {
            throw new RevisionCodec.DamagedException("it cannot be decompressed: " + e.getMessage());
        }
    }

    void keep(DesiredState state) throws IOException {
        write("desired", state.toByteArray());
    }

    /** Returns the keys of the fabric, as the controller sent them last; empty: it has not yet. */
    public Optional<Welcome> keys() {
        try {
            return Files.exists(file("keys"))
                    ? Optional.of(Welcome.parseFrom(Files.readAllBytes(file("keys"))))
                    : Optional.empty();
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new RemoteException(file("keys") + ": cannot be read: " + e.getMessage(), true);
        }
    }

    void keep(Welcome welcome) throws IOException {
        write("keys", welcome.toByteArray());
    }

    boolean has(String name) {
        return Files.exists(file(name));
    }

    byte[] read(String name) {
        try {
            return Files.readAllBytes(file(name));
        } catch (IOException e) {
            throw new RemoteException(file(name) + ": cannot be read: " + e.getMessage(), true);
        }
    }

    void write(String name, byte[] content) throws IOException {
        Path fresh = file(name + ".new");
        Files.createDirectories(directory,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.deleteIfExists(fresh);
        try (FileChannel channel = FileChannel.open(fresh,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(fresh, file(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    void delete(String name) throws IOException {
        Files.deleteIfExists(file(name));
    }

    static boolean isSame(ByteString a, ByteString b) {
        return Arrays.equals(a.toByteArray(), b.toByteArray());
    }
}
