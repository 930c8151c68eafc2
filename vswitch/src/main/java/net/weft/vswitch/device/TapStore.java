package net.weft.vswitch.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;
import net.weft.linux.BootId;
import net.weft.linux.Link;
import net.weft.packet.MacAddress;

/**
 * The persistent state of tap interfaces, one file each: the MAC address, which is restored whenever Weft creates the
 * interface again, and whether the interface itself was left on the host. An unreadable file counts as absent.
 */
final class TapStore {
    private static final System.Logger LOG = System.getLogger(TapStore.class.getName());
    private static final String MAC = "mac ";
    private static final String LEFT = "left ";
    private static final long GROUP = 1L << 40;

    private final Path directory;
    private final UUID boot = BootId.current();

    /** @param directory directory of the store, one file per interface; created when first needed */
    TapStore(Path directory) {
        this.directory = directory;
    }

    /**
     * Returns the stored MAC address of a tap: 48 bits, first byte in the most significant bits; 0 if none was stored.
     */
    long mac(String device) {
        for (String line : read(device)) {
            if (line.startsWith(MAC)) {
                long mac = parse(line.substring(MAC.length()));
                return (mac & GROUP) != 0 ? 0 : mac;
            }
        }
        return 0;
    }

    private static long parse(String text) {
        try {
            return MacAddress.parse(text).value();
        } catch (IllegalArgumentException e) {
            return 0;
        }
    }

    /** Returns whether this is a persistent interface that Weft created since this boot of the kernel. */
    boolean isLeft(Link link) {
        return read(link.name()).contains(left(link.index()));
    }

    /** Stores the MAC address of an interface and whether the interface is persistent. */
    void put(Link link, boolean outlives) {
        List<String> lines = outlives
                ? List.of(MAC + MacAddress.format(link.mac()), left(link.index()))
                : List.of(MAC + MacAddress.format(link.mac()));
        if (lines.equals(read(link.name()))) {
            return;
        }
        try {
            Files.createDirectories(directory);
            Path temporary = directory.resolve("." + link.name());
            Files.write(temporary, lines);
            Files.move(temporary, directory.resolve(link.name()), StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, directory + ": the MAC address of " + link.name()
                    + " cannot be stored, it will have another after a restart: " + FileFailure.words(e));
        }
    }

    private String left(int index) {
        return LEFT + index + " " + boot;
    }

    private List<String> read(String device) {
        try {
            return Files.readAllLines(directory.resolve(device));
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, directory.resolve(device) + ": " + FileFailure.words(e));
            return List.of();
        }
    }
}
