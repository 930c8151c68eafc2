package net.weft.lldp;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import net.weft.packet.MacAddress;

/** One port: what it says, when it says so, and whom it has heard. */
final class LldpPort {
    static final long SECOND_NS = 1_000_000_000L;
    /** At most so many frames are read within a second. */
    static final int RECEIVE_LIMIT = 10;

    private final int number;
    private final LldpOutput output;
    private final LldpTransmitter transmitter = new LldpTransmitter();
    private final List<LldpNeighbor> neighbors = new ArrayList<>();
    private final Map<LldpFault, Long> faults = new EnumMap<>(LldpFault.class);
    private LldpMode mode = LldpMode.OFF;
    private LldpAnnouncement said;
    private MacAddress mac;
    private boolean carrier;
    private long windowNs;
    private int framesInWindow;

    LldpPort(int number, LldpAnnouncement said, MacAddress mac, LldpOutput output) {
        this.number = number;
        this.said = said;
        this.mac = mac;
        this.output = output;
    }

    /** Takes over changed settings. A port that no longer sends takes back what it said. */
    void configure(LldpMode newMode, LldpAnnouncement newSaid, MacAddress newMac, long nowNs) {
        boolean other = !newSaid.sameSource(said);
        if (transmitter.running() && (!newMode.sends() || other)) {
            output.send(number, LldpWriter.writeShutdown(said, mac));
            transmitter.silence(nowNs);
        }
        if (!newSaid.equals(said)) {
            transmitter.changed();
        }
        mode = newMode;
        said = newSaid;
        mac = newMac;
        if (!mode.receives()) {
            forgetAll();
        }
        startOrStop(nowNs);
    }

    /** Takes back what was said, and forgets everybody. */
    void off(long nowNs) {
        configure(LldpMode.OFF, said, mac, nowNs);
    }

    void carrier(boolean present, long nowNs) {
        carrier = present;
        if (!present) {
            forgetAll();
        }
        startOrStop(nowNs);
    }

    private void startOrStop(long nowNs) {
        if (carrier && mode.sends()) {
            transmitter.start(nowNs);
        } else {
            transmitter.stop();
        }
    }

    /** @param known how many neighbours the agent remembers */
    void receive(LldpMessage message, LldpSettings settings, IntSupplier known, long nowNs) {
        if (!carrier || !mode.receives()) {
            count(LldpFault.NOT_ENABLED);
        } else if (!admit(nowNs)) {
            count(LldpFault.TOO_MANY);
        } else if (message instanceof LldpMessage.Refused refused) {
            count(refused.fault());
        } else if (message instanceof LldpAnnouncement announcement) {
            int room = Math.min(settings.neighbors() - known.getAsInt(), settings.neighborsOfPort() - neighbors.size());
            remember(announcement, room, nowNs);
        }
    }

    private void remember(LldpAnnouncement heard, int room, long nowNs) {
        LldpNeighbor now = new LldpNeighbor(number, heard, nowNs);
        for (int i = 0; i < neighbors.size(); i++) {
            LldpNeighbor before = neighbors.get(i);
            if (before.said().sameSource(heard)) {
                if (heard.ttlSeconds() == 0) {
                    neighbors.remove(i);
                    output.gone(before);
                } else {
                    neighbors.set(i, now);
                    if (!before.said().equals(heard)) {
                        output.heard(now);
                    }
                }
                return;
            }
        }
        if (heard.ttlSeconds() == 0) {
            return;
        }
        if (room <= 0) {
            count(LldpFault.TOO_MANY_NEIGHBORS);
            return;
        }
        neighbors.add(now);
        output.heard(now);
        transmitter.hurry(nowNs);
    }

    private boolean admit(long nowNs) {
        if (framesInWindow == 0 || nowNs - windowNs >= SECOND_NS) {
            windowNs = nowNs;
            framesInWindow = 0;
        }
        return framesInWindow < RECEIVE_LIMIT && ++framesInWindow > 0;
    }

    void tick(LldpSettings settings, long nowNs) {
        for (LldpNeighbor neighbor : List.copyOf(neighbors)) {
            if (neighbor.expired(nowNs)) {
                neighbors.remove(neighbor);
                output.gone(neighbor);
            }
        }
        if (transmitter.admit(nowNs, settings.intervalSeconds() * SECOND_NS)) {
            output.send(number, LldpWriter.write(said.withTtl(settings.ttlSeconds()), mac));
        }
    }

    long remainingNs(long nowNs) {
        long until = transmitter.remainingNs(nowNs);
        for (LldpNeighbor neighbor : neighbors) {
            long lives = neighbor.heardNs() + neighbor.said().ttlSeconds() * SECOND_NS - nowNs;
            until = Math.min(until, Math.max(lives, 0));
        }
        return until;
    }

    void forgetAll() {
        List<LldpNeighbor> all = List.copyOf(neighbors);
        neighbors.clear();
        all.forEach(output::gone);
    }

    List<LldpNeighbor> neighbors() {
        return List.copyOf(neighbors);
    }

    int neighborCount() {
        return neighbors.size();
    }

    Map<LldpFault, Long> faults() {
        return Map.copyOf(faults);
    }

    private void count(LldpFault fault) {
        faults.merge(fault, 1L, Long::sum);
    }
}
