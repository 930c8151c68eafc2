package net.weft.zone.track;

import static net.weft.packet.Tcp.ACK;
import static net.weft.packet.Tcp.FIN;
import static net.weft.packet.Tcp.RST;
import static net.weft.packet.Tcp.SYN;

import java.util.Random;
import net.weft.packet.IpProtocol;
import net.weft.zone.track.NaiveTracker.Seen;
import net.weft.zone.track.NaiveTracker.Tuple;
import net.weft.zone.track.Packet.Address;

/** Two stations that talk, more or less as they should. */
final class Conversation {
    /** A packet in both forms. */
    record Sent(Seen seen, byte[] frame) {
    }

    private static final int[] ODDITIES = {1, -1, 2, 900, 1001, -1001, 65_999, -66_001, 1 << 30, Integer.MIN_VALUE};
    private final Random random;
    private final boolean isIpv6;
    private final int protocol;
    private final int vlan;
    private final int[] zones;
    private final int[] ports;
    private final int[] switchPorts;
    private final int[] hosts;
    private final int[] next = new int[2];
    private final int[] windows = {1000, 1000};
    private int step;

    Conversation(Random random) {
        this.random = random;
        isIpv6 = random.nextInt(3) == 0;
        protocol = switch (random.nextInt(8)) {
            case 0 -> IpProtocol.UDP;
            case 1 -> isIpv6 ? IpProtocol.ICMPV6 : IpProtocol.ICMP;
            case 2 -> IpProtocol.ESP;
            default -> IpProtocol.TCP;
        };
        vlan = 10 + random.nextInt(2);
        hosts = new int[]{1 + random.nextInt(4), 5 + random.nextInt(4)};
        if (random.nextBoolean()) {
            hosts[0] += 8;
        }
        zones = new int[]{hosts[0] % 3, hosts[1] % 3};
        switchPorts = new int[]{hosts[0], hosts[1]};
        ports = new int[]{50 + random.nextInt(20), 50 + random.nextInt(20)};
        next[0] = random.nextInt();
        next[1] = random.nextInt();
    }

    private Address host(int side) {
        return isIpv6 ? Address.v6(hosts[side]) : Address.v4(hosts[side]);
    }

    Sent next() {
        if (random.nextInt(200) == 0) {
            step = 0;
            next[0] = random.nextInt();
        }
        return switch (protocol) {
            case IpProtocol.TCP -> tcp();
            case IpProtocol.UDP -> {
                int side = side();
                yield sent(side, Packet.udp(host(side), ports[side], host(1 - side), ports[1 - side]), false);
            }
            case IpProtocol.ESP -> {
                int side = side();
                yield sent(side, Packet.of(host(side), host(1 - side), protocol, new byte[20]), false);
            }
            default -> {
                int side = side();
                boolean answer = side == 1 && random.nextInt(4) > 0;
                int query = isIpv6 ? 128 : 8;
                yield sent(side, Packet.icmp(host(side), host(1 - side), answer ? isIpv6 ? 129 : 0 : query,
                        ports[0] << 16, new byte[8]), answer);
            }
        };
    }

    private int side() {
        return random.nextInt(3) == 0 ? 1 : 0;
    }

    private Tuple tuple(int side) {
        int from = zones[side];
        if (random.nextInt(50) == 0) {
            from = random.nextInt(3);
        }
        boolean icmp = protocol == IpProtocol.ICMP || protocol == IpProtocol.ICMPV6;
        boolean portless = protocol == IpProtocol.ESP;
        int source = icmp ? ports[0] : portless ? 0 : ports[side];
        int destination = icmp ? isIpv6 ? 128 : 8 : portless ? 0 : ports[1 - side];
        return new Tuple(vlan, from, zones[1 - side], host(side), host(1 - side), protocol, source, destination);
    }

    private Sent sent(int side, Packet packet, boolean answer) {
        byte[] frame = packet.frame();
        return new Sent(new Seen(tuple(side), switchPorts[side], frame.length, answer, 0, 0, 0, 0, 0, 0), frame);
    }

    /** The next segment of a connection's life, or any other. */
    private Sent tcp() {
        int usual = step++;
        if (random.nextInt(6) == 0) {
            step--;
            return any(side());
        }
        if (usual == 0) {
            next[0] = random.nextInt();
            next[1] = random.nextInt();
        }
        int data = random.nextInt(4) == 0 ? random.nextInt(1400) : random.nextInt(300);
        int life = 6 + hosts[0] % 9;
        return switch (usual) {
            case 0 -> segment(0, SYN, next[0]++, 0, 0, scale());
            case 1 -> segment(1, SYN | ACK, next[1]++, next[0], 0, scale());
            case 2 -> segment(0, ACK, next[0], next[1], 0, -1);
            default -> {
                int side = side();
                if (usual < life) {
                    int from = next[side];
                    next[side] += data;
                    yield segment(side, ACK, from, next[1 - side], data, -1);
                }
                if (usual == life || usual == life + 1) {
                    int who = usual - life;
                    yield segment(who, FIN | ACK, next[who]++, next[1 - who], 0, -1);
                }
                if (usual == life + 3) {
                    step = random.nextInt(3) == 0 ? 0 : life + 2;
                }
                yield segment(side, ACK, next[side], next[1 - side], 0, -1);
            }
        };
    }

    private int scale() {
        return random.nextInt(3) == 0 ? -1 : random.nextInt(4);
    }

    private Sent any(int side) {
        int[] flags = {SYN, SYN | ACK, ACK, ACK, ACK, RST, RST | ACK, FIN | ACK};
        int chosen = flags[random.nextInt(flags.length)];
        int sequence = next[side] - random.nextInt(2);
        int acknowledgment = next[1 - side];
        switch (random.nextInt(4)) {
            case 0 -> sequence += ODDITIES[random.nextInt(ODDITIES.length)];
            case 1 -> acknowledgment += ODDITIES[random.nextInt(ODDITIES.length)];
            case 2 -> windows[side] = random.nextInt(4) * 700;
            default -> {
            }
        }
        int data = (chosen & RST) == 0 && random.nextInt(3) == 0 ? random.nextInt(100) : 0;
        return segment(side, chosen, sequence, acknowledgment, data, (chosen & SYN) != 0 ? scale() : -1);
    }

    private Sent segment(int side, int flags, int sequence, int acknowledgment, int data, int scale) {
        String options = scale < 0 ? "" : "0303%02x01".formatted(scale);
        byte[] frame = Packet.tcp(host(side), ports[side], host(1 - side), ports[1 - side], flags, sequence,
                acknowledgment, windows[side], data, options).frame();
        int offered = scale < 0 ? TcpSegment.NO_SCALE : scale;
        return new Sent(new Seen(tuple(side), switchPorts[side], frame.length, false, flags, sequence, acknowledgment,
                windows[side], data, offered), frame);
    }
}
