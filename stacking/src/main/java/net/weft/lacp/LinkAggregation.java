package net.weft.lacp;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.weft.packet.MacAddress;

/**
 * All LAGs of one system. A leg is known by its LACP port number.
 * <p>
 * Pure: one thread, no I/O, and the clock is the caller's. Times are nanoseconds of any origin and must not go backwards; each method that
 * takes one also does what timers have asked for until then.
 */
public final class LinkAggregation {
    private final MacAddress systemMac;
    private final LagOutput output;
    private final Map<Integer, Lag> byKey = new LinkedHashMap<>();
    private final Map<Integer, Lag> byLeg = new HashMap<>();
    private long strayFrames;

    /** @param systemMac the address part of the system's identifier, the same for all LAGs and for good */
    public LinkAggregation(MacAddress systemMac, LagOutput output) {
        if (systemMac.isMulticast() || systemMac.equals(MacAddress.ZERO)) {
            throw new IllegalArgumentException(systemMac + " is no system address: expected one of a single station");
        }
        this.systemMac = systemMac;
        this.output = output;
    }

    /**
     * Replaces the configuration. What did not change goes on undisturbed. New legs have no carrier until {@link #carrier} says so.
     *
     * @throws IllegalArgumentException when two LAGs have one key or one leg; then nothing has changed
     */
    public void configure(List<LagConfig> lags, long nowNs) {
        check(lags);
        Map<Integer, LagConfig> wanted = lags.stream().collect(Collectors.toMap(LagConfig::key, lag -> lag));
        for (Lag lag : List.copyOf(byKey.values())) {
            if (!wanted.containsKey(lag.config().key())) {
                lag.close(nowNs);
                byKey.remove(lag.config().key());
            }
        }
        byLeg.clear();
        release(wanted, nowNs);
        for (LagConfig config : lags) {
            Lag lag = byKey.computeIfAbsent(config.key(), key -> new Lag(systemMac, config, output));
            lag.configure(config, nowNs);
            config.legs().forEach(leg -> byLeg.put(leg.number(), lag));
        }
    }

    /** A leg that changes its LAG leaves the old one first. */
    private void release(Map<Integer, LagConfig> wanted, long nowNs) {
        for (Lag lag : byKey.values()) {
            List<LegConfig> rest = lag.config().legs().stream()
                    .filter(leg -> !wantedElsewhere(leg, lag.config().key(), wanted)).toList();
            if (rest.size() < lag.config().legs().size()) {
                lag.configure(lag.config().withLegs(rest), nowNs);
            }
        }
    }

    private static boolean wantedElsewhere(LegConfig leg, int key, Map<Integer, LagConfig> wanted) {
        return wanted.values().stream().anyMatch(lag -> lag.key() != key
                && lag.legs().stream().anyMatch(other -> other.number() == leg.number()));
    }

    private static void check(List<LagConfig> lags) {
        Set<Integer> keys = new HashSet<>();
        Map<Integer, String> owners = new HashMap<>();
        for (LagConfig lag : lags) {
            if (!keys.add(lag.key())) {
                throw new IllegalArgumentException(
                        "LAG " + lag.name() + " has key " + lag.key() + " of another LAG: expected one of its own");
            }
            for (LegConfig leg : lag.legs()) {
                String other = owners.putIfAbsent(leg.number(), lag.name());
                if (other != null) {
                    throw new IllegalArgumentException("leg " + leg.name() + " (LACP port number " + leg.number()
                            + ") belongs to LAG " + other + " and to LAG " + lag.name() + ": expected one of them");
                }
            }
        }
    }

    /**
     * Tells whether a leg can work at all.
     *
     * @param present whether the port has carrier and is administratively up
     */
    public void carrier(int leg, boolean present, long nowNs) {
        lagOf(leg).carrier(leg, present, nowNs);
    }

    /**
     * Allows the legs of a LAG to lead to one partner only, that of its legs at other members of a stack.
     *
     * @param key the LAG's key
     * @param partner as {@link #partner} says it, 0 for any
     */
    public void impose(int key, long partner, long nowNs) {
        Lag lag = byKey.get(key);
        if (lag != null) {
            lag.impose(partner, nowNs);
        }
    }

    /** Names the system and the group that the legs of a LAG lead to, 0 while there is none. @param key the LAG's key */
    public long partner(int key) {
        Lag lag = byKey.get(key);
        return lag == null ? 0 : lag.partner();
    }

    /** Takes a leg out of service without loss, or back into service. */
    public void drain(int leg, boolean drained, long nowNs) {
        Lag lag = lagOf(leg);
        List<LegConfig> legs = new ArrayList<>(lag.config().legs());
        legs.replaceAll(config -> config.number() == leg ? config.withDrained(drained) : config);
        lag.configure(lag.config().withLegs(legs), nowNs);
    }

    /**
     * A slow-protocol frame came in. Whatever its content, nothing is thrown; what is refused is counted.
     *
     * @param frame the whole frame without its frame check sequence
     * @return false, and counted, when the port is no leg
     */
    public boolean receive(int leg, MemorySegment frame, long nowNs) {
        Lag lag = byLeg.get(leg);
        if (lag == null) {
            strayFrames++;
            return false;
        }
        lag.receive(leg, frame, nowNs);
        return true;
    }

    /** Does what timers ask for. Call every 100 ms, or after {@link #untilTickNs}. */
    public void tick(long nowNs) {
        byKey.values().forEach(lag -> lag.run(nowNs));
    }

    /** Nanoseconds until a timer expires; {@link Long#MAX_VALUE} when none runs. */
    public long untilTickNs(long nowNs) {
        return byKey.values().stream().mapToLong(lag -> lag.remainingNs(nowNs)).min().orElse(Timer.NEVER);
    }

    /** Sends a Marker, whose answer arrives as {@link LagOutput#markerAnswered} with the same transaction, or never. */
    public void sendMarker(int leg, int transaction) {
        lagOf(leg).sendMarker(leg, transaction);
    }

    public List<LagView> views() {
        return byKey.values().stream().map(Lag::view).toList();
    }

    /** The number of slow-protocol frames that came in by ports that are no legs. */
    public long strayFrames() {
        return strayFrames;
    }

    /** A leg's state machines. */
    Leg leg(int number) {
        return lagOf(number).leg(number);
    }

    private Lag lagOf(int leg) {
        Lag lag = byLeg.get(leg);
        if (lag == null) {
            throw new IllegalArgumentException("port " + leg + " is no leg of any LAG");
        }
        return lag;
    }
}
