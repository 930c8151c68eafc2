package net.weft.vswitch.device;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import net.weft.linux.BootId;
import net.weft.linux.Errno;
import net.weft.linux.Ethtool;
import net.weft.linux.Interfaces;
import net.weft.linux.Link;
import net.weft.linux.LinuxException;
import net.weft.linux.NetworkNamespace;
import org.jspecify.annotations.Nullable;

/**
 * The journal of the changes that Weft made to host interfaces, one file per interface. Each change is recorded before
 * it is made, so that the next start can undo it even after {@code kill -9}. (The ingress block and promiscuous mode
 * need no entry: the kernel undoes them with the process.)
 * <p>
 * An interface is identified by its index, so it is found even if it was renamed, and a new interface with its old name
 * is left alone. An interface that was moved to another network namespace is found there by its MAC address and driver.
 */
final class NicJournal {
    private static final System.Logger LOG = System.getLogger(NicJournal.class.getName());

    private final Path directory;
    private final UUID boot = BootId.current();
    private final String namespace = NetworkNamespace.own();
    private final Map<Path, Hold> holders = new HashMap<>();

    /**
     * The owner of the changes in a journal file. Two ports that swap their interfaces by name hold the same file for a
     * moment.
     */
    static final class Hold {
        private final Path file;
        private NicChanges changes;

        private Hold(Path file, NicChanges changes) {
            this.file = file;
            this.changes = changes;
        }
    }

    /** @param directory directory of the journal, one file per interface; created when first needed */
    NicJournal(Path directory) {
        this.directory = directory;
    }

    /**
     * Takes over an interface, including the changes that an earlier holder made and has not undone. The interface is
     * not changed yet.
     */
    Hold take(Link link) {
        Path file = file(link);
        NicChanges none = NicChanges.none(link, namespace, boot);
        NicChanges earlier = Files.exists(file) ? read(file) : null;
        Hold hold = new Hold(file, earlier == null || !boot.equals(earlier.boot()) ? none : none.over(earlier));
        holders.put(file, hold);
        return hold;
    }

    private Path file(Link link) {
        return directory.resolve(namespace.replaceAll("\\D", "") + "-" + link.index());
    }

    /** Notes whether the watchdog has set an interface down: it is another process than the holder of the interface. */
    void lowered(Link link, boolean is) {
        Path file = file(link);
        NicChanges earlier = Files.exists(file) ? read(file) : null;
        NicChanges own = earlier == null || !boot.equals(earlier.boot())
                ? NicChanges.none(link, namespace, boot)
                : earlier;
        write(new Hold(file, own.withLowered(is)));
    }

    /**
     * Prepares an interface for switching: sets it up, switches IPv6 off (unless shared with the host), and switches
     * off receive offloads that merge frames irreversibly.
     *
     * @throws LinuxException when the kernel refuses a change; changes made before stay in the journal
     */
    void prepare(Hold hold, Link link, Interfaces interfaces, boolean shareWithHost) {
        boolean silence = !shareWithHost && Boolean.FALSE.equals(Interfaces.ipv6Disabled(link.name()));
        try (Ethtool ethtool = new Ethtool()) {
            List<String> off = Stream.of(Ethtool.LRO, Ethtool.GRO_FRAGLIST)
                    .filter(feature -> isOn(ethtool, link.name(), feature)).toList();
            hold.changes = hold.changes.with(silence, !link.up(), off);
            write(hold);
            if (silence) {
                Interfaces.ipv6Disabled(link.name(), true);
            }
            off.forEach(feature -> ethtool.feature(link.name(), feature, false));
        }
        if (!link.up()) {
            interfaces.up(link.index());
        }
    }

    /** Returns the MTU in bytes that the interface would have if Weft had not raised it. */
    static int ownMtu(Hold hold, Link link) {
        NicChanges changes = hold.changes;
        return changes.mtuBefore() != 0 && link.mtu() == changes.mtuRaised() ? changes.mtuBefore() : link.mtu();
    }

    /**
     * Raises the MTU of an interface that is held.
     *
     * @throws LinuxException {@link Errno#EINVAL} when the driver does not support this MTU; the MTU is then unchanged
     */
    void raiseMtu(Hold hold, Link link, int bytes, Interfaces interfaces) {
        NicChanges former = hold.changes;
        int before = ownMtu(hold, link);
        hold.changes = former.withMtu(before, bytes);
        write(hold);
        try {
            interfaces.mtu(link.index(), bytes);
            Link now = interfaces.find(link.index());
            if (now != null && now.mtu() != bytes) {
                hold.changes = former.withMtu(before, now.mtu());
                write(hold);
            }
        } catch (LinuxException e) {
            hold.changes = former;
            write(hold);
            throw e;
        }
    }

    private static boolean isOn(Ethtool ethtool, String device, String feature) {
        return Optional.ofNullable(ethtool.features(device).get(feature)).filter(f -> f.active() && f.changeable())
                .isPresent();
    }

