package net.weft.zone.guard;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import net.weft.packet.MacAddress;
import net.weft.zone.AddressBinding;
import org.jspecify.annotations.Nullable;

/**
 * The observed addresses of a switch's ports, beside the configured ones: the ports from which a guest was heard, so
 * that they hold their declared addresses; the link-local addresses that guarded guests use; those that routers and
 * unguarded ports have advertised. It outlives snapshots.
 * <p>{@link #adopt} and {@link #goesDown} are for the control thread; workers may call the other methods at any time.
 */
public final class AddressHolds {
    /**
     * The maximum number of MAC addresses of a port that are held individually; further ones are held together with the
     * last.
     */
    static final int MAC_BITS = 15;
    private static final int MAC_LENGTH = 48;
    private static final long MAC_MASK = (1L << MAC_LENGTH) - 1;
    private static final long HEARD = 1L << 63;
    private static final int SMALLEST = 64;

    final LinkLocals linkLocals;
    final AdvertisedAddresses advertised = new AdvertisedAddresses();
    private final Map<Integer, AddressBinding> bindings = new HashMap<>();
    /** One word a port: {@link #HEARD}, a bit for each held MAC address, and the MAC address that was heard first. */
    private volatile AtomicLongArray heard = new AtomicLongArray(SMALLEST);

    /** @param seed key of the hashes; unpredictable in production */
    public AddressHolds(long seed) {
        linkLocals = new LinkLocals(seed);
    }

    /**
     * Sets the declared addresses of a port. If they differ from the previous ones, the port holds none until it is
     * heard again.
     *
     * @param binding the declared addresses, null for none
     */
    public void adopt(int port, @Nullable AddressBinding binding) {
        reach(port);
        AddressBinding before = binding == null ? bindings.remove(port) : bindings.put(port, binding);
        boolean isSame = before == null ? binding == null : before.equals(binding);
        if (!isSame) {
            heard.set(port, unheard(binding));
        }
    }

    /** Releases all addresses that a port holds, because it is no longer up, but for those that are held always. */
    public void goesDown(int port) {
        reach(port);
        heard.set(port, unheard(bindings.get(port)));
        linkLocals.forget(port);
    }

    /** The word of a port from which nobody was heard. */
    private static long unheard(@Nullable AddressBinding binding) {
        if (binding == null || !binding.isHeldAlways()) {
            return 0;
        }
        int count = Math.min(binding.macs().size(), MAC_BITS);
        long first = binding.macs().stream().mapToLong(MacAddress::value).min().orElse(0);
        return HEARD | (1L << count) - 1 << MAC_LENGTH | first;
    }

    private void reach(int port) {
        AtomicLongArray old = heard;
        if (port < old.length()) {
            return;
        }
        AtomicLongArray larger = new AtomicLongArray(Math.max(Integer.highestOneBit(port) * 2, SMALLEST));
        for (int i = 0; i < old.length(); i++) {
            larger.set(i, old.get(i));
        }
        heard = larger;
    }

    private long word(int port) {
        AtomicLongArray words = heard;
        return port < words.length() ? words.get(port) : 0;
    }

    /** Returns whether a guest was heard from the port since it came up. */
    boolean isHeard(int port) {
        return word(port) < 0;
    }

    /** Returns whether the port holds a MAC address. @param bit number of the declared address */
    boolean isHeld(int port, int bit) {
        return (word(port) >>> MAC_LENGTH + bit & 1) != 0;
    }

    /** Returns the MAC address that was heard first; 0 before. */
    long macOf(int port) {
        return word(port) & MAC_MASK;
    }

    /** Records that a guest was heard. @param bit number of the declared address, or negative */
    void hear(int port, long mac, int bit) {
        AtomicLongArray words = heard;
        long wanted = HEARD | (bit < 0 ? 0 : 1L << MAC_LENGTH + bit);
        while (port < words.length()) {
            long word = words.get(port);
            if ((word & wanted) == wanted
                    || words.compareAndSet(port, word, word | wanted | (word < 0 ? 0 : mac & MAC_MASK))) {
                return;
            }
        }
    }
}
