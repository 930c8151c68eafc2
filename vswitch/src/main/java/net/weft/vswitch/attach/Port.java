package net.weft.vswitch.attach;

import java.util.ArrayList;
import java.util.List;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.forward.LinkState;
import net.weft.vswitch.port.ErrDisabled;
import net.weft.vswitch.port.LegStatus;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.port.PortLimits;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.port.PortStatus;
import net.weft.vswitch.port.PuntRule;
import org.jspecify.annotations.Nullable;

/**
 * A port: what it is wished to be, its counters and policers, whether it is err-disabled, and the attachments by which it is reached, its
 * legs. Control thread only.
 */
public final class Port {
    /** Where the port stands in the arrays of a snapshot. */
    public final int index;
    public final PortCounters counters;
    public final ErrDisabled errDisabled = new ErrDisabled();
    private final List<PuntRule> puntRules;
    private final List<AttachmentSupervisor> legs = new ArrayList<>();
    private PortSpec spec;
    private PortLimits limits;
    private @Nullable Migration migration;

    /** @param puntRules of all link protocols */
    public Port(PortSpec spec, int index, PortCounters counters, List<PuntRule> puntRules) {
        this.spec = spec;
        this.index = index;
        this.counters = counters;
        this.puntRules = puntRules;
        limits = new PortLimits(spec.protection(), puntRules, System.nanoTime());
    }

    public PortSpec spec() {
        return spec;
    }

    /** Takes over another description of the same port; its attachments are not touched. */
    public void spec(PortSpec next) {
        spec = next;
        if (!next.protection().equals(limits.protection)) {
            limits = new PortLimits(next.protection(), puntRules, System.nanoTime());
        }
    }

    public PortLimits limits() {
        return limits;
    }

    /** The attachments by which it is reached, in the order of their bits in {@link LinkState}. */
    public List<AttachmentSupervisor> legs() {
        return legs;
    }

    /** Names the attachments by which it is reached. */
    public void legs(List<AttachmentSupervisor> now) {
        legs.clear();
        legs.addAll(now);
    }

    /** The migration of its one leg that is under way, or null. */
    @Nullable
    public Migration migration() {
        return migration;
    }

    void migration(@Nullable Migration now) {
        migration = now;
    }

    /** The device that frames leave by on one leg; null while that is closed. */
    @Nullable
    public Device device(int leg) {
        Migration now = migration;
        return now == null ? legs.get(leg).usableDevice() : now.device();
    }

    /** Largest layer-3 packet that every open leg carries, bytes; 0 while none is open. */
    public int mtu() {
        Migration now = migration;
        if (now != null) {
            return now.mtu();
        }
        int least = 0;
        for (AttachmentSupervisor leg : legs) {
            int mtu = leg.mtu();
            least = least == 0 || mtu != 0 && mtu < least ? mtu : least;
        }
        return least;
    }

    /** Why the port carries no frames, or null. */
    @Nullable
    public DeviceFailure failure() {
        DeviceFailure open = linkFailure();
        return open == null ? errDisabled.cause() : open;
    }

    /** Why no leg has a link, or null when one has. */
    private @Nullable DeviceFailure linkFailure() {
        Migration now = migration;
        if (now != null && now.device() != null) {
            return null;
        }
        DeviceFailure first = null;
        for (AttachmentSupervisor leg : legs) {
            if (leg.hasLink()) {
                return null;
            }
            first = first == null ? leg.failure() : first;
        }
        return first != null
                ? first
                : new DeviceFailure(PortReason.NO_DEVICE, spec.name() + ": no device leads to this port yet");
    }

    /** Stores which legs have a link and carry frames. The workers see it at once. */
    public void show(LinkState links) {
        int carrier = 0;
        for (int n = 0; n < legs.size(); n++) {
            boolean has = migration != null ? migration.device() != null : legs.get(n).hasLink();
            carrier |= has ? 1 << n : 0;
        }
        links.carrier(index, carrier);
        links.forwarding(index, errDisabled.cause() == null ? carrier : 0);
    }

    /** Brings the count of frames that were lost before they could be received up to date. */
    public void countMissed() {
        for (AttachmentSupervisor leg : legs) {
            if (leg.ports().getFirst() == this) {
                counters.addMissed(leg.takeMissed());
            }
        }
    }

    /** How it is. @param stations MAC addresses learned on it */
    public PortStatus status(int stations) {
        countMissed();
        List<LegStatus> all = legs.stream()
                .map(leg -> new LegStatus(leg.spec().name(), leg.number, leg.hasLink() ? null : leg.failure()))
                .toList();
        return new PortStatus(spec, failure(), mtu(), counters, stations, all);
    }
}
