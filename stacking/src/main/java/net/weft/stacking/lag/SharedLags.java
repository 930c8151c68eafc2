package net.weft.stacking.lag;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.function.ObjLongConsumer;
import net.weft.stacking.topology.LagPlaces;

/**
 * The state of link aggregations over several members that a member's LACP and its stack protocol share: of which LAGs legs are in use
 * here, and at which other members. Both run on the protocols' thread. LAGs are known by port number.
 */
public final class SharedLags {
    /** For how long a member that hears no other one leaves its legs out of use, because it may only have started before its links. */
    static final long ALONE_NS = 5_000_000_000L;
    /**
     * For how long the first leg of a member that LACP has started leaves the frames to legs at other members: a partner says that it collects
     * before its datapath does, and its next LACPDU at the fast rate is due within a second.
     */
    static final long RETURN_NS = 2_000_000_000L;

    private final SortedMap<Integer, Long> own = new TreeMap<>();
    private LagPlaces places = LagPlaces.NONE;
    private int self;
    private boolean isJoined;
    private ObjLongConsumer<SortedMap<Integer, Long>> onOwn = (_, _) -> {
    };
    private LongConsumer onOthers = _ -> {
    };

    // ---- LACP ------------------------------------------------------------------------------------------------------

    /** Sets what is called, with the time, when legs at other members have come into use or gone. */
    void onOthers(LongConsumer listener) {
        onOthers = listener;
    }

    /**
     * Says of which LAGs legs are in use here.
     *
     * @param now the partner that they lead to, by LAG
     */
    void own(Map<Integer, Long> now, long nowNs) {
        if (!own.equals(now)) {
            own.clear();
            own.putAll(now);
            onOwn.accept(own, nowNs);
        }
    }

    /** Returns whether legs of a LAG are in use at other members. */
    boolean isInUseElsewhere(int lag) {
        return places.members(lag).stream().anyMatch(member -> member != self);
    }

    /** Returns the partner that the legs here must lead to; 0 if this member is the one that decides. */
    long partner(int lag) {
        return places.first(lag) == self ? 0 : places.partner(lag);
    }

    /** Returns whether another member of the stack is in reach. */
    public boolean isJoined() {
        return isJoined;
    }

    // ---- the stack protocol ----------------------------------------------------------------------------------------

    /** Sets what is called, with the time, when legs of this member have come into use or gone. */
    public void onOwn(ObjLongConsumer<SortedMap<Integer, Long>> listener) {
        onOwn = listener;
    }

    /** Returns the LAGs of which legs are in use here, with the partner that they lead to. */
    public SortedMap<Integer, Long> own() {
        return own;
    }

    /**
     * Says where legs are in use.
     *
     * @param member number of this member
     * @param joined whether another member is in reach
     */
    public void places(int member, boolean joined, LagPlaces now, long nowNs) {
        boolean changed = now.epoch() != places.epoch() || joined != isJoined || member != self;
        self = member;
        isJoined = joined;
        places = now;
        if (changed) {
            onOthers.accept(nowNs);
        }
    }
}
