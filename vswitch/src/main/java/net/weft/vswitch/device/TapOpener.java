package net.weft.vswitch.device;

import net.weft.linux.Errno;
import net.weft.linux.Link;
import net.weft.linux.LinuxException;
import net.weft.linux.Tun;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.PortReason;
import org.jspecify.annotations.Nullable;

/** Makes the tap, sets its MTU and switches it on. It exists as long as its descriptor: nothing stays after a crash. */
final class TapOpener implements DeviceOpener {
    private final DeviceSpec.Tap spec;
    private final int port;
    private final int mtu;
    private final HostLinks links;

    TapOpener(DeviceSpec.Tap spec, int port, int mtu, HostLinks links) {
        this.spec = spec;
        this.port = port;
        this.mtu = mtu;
        this.links = links;
    }

    @Override
    public Device open() throws DeviceUnavailableException {
        String name = spec.device();
        @Nullable
        Tun tun = null;
        try {
            tun = Tun.create(name);
            Link link = links.require(name);
            links.interfaces().mtu(link.index(), mtu);
            links.interfaces().up(link.index());
            links.require(name);
            return new TapDevice(tun, port);
        } catch (LinuxException e) {
            if (tun != null) {
                tun.close();
            }
            throw unavailable(name, e);
        }
    }

    /** The file's mode and the capability are refused by the same errors, but by different calls. */
    static DeviceUnavailableException unavailable(String name, LinuxException e) {
        return switch (e.errno()) {
            case Errno.EPERM, Errno.EACCES -> new DeviceUnavailableException(PortReason.NO_PERMISSION,
                    e.call().equals("open")
                            ? e.about() + ": Weft may not open it; chmod 0666 " + e.about()
                                    + " as Debian has it, run as root, or allow the device in the container"
                            : name + ": making a tap device needs CAP_NET_ADMIN; run as root or inside `unshare -Urn`");
            case Errno.ENOENT, Errno.ENXIO, Errno.ENODEV -> new DeviceUnavailableException(PortReason.NO_DEVICE,
                    "/dev/net/tun does not exist; load the kernel module tun");
            case Errno.EBUSY, Errno.EEXIST -> new DeviceUnavailableException(PortReason.DEVICE_IN_USE,
                    name + ": an interface of that name exists; choose another name or delete it");
            default -> new DeviceUnavailableException(PortReason.NO_DEVICE, name + ": " + e.getMessage());
        };
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public boolean hasCarrier() {
        Link link = links.find(spec.device());
        return link == null || link.up();
    }

    @Override
    public void close() {
    }
}
