package net.weft.stacking.lag;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import net.weft.lacp.LacpMode;
import net.weft.lacp.LagConfig;
import net.weft.lacp.LagEvent;
import net.weft.lacp.LagOutput;
import net.weft.lacp.LagView;
import net.weft.lacp.LegConfig;
import net.weft.lacp.LinkAggregation;
import net.weft.packet.EtherType;
import net.weft.packet.MacAddress;
import net.weft.vswitch.forward.punt.PuntedFrame;
import net.weft.vswitch.port.PortFlags;
import net.weft.vswitch.port.PuntRule;
import net.weft.vswitch.protocol.LinkProtocol;
import net.weft.vswitch.protocol.ProtocolPort;
import net.weft.vswitch.protocol.ProtocolPorts;
import org.jspecify.annotations.Nullable;

/**
 * Runs LACP on the legs of the switch. What happens, in this order:
 * <ol>
 * <li>{@link #configure} gives the LAGs; each is a port of the switch of the same name, whose attachments are its legs;
 * <li>{@link #legsChanged} passes the carrier of each leg on to LACP;
 * <li>{@link #receive} passes LACPDUs and Markers on;
 * <li>LACP says which legs collect and distribute: stores in the switch's link state, no snapshot, no MAC flush;
 * <li>{@link BucketMover} moves the buckets of each LAG: at once from a leg that stopped, and to one that came back when
 *     no frame can be overtaken.
 * </ol>
 * All methods run on the protocols' thread.
 */
public final class LagProtocol implements LinkProtocol {
    private static final long TICK_NS = 100_000_000L;
    /** The interval of looking at buckets that wait for a move. */
    private static final long MOVE_TICK_NS = 2_000_000L;
    /** 01:80:c2:00:00:02, first byte lowest: the slow protocols' address, IEEE 802.3, 57A.3. */
    private static final long SLOW_PROTOCOLS = 0x02_00_00_C2_80_01L;
    private static final int PER_SECOND = 50;
    private static final int BURST = 50;

    /** The rule that takes LACPDUs and Markers of legs. Each leg has its own policer, so that none starves the others. */
    public static final PuntRule RULE = new PuntRule("lacp",
            "link aggregation reads it; `weft show lags --legs` has what it has agreed with the partner",
            new PuntRule.Match.Header(SLOW_PROTOCOLS, EtherType.SLOW_PROTOCOLS, PortFlags.LACP, PuntRule.NO_PAYLOAD, 0),
            true, true, PER_SECOND, BURST);

    private final ProtocolPorts ports;
    private final SharedLags shared;
    private final Consumer<LagEvent> events;
    private final Map<String, RunningLag> lags = new LinkedHashMap<>();
    private Map<Integer, RunningLag> byLeg = Map.of();
    private @Nullable LinkAggregation aggregation;
    private MacAddress systemMac = MacAddress.ZERO;
    /** Whether what LACP sends now must not overtake users' frames. */
    private boolean behind;
    private long configuredNs;
    /** Whether legs of LAGs over several members may be in use. */
    private boolean mayShare;

    /**
     * @param shared what is known about link aggregations over several members
     * @param events receives what an operator wants to read later; must not block
     */
    public LagProtocol(ProtocolPorts ports, SharedLags shared, Consumer<LagEvent> events) {
        this.ports = ports;
        this.shared = shared;
        this.events = events;
        shared.onOthers(this::othersChanged);
    }

    @Override
    public List<PuntRule> rules() {
        return List.of(RULE);
    }

    // ---- configuration ---------------------------------------------------------------------------------------------

    /** Stops the legs that another configuration does not name, while their devices are still open. */
    public void withdraw(List<LagConfig> next, long nowNs) {
        Set<Integer> kept = next.stream().flatMap(lag -> lag.legs().stream()).map(LegConfig::number)
                .collect(Collectors.toSet());
        LinkAggregation now = aggregation;
        if (now != null) {
            List<LagConfig> rest = lags.values().stream().map(RunningLag::config).map(lag -> lag
                    .withLegs(lag.legs().stream().filter(leg -> kept.contains(leg.number())).toList())).toList();
            now.configure(rest, nowNs);
            for (LagConfig lag : rest) {
                RunningLag running = Objects.requireNonNull(lags.get(lag.name()));
                running.configure(lag, running.isSpread());
            }
            tellOwn(nowNs);
        }
    }

    /**
     * Replaces the configuration. What did not change goes on undisturbed.
     *
     * @param system the fabric's MAC address; another one ends and forms every LAG anew
     * @param wanted one for each port of the switch that has legs; a leg has the name of its attachment
     * @param spread names of those that have legs at other members of a stack, too; their keys are their port numbers
     */
    public void configure(MacAddress system, List<LagConfig> wanted, Set<String> spread, long nowNs) {
        LinkAggregation now = aggregation;
        if (now != null && !system.equals(systemMac)) {
            now.configure(List.of(), nowNs);
            now = null;
        }
        if (now == null) {
            lags.clear();
            systemMac = system;
            configuredNs = nowNs;
            now = new LinkAggregation(system, new Output());
            aggregation = now;
        }
        Map<Integer, RunningLag> legs = new LinkedHashMap<>(byLeg);
        for (LagConfig lag : wanted) {
            RunningLag running = lags.computeIfAbsent(lag.name(), _ -> new RunningLag(lag));
            running.configure(lag, spread.contains(lag.name()));
            lag.legs().forEach(leg -> legs.put(leg.number(), running));
        }
        byLeg = legs;
        now.configure(wanted, nowNs);
        Set<String> names = wanted.stream().map(LagConfig::name).collect(Collectors.toSet());
        lags.keySet().retainAll(names);
        Set<Integer> numbers = wanted.stream().flatMap(lag -> lag.legs().stream()).map(LegConfig::number)
                .collect(Collectors.toSet());
        legs.keySet().retainAll(numbers);
        othersChanged(nowNs);
    }

