package net.weft.vswitch.device;

import net.weft.linux.Errno;
import net.weft.linux.Link;
import net.weft.linux.LinuxException;
import net.weft.linux.Tun;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.PortReason;
import org.jspecify.annotations.Nullable;

/**
 * Creates the tap interface, restores its MAC address, sets its MTU and sets it up. The interface exists as long as its
 * descriptor, so that nothing remains after a crash; with {@code persist} it stays on the host, with its addresses, and
 * is taken over again.
 */
final class TapOpener implements DeviceOpener {
    private static final String KIND = "tun";

    private final DeviceSpec.Tap spec;
    private final int port;
    private final int mtu;
    private final HostLinks links;
    private final TapStore store;
    private int index;

    TapOpener(DeviceSpec.Tap spec, int port, int mtu, HostLinks links, TapStore store) {
        this.spec = spec;
        this.port = port;
        this.mtu = mtu;
        this.links = links;
        this.store = store;
    }

    @Override
    public Device open() throws DeviceUnavailableException {
        String name = spec.device();
        @Nullable
        Tun tun = null;
        try {
            Link former = links.interfaces().find(name);
            boolean taken = former != null && former.kind().equals(KIND) && (spec.persist() || store.isLeft(former));
            tun = taken ? Tun.attach(name) : Tun.create(name);
            Link link = links.require(name);
            if (taken || spec.persist()) {
                tun.persistent(spec.persist());
            }
            prepare(link, taken ? 0 : store.mac(name));
            index = link.index();
            links.watch(index, name);
            return new TapDevice(tun, port);
        } catch (LinuxException e) {
            if (tun != null) {
                tun.close();
            }
            throw unavailable(name, e);
        }
    }

    /** @param mac MAC address to set; 0: keep the interface's own */
    private void prepare(Link link, long mac) {
        if (mac != 0 && mac != link.mac()) {
            links.interfaces().mac(link.index(), mac);
        }
        if (link.mtu() != mtu) {
            links.interfaces().mtu(link.index(), mtu);
        }
        links.interfaces().up(link.index());
        store.put(links.require(link.name()), spec.persist());
    }

    /**
     * Maps an error to a failure. A missing file permission and a missing capability give the same errno, but in
     * different calls.
     */
    static DeviceUnavailableException unavailable(String name, LinuxException e) {
        return switch (e.errno()) {
            case Errno.EPERM, Errno.EACCES -> new DeviceUnavailableException(PortReason.NO_PERMISSION,
                    e.call().equals("open")
                            ? e.about() + ": Weft may not open it; chmod 0666 " + e.about()
                                    + " as Debian has it, run as root, or allow the device in the container"
                            : name + ": making a tap device needs CAP_NET_ADMIN; run as root or inside `unshare -Urn`");
            case Errno.ENOENT, Errno.ENXIO, Errno.ENODEV -> new DeviceUnavailableException(PortReason.NO_DEVICE,
                    e.call().equals("open")
                            ? "/dev/net/tun does not exist; load the kernel module tun"
                            : name + ": the tap device was deleted while it was set up; it is made anew");
            case Errno.EBUSY, Errno.EEXIST -> new DeviceUnavailableException(PortReason.DEVICE_IN_USE,
                    name + ": an interface of that name exists; choose another name or delete it");
            default -> new DeviceUnavailableException(PortReason.NO_DEVICE, name + ": " + e.getMessage());
        };
    }

    @Override
    public int mtu() {
        return mtu;
    }

    /**
     * Looks the interface up by index, because it may have been renamed. An interface moved to another namespace is not
     * monitored any more.
     */
    @Override
    public boolean hasCarrier() {
        Link link = links.find(index);
        return link == null || link.up();
    }

    @Override
    public void close() {
        links.unwatch(index);
    }
}
