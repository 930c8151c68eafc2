package net.weft.stacking.lag;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import net.weft.lacp.LagConfig;
import net.weft.lacp.LegConfig;
import net.weft.lacp.LinkAggregation;
import net.weft.vswitch.attach.LegSelection;
import org.jspecify.annotations.Nullable;

/** One LAG and the port of the switch that it is: which leg is which attachment. Protocols' thread. */
final class RunningLag {
    private static final int NO_PORT = -1;

    private final BucketMover mover = new BucketMover();
    /** The legs of the port by LACP port number. */
    private Map<Integer, LegSelection.Leg> legs = Map.of();
    private LagConfig config;
    private int port = NO_PORT;
    private @Nullable LegSelection selection;
    private boolean isSpread;
    /** When legs begin to distribute that LACP has started: the partner's datapath may lag behind its word. */
    private final Map<Integer, Long> deferredNs = new HashMap<>();

    RunningLag(LagConfig config) {
        this.config = config;
    }

    LagConfig config() {
        return config;
    }

    void configure(LagConfig next, boolean spread) {
        config = next;
        isSpread = spread;
    }

    /** Whether other members of the stack have legs, too. */
    boolean isSpread() {
        return isSpread;
    }

    BucketMover mover() {
        return mover;
    }

    /** Index of the port, negative while the switch has none. */
    int port() {
        return port;
    }

    /** Number of the attachment of a leg, negative if there is none. */
    int attachment(int number) {
        LegSelection.Leg leg = legs.get(number);
        return leg == null ? -1 : leg.number();
    }

    /** LACP port number of the leg with an attachment, 0 if there is none. */
    int number(int attachment) {
        return legs.entrySet().stream().filter(leg -> leg.getValue().number() == attachment).mapToInt(Map.Entry::getKey)
                .findFirst().orElse(0);
    }

    void collecting(int number, boolean on) {
        LegSelection.Leg leg = legs.get(number);
        LegSelection of = selection;
        if (leg != null && of != null) {
            of.collecting(leg.slot(), on);
        }
    }

    /** Returns whether users' frames leave by a leg. */
    boolean isDistributing() {
        LegSelection of = selection;
        return of != null && of.distributing() != 0;
    }

    /** Starts or stops a leg at once. */
    void distributing(int number, boolean on, long nowNs) {
        deferredNs.remove(number);
        mover.distributing(number, on, nowNs);
    }

    /** Starts a leg in a while: until then the legs at other members carry the frames. */
    void defer(int number, long nowNs) {
        deferredNs.put(number, nowNs + SharedLags.RETURN_NS);
    }

    /** Starts the legs whose time has come. @param all whether no other leg is left that could carry the frames meanwhile */
    void startDeferred(boolean all, long nowNs) {
        for (int number : deferredNs.keySet().stream().mapToInt(Integer::intValue).sorted().toArray()) {
            if (all || nowNs - deferredNs.getOrDefault(number, nowNs) >= 0) {
                distributing(number, true, nowNs);
            }
        }
    }

    /** Whether {@link #startDeferred} or the mover has something to do soon. */
    boolean isWaiting() {
        return !deferredNs.isEmpty() || mover.isWaiting();
    }

    /**
     * Takes over the port's legs as they are now, and tells LACP of links that went down or came back.
     *
     * @param mayWork false as long as LACP is told that no leg has a link
     */
    void attach(int index, @Nullable LegSelection now, LinkAggregation aggregation,
            boolean mayWork, BucketMover.MarkerOutput markers, long nowNs) {
        Map<Integer, LegSelection.Leg> before = legs;
        Map<Integer, LegSelection.Leg> after = now == null ? Map.of() : legs(now.legs(), mayWork);
        boolean otherPort = now != selection;
        before.forEach((number, leg) -> {
            if (wasLost(leg, otherPort ? null : after.get(number))
                    && config.legs().stream().anyMatch(each -> each.number() == number)) {
                aggregation.carrier(number, false, nowNs);
            }
        });
        port = now == null ? NO_PORT : index;
        selection = now;
        legs = after;
        mover.legs(now, after, markers, nowNs);
        after.forEach((number, leg) -> {
            LegSelection.Leg old = before.get(number);
            if (leg.hasLink() && (old == null || !old.hasLink() || wasLost(old, otherPort ? null : leg))) {
                aggregation.carrier(number, true, nowNs);
            }
        });
    }

    private Map<Integer, LegSelection.Leg> legs(List<LegSelection.Leg> attachments, boolean mayWork) {
        Map<String, LegSelection.Leg> byName = attachments.stream()
                .collect(Collectors.toMap(LegSelection.Leg::name, leg -> leg));
        Map<Integer, LegSelection.Leg> result = new HashMap<>();
        for (LegConfig leg : config.legs()) {
            LegSelection.Leg attachment = byName.get(leg.name());
            if (attachment != null) {
                result.put(leg.number(), mayWork
                        ? attachment
                        : new LegSelection.Leg(attachment.name(), attachment.number(), attachment.slot(), false,
                                attachment.losses()));
            }
        }
        return result;
    }

    /** Returns whether a leg had a link that has been lost since, or another device has taken its place. */
    private static boolean wasLost(LegSelection.Leg before, LegSelection.@Nullable Leg after) {
        return before.hasLink() && (after == null || !after.hasLink() || after.losses() != before.losses()
                || !Objects.equals(after.number(), before.number()) || after.slot() != before.slot());
    }
}
