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

/** Receives and sends frames on an interface through libpcap. One thread may receive while another sends. */
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

    /**
     * @throws IOException if the interface cannot be opened or is not Ethernet, or libpcap is missing; the message is
     *     one sentence
     */
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
     * Returns the next received frame, or null if none arrived for {@value #TIMEOUT_MILLIS} ms.
     *
     * @throws IOException if the interface is gone; the message is one sentence
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

    /** Sends a frame; false when the kernel does not accept it. */
    public boolean send(byte[] frame) {
        try {
            handle.sendPacket(frame);
            return true;
        } catch (PcapNativeException | NotOpenException e) {
            return false;
        }
    }

    /** Number of frames lost since the interface was opened, because they were not received in time. */
    public long missed() {
        try {
            return handle.getStats().getNumPacketsDropped();
        } catch (PcapNativeException | NotOpenException e) {
            return 0;
        }
    }

    /** Closes the interface. No thread may be receiving or sending. */
    @Override
    public void close() {
        handle.close();
    }
}
