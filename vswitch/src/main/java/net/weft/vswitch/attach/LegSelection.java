package net.weft.vswitch.attach;

import java.util.List;
import net.weft.vswitch.forward.LegBuckets;
import net.weft.vswitch.forward.LinkState;

/**
 * Selects the legs of a link aggregation that carry frames. The control thread knows which have a link, the protocol says which may
 * distribute and collect; a leg carries frames while both agree. Each change is a store in {@link LinkState}, which
 * workers see at once.
 * <p>
 * A leg that loses its link stops at once, and starts again only when the protocol says so anew: so no frame leaves by it
 * before the protocol has decided which buckets it gets. Any thread; the lock is held for a few stores.
 */
public final class LegSelection {
    /**
     * A leg as the protocol sees it.
     * @param name name of its attachment
     * @param number number of its attachment, as in punted frames
     * @param slot its place among the legs of the port, {@code 0..31}, for as long as it belongs to the port
     * @param hasLink whether its device is open and has carrier
     * @param losses how often it has lost its link: a change means that it was down, however short
     */
    public record Leg(String name, int number, int slot, boolean hasLink, int losses) {
    }

    private final LinkState links;
    private final int port;
    private final LegBuckets buckets;
    private final Runnable upChanged;
    private final int[] losses = new int[LinkState.MAX_LEGS];
    private List<Leg> legs = List.of();
    private int linked;
    private int distributing;
    private int collecting;
    private boolean errDisabled;

    /**
     * @param port index of the port
     * @param upChanged called when the protocol starts the first leg or stops the last one; any thread
     */
    public LegSelection(LinkState links, int port, LegBuckets buckets, Runnable upChanged) {
        this.links = links;
        this.port = port;
        this.buckets = buckets;
        this.upChanged = upChanged;
    }

    /** The buckets of the port's flows, which the protocol moves. */
    public LegBuckets buckets() {
        return buckets;
    }

    // ---- control thread --------------------------------------------------------------------------------------------

    /** Sets the legs and their links. */
    synchronized void legs(List<Leg> now, boolean isErrDisabled) {
        int up = 0;
        int there = 0;
        for (Leg leg : now) {
            there |= 1 << leg.slot();
            up |= leg.hasLink() ? 1 << leg.slot() : 0;
        }
        int lost = linked & ~up | ~there;
        for (int slot = 0; slot < losses.length; slot++) {
            losses[slot] += lost >>> slot & 1;
        }
        legs = now;
        linked = up;
        errDisabled = isErrDisabled;
        distributing &= up;
        collecting &= up;
        store();
    }

    // ---- the protocol ----------------------------------------------------------------------------------------------

    /** Returns the legs. */
    public synchronized List<Leg> legs() {
        return legs.stream().map(leg -> new Leg(leg.name(), leg.number(), leg.slot(), leg.hasLink(),
                losses[leg.slot()])).toList();
    }

    /** Starts or stops sending users' frames by a leg. Nothing starts while the leg has no link. */
    public void distributing(int slot, boolean on) {
        boolean changed;
        synchronized (this) {
            int before = distributing;
            distributing = set(before, slot, on) & linked;
            store();
            changed = (before == 0) != (distributing == 0);
        }
        if (changed) {
            upChanged.run();
        }
    }

    /** Starts or stops accepting users' frames that arrive by a leg. */
    public synchronized void collecting(int slot, boolean on) {
        collecting = set(collecting, slot, on) & linked;
        store();
    }

    /** Returns the slots of the legs that send users' frames, one bit each. */
    public synchronized int distributing() {
        return distributing;
    }

    private static int set(int word, int slot, boolean on) {
        return on ? word | 1 << slot : word & ~(1 << slot);
    }

    private void store() {
        links.carrier(port, distributing);
        links.forwarding(port, errDisabled ? 0 : distributing);
        links.collecting(port, collecting);
    }
}
