package net.weft.vpn.uapi;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import net.weft.linux.Errno;
import org.jspecify.annotations.Nullable;

/**
 * One connection of wg(8): requests one after the other, each with an answer. A client that neither sends nor reads for the patience it
 * is given is disconnected, so that it holds no thread and no answer for ever; time that a request takes to be carried out does not count.
 */
final class WgClient {
    private static final int MAX_LINE = 1024;
    private static final int MAX_REQUEST_CHARACTERS = 64 << 20;

    private final SocketChannel channel;
    private final Duration patience;
    private final Requests requests;
    private int requestCharacters;
    private volatile boolean isWaiting = true;
    private volatile long progressNs = System.nanoTime();
    private volatile boolean isDone;

    /** Answers the requests of a client, for one device. */
    interface Requests {
        /** Returns the answer to {@code get=1}, with its empty last line. */
        String get();

        /** Begins a {@code set=1}. */
        WgRequest begin();

        /** Returns {@link WgAdmin#OK} or an errno. */
        int set(WgRequest request);
    }

    WgClient(SocketChannel channel, Duration patience, Requests requests) {
        this.channel = channel;
        this.patience = patience;
        this.requests = requests;
    }

    /** Serves the client until it goes, or has done nothing for too long. */
    void serve() {
        Thread watch = Thread.ofVirtual().name("weft-wg-watch").start(this::watch);
        try (channel;
                Reader lines = new BufferedReader(
                        new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.US_ASCII))) {
            for (String line = line(lines); line != null; line = line(lines)) {
                requestCharacters = 0;
                write(switch (line) {
                    case "" -> "";
                    case "get=1" -> get(lines);
                    case "set=1" -> set(lines);
                    default -> "errno=" + -Errno.EPROTO + "\n\n";
                });
            }
        } catch (IOException _) {
            // the client has gone, or was disconnected
        } finally {
            isDone = true;
            LockSupport.unpark(watch);
        }
    }

    private void watch() {
        while (!isDone) {
            long idleNs = isWaiting ? System.nanoTime() - progressNs : 0;
            if (idleNs > patience.toNanos()) {
                try {
                    channel.close();
                } catch (IOException _) {
                    // it is closed already
                }
                return;
            }
            LockSupport.parkNanos(this, patience.toNanos() / 4);
        }
    }

    private void progress() {
        progressNs = System.nanoTime();
    }

    private void write(String answer) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII));
        while (left.hasRemaining()) {
            channel.write(left);
            progress();
        }
    }

    private String get(Reader lines) throws IOException {
        String rest = line(lines);
        while (rest != null && !rest.isEmpty()) {
            rest = line(lines);
        }
        if (rest == null) {
            throw new EOFException("a request that was cut off");
        }
        return carriedOut(requests::get);
    }

    private String set(Reader lines) throws IOException {
        WgRequest request = requests.begin();
        int errno = WgAdmin.OK;
        String line = line(lines);
        for (; line != null && !line.isEmpty(); line = line(lines)) {
            try {
                request.line(line);
            } catch (WgRequest.RefusedException e) {
                errno = errno == WgAdmin.OK ? e.errno : errno;
            }
        }
        if (line == null) {
            throw new EOFException("a request that was cut off");
        }
        int refused = errno;
        return carriedOut(() -> "errno=" + -(refused == WgAdmin.OK ? requests.set(request) : refused) + "\n\n");
    }

    private String carriedOut(Supplier<String> action) {
        isWaiting = false;
        try {
            return action.get();
        } finally {
            progress();
            isWaiting = true;
        }
    }

    /** The next line; null if the client has gone before it ended. */
    private @Nullable String line(Reader lines) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = lines.read(); c != '\n'; c = lines.read()) {
            if (c < 0) {
                return null;
            }
            if (line.length() == MAX_LINE || ++requestCharacters > MAX_REQUEST_CHARACTERS) {
                throw new IOException("a line or a request that does not end");
            }
            line.append((char) c);
        }
        progress();
        return line.toString();
    }
}