    /** Undoes the changes to an interface, unless another holder has taken it over since. */
    void undo(Hold hold, Interfaces interfaces) {
        if (holders.remove(hold.file, hold)) {
            undo(hold.file, interfaces);
        }
    }

    private void undo(Path file, Interfaces interfaces) {
        try {
            NicChanges changes = Files.exists(file) ? read(file) : null;
            if (changes != null && (changes.boot() == null || boot.equals(changes.boot()))) {
                restore(changes, interfaces);
            }
            Files.deleteIfExists(file);
        } catch (IOException | UncheckedIOException | LinuxException | IllegalArgumentException e) {
            LOG.log(System.Logger.Level.WARNING,
                    "the settings of an interface could not all be restored (" + e.getMessage() + "); see " + file);
        }
    }

    private void restore(NicChanges changes, Interfaces interfaces) {
        boolean here = changes.namespace().isEmpty() || changes.namespace().equals(namespace);
        if (here && restoreByIndex(changes, interfaces)) {
            return;
        }
        if (changes.mac() != 0) {
            NetworkNamespace.paths().forEach((name, path) -> restoreIn(name, path, changes));
        }
    }

    /** Restores an interface found by its index; false if there is none. */
    private static boolean restoreByIndex(NicChanges changes, Interfaces interfaces) {
        Link link = interfaces.find(changes.index());
        if (link == null || !isSame(link, changes)) {
            return false;
        }
        try {
            restoreDriver(link, changes, interfaces);
            if (changes.ipv6()) {
                Interfaces.ipv6Disabled(link.name(), false);
            }
            if (changes.down()) {
                interfaces.down(link.index());
            } else if (changes.lowered() && !link.up()) {
                interfaces.up(link.index());
            }
            return true;
        } catch (UncheckedIOException | LinuxException e) {
            if (interfaces.find(changes.index()) != null) {
                throw e;
            }
            return false;
        }
    }

    /**
     * Returns whether an interface is the one in the journal. An index is reused only after the counter has wrapped
     * around, or by an interface that was moved into this namespace, so the driver is compared too. A file of an
     * earlier version has neither boot ID nor driver; then the name is compared.
     */
    private static boolean isSame(Link link, NicChanges changes) {
        return changes.boot() == null ? link.name().equals(changes.name()) : link.kind().equals(changes.kind());
    }

    private static void restoreDriver(Link link, NicChanges changes, Interfaces interfaces) {
        if (changes.mtuBefore() != 0 && link.mtu() == changes.mtuRaised()) {
            interfaces.mtu(link.index(), changes.mtuBefore());
        }
        try (Ethtool ethtool = new Ethtool()) {
            changes.features().forEach(feature -> ethtool.feature(link.name(), feature, true));
        }
    }

    /**
     * Restores an interface in another namespace, if it is there. A moved interface is found by its MAC address and
     * driver. The kernel has set it down and given it the IPv6 settings of its new namespace, but its driver settings
     * (MTU and offloads) moved with it.
     */
    private void restoreIn(String name, String path, NicChanges changes) {
        try (NetworkNamespace other = NetworkNamespace.open(path)) {
            other.run(() -> {
                try (Interfaces interfaces = new Interfaces()) {
                    boolean former = name.equals(changes.namespace()) && !name.equals(namespace);
                    Link link = former && restoreByIndex(changes, interfaces) ? null : moved(changes, interfaces);
                    if (link != null) {
                        restoreDriver(link, changes, interfaces);
                        LOG.log(System.Logger.Level.INFO, changes.name() + " is " + link.name()
                                + " in the network namespace " + path + " by now; its settings were restored there");
                    }
                }
            });
        } catch (LinuxException | UncheckedIOException e) {
            LOG.log(System.Logger.Level.DEBUG, name + " at " + path, e);
        }
    }

    private static @Nullable Link moved(NicChanges changes, Interfaces interfaces) {
        List<Link> like = interfaces.links().stream()
                .filter(link -> link.mac() == changes.mac() && link.kind().equals(changes.kind())).toList();
        return like.size() == 1
                ? like.getFirst()
                : like.stream().filter(link -> link.index() == changes.index()).findFirst().orElse(null);
    }

    /** Undoes the changes that a killed process left behind. */
    void undoAll() {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> files = Files.list(directory); Interfaces interfaces = new Interfaces()) {
            files.forEach(file -> undo(file, interfaces));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, directory + ": cannot be read: " + e.getMessage());
        }
    }

    private static @Nullable NicChanges read(Path file) {
        try {
            return NicChanges.parse(file.getFileName().toString(), Files.readAllLines(file));
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be read", e);
        }
    }

    private void write(Hold hold) {
        try {
            if (hold.changes.isEmpty()) {
                Files.deleteIfExists(hold.file);
                return;
            }
            Files.createDirectories(directory);
            Path temporary = directory.resolve("." + hold.file.getFileName());
            Files.write(temporary, hold.changes.lines());
            Files.move(temporary, hold.file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(directory + ": cannot note what is changed on " + hold.changes.name(), e);
        }
    }
}
