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
 * Takes an existing interface away from the host's own stack and gives it back: see "nic ports" in the semantics. Refused on
 * an interface with addresses or a master unless shared.
 */
final class NicOpener implements DeviceOpener {
    private static final int RING_SLOTS = 1024;
    private static final int SLOT_BYTES = 2048;
    private static final int SOCKET_BUFFER_BYTES = 16 << 20;
    private static final PacketSocket.Options OPTIONS = new PacketSocket.Options(true, RING_SLOTS, SLOT_BYTES, 0, false,
            SOCKET_BUFFER_BYTES, SOCKET_BUFFER_BYTES);

    private final DeviceSpec.Nic spec;
    private final int port;
    private final HostLinks links;
    private final NicJournal journal;
    private @Nullable IngressBlock block;
    private @Nullable NicDevice device;
    private int index;

    NicOpener(DeviceSpec.Nic spec, int port, HostLinks links, NicJournal journal) {
        this.spec = spec;
        this.port = port;
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
            journal.prepare(link, links.interfaces(), spec.shareWithHost());
            links.require(name);
            NicDevice opened = new NicDevice(name, PacketSocket.open(link.index(), OPTIONS), port);
            device = opened;
            index = link.index();
            return opened;
        } catch (LinuxException e) {
            restore();
            throw unavailable(name, e);
        } catch (UncheckedIOException e) {
            restore();
            throw new DeviceUnavailableException(PortReason.NO_PERMISSION, name + ": " + e.getMessage());
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

    private static boolean heldByAnother(String name) {
        try {
            return IngressBlock.installed().contains(name);
        } catch (LinuxException e) {
            return false;
        }
    }

    @Override
    public int mtu() {
        Link link = links.find(spec.device());
        return link == null ? DeviceOpeners.DEFAULT_MTU : link.mtu();
    }

    @Override
    public boolean hasCarrier() {
        Link link = links.find(spec.device());
        NicDevice open = device;
        if (link != null && link.index() == index) {
            return link.up() && link.carrier();
        }
        if (open != null) {
            open.gone();
        }
        return false;
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
        journal.undo(spec.device(), links.interfaces());
    }

    @Override
    public void close() {
        restore();
    }
}
