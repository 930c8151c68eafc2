package net.weft.vswitch.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import net.weft.linux.Errno;
import net.weft.linux.Link;
import net.weft.linux.LinuxException;
import net.weft.linux.Socket;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.device.pcap.LivePcap;
import org.jspecify.annotations.Nullable;

/**
 * Opens the device of a port of type {@code pcap}: an interface or capture files. A file that turned out to be damaged
 * is not replayed again until it has changed.
 */
final class PcapOpener implements DeviceOpener {
    private final DeviceSpec spec;
    private final int port;
    private final int mtu;
    private final HostLinks links;
    private @Nullable PumpedDevice opened;
    private int index;
    private @Nullable FileTime openedVersion;

    /** @param spec the specification of an interface or of capture files */
    PcapOpener(DeviceSpec spec, int port, int mtu, HostLinks links) {
        this.spec = spec;
        this.port = port;
        this.mtu = mtu;
        this.links = links;
    }

    @Override
    public Device open() throws DeviceUnavailableException {
        PumpedDevice before = opened;
        DeviceFailure failure = before == null ? null : before.failure();
        FileTime version = version();
        if (failure != null && version != null && version.equals(openedVersion)) {
            throw new DeviceUnavailableException(failure.reason(), failure.message());
        }
        PumpedDevice device = new PumpedDevice(spec.label(), pump(), port);
        device.limit(spec instanceof DeviceSpec.PcapLive ? mtu() : PumpedDevice.NO_LIMIT);
        opened = device;
        openedVersion = version;
        return device;
    }

    private PumpedDevice.Pump pump() throws DeviceUnavailableException {
        return switch (spec) {
            case DeviceSpec.PcapLive live -> live(live.device());
            case DeviceSpec.PcapFiles files -> files(files);
            default -> throw new IllegalStateException(spec + " is no pcap device");
        };
    }

    private static PumpedDevice.Pump files(DeviceSpec.PcapFiles files) throws DeviceUnavailableException {
        requireFile(files.read());
        requireFile(files.write());
        return new FilePump(files);
    }

    /**
     * Rejects anything but a regular file: opening a FIFO blocks until its other end is opened, and devices may block
     * too.
     */
    private static void requireFile(@Nullable String path) throws DeviceUnavailableException {
        if (path != null && Files.exists(Path.of(path)) && !Files.isRegularFile(Path.of(path))) {
            throw new DeviceUnavailableException(PortReason.NO_DEVICE,
                    path + ": it is no regular file, and a port reads and writes nothing else");
        }
    }

    /** Opens an interface. libpcap opens it by name and stays with that interface even if it is renamed. */
    private PumpedDevice.Pump live(String device) throws DeviceUnavailableException {
        Link link = links.interfaces().find(device);
        if (link == null) {
            throw noInterface(device);
        }
        try {
            LivePcap pcap = LivePcap.open(device);
            Link still = links.interfaces().find(device);
            if (still == null || still.index() != link.index()) {
                pcap.close();
                throw noInterface(device);
            }
            index = link.index();
            return new LivePump(pcap);
        } catch (IOException e) {
            if (links.interfaces().find(device) == null) {
                throw noInterface(device);
            }
            throw new DeviceUnavailableException(mayCapture() ? PortReason.NO_DEVICE : PortReason.NO_PERMISSION,
                    String.valueOf(e.getMessage()));
        }
    }

    private static DeviceUnavailableException noInterface(String device) {
        return new DeviceUnavailableException(PortReason.NO_DEVICE, device + ": there is no such interface");
    }

    /** Returns whether this process may capture. libpcap reports errors only as text, so the kernel is queried. */
    private static boolean mayCapture() {
        try (Socket _ = Socket.open(Socket.AF_PACKET, Socket.SOCK_RAW, 0)) {
            return true;
        } catch (LinuxException e) {
            return e.errno() != Errno.EPERM && e.errno() != Errno.EACCES;
        }
    }

    /** Returns the modification time of the replayed file; null if there is none. */
    private @Nullable FileTime version() {
        try {
            return spec instanceof DeviceSpec.PcapFiles files && files.read() != null
                    ? Files.getLastModifiedTime(Path.of(files.read()))
                    : null;
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public int mtu() {
        Link link = spec instanceof DeviceSpec.PcapLive ? links.find(index) : null;
        return link == null ? mtu : link.mtu();
    }

    @Override
    public boolean hasCarrier() {
        if (!(spec instanceof DeviceSpec.PcapLive live)) {
            return true;
        }
        PumpedDevice device = opened;
        Link link = links.find(index);
        if (device != null && link != null) {
            device.limit(link.mtu());
        }
        if (device != null && link != null && !link.name().equals(live.device())) {
            device.fail(new DeviceFailure(PortReason.NO_DEVICE, live.device() + ": the interface was renamed to "
                    + link.name() + "; name that one as the port's device, or rename it back"));
        }
        return link != null && link.up() && link.carrier();
    }

    @Override
    public void close() {
    }
}
