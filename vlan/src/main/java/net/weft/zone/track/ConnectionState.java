package net.weft.zone.track;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import net.weft.packet.IpProtocol;
import net.weft.zone.Timeouts;

/** How far a connection has come: the low bits of its state word. */
final class ConnectionState {
    /** No connection. */
    static final int FREE = 0;
    /** A SYN went out. */
    static final int TCP_SYN_SENT = 1;
    /** A SYN came back. */
    static final int TCP_SYN_RECEIVED = 2;
    /** Met in the middle; one side was seen. */
    static final int TCP_PICKED_UP = 3;
    static final int TCP_ESTABLISHED = 4;
    /** One side or both have finished. */
    static final int TCP_CLOSING = 5;
    /** Both have finished and know it, or one has reset. */
    static final int TCP_CLOSED = 6;
    static final int UDP_UNREPLIED = 7;
    static final int UDP_STREAM = 8;
    static final int ICMP_UNREPLIED = 9;
    static final int ICMP_REPLIED = 10;
    static final int OTHER_UNREPLIED = 11;
    static final int OTHER_REPLIED = 12;
    /** TCP that was ended by command; stays so while either side goes on. */
    static final int TCP_KILLED = 13;
    static final int COUNT = 14;

    /** For so long, at least, after the last segment: TCP sends again within two minutes (RFC 6298, 2.5). */
    private static final int KILLED_SECONDS = 120;

    /** Phases whose connections make room for others: nobody has answered, or nothing more is to come. */
    private static final int SPARE = 1 << TCP_SYN_SENT | 1 << TCP_SYN_RECEIVED | 1 << TCP_PICKED_UP | 1 << TCP_CLOSED
            | 1 << UDP_UNREPLIED | 1 << ICMP_UNREPLIED | 1 << OTHER_UNREPLIED | 1 << TCP_KILLED;
    private static final String[] LABELS = {"free", "syn-sent", "syn-received", "picked-up", "established", "closing",
            "closed", "unreplied", "stream", "unreplied", "replied", "unreplied", "replied", "killed"};

    private ConnectionState() {
    }

    static boolean isTcp(int phase) {
        return phase >= TCP_SYN_SENT && phase <= TCP_CLOSED || phase == TCP_KILLED;
    }

    static boolean isSpare(int phase) {
        return (SPARE >>> phase & 1) != 0;
    }

    /** Whether a connection has been silent for longer than its phase allows. */
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
        return LABELS[phase];
    }

    /** The labels of what people are shown, in the order of phases. */
    static Set<String> shown() {
        Set<String> shown = new LinkedHashSet<>(Arrays.asList(LABELS));
        shown.remove(LABELS[FREE]);
        shown.remove(LABELS[TCP_KILLED]);
        return shown;
    }

    /** Seconds of silence after which a connection is forgotten, by phase. */
    static int[] seconds(Timeouts timeouts) {
        int[] seconds = new int[(int) Layout.PHASE_MASK + 1];
        seconds[TCP_SYN_SENT] = timeouts.tcpOpening();
        seconds[TCP_SYN_RECEIVED] = timeouts.tcpOpening();
        seconds[TCP_PICKED_UP] = timeouts.tcpOpening();
        seconds[TCP_ESTABLISHED] = timeouts.tcpEstablished();
        seconds[TCP_CLOSING] = timeouts.tcpClosing();
        seconds[TCP_CLOSED] = timeouts.tcpClosing();
        seconds[UDP_UNREPLIED] = timeouts.udp();
        seconds[UDP_STREAM] = timeouts.udpStream();
        seconds[ICMP_UNREPLIED] = timeouts.icmp();
        seconds[ICMP_REPLIED] = timeouts.icmp();
        seconds[OTHER_UNREPLIED] = timeouts.other();
        seconds[OTHER_REPLIED] = timeouts.other();
        seconds[TCP_KILLED] = Math.max(timeouts.tcpClosing(), KILLED_SECONDS);
        return seconds;
    }
}
