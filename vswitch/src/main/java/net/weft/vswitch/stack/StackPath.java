package net.weft.vswitch.stack;

import net.weft.vlan.VlanMembership;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import org.jspecify.annotations.Nullable;

/**
 * The way of frames into, through and out of the stack on one worker. All frames of a burst take the ways that were newest when it
 * began. Not thread-safe; nothing is allocated per frame.
 */
public final class StackPath implements AutoCloseable {
    private final StackReceiver receiver = new StackReceiver();
    private final StackSender sender = new StackSender();
    private StackTable table = StackTable.NONE;
    private StackRoutes routes = StackRoutes.NONE;
    private int[] mtu = {};
    /** The links that users' frames of this burst may leave by. */
    private int usable;
    /** Whether the frames of this burst were held: of those from other members it is not known any more how they came. */
    private boolean isAgain;

    /**
     * Adopts a new configuration; between bursts only.
     *
     * @param mtus by port index, bytes
     * @param memberships by port index
     */
    public void adopt(StackTable next, int[] mtus, @Nullable VlanMembership[] memberships) {
        table = next;
        mtu = mtus;
        receiver.adopt(next);
        sender.adopt(next, memberships);
    }

    /** Returns the devices of legs; those of stack links put frames into stack frames. */
    @Nullable
    public Device[] devices(@Nullable Device[] plain) {
        @Nullable
        Device[] devices = plain.clone();
        for (int slot = 0; slot < StackRoutes.MAX_LINKS; slot++) {
            int leg = table.leg(slot);
            Device device = leg < 0 || leg >= devices.length ? null : devices[leg];
            if (device != null) {
                devices[leg] = new StackLeg(device, sender, slot, mtu[table.port(slot)]);
            }
        }
        return devices;
    }

    /**
     * Begins a burst.
     *
     * @param arrival the stack link by which it came, negative for none
     * @param up the links that have a carrier
     * @param isHeld whether its frames were held before
     */
    public void begin(int arrival, int up, boolean isHeld) {
        isAgain = isHeld;
        routes = table.links().routes();
        receiver.begin(routes);
        sender.begin(routes, arrival < 0 ? null : receiver);
        usable = arrival < 0 ? up : up & ~(1 << arrival);
    }

    /** What takes users' frames out of stack frames. */
    public StackReceiver receiver() {
        return receiver;
    }

    /** Returns the links by which a frame may leave for a port of another member, 0 if none leads there. */
    public int links(int egress) {
        int towards = table.isSpread(egress)
                ? routes.lags().links(table.number(egress))
                : routes.nextHops(table.member(egress));
        return towards & usable;
    }

    /** Returns the leg of one of some links. @param hash the same for all frames of a flow */
    public int leg(int links, int hash) {
        return table.leg(StackRoutes.pick(links, hash));
    }

    /** Returns the links by which a flooded frame is sent on. */
    public int children(Burst burst, int i) {
        int ingress = burst.port[i];
        if (burst == receiver.inner()) {
            return routes.children(receiver.source(i)) & usable;
        }
        return isAgain && table.isSpread(ingress) ? 0 : routes.children(table.member(ingress)) & usable;
    }

    /** Returns whether this member sends a flooded frame by its legs of a link aggregation over several members. */
    public boolean delivers(Burst burst, int i, int egress) {
        StackLags lags = routes.lags();
        int ingress = burst.port[i];
        if (burst == receiver.inner()) {
            return receiver.epoch(i) == lags.epoch() && lags.delivers(table.number(egress), receiver.source(i));
        }
        boolean entersHere = !isAgain || !table.isRemote(ingress) && !table.isSpread(ingress);
        return entersHere && lags.delivers(table.number(egress), table.self());
    }

    /** Returns whether the frames of a burst entered the stack at this member. */
    public boolean enterHere(Burst burst) {
        return burst != receiver.inner();
    }

    @Override
    public void close() {
        receiver.close();
        sender.close();
    }
}
