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
 * A capture on its way to a client: a thread of its own takes frames from the switch, filters them, makes blocks of a file of them and sends
 * those while the client takes them. While it does not, frames are missed and counted.
 */
final class CaptureStream implements Runnable {
    private static final System.Logger LOG = System.getLogger(CaptureStream.class.getName());
    /** A chunk is sent when it has so much, or when no frame waits. */
    private static final int CHUNK_BYTES = 64 << 10;
    private static final long PAUSE_NS = 1_000_000;
    private static final long LOOK_NS = 500_000_000;

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
    private long lookedNs;
    private long frames;
    private String note = "";

    /**
     * @param capture running; taken over, as is the filter
     * @param filter null: all frames
     * @param wanted frames after which it ends, 0 for none
     */
    CaptureStream(Capture capture, @Nullable BpfFilter filter, CaptureFormat format, long wanted,
            ServerCallStreamObserver<CaptureChunk> client) {
        this.capture = capture;
        this.filter = filter;
        this.format = format;
        this.wanted = wanted;
        this.client = client;
    }

    /** @param why a sentence once there is nothing more to capture, else empty; asked twice a second */
    void begin(List<CaptureFormat.Interface> interfaces, int snapLength, Supplier<String> why) {
        ended = why;
        ports = interfaces.size();
        startNs = wallClockNs();
        lookedNs = System.nanoTime();
        format.begin(blocks, interfaces, snapLength);
        thread.setDaemon(true);
        thread.start();
    }

    /** Something may have changed for the thread. */
    void wake() {
        LockSupport.unpark(thread);
    }

    /** Ends it with a complete file. */
    void stop() {
        stopping = true;
        wake();
    }

    /** Ends it with a refusal. */
    void fail(Status why) {
        failed.compareAndSet(null, why);
        stop();
    }

    @Override
    public void run() {
        try {
            send();
            while (!stopping && !isFull()) {
                if (!takeChunk()) {
                    LockSupport.parkNanos(PAUSE_NS);
                }
                look();
            }
            capture.stop();
            while (takeChunk()) {
                // what was copied until then
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

    /** Whether the client has gone, or the port; a port that is gone sends nothing more. */
    private void look() {
        long nowNs = System.nanoTime();
        if (client.isCancelled()) {
            stopping = true;
        } else if (nowNs - lookedNs > LOOK_NS) {
            lookedNs = nowNs;
            note = ended.get();
            stopping |= !note.isEmpty();
        }
    }

    /** Sends what waits, one chunk at most. False when there was nothing. */
    private boolean takeChunk() {
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

    /** Sends what there is, once the client takes it. */
    private void send() {
        if (blocks.position() > 0) {
            while (!client.isReady() && !client.isCancelled()) {
                LockSupport.parkNanos(this, LOOK_NS);
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
