package net.weft.wireguard;

import java.nio.ByteBuffer;

/**
 * Where a datagram came from and to which local address, as mutable fields that a thread refills for each datagram, so that none is
 * allocated. IPv4 addresses are IPv4-mapped IPv6 addresses ({@code ::ffff:a.b.c.d}); addresses are two words in network order.
 */
public final class Source {
    private static final long V4_MAPPED = 0xffffL << 32;

    long high;
    long low;
    int port;
    int scope;
    long localHigh;
    long localLow;
    private int ecn;

    /** @param scope index of the interface for a link-local address, else 0 */
    public void remote(long high, long low, int port, int scope) {
        this.high = high;
        this.low = low;
        this.port = port;
        this.scope = scope;
    }

    public void remoteIpv4(int address, int port) {
        remote(0, V4_MAPPED | address & 0xffff_ffffL, port, 0);
    }

    /** The local address that the datagram was sent to, from which answers are sent; zeros if unknown. */
    public void local(long high, long low) {
        this.localHigh = high;
        this.localLow = low;
    }

    /** The ECN bits of the datagram's IP header. */
    public int ecn() {
        return ecn;
    }

    public void ecn(int bits) {
        ecn = bits;
    }

    /** An immutable copy. Allocates, so only for a peer that has moved. */
    public Endpoint endpoint() {
        return new Endpoint(high, low, port, scope, localHigh, localLow);
    }

    void set(Endpoint endpoint) {
        remote(endpoint.high(), endpoint.low(), endpoint.port(), endpoint.scope());
        local(endpoint.localHigh(), endpoint.localLow());
    }

    static boolean isIpv4(long high, long low) {
        return high == 0 && low >>> 32 == 0xffff;
    }

    /** Address and port as the input of a cookie's MAC. */
    byte[] cookieInput() {
        return ByteBuffer.allocate(18).putLong(high).putLong(low).putShort((short) port).array();
    }
}
