package net.weft.vswitch.carrier;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Lines of text in both directions of a connection that does not block. What cannot be sent yet is kept. One thread. */
final class Lines {
    /** The longest line that is taken, bytes: the names of some ten thousand devices. */
    static final int LONGEST = 256 << 10;

    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocate(LONGEST);
    private ByteBuffer out = ByteBuffer.allocate(0);

    Lines(SocketChannel channel) {
        this.channel = channel;
    }

    SocketChannel channel() {
        return channel;
    }

    /** Returns whether everything that was to be sent is sent. */
    boolean isFlushed() {
        return !out.hasRemaining();
    }

    /** Sends a line, or keeps it until {@link #flush} is called again. */
    void send(String line) throws IOException {
        byte[] text = (line + "\n").getBytes(StandardCharsets.UTF_8);
        out = ByteBuffer.allocate(out.remaining() + text.length).put(out).put(text).flip();
        flush();
    }

    void flush() throws IOException {
        while (out.hasRemaining() && channel.write(out) > 0) {
            // goes on
        }
    }

    /** What one {@link #read} found: whole lines, and whether the other end has closed. */
    record Received(List<String> lines, boolean isEnded) {
    }

    /**
     * Reads what has come.
     *
     * @throws IOException if a line is too long
     */
    Received read() throws IOException {
        int count = channel.read(in);
        List<String> lines = new ArrayList<>();
        in.flip();
        int from = 0;
        for (int at = 0; at < in.limit(); at++) {
            if (in.get(at) == '\n') {
                lines.add(new String(in.array(), from, at - from, StandardCharsets.UTF_8));
                from = at + 1;
            }
        }
        in.position(from);
        in.compact();
        if (!in.hasRemaining()) {
            throw new IOException("a line is longer than " + LONGEST + " bytes");
        }
        return new Received(lines, count < 0);
    }
}
