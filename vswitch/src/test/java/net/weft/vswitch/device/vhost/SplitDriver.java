package net.weft.vswitch.device.vhost;

import java.util.ArrayList;
import java.util.List;
import net.weft.linux.Memory;

final class SplitDriver implements TestDriver {
    private final TestGuest guest;
    private final int ring;
    private final List<Returned> returned = new ArrayList<>();
    private int free;

    SplitDriver(TestGuest guest, int ring) {
        this.guest = guest;
        this.ring = ring;
    }

    @Override
    public int offer(Buffer... chain) {
        int head = free;
        for (int n = 0; n < chain.length; n++) {
            boolean last = n == chain.length - 1;
            int at = free;
            free = (free + 1) % TestGuest.SIZE;
            guest.descriptor(ring, at, chain[n].address(), chain[n].bytes(), chain[n].flags() | (last ? 0 : NEXT),
                    free);
        }
        guest.makeAvailable(ring, head);
        return head;
    }

    @Override
    public List<Returned> returned() {
        while ((returned.size() & 0xFFFF) != guest.usedIndex(ring)) {
            long entry = guest.used(ring, returned.size());
            returned.add(new Returned((int) entry, (int) (entry >>> 32)));
        }
        return returned;
    }

    @Override
    public void interrupts(boolean wanted) {
        Memory.putShort(guest.here(TestGuest.AVAILABLE[ring]), (short) (wanted ? 0 : 1));
    }

    @Override
    public void interruptAt(int n) {
        int event = returned().size() + n;
        Memory.putShort(guest.here(TestGuest.AVAILABLE[ring]) + 4 + 2L * TestGuest.SIZE, (short) event);
    }

    @Override
    public boolean wouldKick(boolean eventIndex) {
        long used = guest.here(TestGuest.USED[ring]);
        return eventIndex
                ? Memory.getShort(used + 4 + 8L * TestGuest.SIZE) == (short) guest.availableIndex(ring)
                : Memory.getShort(used) == 0;
    }
}
