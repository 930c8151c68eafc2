package net.weft.vswitch.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import net.weft.linux.Link;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.device.pcap.LivePcap;
import org.jspecify.annotations.Nullable;

/**
 * Opens what is behind a port of type {@code pcap}: an interface, or files. A file that was found damaged half-way is not played again
 * until it is another.
 */
final class PcapOpener implements DeviceOpener {
    private final DeviceSpec spec;
    private final int port;
    private final int mtu;
    private final HostLinks links;
    private @Nullable PumpedDevice opened;
    private @Nullable FileTime openedVersion;

    /** @param spec of an interface or of files */
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
        opened = device;
        openedVersion = version;
        return device;
    }

    private PumpedDevice.Pump pump() throws DeviceUnavailableException {
        if (spec instanceof DeviceSpec.PcapFiles files) {
            requireFile(files.read());
            requireFile(files.write());
        }
        try {
            return switch (spec) {
                case DeviceSpec.PcapLive live -> live(live);
                case DeviceSpec.PcapFiles files -> new FilePump(files);
                default -> throw new IllegalStateException(spec + " is no pcap device");
            };
        } catch (IOException e) {
            throw new DeviceUnavailableException(PortReason.NO_DEVICE, String.valueOf(e.getMessage()));
        }
    }

    /** Opening a FIFO waits until somebody opens its other end, and devices have other surprises. */
    private static void requireFile(@Nullable String path) throws DeviceUnavailableException {
        if (path != null && Files.exists(Path.of(path)) && !Files.isRegularFile(Path.of(path))) {
            throw new DeviceUnavailableException(PortReason.NO_DEVICE,
                    path + ": it is no regular file, and a port reads and writes nothing else");
        }
    }

    private PumpedDevice.Pump live(DeviceSpec.PcapLive live) throws IOException, DeviceUnavailableException {
        if (links.find(live.device()) == null) {
            throw new DeviceUnavailableException(PortReason.NO_DEVICE, live.device() + ": there is no such interface");
        }
        try {
            return new LivePump(LivePcap.open(live.device()));
        } catch (IOException e) {
            String message = String.valueOf(e.getMessage());
            throw new DeviceUnavailableException(message.contains("permi")
                    ? PortReason.NO_PERMISSION
                    : PortReason.NO_DEVICE, message);
        }
    }

    /** When the file that is read was written; null where none is. */
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
        Link link = spec instanceof DeviceSpec.PcapLive live ? links.find(live.device()) : null;
        return link == null ? mtu : link.mtu();
    }

    @Override
    public boolean hasCarrier() {
        Link link = spec instanceof DeviceSpec.PcapLive live ? links.find(live.device()) : null;
        return !(spec instanceof DeviceSpec.PcapLive) || link != null && link.up() && link.carrier();
    }

    @Override
    public void close() {
    }
}
