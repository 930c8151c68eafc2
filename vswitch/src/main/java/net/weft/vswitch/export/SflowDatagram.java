package net.weft.vswitch.export;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * sFlow datagrams in the making (sFlow version 5, sflow_version_5.txt of sflow.org, §5): a datagram is handed over when the next
 * sample would not fit. XDR: all numbers in network order, everything padded to 4 bytes. One thread; the buffer is the same each
 * time.
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
     * @param agent address this switch is known by
     * @param subAgent tells several on one address apart
     * @param out takes a datagram, and is done with it when it returns
     */
    SflowDatagram(Supplier<InetAddress> agent, int subAgent, Consumer<ByteBuffer> out) {
        this.agent = agent;
        this.subAgent = subAgent;
        this.out = out;
    }

    /** The uptime of datagrams from now on. */
    void time(long millis) {
        uptimeMillis = millis;
    }

    /**
     * Where to write the next sample's body. {@link #end} must follow.
     *
     * @param bytes that it will have at most
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

    /** The sample is whole. */
    void end() {
        buffer.putInt(sampleAt - 4, buffer.position() - sampleAt);
    }

    /** Bytes as XDR has them: padded, the length not included. */
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

    /** Hands over what there is. */
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
