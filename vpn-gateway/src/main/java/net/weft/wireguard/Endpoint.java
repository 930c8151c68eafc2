package net.weft.wireguard;

import java.nio.ByteBuffer;
import net.weft.zone.Prefix;

/**
 * The address that datagrams for a peer are sent to, and the local address they are sent from. IPv4 is IPv4-mapped, as in
 * {@link Source}.
 *
 * @param scope index of the interface for a link-local address, else 0
 * @param localHigh with {@code localLow} the local address, zeros to let the kernel choose
 */
public record Endpoint(long high, long low, int port, int scope, long localHigh, long localLow) {
    private static final int PORT_MAX = 65535;

    /** @throws IllegalArgumentException if the port is not 1 to 65535 */
    public Endpoint {
        if (port < 1 || port > PORT_MAX) {
            throw new IllegalArgumentException("endpoint port " + port + "; expected 1 to " + PORT_MAX);
        }
    }

    /** An endpoint with any local address, from an IPv4 or IPv6 address in network order (4 or 16 bytes). */
    public static Endpoint of(byte[] address, int port) {
        Source source = new Source();
        ByteBuffer from = ByteBuffer.wrap(address);
        switch (address.length) {
            case 4 -> source.remoteIpv4(from.getInt(), port);
            case 16 -> source.remote(from.getLong(), from.getLong(), port, 0);
            default -> throw new IllegalArgumentException(
                    "an endpoint address of " + address.length + " bytes; expected 4 or 16");
        }
        return source.endpoint();
    }

    public boolean isIpv4() {
        return Source.isIpv4(high, low);
    }

    boolean isSameRemote(Endpoint other) {
        return high == other.high && low == other.low && port == other.port && scope == other.scope;
    }

    /** The same, with the local address left to the kernel: the one in use may be gone. */
    public Endpoint withoutLocal() {
        return localHigh == 0 && localLow == 0 ? this : new Endpoint(high, low, port, scope, 0, 0);
    }

    boolean matches(Source source) {
        return high == source.high && low == source.low && port == source.port && scope == source.scope
                && localHigh == source.localHigh && localLow == source.localLow;
    }

    /** Address (RFC 5952) and port as wg(8) prints them, for example {@code 192.0.2.1:51820} or {@code [2001:db8::1]:51820}. */
    @Override
    public String toString() {
        String host = Prefix.address(high, low, isIpv4());
        return isIpv4() ? host + ":" + port : "[" + host + (scope == 0 ? "" : "%" + scope) + "]:" + port;
    }
}
