package net.weft.controller.member;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import net.weft.v1.CaptureChunk;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.capture.CaptureFormat;
import net.weft.vswitch.device.pcap.BpfFilter;
import net.weft.vswitch.observe.Capture;
import org.jspecify.annotations.Nullable;

/**
 * The stream of a capture to a client. Its own thread dequeues frames from the switch, filters them, encodes them as
 * blocks of a file, and sends the blocks while the client is ready. While it is not, frames are missed and counted.
 */
final class CaptureStream implements Runnable {
    private static final System.Logger LOG = System.getLogger(CaptureStream.class.getName());
    /** Size at which a chunk is sent; a smaller one is sent when no frame is queued. */
    private static final int CHUNK_BYTES = 64 << 10;
    private static final long PAUSE_NS = 1_000_000;
    private static final long CHECK_NS = 500_000_000;

    private final Capture capture;
    private final @Nullable BpfFilter filter;
    private final CaptureFormat format;
    private final long wanted;
    private final ServerCallStreamObserver<CaptureChunk> client;
    private final ByteBuffer blocks = ByteBuffer
            .allocate(CHUNK_BYTES + Capture.MAX_FRAME + 64 * CaptureFormat.OVERHEAD).order(ByteOrder.LITTLE_ENDIAN);
    private final Thread thread = new Thread(this, "weft-capture");
    private final AtomicReference<@Nullable Status> failed = new AtomicReference<>();
    private volatile boolean stopping;
    private Supplier<String> ended = () -> "";
    private int ports;
    private long startNs;
    private long checkedNs;
    private long frames;
    private String note = "";

    /**
     * Creates a stream.
     *
     * @param capture a running capture; the stream closes it, and the filter
     * @param filter null: all frames are captured
     * @param wanted number of frames after which the capture ends; 0: no limit
     */
    CaptureStream(Capture capture, @Nullable BpfFilter filter, CaptureFormat format, long wanted,
            ServerCallStreamObserver<CaptureChunk> client) {
        this.capture = capture;
        this.filter = filter;
        this.format = format;
        this.wanted = wanted;
        this.client = client;
    }

    /**
     * Starts the thread and writes the head of the file.
     *
     * @param why returns a sentence when there is nothing more to capture, else an empty text; called twice a second
     */
    void begin(List<CaptureFormat.Interface> interfaces, int snapLength, Supplier<String> why) {
        ended = why;
        ports = interfaces.size();
        startNs = wallClockNs();
        checkedNs = System.nanoTime();
        format.begin(blocks, interfaces, snapLength);
        thread.setDaemon(true);
        thread.start();
    }

    /** Wakes the thread, because the state of the call may have changed. */
    void wake() {
        LockSupport.unpark(thread);
    }

    /** Ends the capture with a complete file. */
    void stop() {
        stopping = true;
        wake();
    }

    /** Ends the capture with an error. */
    void fail(Status why) {
        failed.compareAndSet(null, why);
        stop();
    }

    @Override
    public void run() {
        try {
            send();
            while (!stopping && !isFull()) {
                if (!sendChunk()) {
                    LockSupport.parkNanos(PAUSE_NS);
                }
                checkEnd();
            }
            capture.stop();
            while (sendChunk()) {
                // sends the frames copied until the stop
            }
            finish();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "a capture failed", e);
            failed.compareAndSet(null, Status.INTERNAL.withDescription("unforeseen: " + e));
            finish();
        } finally {
            capture.close();
            if (filter != null) {
                filter.close();
            }
        }
    }

    private boolean isFull() {
        return wanted > 0 && frames >= wanted;
    }

    /** Stops if the client has cancelled the call or a port was removed, which sends no more frames. */
    private void checkEnd() {
        long nowNs = System.nanoTime();
        if (client.isCancelled()) {
            stopping = true;
        } else if (nowNs - checkedNs > CHECK_NS) {
            checkedNs = nowNs;
            note = ended.get();
            stopping |= !note.isEmpty();
        }
    }

    /** Sends the queued frames, at most one chunk, and returns whether there were any. */
    private boolean sendChunk() {
        boolean any = false;
        while (!isFull() && blocks.position() < CHUNK_BYTES) {
            Capture.Captured frame = capture.next();
            if (frame == null) {
                break;
            }
            any = true;
            if (filter == null || filter.matches(capture.bytes(), frame.captured(), frame.original())) {
                append(frame);
            }
        }
        send();
        return any;
    }

    private void append(Capture.Captured frame) {
        DropReason reason = frame.reason();
        String comment = reason == null ? "" : "dropped: " + reason.label() + ": " + reason.meaning();
        if (format.frame(blocks, new CaptureFormat.Frame(frame.port(), frame.outbound(), frame.timeNs(),
                frame.captured(), frame.original(), comment), capture.bytes())) {
            frames++;
        }
    }

    /** Sends the encoded blocks once the client is ready. */
    private void send() {
        if (blocks.position() > 0) {
            while (!client.isReady() && !client.isCancelled()) {
                LockSupport.parkNanos(this, CHECK_NS);
            }
            if (!client.isCancelled()) {
                client.onNext(chunk().build());
            }
            blocks.clear();
        }
    }

    private CaptureChunk.Builder chunk() {
        long missed = 0;
        for (int port = 0; port < ports; port++) {
            missed += capture.missed(port);
        }
        return CaptureChunk.newBuilder().setData(ByteString.copyFrom(blocks.array(), 0, blocks.position()))
                .setFrames(frames).setMissed(missed);
    }

    private void finish() {
        Status why = failed.get();
        if (client.isCancelled()) {
            return;
        }
        if (why != null) {
            client.onError(why.asRuntimeException());
            return;
        }
        long endNs = wallClockNs();
        for (int port = 0; port < ports; port++) {
            format.end(blocks, port,
                    new CaptureFormat.Statistics(startNs, endNs, capture.seen(port), capture.missed(port)));
        }
        client.onNext(chunk().setNote(note).build());
        client.onCompleted();
    }

    private static long wallClockNs() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }
}
