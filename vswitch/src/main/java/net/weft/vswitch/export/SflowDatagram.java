package net.weft.vswitch.export;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Builds sFlow datagrams (sFlow version 5, sflow_version_5.txt of sflow.org, §5). A datagram is passed to the consumer
 * when the next sample would not fit. The encoding is XDR: numbers in network byte order, every field padded to 4
 * bytes. One thread; the buffer is reused.
 */
final class SflowDatagram {
    static final int MAX_BYTES = 1400;
    static final int VERSION = 5;
    static final int FLOW_SAMPLE = 1;
    static final int COUNTER_SAMPLE = 2;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_BYTES);
    private final Supplier<InetAddress> agent;
    private final int subAgent;
    private final Consumer<ByteBuffer> out;
    private long uptimeMillis;
    private int sequence;
    private int samples;
    private int sampleAt;

    /**
     * @param agent the agent address
     * @param subAgent the sub-agent ID, which distinguishes several switches with one agent address
     * @param out receives each datagram; the buffer is reused after the call returns
     */
    SflowDatagram(Supplier<InetAddress> agent, int subAgent, Consumer<ByteBuffer> out) {
        this.agent = agent;
        this.subAgent = subAgent;
        this.out = out;
    }

    /** Sets the uptime of the following datagrams, milliseconds. */
    void time(long millis) {
        uptimeMillis = millis;
    }

    /**
     * Starts a sample and returns the buffer for its body. {@link #end} must follow.
     *
     * @param bytes largest size of the body
     */
    ByteBuffer begin(int type, int bytes) {
        if (samples > 0 && buffer.remaining() < 8 + bytes) {
            flush();
        }
        if (samples++ == 0) {
            header();
        }
        buffer.putInt(type).putInt(0);
        sampleAt = buffer.position();
        return buffer;
    }

    /** Ends the current sample and stores its length. */
    void end() {
        buffer.putInt(sampleAt - 4, buffer.position() - sampleAt);
    }

    /** Writes bytes as XDR fixed-length opaque data: padded to 4 bytes, without a length. */
    static void opaque(ByteBuffer to, MemorySegment bytes) {
        to.put(bytes.asByteBuffer());
        for (long n = bytes.byteSize(); (n & 3) != 0; n++) {
            to.put((byte) 0);
        }
    }

    private void header() {
        byte[] address = agent.get().getAddress();
        buffer.putInt(VERSION).putInt(address.length == 4 ? 1 : 2).put(address);
        buffer.putInt(subAgent).putInt(++sequence).putInt((int) uptimeMillis).putInt(0);
    }

    /** Sends the current datagram, if it has samples. */
    void flush() {
        if (samples > 0) {
            buffer.putInt(buffer.getInt(4) == 1 ? 24 : 36, samples);
            samples = 0;
            buffer.flip();
            out.accept(buffer);
        }
        buffer.clear();
    }
}
