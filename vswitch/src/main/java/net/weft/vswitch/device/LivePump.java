package net.weft.vswitch.device;

import java.io.IOException;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.device.pcap.LivePcap;
import org.jspecify.annotations.Nullable;

/**
 * An interface through libpcap, which allocates for each frame and does not report offloads. Use it only where nothing
 * better is available.
 */
final class LivePump implements PumpedDevice.Pump {
    private final LivePcap pcap;
    private long missed;

    LivePump(LivePcap pcap) {
        this.pcap = pcap;
    }

    @Override
    public byte @Nullable [] receive() throws DeviceUnavailableException {
        try {
            return pcap.receive();
        } catch (IOException e) {
            throw new DeviceUnavailableException(PortReason.NO_DEVICE, String.valueOf(e.getMessage()));
        }
    }

    /** Returns false: if it waited, the kernel would lose the frames instead. */
    @Override
    public boolean mayWait() {
        return false;
    }

    /** Sends a frame. A frame that the kernel does not accept is lost, as on a cable. */
    @Override
    public void send(byte[] frame) {
        boolean unused = pcap.send(frame);
    }

    @Override
    public void idle() {
        // nothing is buffered
    }

    @Override
    public synchronized long takeMissed() {
        long now = pcap.missed();
        long since = Math.max(0, now - missed);
        missed = now;
        return since;
    }

    @Override
    public void close() {
        pcap.close();
    }
}
