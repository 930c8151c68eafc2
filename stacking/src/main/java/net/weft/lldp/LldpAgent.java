package net.weft.lldp;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.weft.packet.MacAddress;

/**
 * The LLDP agent of one system. Ports are known by numbers that the caller chooses.
 * <p>
 * A neighbour is remembered until its time to live is over, until it takes back what it said, or until the port loses its carrier. (The
 * standard would let it age in the last case; a cable that is out has no neighbour.)
 * <p>
 * Pure: one thread, no I/O, and the clock is the caller's. Times are nanoseconds of any origin and must not go backwards.
 */
public final class LldpAgent {
    private final LldpSettings settings;
    private final LldpOutput output;
    private final Map<Integer, LldpPort> ports = new TreeMap<>();
    private long strayFrames;

    public LldpAgent(LldpSettings settings, LldpOutput output) {
        this.settings = settings;
        this.output = output;
    }

    /**
     * Adds a port, or changes what it says. Its time to live is set by the agent. A new port has no carrier until {@link #carrier} says so.
     *
     * @param mac the source of its frames
     */
    public void configure(int port, LldpMode mode, LldpAnnouncement said, MacAddress mac, long nowNs) {
        ports.computeIfAbsent(port, number -> new LldpPort(number, said, mac, output))
                .configure(mode, said, mac, nowNs);
        tick(nowNs);
    }

    /** Takes back what the port said, and forgets its neighbours. Nothing happens when there is no such port. */
    public void remove(int port, long nowNs) {
        LldpPort removed = ports.get(port);
        if (removed != null) {
            removed.off(nowNs);
            ports.remove(port);
        }
    }

    public void carrier(int port, boolean present, long nowNs) {
        LldpPort changed = ports.get(port);
        if (changed == null) {
            throw new IllegalArgumentException("port " + port + " has no LLDP: expected one that was configured");
        }
        changed.carrier(present, nowNs);
        tick(nowNs);
    }

    /**
     * A frame of LLDP's EtherType came in. Whatever its content, nothing is thrown; what is refused is counted.
     *
     * @param frame the whole frame without its frame check sequence
     * @return false, and counted, when there is no such port
     */
    public boolean receive(int port, MemorySegment frame, long nowNs) {
        LldpPort by = ports.get(port);
        if (by == null) {
            strayFrames++;
            return false;
        }
        by.tick(settings, nowNs);
        by.receive(LldpReader.read(frame), settings, this::neighborCount, nowNs);
        by.tick(settings, nowNs);
        return true;
    }

    private int neighborCount() {
        return ports.values().stream().mapToInt(LldpPort::neighborCount).sum();
    }

    /** Does what timers ask for. Call every second, or after {@link #untilTickNs}. */
    public void tick(long nowNs) {
        ports.values().forEach(port -> port.tick(settings, nowNs));
    }

    /** Nanoseconds until something happens by itself; {@link Long#MAX_VALUE} when nothing will. */
    public long untilTickNs(long nowNs) {
        return ports.values().stream().mapToLong(port -> port.remainingNs(nowNs)).min().orElse(Long.MAX_VALUE);
    }

    /** All neighbours, by port and then in the order in which they appeared. */
    public List<LldpNeighbor> neighbors() {
        return ports.values().stream().flatMap(port -> port.neighbors().stream()).toList();
    }

    /** The numbers of frames that a port has refused. Empty when there is no such port. */
    public Map<LldpFault, Long> faults(int port) {
        LldpPort of = ports.get(port);
        return of == null ? Map.of() : of.faults();
    }

    /** The number of frames that came in by ports without LLDP. */
    public long strayFrames() {
        return strayFrames;
    }
}
