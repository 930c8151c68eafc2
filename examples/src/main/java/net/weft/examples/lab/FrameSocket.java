package net.weft.examples.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapHandle.PcapDirection;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapNetworkInterface.PromiscuousMode;
import org.pcap4j.core.RawPacketListener;

/**
 * Sends and collects whole frames on a device through libpcap, which puts a tag that the kernel stripped back into its
 * place. It does not collect frames that leave through the device.
 */
public final class FrameSocket implements AutoCloseable {
    private static final int BUFFER_BYTES = 8 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final PcapHandle handle;
    private final Thread reader;
    private final List<byte[]> frames = new ArrayList<>();
    private volatile boolean closing;

    private FrameSocket(PcapHandle handle, String name) {
        this.handle = handle;
        this.reader = Thread.ofPlatform().daemon().name("frames of " + name).start(this::collect);
    }

    public static FrameSocket open(Namespace namespace, String device) {
        PcapHandle handle = namespace.call(() -> new PcapHandle.Builder(device).snaplen(65_536).bufferSize(BUFFER_BYTES)
                .promiscuousMode(PromiscuousMode.PROMISCUOUS).timeoutMillis(50).immediateMode(true)
                .direction(PcapDirection.IN).build());
        return new FrameSocket(handle, namespace.name());
    }

    public void send(byte[] frame) {
        try {
            handle.sendPacket(frame);
        } catch (PcapNativeException | NotOpenException e) {
            throw new IllegalStateException("cannot send a frame of " + frame.length + " bytes", e);
        }
    }

    /** Frames collected so far, oldest first. */
    public List<byte[]> received(Predicate<byte[]> wanted) {
        synchronized (frames) {
            return frames.stream().filter(wanted).toList();
        }
    }

    /** Waits at most 15 s for a frame that is {@code wanted}, and returns the first. */
    public byte[] await(String what, Predicate<byte[]> wanted) {
        return Awaitility.await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(5))
                .until(() -> received(wanted), found -> !found.isEmpty()).getFirst();
    }

    public void forget() {
        synchronized (frames) {
            frames.clear();
        }
    }

    private void collect() {
        RawPacketListener keep = frame -> {
            synchronized (frames) {
                frames.add(frame);
            }
        };
        try {
            while (!closing) {
                handle.dispatch(-1, keep);
            }
        } catch (InterruptedException | PcapNativeException | NotOpenException e) {
            closing = true; // the device is gone, or the loop was broken to close
        }
    }

    @Override
    public void close() throws NotOpenException, InterruptedException {
        closing = true;
        if (handle.isOpen()) {
            handle.breakLoop();
        }
        reader.join();
        handle.close();
    }
}
