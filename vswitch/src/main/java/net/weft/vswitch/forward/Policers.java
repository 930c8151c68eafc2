package net.weft.vswitch.forward;

import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.port.LagLeg;
import net.weft.vswitch.port.PortFlags;
import net.weft.vswitch.port.PortLimits;
import net.weft.vswitch.port.TokenBucket;
import org.jspecify.annotations.Nullable;

/** The rate and storm policers of the ports, as one worker applies them. One thread; nothing is allocated per frame. */
final class Policers {
    /** The bits of an address, which are all set in the broadcast address. */
    private static final long MAC_MASK = 0xFFFF_FFFF_FFFFL;

    private PortProtections protections = PortProtections.none(0);
    private @Nullable LagLeg[] legs = {};
    private long nowNs;
    private boolean recirculated;

    void adopt(Snapshot next) {
        protections = next.protections;
        legs = next.legs.lagLegs;
    }

    /**
     * Begins a burst.
     * @param isRecirculated true if ingress policers counted the frames when they first arrived
     */
    void begin(long monotonicNs, boolean isRecirculated) {
        nowNs = monotonicNs;
        recirculated = isRecirculated;
    }

    /** Returns whether {@code rate-limit: ingress} admits a frame. */
    boolean mayEnter(Burst burst, int i) {
        TokenBucket rate = limits(burst.port[i]).ingress;
        return rate == null || recirculated || rate.take(wireBytes(burst, i, burst.length[i]), nowNs);
    }

    /** Returns whether {@code rate-limit: egress} of a port admits a frame. */
    boolean mayLeave(Burst burst, int i, int egress, int tag) {
        TokenBucket rate = limits(egress).egress;
        return rate == null || rate.take(wireBytes(burst, i, burst.egressLength(i, tag)), nowNs);
    }

    /** Returns whether {@code storm-limit} of the ingress port allows a frame to be flooded. */
    boolean mayFlood(Burst burst, int i, int flags) {
        if ((flags & PortFlags.STORM) == 0 || recirculated
                || (flags & PortFlags.STORM_SPARES_MULTICAST) != 0 && isMulticast(burst, i)) {
            return true;
        }
        TokenBucket storm = limits(burst.port[i]).storm;
        return storm == null || storm.take(segments(burst, i), nowNs);
    }

    private static boolean isMulticast(Burst burst, int i) {
        long destination = Memory.getLong(burst.head(i)) & MAC_MASK;
        return (destination & 1) != 0 && destination != MAC_MASK;
    }

    /** Returns whether one more rejected frame of a port may be answered. */
    boolean mayAnswer(int port) {
        return limits(port).answers.take(1, nowNs);
    }

    /** Returns whether one more frame may be punted by a rule; a leg of a link aggregation has a policer of its own. */
    boolean mayPunt(Burst burst, int i, int rule) {
        LagLeg leg = burst.leg < 0 || burst.leg >= legs.length ? null : legs[burst.leg];
        TokenBucket bucket = leg == null ? limits(burst.port[i]).punt(rule) : leg.punt(rule);
        return bucket.take(1, nowNs);
    }

    /** Number of segments that a super-frame will be cut into; 1 for any other frame. */
    private static int segments(Burst burst, int i) {
        long offload = burst.offload[i];
        if (Offload.gsoType(offload) == Offload.GSO_NONE) {
            return 1;
        }
        int size = Offload.gsoSize(offload);
        return Math.max(1, (burst.length[i] - Offload.headerLength(offload) + size - 1) / size);
    }

    /** Length in bytes of all segments, each with its headers. */
    private static int wireBytes(Burst burst, int i, int length) {
        return length + (segments(burst, i) - 1) * Offload.headerLength(burst.offload[i]);
    }

    private PortLimits limits(int port) {
        @Nullable
        PortLimits limits = protections.limits[port];
        if (limits == null) {
            throw new IllegalStateException("port " + port + " has flags and no limits");
        }
        return limits;
    }
}
