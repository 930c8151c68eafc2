package net.weft.vswitch.attach;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.forward.LinkState;
import net.weft.vswitch.port.LagLeg;
import net.weft.vswitch.port.LagSpec;
import org.jspecify.annotations.Nullable;

/**
 * The state of a port that is a link aggregation: a slot for each leg, which it keeps while it belongs to the port, and what
 * each leg has of its own. Control thread only; {@link #selection} is for any thread.
 */
public final class Aggregate {
    /** Creates what a leg has of its own. */
    public interface LegSource {
        LagLeg create();
    }

    public final LegSelection selection;
    private final LegSource source;
    private final Map<String, LagLeg> own = new HashMap<>();
    private final @Nullable String[] slots = new @Nullable String[LinkState.MAX_LEGS];
    private LagSpec spec;

    public Aggregate(LagSpec spec, LegSelection selection, LegSource source) {
        this.spec = spec;
        this.selection = selection;
        this.source = source;
    }

    public LagSpec spec() {
        return spec;
    }

    public void spec(LagSpec next) {
        spec = next;
    }

    /** Gives each attachment a slot. Attachments that stay keep theirs; a new one takes the lowest free one. */
    void assign(List<AttachmentSupervisor> legs) {
        List<String> names = legs.stream().map(leg -> leg.spec().name()).toList();
        for (int slot = 0; slot < slots.length; slot++) {
            if (slots[slot] != null && !names.contains(slots[slot])) {
                slots[slot] = null;
            }
        }
        own.keySet().retainAll(names);
        for (String name : names) {
            if (slot(name) < 0) {
                slots[slot(null)] = name;
            }
            own.computeIfAbsent(name, _ -> source.create());
        }
    }

    private int slot(@Nullable String name) {
        for (int slot = 0; slot < slots.length; slot++) {
            if (Objects.equals(slots[slot], name)) {
                return slot;
            }
        }
        return -1;
    }

    /** Returns the leg in each slot up to the last one in use; null for a free slot. */
    public List<@Nullable AttachmentSupervisor> slots(List<AttachmentSupervisor> legs) {
        List<@Nullable AttachmentSupervisor> bySlot = new ArrayList<>();
        for (AttachmentSupervisor leg : legs) {
            int slot = slot(leg.spec().name());
            while (bySlot.size() <= slot) {
                bySlot.add(null);
            }
            if (slot >= 0) {
                bySlot.set(slot, leg);
            }
        }
        return bySlot;
    }

    /** Returns the leg's own counters and policers of an attachment; null if it is no leg of the port. */
    @Nullable
    public LagLeg own(String attachment) {
        return own.get(attachment);
    }

    /** Publishes which legs have a link. */
    void show(List<AttachmentSupervisor> legs, boolean isErrDisabled) {
        List<LegSelection.Leg> now = new ArrayList<>();
        for (AttachmentSupervisor leg : legs) {
            int slot = slot(leg.spec().name());
            if (slot >= 0) {
                now.add(new LegSelection.Leg(leg.spec().name(), leg.number, slot, leg.hasLink(), 0));
            }
        }
        selection.legs(now, isErrDisabled);
    }

    /** Returns why a port does not forward although a leg has a link, or null if it does. */
    @Nullable
    DeviceFailure failure(String port) {
        return selection.distributing() != 0
                ? null
                : new DeviceFailure(PortReason.PEER_UNREACHABLE, port
                        + ": no leg is in use, because the partner does not agree; see `weft show lags --legs`");
    }
}
