package net.weft.zone.track;

import net.weft.packet.Tcp;
import net.weft.zone.track.NaiveTracker.Connection;
import net.weft.zone.track.NaiveTracker.Seen;
import net.weft.zone.track.NaiveTracker.Side;

/** What {@link TcpTracking} should do with one segment. */
final class NaiveTcp {
    private final Connection connection;
    private final boolean isBeginner;
    private final Side mine;
    private final Side other;
    private final Seen tcp;
    private final long now;

    NaiveTcp(Connection connection, int side, Seen tcp, long now) {
        this.connection = connection;
        isBeginner = side == 0;
        mine = connection.sides[side];
        other = connection.sides[1 - side];
        this.tcp = tcp;
        this.now = now;
    }

    private String byFins() {
        return mine.fin && other.fin ? "closing" : mine.fin || other.fin ? "half-closed" : "established";
    }

    private String valid(String state) {
        connection.state = state;
        connection.lastSeen = now;
        return "valid";
    }

    String evaluate() {
        boolean syn = tcp.has(Tcp.SYN);
        boolean ack = tcp.has(Tcp.ACK);
        if (connection.state.equals("syn-sent")) {
            return isBeginner ? beginnerAgain() : answer();
        }
        if (!mine.known || !other.known) {
            return syn && !ack ? "anew" : "invalid";
        }
        if (syn && !ack) {
            if (connection.state.equals("closed")) {
                return "anew";
            }
            boolean again = connection.state.equals("syn-received") && tcp.sequence() + 1 == mine.acked;
            if (isBeginner && !again) {
                note();
            }
            return isBeginner || again ? "valid" : "invalid";
        }
        if (syn && connection.state.equals("syn-received") && !isBeginner && !isInWindow() && acknowledges()) {
            mine.end = tcp.end();
            mine.acked = tcp.sequence() + 1;
            mine.granted = tcp.acknowledgment() + Math.max(tcp.window(), 1);
            other.granted = tcp.end() + (int) other.largestBytes();
            return valid(connection.state);
        }
        return segment();
    }

    private String beginnerAgain() {
        if (tcp.has(Tcp.RST)) {
            if (tcp.sequence() != mine.end) {
                return "valid";
            }
            mine.reset = true;
            return valid("closed");
        }
        if (!tcp.has(Tcp.SYN) || tcp.has(Tcp.ACK)) {
            return "invalid";
        }
        if (tcp.sequence() + 1 != mine.acked) {
            note();
            return valid("syn-sent");
        }
        if (tcp.scale() != TcpSegment.NO_SCALE) {
            mine.scale = tcp.scale();
        }
        mine.end = tcp.end() - mine.end > 0 ? tcp.end() : mine.end;
        mine.largest = Math.max(mine.largest, tcp.window());
        return valid("syn-sent");
    }

    private void note() {
        connection.newSyn = tcp.sequence() + 1 & 0x3f_ffff;
    }

    private boolean isNoted() {
        return connection.newSyn == (tcp.acknowledgment() & 0x3f_ffff);
    }

    private boolean isInWindow() {
        return tcp.end() - other.granted <= 1 && tcp.end() - mine.end >= -other.largestBytes();
    }

