package net.weft.vswitch.attach;

import java.util.ArrayList;
import java.util.List;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.forward.LinkState;
import net.weft.vswitch.port.ErrDisabled;
import net.weft.vswitch.port.LagLeg;
import net.weft.vswitch.port.LegStatus;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.port.PortLimits;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.port.PortStatus;
import net.weft.vswitch.port.PuntRule;
import org.jspecify.annotations.Nullable;

/**
 * A port: its configuration, counters and policers, its err-disabled state, and its legs (the attachments that carry
 * its frames). Control thread only.
 */
public final class Port {
    /** The MTU of a port of another member that says none: that member checks it. */
    private static final int MAX_MTU = 65_535;
    /** The index of the port in the arrays of a snapshot. */
    public final int index;
    public final PortCounters counters;
    public final ErrDisabled errDisabled = new ErrDisabled();
    private final List<PuntRule> puntRules;
    private final List<AttachmentSupervisor> legs = new ArrayList<>();
    private PortSpec spec;
    private PortLimits limits;
    private @Nullable Migration migration;
    private @Nullable Aggregate aggregate;
    private int linkFlags;

    /** @param puntRules the punt rules of all link protocols */
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

    /**
     * Replaces the port's specification. Its attachments are not changed. A port whose device or protection changes is
     * no longer err-disabled.
     */
    public void spec(PortSpec next) {
        if (!next.sameDevice(spec) || !next.protection().equals(spec.protection())) {
            errDisabled.clear();
        }
        spec = next;
        if (!next.protection().equals(limits.protection)) {
            limits = new PortLimits(next.protection(), puntRules, System.nanoTime());
        }
    }

    public PortLimits limits() {
        return limits;
    }

    /** The part of a port whose legs a link protocol controls, or null. */
    @Nullable
    public Aggregate aggregate() {
        return aggregate;
    }

    /** Sets what link protocols run on the port. @param flags {@code PortFlags} of these protocols */
    public void links(@Nullable Aggregate lag, int flags) {
        aggregate = lag;
        linkFlags = flags;
    }

    /** The {@code PortFlags} of the link protocols that run on the port. */
    public int linkFlags() {
        return linkFlags;
    }

    /** The attachments of the port, in the order of their bits in {@link LinkState}. */
    public List<AttachmentSupervisor> legs() {
        return legs;
    }

    /** Replaces the attachments of the port. */
    public void legs(List<AttachmentSupervisor> now) {
        legs.clear();
        legs.addAll(now);
        if (aggregate != null) {
            aggregate.assign(now);
        }
    }

    /** The running migration of the port's only leg, or null. */
    @Nullable
    public Migration migration() {
        return migration;
    }

    public void migration(@Nullable Migration now) {
        migration = now;
    }

    /** The device to which frames of one leg are transmitted; null while the leg is closed. */
    @Nullable
    public Device device(int leg) {
        Migration now = migration;
        return now == null ? legs.get(leg).usableDevice() : now.device();
    }

    /** The smallest MTU of the open legs, in bytes (layer-3 packet); 0 while none is open. */
    public int mtu() {
        if (isRemote()) {
            return spec.mtu() == 0 ? MAX_MTU : spec.mtu();
        }
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

    /** Returns whether the port is at another member of the stack. */
    public boolean isRemote() {
        return spec.device() instanceof DeviceSpec.Remote;
    }

    /** Returns whether the port is a link aggregation that may have legs at other members, so that it forwards without any here. */
    public boolean isSpread() {
        return spec.device() instanceof DeviceSpec.Remote remote && remote.member() == DeviceSpec.Remote.SEVERAL
                || aggregate != null && aggregate.spec().isSpread();
    }

    /** The failure that keeps the port from forwarding, or null. The state of a port of another member is that member's matter. */
    @Nullable
    public DeviceFailure failure() {
        if (isRemote()) {
            return null;
        }
        DeviceFailure open = linkFailure();
        return open == null ? errDisabled.cause() : open;
    }

    /** Returns why no leg has a link, or null if at least one has. */
    private @Nullable DeviceFailure linkFailure() {
        Migration now = migration;
        if (now != null && now.device() != null) {
            return null;
        }
        DeviceFailure first = null;
        for (AttachmentSupervisor leg : legs) {
            if (leg.hasLink()) {
                return aggregate == null ? null : aggregate.failure(spec.name());
            }
            first = first == null ? leg.failure() : first;
        }
        return first != null
                ? first
                : new DeviceFailure(PortReason.NO_DEVICE, spec.name() + ": no device leads to this port yet");
    }

    /** Publishes which legs have a link and forward frames. The workers see it at once, without a new snapshot. */
    public void show(LinkState links) {
        if (aggregate != null) {
            aggregate.show(legs, errDisabled.cause() != null);
            return;
        }
        if (isRemote()) {
            links.forwarding(index, isSpread() ? 0 : 1); // of a spread port only local legs count
            return;
        }
        int carrier = 0;
        for (int n = 0; n < legs.size(); n++) {
            boolean has = migration != null ? migration.device() != null : legs.get(n).hasLink();
            carrier |= has ? 1 << n : 0;
        }
        links.carrier(index, carrier);
        links.forwarding(index, errDisabled.cause() == null ? carrier : 0);
    }

    /** Adds the frames that the devices missed since the last call to the port's counters. */
    public void countMissed() {
        for (AttachmentSupervisor leg : legs) {
            if (leg.isFirst(index)) {
                counters.addMissed(leg.takeMissed());
            }
            for (int reason = leg.hasDropped(index) ? 0 : DropReason.COUNT; reason < DropReason.COUNT; reason++) {
                counters.addLost(DropReason.of(reason), leg.takeDropped(index, DropReason.of(reason)));
            }
        }
    }

    private static @Nullable Boolean sealed(@Nullable Device device) {
        return device == null ? null : device.isMemorySealed();
    }

    private LegStatus status(AttachmentSupervisor leg) {
        LagLeg own = aggregate == null ? null : aggregate.own(leg.spec().name());
        return new LegStatus(leg.spec().name(), leg.number, leg.hasLink() ? null : leg.failure(), leg.spec().device(),
                leg.mtu(), own == null ? null : own.counters, sealed(leg.device()));
    }

    /** The port's current status. @param macEntries the number of MAC entries learned on the port */
    public PortStatus status(int macEntries) {
        countMissed();
        List<LegStatus> all = legs.stream()
                .map(this::status).toList();
        return new PortStatus(spec, failure(), mtu(), counters, macEntries, all);
    }
}
