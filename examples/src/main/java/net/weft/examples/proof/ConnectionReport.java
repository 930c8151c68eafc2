package net.weft.examples.proof;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import net.weft.packet.EtherType;
import net.weft.packet.HeaderParser;
import net.weft.packet.IpProtocol;
import net.weft.packet.Ipv6;
import net.weft.packet.NetworkOrder;
import net.weft.packet.Octets;
import net.weft.packet.Tcp;
import net.weft.zone.ConnectionLimits;
import net.weft.zone.PolicyDecision;
import net.weft.zone.Timeouts;
import net.weft.zone.ZoneVerdict;
import net.weft.zone.track.Attachment;
import net.weft.zone.track.ConnTracker;
import net.weft.zone.track.ConnectionMemory;
import net.weft.zone.track.ConnectionTable;

/**
 * Opens a million TCP connections over IPv6, sends packets of them, attaches to the table again, and lets all of them
 * expire, five times. Prints the times of the last round, and fails when a call of the sweep took longer than a
 * millisecond in every round. Run by {@code examples/proofs/connections}.
 */
public final class ConnectionReport {
    private static final int CONNECTIONS = 1_000_000;
    private static final int ROUNDS = 5;
    private static final int SLOTS_PER_CALL = 256;
    private static final int GUESTS = 2;
    private static final int SERVERS = 3;
    private static final int L3 = 14;
    private static final int L4 = L3 + Ipv6.LENGTH;
    private static final int LENGTH = L4 + Tcp.MIN_LENGTH;
    private static final long PREFIX = 0xfd00_0000_0000_0000L;

    private final MemorySegment memory;
    private final MemorySegment forth = frame(1, 2, 40_000, 443);
    private final MemorySegment back = frame(2, 1, 443, 40_000);
    private final long parsed = HeaderParser.parse(forth, 0, 12, LENGTH, LENGTH);
    private int nowSeconds = 1000;
    private ConnectionTable table;
    private ConnTracker tracker;

    private ConnectionReport(MemorySegment memory) {
        this.memory = memory;
        table = attach();
        tracker = tracker();
    }

    /** Prints the report. */
    public static void main(String[] arguments) throws IOException {
        Path file = Files.createTempFile("connections", ".table");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long bytes = ConnectionMemory.bytes(CONNECTIONS);
            var report = new ConnectionReport(channel.map(MapMode.READ_WRITE, 0, bytes, Arena.global()));
            double each = (double) bytes / CONNECTIONS;
            long shortest = Long.MAX_VALUE;
            for (int round = 1; round <= ROUNDS; round++) {
                shortest = Math.min(shortest, report.round(round == ROUNDS));
            }
            System.out.printf("proof: %.1f bytes a connection, IPv6 and index included%n", each);
            System.exit(each <= 128 && shortest < 1_000_000 ? 0 : 1);
        } finally {
            Files.delete(file);
        }
    }

    private ConnectionTable attach() {
        return ConnectionMemory.attach(memory, CONNECTIONS, 1, 2, 3, nowSeconds, 0);
    }

    private ConnTracker tracker() {
        ConnTracker worker = ConnTracker.of(table);
        worker.adopt((vlan, from, to, etherType, protocol, port, sourceHigh, sourceLow, destinationHigh,
                destinationLow) -> PolicyDecision.withoutPolicy(from == GUESTS), 1, Timeouts.DEFAULT,
                new ConnectionLimits(CONNECTIONS, CONNECTIONS, CONNECTIONS));
        worker.now(nowSeconds * 1_000_000_000L);
        return worker;
    }

    private static MemorySegment frame(int source, int destination, int sourcePort, int destinationPort) {
        MemorySegment segment = Arena.global().allocate(LENGTH, 64);
        NetworkOrder.putU16(segment, 12, EtherType.IPV6);
        new Ipv6.Header(0, 0, Tcp.MIN_LENGTH, IpProtocol.TCP, 64, PREFIX, source, PREFIX, destination).emit(segment,
                L3);
        new Tcp.Header(sourcePort, destinationPort, 0, 0, 0, 60_000, 0, 0, Octets.EMPTY).emit(segment, L4);
        return segment;
    }

    private void send(MemorySegment segment, int flags, int sequence, int acknowledgment, int client) {
        boolean isForth = segment.equals(forth);
        NetworkOrder.putInt(segment, L3 + (isForth ? Ipv6.SOURCE : Ipv6.DESTINATION) + 12, client + 16);
        NetworkOrder.putInt(segment, L4 + Tcp.SEQUENCE, sequence);
        NetworkOrder.putInt(segment, L4 + Tcp.ACKNOWLEDGMENT, acknowledgment);
        NetworkOrder.putU8(segment, L4 + Tcp.FLAGS, flags);
        int verdict = tracker.evaluate(segment, 0, parsed, LENGTH, LENGTH, 10, isForth ? GUESTS : SERVERS,
                isForth ? SERVERS : GUESTS, 1);
        if (verdict != ZoneVerdict.ALLOW) {
            throw new IllegalStateException("connection " + client + ": verdict " + verdict);
        }
    }

    /** @return the longest call of the sweep, ns */
    private long round(boolean tells) {
        long started = System.nanoTime();
        for (int client = 0; client < CONNECTIONS; client++) {
            send(forth, Tcp.SYN, 99, 0, client);
            send(back, Tcp.SYN | Tcp.ACK, 499, 100, client);
            send(forth, Tcp.ACK, 100, 500, client);
        }
        double openNs = System.nanoTime() - started;
        SplittableRandom random = new SplittableRandom(1);
        started = System.nanoTime();
        for (int i = 0; i < CONNECTIONS; i++) {
            send(forth, Tcp.ACK, 100, 500, random.nextInt(CONNECTIONS));
        }
        double packetNs = (System.nanoTime() - started) / (double) CONNECTIONS;
        started = System.nanoTime();
        table = attach();
        double attachMs = (System.nanoTime() - started) / 1e6;
        if (table.attachment() != Attachment.RESUMED || table.size() != CONNECTIONS) {
            throw new IllegalStateException(table.attachment() + " with " + table.size() + " connections");
        }
        nowSeconds += Timeouts.DEFAULT.tcpEstablished();
        tracker = tracker();
        return expire(tells, openNs, packetNs, attachMs);
    }

    private long expire(boolean tells, double openNs, double packetNs, double attachMs) {
        long longest = 0;
        int calls = 0;
        long begun = System.nanoTime();
        while (table.size() > 0 && calls < 10 * CONNECTIONS / SLOTS_PER_CALL) {
            for (int i = 0; i < 64; i++, calls++) {
                long started = System.nanoTime();
                tracker.sweep(SLOTS_PER_CALL);
                longest = Math.max(longest, System.nanoTime() - started);
            }
        }
        double sweptMs = (System.nanoTime() - begun) / 1e6;
        if (table.size() != 0) {
            throw new IllegalStateException(table.size() + " connections did not expire");
        }
        if (tells) {
            System.out.printf("proof: %,d TCP connections opened, %,.0f a second by one worker (three packets each)%n",
                    CONNECTIONS, CONNECTIONS * 1e9 / openNs);
            System.out.printf("proof: %.0f ns a packet of one of them, in random order%n", packetNs);
            System.out.printf("proof: taken up by another process in %.0f ms%n", attachMs);
        }
        System.out.printf("proof: all expired in %.0f ms, %,d calls of %d slots, the longest %.0f µs%n", sweptMs, calls,
                SLOTS_PER_CALL, longest / 1e3);
        return longest;
    }
}
