package net.weft.vswitch.device.vhost;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.weft.linux.Memory;

final class PackedDriver implements TestDriver {
    private static final int AVAILABLE = 1 << 7;
    private static final int USED = 1 << 15;

    private final TestGuest guest;
    private final int ring;
    private final Map<Integer, Integer> lengths = new HashMap<>();
    private final List<Returned> returned = new ArrayList<>();
    private int ids;
    private int free;
    private boolean wrap = true;
    private int oldest;
    private boolean oldestWrap = true;

    PackedDriver(TestGuest guest, int ring) {
        this.guest = guest;
        this.ring = ring;
    }

    @Override
    public int offer(Buffer... chain) {
        returned();
        int id = 1000 + ids++ % 60_000;
        int head = free;
        int headFlags = 0;
        for (int n = 0; n < chain.length; n++) {
            boolean last = n == chain.length - 1;
            int flags = chain[n].flags() | (last ? 0 : NEXT) | (wrap ? AVAILABLE : USED);
            guest.descriptor(ring, free, chain[n].address(), chain[n].bytes(), 0, 0);
            Memory.putShort(slot(free) + 12, (short) (last ? id : 0));
            if (n == 0) {
                headFlags = flags;
            } else {
                Memory.putShort(slot(free) + 14, (short) flags);
            }
            free = (free + 1) % TestGuest.SIZE;
            wrap ^= free == 0;
        }
        Memory.putShortRelease(slot(head) + 14, (short) headFlags);
        lengths.put(id, chain.length);
        return id;
    }

    private long slot(int n) {
        return guest.here(TestGuest.DESCRIPTORS[ring]) + 16L * n;
    }

    @Override
    public List<Returned> returned() {
        while (oldest != free || oldestWrap != wrap) {
            int flags = Memory.getShortAcquire(slot(oldest) + 14);
            if ((flags & AVAILABLE) != 0 != oldestWrap || (flags & USED) != 0 != oldestWrap) {
                break;
            }
            int id = Memory.getShort(slot(oldest) + 12) & 0xFFFF;
            returned.add(new Returned(id, Memory.getInt(slot(oldest) + 8)));
            Integer length = lengths.remove(id);
            if (length == null) {
                throw new AssertionError("chain " + id + " came back, which is not out");
            }
            oldestWrap ^= oldest + length >= TestGuest.SIZE;
            oldest = (oldest + length) % TestGuest.SIZE;
        }
        return returned;
    }

    @Override
    public void interrupts(boolean wanted) {
        Memory.putInt(guest.here(TestGuest.AVAILABLE[ring]), wanted ? 0 : 1 << 16);
    }

    @Override
    public void interruptAt(int n) {
        returned();
        boolean other = oldest + n >= TestGuest.SIZE;
        int event = (oldest + n) % TestGuest.SIZE | (oldestWrap ^ other ? 1 << 15 : 0);
        Memory.putInt(guest.here(TestGuest.AVAILABLE[ring]), event | 2 << 16);
    }

    @Override
    public boolean wouldKick(boolean eventIndex) {
        int word = Memory.getInt(guest.here(TestGuest.USED[ring]));
        return eventIndex ? word == (free | (wrap ? 1 << 15 : 0) | 2 << 16) : word == 0;
    }
}
