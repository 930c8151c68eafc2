package net.weft.vswitch.device.pcap;

import java.io.EOFException;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapHandle.PcapDirection;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapNetworkInterface.PromiscuousMode;
import org.pcap4j.packet.namednumber.DataLinkType;

/** An interface through libpcap: frames that come in by it, and frames sent. One thread receives, another may send. */
public final class LivePcap implements AutoCloseable {
    private static final int SNAP_LENGTH = 262_144;
    private static final int BUFFER_BYTES = 8 << 20;
    private static final int TIMEOUT_MILLIS = 100;

    private final String device;
    private final PcapHandle handle;

    private LivePcap(String device, PcapHandle handle) {
        this.device = device;
        this.handle = handle;
    }

    /** @throws IOException with a sentence: it cannot be opened, carries no Ethernet, no libpcap */
    public static LivePcap open(String device) throws IOException {
        try {
            PcapHandle handle = new PcapHandle.Builder(device).snaplen(SNAP_LENGTH).bufferSize(BUFFER_BYTES)
                    .promiscuousMode(PromiscuousMode.PROMISCUOUS).timeoutMillis(TIMEOUT_MILLIS).immediateMode(true)
                    .direction(PcapDirection.IN).build();
            if (!handle.getDlt().equals(DataLinkType.EN10MB)) {
                handle.close();
                throw new IOException(device + ": carries no Ethernet frames; expected an Ethernet interface");
            }
            return new LivePcap(device, handle);
        } catch (PcapNativeException e) {
            throw new IOException(device + ": libpcap cannot open it: " + e.getMessage(), e);
        } catch (LinkageError e) {
            throw new IOException("libpcap is needed for ports of type pcap and was not found: apt install libpcap0.8",
                    e);
        }
    }

    /**
     * The next frame that comes in, null when none did for {@value #TIMEOUT_MILLIS} ms.
     *
     * @throws IOException with a sentence: the interface is gone
     */
    public byte @Nullable [] receive() throws IOException {
        try {
            return handle.getNextRawPacketEx();
        } catch (TimeoutException e) {
            return null;
        } catch (PcapNativeException | EOFException | NotOpenException e) {
            throw new IOException(device + ": libpcap receives nothing more: " + e.getMessage(), e);
        }
    }

    /** Sends a frame. False when the kernel does not take it. */
    public boolean send(byte[] frame) {
        try {
            handle.sendPacket(frame);
            return true;
        } catch (PcapNativeException | NotOpenException e) {
            return false;
        }
    }

    /** Frames that came in faster than they were received, since it was opened. */
    public long missed() {
        try {
            return handle.getStats().getNumPacketsDropped();
        } catch (PcapNativeException | NotOpenException e) {
            return 0;
        }
    }

    /** Nobody receives or sends any more. */
    @Override
    public void close() {
        handle.close();
    }
}