    private String answer() {
        int behind = other.end - tcp.acknowledgment();
        boolean exact = behind == 0 || tcp.acknowledgment() == other.acked;
        boolean noted = !exact && isNoted();
        boolean acknowledges = tcp.has(Tcp.ACK) && (noted || behind >= 0 && behind < 66_000);
        if (tcp.has(Tcp.RST)) {
            if (!acknowledges) {
                return "invalid";
            }
            if (!exact && !noted) {
                return "valid";
            }
            mine.reset = true;
            connection.replied = true;
            return valid("closed");
        }
        if (!tcp.has(Tcp.SYN)) {
            return tcp.length() == 0 && !tcp.has(Tcp.FIN) ? "valid" : "invalid";
        }
        if (tcp.has(Tcp.ACK) && !acknowledges) {
            return "invalid";
        }
        boolean scaled = tcp.scale() != TcpSegment.NO_SCALE && other.scale != TcpSegment.NO_SCALE;
        mine.scale = scaled ? tcp.scale() : 0;
        other.scale = scaled ? other.scale : 0;
        mine.largest = (int) Math.ceil(tcp.window() / (double) (1 << mine.scale));
        other.largest = (int) Math.ceil(other.largest / (double) (1 << other.scale));
        mine.known = true;
        mine.seen = true;
        mine.end = tcp.end();
        mine.acked = tcp.sequence() + 1;
        if (tcp.has(Tcp.ACK)) {
            other.end = noted ? tcp.acknowledgment() : other.end;
            other.acked = tcp.acknowledgment();
        }
        connection.newSyn = -1;
        mine.granted = (tcp.has(Tcp.ACK) ? tcp.acknowledgment() : other.end) + Math.max(tcp.window(), 1);
        other.granted = tcp.end() + (int) other.largestBytes();
        connection.replied = true;
        return valid("syn-received");
    }

    private boolean acknowledges() {
        int behind = other.end - tcp.acknowledgment();
        if (behind < 0) {
            return connection.liberal && -(long) behind <= 1 << 30 && !tcp.has(Tcp.RST);
        }
        long window = Math.max(mine.largestBytes(), (long) tcp.window() << (tcp.has(Tcp.SYN) ? 0 : mine.scale));
        return behind <= Math.max(window, 66_000);
    }

    private String segment() {
        boolean stale = tcp.has(Tcp.RST) && tcp.sequence() - mine.acked < 0;
        if (!isInWindow() || stale || tcp.has(Tcp.ACK) && !acknowledges()) {
            boolean forgotten = !isBeginner && tcp.has(Tcp.ACK) && (tcp.has(Tcp.SYN) || tcp.has(Tcp.RST))
                    && isNoted();
            if (!forgotten) {
                return "invalid";
            }
            var unused = valid("closed");
            if (tcp.has(Tcp.SYN)) {
                return "invalid";
            }
            mine.reset = true;
            mine.seen = true;
            return "valid";
        }
        if (tcp.has(Tcp.RST)) {
            if (tcp.sequence() != mine.acked && tcp.sequence() != mine.end) {
                return "valid";
            }
            mine.reset = true;
            mine.seen = true;
            return valid("closed");
        }
        boolean acked = tcp.has(Tcp.ACK) && other.fin && tcp.acknowledgment() == other.end;
        if (!tcp.has(Tcp.SYN)) {
            mine.largest = Math.max(mine.largest, tcp.window());
        }
        if (tcp.has(Tcp.ACK)) {
            int edge = tcp.acknowledgment() + Math.max(tcp.window() << (tcp.has(Tcp.SYN) ? 0 : mine.scale), 1);
            mine.granted = edge - mine.granted > 0 ? edge : mine.granted;
            other.acked = tcp.acknowledgment() - other.acked > 0 ? tcp.acknowledgment() : other.acked;
            other.end = tcp.acknowledgment() - other.end > 0 ? tcp.acknowledgment() : other.end;
        }
        mine.end = tcp.end() - mine.end > 0 ? tcp.end() : mine.end;
        String next = connection.state;
        if (next.equals("syn-received") && isBeginner && tcp.has(Tcp.ACK)
                || next.equals("picked-up") && other.seen) {
            next = "established";
        } else if (next.equals("closed") && mine.reset) {
            mine.reset = false;
            next = byFins();
        }
        mine.seen = true;
        if (tcp.has(Tcp.FIN)) {
            mine.fin = true;
            next = next.equals("closed") ? next : byFins();
        }
        other.finAcked |= acked;
        return valid(mine.finAcked && other.finAcked ? "closed" : next);
    }
}
