package net.weft.controller.server;

import java.io.IOException;
import java.io.StringReader;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Properties;

/**
 * The names by which members tell the controllers of their fabric from all others. They are made at the first start and kept
 * in the file {@code cluster} of the data directory.
 *
 * @param id 32 hexadecimal digits, which never change
 * @param generation 1 at first; each restore of a backup raises it
 * @param incarnation 16 hexadecimal digits drawn with each generation, so that two restores of one backup differ
 */
public record Cluster(String id, long generation, String incarnation) {
    private static final String FILE = "cluster";
    private static final int ID_BYTES = 16;
    private static final int INCARNATION_BYTES = 8;

    /**
     * Reads the names, or makes them where there are none.
     *
     * @throws StoreException if the file can be neither read nor made
     */
    public static Cluster open(Path data) {
        Path file = data.resolve(FILE);
        try {
            if (!Files.exists(file)) {
                new Cluster(random(ID_BYTES), 1, random(INCARNATION_BYTES)).write(file);
            }
            return read(file);
        } catch (IOException e) {
            throw new StoreException(file + ": the fabric's ID cannot be kept: " + FileErrors.of(e), e);
        }
    }

    private static Cluster read(Path file) throws IOException {
        Properties names = new Properties();
        names.load(new StringReader(Files.readString(file)));
        String id = names.getProperty("id", "");
        String generation = names.getProperty("generation", "");
        String incarnation = names.getProperty("incarnation", "");
        if (!id.matches("[0-9a-f]{32}") || !generation.matches("[1-9][0-9]{0,17}")
                || !incarnation.matches("[0-9a-f]{16}")) {
            throw new StoreException(
                    file + ": is damaged; expected the lines id, generation and incarnation. Put a good copy"
                            + " back: members refuse a controller with other ones",
                    null);
        }
        return new Cluster(id, Long.parseLong(generation), incarnation);
    }

    /** Writes the names of the next generation, with an incarnation of its own, and returns them. */
    Cluster next(Path data) throws IOException {
        Cluster next = new Cluster(id, generation + 1, random(INCARNATION_BYTES));
        next.write(data.resolve(FILE));
        return next;
    }

    private void write(Path file) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fresh, "id=" + id + "\ngeneration=" + generation + "\nincarnation=" + incarnation + "\n");
        force(fresh, StandardOpenOption.WRITE);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        force(file.toAbsolutePath().resolveSibling(""), StandardOpenOption.READ);
    }

    private static void force(Path path, OpenOption option) throws IOException {
        try (FileChannel channel = FileChannel.open(path, option)) {
            channel.force(true);
        }
    }

    private static String random(int bytes) {
        byte[] drawn = new byte[bytes];
        new SecureRandom().nextBytes(drawn);
        return HexFormat.of().formatHex(drawn);
    }
}
