package net.weft.vswitch.device;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.weft.linux.Ethtool;
import net.weft.linux.Interfaces;
import net.weft.linux.Link;
import net.weft.linux.LinuxException;

/**
 * What Weft changed on the host's interfaces, written down before it is changed, a file an interface, so that it is undone
 * also after {@code kill -9}: by the next start, from the file. (The ingress block and promiscuous mode need no entry: the
 * kernel undoes them with the process.)
 * <p>
 * An entry is a line {@code what old-value}; the first line is the interface's index, so that a new interface of the same name
 * is left alone.
 */
final class NicJournal {
    private static final System.Logger LOG = System.getLogger(NicJournal.class.getName());
    private static final String IPV6 = "ipv6-enabled";
    private static final String DOWN = "down";
    private static final String FEATURE = "feature";

    private final Path directory;

    /** @param directory one file an interface; made when first needed */
    NicJournal(Path directory) {
        this.directory = directory;
    }

    /**
     * Makes an interface ready for switching: up, its IPv6 off (unless shared with the host), receive offloads off that merge
     * frames beyond undoing.
     *
     * @throws LinuxException when the kernel refuses; what was changed before stays in the journal
     */
    void prepare(Link link, Interfaces interfaces, boolean shareWithHost) {
        List<String> lines = new ArrayList<>(List.of(Integer.toString(link.index())));
        boolean silence = !shareWithHost && Boolean.FALSE.equals(Interfaces.ipv6Disabled(link.name()));
        try (Ethtool ethtool = new Ethtool()) {
            List<String> off = Stream.of(Ethtool.LRO, Ethtool.GRO_FRAGLIST)
                    .filter(feature -> isOn(ethtool, link.name(), feature)).toList();
            if (silence) {
                lines.add(IPV6);
            }
            if (!link.up()) {
                lines.add(DOWN);
            }
            off.forEach(feature -> lines.add(FEATURE + " " + feature));
            if (lines.size() > 1) {
                write(link.name(), lines);
            }
            if (silence) {
                Interfaces.ipv6Disabled(link.name(), true);
            }
            off.forEach(feature -> ethtool.feature(link.name(), feature, false));
        }
        if (!link.up()) {
            interfaces.up(link.index());
        }
    }

    private static boolean isOn(Ethtool ethtool, String device, String feature) {
        return Optional.ofNullable(ethtool.features(device).get(feature)).filter(f -> f.active() && f.changeable())
                .isPresent();
    }

    /** Undoes what was changed on an interface, if anything was. */
    void undo(String device, Interfaces interfaces) {
        Path file = directory.resolve(device);
        try {
            if (!Files.exists(file)) {
                return;
            }
            List<String> lines = Files.readAllLines(file);
            Link link = interfaces.find(device);
            if (link != null && !lines.isEmpty() && lines.getFirst().equals(Integer.toString(link.index()))) {
                restore(link, lines.subList(1, lines.size()), interfaces);
            }
            Files.delete(file);
        } catch (IOException | UncheckedIOException | LinuxException | IllegalArgumentException e) {
            LOG.log(System.Logger.Level.WARNING,
                    device + ": settings could not all be restored (" + e.getMessage() + "); see " + file);
        }
    }

    private static void restore(Link link, List<String> lines, Interfaces interfaces) {
        for (String line : lines) {
            if (line.equals(DOWN)) {
                interfaces.down(link.index());
            } else if (line.equals(IPV6)) {
                Interfaces.ipv6Disabled(link.name(), false);
            } else if (line.startsWith(FEATURE + " ")) {
                try (Ethtool ethtool = new Ethtool()) {
                    ethtool.feature(link.name(), line.substring(FEATURE.length() + 1), true);
                }
            }
        }
    }

    /** Undoes what a process that was killed left behind. */
    void undoAll() {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> files = Files.list(directory); Interfaces interfaces = new Interfaces()) {
            files.forEach(file -> undo(file.getFileName().toString(), interfaces));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, directory + ": cannot be read: " + e.getMessage());
        }
    }

    private void write(String device, List<String> lines) {
        try {
            Files.createDirectories(directory);
            Path temporary = directory.resolve("." + device);
            Files.write(temporary, lines);
            Files.move(temporary, directory.resolve(device), java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(directory + ": cannot note what is changed on " + device, e);
        }
    }
}
