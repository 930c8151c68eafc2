package net.weft.vswitch.device;

import java.io.UncheckedIOException;
import net.weft.linux.Errno;
import net.weft.linux.IngressBlock;
import net.weft.linux.Interfaces;
import net.weft.linux.Link;
import net.weft.linux.LinuxException;
import net.weft.linux.PacketSocket;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.PortReason;
import org.jspecify.annotations.Nullable;

/**
 * Takes an existing interface from the host's own network stack and returns it on close: see "nic ports" in the
 * semantics. An interface with addresses or a master is refused unless it is shared.
 */
final class NicOpener implements DeviceOpener {
    private static final int RING_SLOTS = 1024;
    private static final int SLOT_BYTES = 2048;
    private static final int SOCKET_BUFFER_BYTES = 16 << 20;
    private static final PacketSocket.Options OPTIONS = new PacketSocket.Options(true, RING_SLOTS, SLOT_BYTES, 0, false,
            SOCKET_BUFFER_BYTES, SOCKET_BUFFER_BYTES);

    /**
     * The kernel's packet socket sends a frame one tag longer than the MTU only if that tag's TPID is 0x8100. An MTU this much larger
     * makes room for one tag of any TPID, and for the second of a mirrored copy.
     */
    private static final int TAG_BYTES = 4;

    private final DeviceSpec.Nic spec;
    private final int port;
    private final int wantedMtu;
    private final HostLinks links;
    private final NicJournal journal;
    private @Nullable IngressBlock block;
    private @Nullable NicDevice device;
    private NicJournal.@Nullable Hold hold;
    private int index;
    private int refusedMtu;

    /** @param wantedMtu requested MTU of the port, bytes; 0: the interface's own */
    NicOpener(DeviceSpec.Nic spec, int port, int wantedMtu, HostLinks links, NicJournal journal) {
        this.spec = spec;
        this.port = port;
        this.wantedMtu = wantedMtu;
        this.links = links;
        this.journal = journal;
    }

    @Override
    public Device open() throws DeviceUnavailableException {
        restore();
        String name = spec.device();
        try {
            Link link = links.require(name);
            if (link.type() != Link.ARPHRD_ETHER) {
                throw new DeviceUnavailableException(PortReason.NO_DEVICE,
                        name + ": carries no Ethernet frames; expected an Ethernet interface");
            }
            if (!spec.shareWithHost()) {
                refuseIfUsed(link);
                block = IngressBlock.install(name);
            }
            NicJournal.Hold held = journal.take(link);
            hold = held;
            journal.prepare(held, link, links.interfaces(), spec.shareWithHost());
            makeRoom(held, link);
            Link ready = links.require(name);
            if (ready.index() != link.index()) {
                throw new LinuxException(Errno.ENODEV, "rtnetlink", name);
            }
            NicDevice opened = new NicDevice(name, PacketSocket.open(link.index(), OPTIONS), port);
            opened.mtu(ready.mtu());
            device = opened;
            index = link.index();
            return opened;
        } catch (LinuxException e) {
            restore();
            throw unavailable(name, e);
        } catch (UncheckedIOException e) {
            restore();
            throw unavailable(name, e);
        }
    }

    /**
     * Raises the MTU of the interface so that the port's MTU plus a VLAN tag fits. The MTU of a shared interface is not
     * changed.
     */
    private void makeRoom(NicJournal.Hold held, Link link) {
        int usual = wantedMtu == 0 ? NicJournal.ownMtu(held, link) : wantedMtu;
        if (spec.shareWithHost() || usual + TAG_BYTES <= link.mtu() || usual == refusedMtu) {
            return;
        }
        refusedMtu = 0;
        if (!raised(held, link, usual + TAG_BYTES)) {
            refusedMtu = usual;
            boolean unused = usual > link.mtu() && raised(held, link, usual);
            System.getLogger(NicOpener.class.getName()).log(System.Logger.Level.WARNING, link.name()
                    + ": its driver takes no MTU of " + (usual + TAG_BYTES)
                    + " bytes; the longest frames with an 802.1ad tag"
                    + " (0x88a8) cannot leave by it and are dropped as oversize");
        }
    }

    private boolean raised(NicJournal.Hold held, Link link, int bytes) {
        try {
            journal.raiseMtu(held, link, bytes, links.interfaces());
            links.require(link.name());
            return true;
        } catch (LinuxException e) {
            if (links.interfaces().find(link.index()) == null) {
                throw e;
            }
            return false;
        }
    }

