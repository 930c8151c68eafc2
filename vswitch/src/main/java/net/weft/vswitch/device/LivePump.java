package net.weft.vswitch.device;

import java.io.IOException;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.device.pcap.LivePcap;
import org.jspecify.annotations.Nullable;

/** An interface through libpcap, which allocates for each frame and tells nothing of offloads: where nothing better is to be had. */
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

    /** What comes in meanwhile would be lost one step earlier. */
    @Override
    public boolean mayWait() {
        return false;
    }

    /** A frame that the kernel does not take is lost as it is on any cable. */
    @Override
    public void send(byte[] frame) {
        boolean unused = pcap.send(frame);
    }

    @Override
    public void idle() {
        // nothing is gathered
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
