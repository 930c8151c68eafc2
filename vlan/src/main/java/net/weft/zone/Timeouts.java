package net.weft.zone;

/** The idle times after which a connection expires, seconds each. */
public record Timeouts(int tcpEstablished, int tcpOpening, int tcpHalfClosed, int tcpClosing, int udp, int udpStream,
        int icmp, int other) {
    public static final Timeouts DEFAULT = new Timeouts(432_000, 60, 3600, 60, 30, 180, 30, 600);
}