    @Override
    public long legsChanged(long nowNs) {
        LinkAggregation now = aggregation;
        if (now == null || lags.isEmpty()) {
            return NOTHING_DUE_NS;
        }
        mayShare = shared.isJoined() || nowNs - configuredNs >= SharedLags.ALONE_NS || mayShare;
        Map<String, ProtocolPort> byName = ports.all().stream()
                .collect(Collectors.toMap(port -> port.spec().name(), port -> port));
        for (RunningLag lag : lags.values()) {
            ProtocolPort port = byName.get(lag.config().name());
            if (port != null) {
                lag.attach(port.index(), ports.legs(port.index()), now, mayShare || !lag.isSpread(),
                        (leg, transaction) -> sendMarker(now, lag.config(), leg, transaction), nowNs);
            }
        }
        tellOwn(nowNs);
        return dueNs();
    }

    // ---- link aggregations over several members ----------------------------------------------------------------------

    /** Legs at other members have come into use or gone: those here must lead to the same partner. */
    private void othersChanged(long nowNs) {
        LinkAggregation now = aggregation;
        for (RunningLag lag : lags.values()) {
            int key = lag.config().key();
            if (now != null) {
                now.impose(key, lag.isSpread() ? shared.partner(key) : 0, nowNs);
            }
        }
        legsChanged(nowNs);
    }

    /** Tells the other members of which LAGs legs are in use here. */
    private void tellOwn(long nowNs) {
        LinkAggregation now = aggregation;
        Map<Integer, Long> own = new TreeMap<>();
        for (RunningLag lag : lags.values()) {
            if (now != null && lag.isSpread() && lag.isDistributing()) {
                own.put(lag.config().key(), now.partner(lag.config().key()));
            }
        }
        shared.own(own, nowNs);
    }

    private void startDeferred(long nowNs) {
        for (RunningLag lag : lags.values()) {
            lag.startDeferred(!shared.isInUseElsewhere(lag.config().key()), nowNs);
        }
    }

    // ---- frames and time -------------------------------------------------------------------------------------------

    @Override
    public void receive(PuntedFrame frame, long nowNs) {
        LinkAggregation now = aggregation;
        if (now == null) {
            return;
        }
        for (RunningLag lag : lags.values()) {
            int leg = lag.port() == frame.port() ? lag.number(frame.leg()) : 0;
            if (leg != 0) {
                now.receive(leg, MemorySegment.ofArray(frame.frame()), nowNs);
                tellOwn(nowNs);
                return;
            }
        }
    }

    @Override
    public long tick(long nowNs) {
        LinkAggregation now = aggregation;
        if (now == null) {
            return TICK_NS;
        }
        if (!mayShare && nowNs - configuredNs >= SharedLags.ALONE_NS) {
            legsChanged(nowNs);
        }
        now.tick(nowNs);
        startDeferred(nowNs);
        lags.values().forEach(lag -> lag.mover().poll(nowNs));
        tellOwn(nowNs);
        return dueNs();
    }

    @Override
    public long dueInNs(long nowNs) {
        return dueNs();
    }

    private long dueNs() {
        return lags.values().stream().anyMatch(RunningLag::isWaiting) ? MOVE_TICK_NS : TICK_NS;
    }

    /** Returns what is known about each LAG, in the order of the configuration. */
    public List<LagStatus> status() {
        LinkAggregation now = aggregation;
        List<LagStatus> all = new ArrayList<>();
        for (LagView view : now == null ? List.<LagView>of() : now.views()) {
            RunningLag lag = lags.get(view.name());
            if (lag != null) {
                all.add(new LagStatus(lag.config(), view, lag.mover().shares(), lag.mover().waiting()));
            }
        }
        return all;
    }

    private final class Output implements LagOutput {
        private @Nullable RunningLag lag(int leg) {
            return byLeg.get(leg);
        }

        @Override
        public void send(int leg, byte[] frame) {
            RunningLag lag = lag(leg);
            if (lag == null || lag.attachment(leg) < 0) {
                return;
            }
            if (behind) {
                ports.injectBehind(lag.port(), lag.attachment(leg), frame);
            } else {
                ports.inject(lag.port(), lag.attachment(leg), frame, 0);
            }
        }

        @Override
        public void collecting(int leg, boolean on) {
            RunningLag lag = lag(leg);
            if (lag != null) {
                lag.collecting(leg, on);
            }
        }

        @Override
        public void distributing(int leg, boolean on) {
            RunningLag lag = lag(leg);
            if (lag == null) {
                return;
            }
            if (on && lag.isSpread() && !lag.isDistributing() && shared.isInUseElsewhere(lag.config().key())) {
                lag.defer(leg, System.nanoTime());
            } else {
                lag.distributing(leg, on, System.nanoTime());
            }
        }

        @Override
        public void markerAnswered(int leg, int transaction) {
            RunningLag lag = lag(leg);
            if (lag != null) {
                lag.mover().markerAnswered(leg, transaction);
            }
        }

        @Override
        public void event(LagEvent event) {
            events.accept(event);
        }
    }

    /**
     * Sends a Marker by a leg of a LAG that speaks LACP, behind all frames of the bucket. A static LAG's partner need not
     * know the protocol.
     */
    void sendMarker(LinkAggregation to, LagConfig lag, int leg, int transaction) {
        if (lag.mode() != LacpMode.OFF) {
            behind = true;
            to.sendMarker(leg, transaction);
            behind = false;
        }
    }
}
