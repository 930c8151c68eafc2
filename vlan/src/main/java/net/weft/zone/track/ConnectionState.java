package net.weft.zone.track;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import net.weft.packet.IpProtocol;
import net.weft.zone.Timeouts;

/** The state (phase) of a connection: the low bits of its state word. */
final class ConnectionState {
    /** The slot is free. */
    static final int FREE = 0;
    /** A SYN was sent. */
    static final int TCP_SYN_SENT = 1;
    /** A SYN was returned. */
    static final int TCP_SYN_RECEIVED = 2;
    /** Picked up mid-stream; only one side has been seen. */
    static final int TCP_PICKED_UP = 3;
    static final int TCP_ESTABLISHED = 4;
    /** One side has sent a FIN; the other may go on sending for long (RFC 9293, 3.6). */
    static final int TCP_HALF_CLOSED = 5;
    /** Both sides have sent a FIN. */
    static final int TCP_CLOSING = 6;
    /** Both FINs were acknowledged, or one side has reset. */
    static final int TCP_CLOSED = 7;
    static final int UDP_UNREPLIED = 8;
    static final int UDP_STREAM = 9;
    static final int ICMP_UNREPLIED = 10;
    static final int ICMP_REPLIED = 11;
    static final int OTHER_UNREPLIED = 12;
    static final int OTHER_REPLIED = 13;
    /** A TCP connection that was ended by command; it keeps this state while either side goes on sending. */
    static final int TCP_KILLED = 14;
    /**
     * The first of the phases of connections that a flooded packet has begun and nobody has answered. Each has the base
     * phase with the same number in {@link #FLOODED_BASES}.
     */
    private static final int FLOODED = 15;
    /** The base phases of {@link #FLOODED}, then those of the further connections of the same packet. */
    private static final int[] FLOODED_BASES = {TCP_SYN_SENT, UDP_UNREPLIED, ICMP_UNREPLIED, OTHER_UNREPLIED};
    /** The first of the phases of further connections of a flooded packet, which do not count against limits. */
    private static final int UNCOUNTED = FLOODED + FLOODED_BASES.length;
    static final int COUNT = UNCOUNTED + FLOODED_BASES.length;

    /**
     * The minimum lifetime after the last segment of a killed connection, seconds: TCP retransmits within two minutes
     * (RFC 6298, 2.5).
     */
    private static final int KILLED_SECONDS = 120;

    /** The phases whose connections may be evicted: not answered, or over. */
    private static final int SPARE = 1 << TCP_SYN_SENT | 1 << TCP_SYN_RECEIVED | 1 << TCP_PICKED_UP | 1 << TCP_CLOSED
            | 1 << UDP_UNREPLIED | 1 << ICMP_UNREPLIED | 1 << OTHER_UNREPLIED | 1 << TCP_KILLED
            | (1 << COUNT) - (1 << FLOODED);
    private static final String[] LABELS = {"free", "syn-sent", "syn-received", "picked-up", "established",
            "half-closed", "closing", "closed", "unreplied", "stream", "unreplied", "replied", "unreplied", "replied",
            "killed"};

    private ConnectionState() {
    }

    /**
     * Returns the phase of a connection that a flooded packet begins.
     *
     * @param first the phase of a connection that any other packet would begin
     * @param counts whether it counts against limits
     */
    static int flooded(int first, boolean counts) {
        int n = 0;
        while (FLOODED_BASES[n] != first) {
            n++;
        }
        return (counts ? FLOODED : UNCOUNTED) + n;
    }

    /** Returns whether a flooded packet has begun the connection, and nobody has answered it. */
    static boolean isFlooded(int phase) {
        return phase >= FLOODED;
    }

    /** Returns whether the connection counts against limits. */
    static boolean isCounted(int phase) {
        return phase < UNCOUNTED;
    }

    /** Returns the phase of the same connection if its packet had not been flooded. */
    static int base(int phase) {
        return phase < FLOODED ? phase : FLOODED_BASES[(phase - FLOODED) % FLOODED_BASES.length];
    }

    static boolean isTcp(int of) {
        int phase = base(of);
        return phase >= TCP_SYN_SENT && phase <= TCP_CLOSED || phase == TCP_KILLED;
    }

    /** Returns whether data of a TCP connection may still be on the way. */
    static boolean isOpen(int phase) {
        return phase >= TCP_PICKED_UP && phase <= TCP_CLOSING;
    }

    /** Returns whether one side or both sides of a TCP connection have finished or reset. */
    static boolean isEnding(int phase) {
        return phase >= TCP_HALF_CLOSED && phase <= TCP_CLOSED;
    }

    /** Returns the phase of an open TCP connection, by the FIN bits of its state word. */
    static int byFins(long state) {
        boolean fromA = (state & Layout.FIN) != 0;
        boolean fromB = (state & Layout.FIN << 1) != 0;
        return fromA && fromB ? TCP_CLOSING : fromA || fromB ? TCP_HALF_CLOSED : TCP_ESTABLISHED;
    }

    static boolean isSpare(int phase) {
        return (SPARE >>> phase & 1) != 0;
    }

    /** Returns whether a connection has been idle for longer than its phase allows. */
    static boolean isSilent(long state, int nowSeconds, int[] silence) {
        int age = nowSeconds - Layout.seconds(state);
        return age > 0 && age >= silence[Layout.phase(state)];
    }

    static int first(int protocol) {
        return switch (protocol) {
            case IpProtocol.TCP -> TCP_SYN_SENT;
            case IpProtocol.UDP -> UDP_UNREPLIED;
            case IpProtocol.ICMP, IpProtocol.ICMPV6 -> ICMP_UNREPLIED;
            default -> OTHER_UNREPLIED;
        };
    }

    static String label(int phase) {
        return LABELS[base(phase)];
    }

    /** Returns the labels that users may see, in the order of phases. */
    static Set<String> shown() {
        Set<String> shown = new LinkedHashSet<>(Arrays.asList(LABELS));
        shown.remove(LABELS[FREE]);
        shown.remove(LABELS[TCP_KILLED]);
        return shown;
    }

    /** Returns the idle timeouts in seconds, by phase. */
    static int[] seconds(Timeouts timeouts) {
        int[] seconds = new int[(int) Layout.PHASE_MASK + 1];
        seconds[TCP_SYN_SENT] = timeouts.tcpOpening();
        seconds[TCP_SYN_RECEIVED] = timeouts.tcpOpening();
        seconds[TCP_PICKED_UP] = timeouts.tcpOpening();
        seconds[TCP_ESTABLISHED] = timeouts.tcpEstablished();
        seconds[TCP_HALF_CLOSED] = timeouts.tcpHalfClosed();
        seconds[TCP_CLOSING] = timeouts.tcpClosing();
        seconds[TCP_CLOSED] = timeouts.tcpClosing();
        seconds[UDP_UNREPLIED] = timeouts.udp();
        seconds[UDP_STREAM] = timeouts.udpStream();
        seconds[ICMP_UNREPLIED] = timeouts.icmp();
        seconds[ICMP_REPLIED] = timeouts.icmp();
        seconds[OTHER_UNREPLIED] = timeouts.other();
        seconds[OTHER_REPLIED] = timeouts.other();
        seconds[TCP_KILLED] = Math.max(timeouts.tcpClosing(), KILLED_SECONDS);
        for (int phase = FLOODED; phase < COUNT; phase++) {
            seconds[phase] = seconds[base(phase)];
        }
        return seconds;
    }
}