    private void refuseIfUsed(Link link) throws DeviceUnavailableException {
        if (link.master() != 0) {
            Link master = links.interfaces().find(link.master());
            throw inUse(link, "it belongs to " + (master == null ? "another device" : master.name()));
        }
        for (Interfaces.Address address : links.interfaces().addresses(link.index())) {
            if (!address.address().isLinkLocalAddress()) {
                throw inUse(link, "it has the address " + address);
            }
        }
    }

    private static DeviceUnavailableException inUse(Link link, String why) {
        return new DeviceUnavailableException(PortReason.DEVICE_IN_USE, link.name() + ": " + why
                + "; free it, or say share-with-host: true to use it together with the host");
    }

    private static DeviceUnavailableException unavailable(String name, LinuxException e) {
        if (e.errno() == Errno.EPERM && heldByAnother(name)) {
            return new DeviceUnavailableException(PortReason.DEVICE_IN_USE,
                    name + ": another Weft switches this interface; stop it or take another interface");
        }
        return switch (e.errno()) {
            case Errno.ENODEV, Errno.ENXIO, Errno.ENOENT ->
                new DeviceUnavailableException(PortReason.NO_DEVICE, name + ": there is no such interface");
            case Errno.EPERM, Errno.EACCES -> new DeviceUnavailableException(PortReason.NO_PERMISSION, name
                    + ": switching an interface needs CAP_NET_ADMIN and CAP_NET_RAW (" + e.getMessage() + ")");
            case Errno.EBUSY -> new DeviceUnavailableException(PortReason.DEVICE_IN_USE, name + ": " + e.getMessage());
            default -> new DeviceUnavailableException(PortReason.NO_DEVICE, name + ": " + e.getMessage());
        };
    }

    /** Maps the failure to change a setting below {@code /proc}, or to write the journal. */
    private DeviceUnavailableException unavailable(String name, UncheckedIOException e) {
        return links.interfaces().find(name) == null
                ? new DeviceUnavailableException(PortReason.NO_DEVICE, name + ": there is no such interface")
                : new DeviceUnavailableException(FileFailure.reason(e.getCause()),
                        name + ": " + e.getMessage() + ": " + FileFailure.words(e.getCause()));
    }

    private static boolean heldByAnother(String name) {
        try {
            return IngressBlock.installed().contains(name);
        } catch (LinuxException e) {
            return false;
        }
    }

    @Override
    public int mtu() {
        NicJournal.Hold held = hold;
        Link link = held == null ? links.find(spec.device()) : links.find(index);
        if (link == null) {
            return wantedMtu == 0 ? DeviceOpeners.DEFAULT_MTU : wantedMtu;
        }
        return held == null ? link.mtu() : NicJournal.ownMtu(held, link);
    }

    @Override
    public boolean hasCarrier() {
        Link link = links.find(spec.device());
        NicDevice open = device;
        NicJournal.Hold held = hold;
        if (link != null && link.index() == index) {
            if (held != null && open != null) {
                follow(held, link);
                Link now = links.find(index);
                open.mtu(now == null ? link.mtu() : now.mtu());
            }
            return link.up() && link.carrier();
        }
        if (open != null) {
            Link renamed = links.find(index);
            if (renamed == null) {
                open.gone();
            } else {
                open.renamed(renamed.name());
            }
        }
        return false;
    }

    /** Adopts an MTU that somebody else set on the interface as the port's MTU, and makes room for a VLAN tag again. */
    private void follow(NicJournal.Hold held, Link link) {
        try {
            makeRoom(held, link);
        } catch (LinuxException | UncheckedIOException e) {
            System.getLogger(NicOpener.class.getName()).log(System.Logger.Level.DEBUG, "gone or refused", e);
        }
    }

    private void restore() {
        device = null;
        IngressBlock installed = block;
        block = null;
        if (installed != null) {
            try {
                installed.close();
            } catch (LinuxException e) {
                System.getLogger(NicOpener.class.getName()).log(System.Logger.Level.DEBUG, "gone with its device", e);
            }
        }
        NicJournal.Hold held = hold;
        hold = null;
        if (held != null) {
            journal.undo(held, links.interfaces());
        }
    }

    @Override
    public void close() {
        restore();
    }
}
