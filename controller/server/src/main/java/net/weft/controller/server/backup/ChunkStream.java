package net.weft.controller.server.backup;

import com.google.protobuf.ByteString;
import io.grpc.stub.ServerCallStreamObserver;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import net.weft.v1.BackupChunk;

/** Sends bytes to one client in chunks, as fast as it takes them. One thread writes. */
final class ChunkStream extends OutputStream {
    private static final int CHUNK = 256 << 10;
    private static final long PATIENCE_SECONDS = 30;

    private final ServerCallStreamObserver<BackupChunk> client;
    private final Semaphore ready = new Semaphore(0);
    private final byte[] chunk = new byte[CHUNK];
    private int length;

    /** To be made by the method that serves the call. */
    ChunkStream(ServerCallStreamObserver<BackupChunk> client) {
        this.client = client;
        client.setOnReadyHandler(ready::release);
        client.setOnCancelHandler(ready::release);
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[]{(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
        int done = 0;
        while (done < count) {
            int part = Math.min(count - done, CHUNK - length);
            System.arraycopy(bytes, from + done, chunk, length, part);
            length += part;
            done += part;
            if (length == CHUNK) {
                send();
            }
        }
    }

    private void send() throws IOException {
        try {
            while (!client.isReady() && !client.isCancelled()) {
                if (!ready.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    throw new IOException("the client takes nothing for " + PATIENCE_SECONDS + " s");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        if (client.isCancelled()) {
            throw new IOException("the client has gone");
        }
        client.onNext(BackupChunk.newBuilder().setData(ByteString.copyFrom(chunk, 0, length)).build());
        length = 0;
    }

    @Override
    public void close() throws IOException {
        if (length > 0) {
            send();
        }
    }
}
