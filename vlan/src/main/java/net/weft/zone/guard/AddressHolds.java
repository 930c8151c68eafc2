package net.weft.zone.guard;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import net.weft.zone.AddressBinding;
import org.jspecify.annotations.Nullable;

/**
 * What a switch has seen of its ports' addresses, beside the configuration: from which ports a guest was heard, so that they hold what they
 * declare; the link-local addresses that guarded guests took; those that routers and unguarded ports have advertised. It outlives snapshots.
 *
 * <p>{@link #adopt} and {@link #goesDown} belong to the control thread; workers may do the rest at any time.
 */
public final class AddressHolds {
    /** MAC addresses of a port that are held one by one; any beyond are held with the last of these. */
    static final int MAC_BITS = 15;
    private static final int MAC_LENGTH = 48;
    private static final long MAC_MASK = (1L << MAC_LENGTH) - 1;
    private static final long HEARD = 1L << 63;
    private static final int SMALLEST = 64;

    final LinkLocals linkLocals;
    final AdvertisedAddresses advertised = new AdvertisedAddresses();
    private final Map<Integer, AddressBinding> bindings = new HashMap<>();
    /** By port: {@link #HEARD}, a bit for each MAC address that is held, and the MAC address that was heard first. */
    private volatile AtomicLongArray heard = new AtomicLongArray(SMALLEST);

    /** @param seed keys hashes: unpredictable in production */
    public AddressHolds(long seed) {
        linkLocals = new LinkLocals(seed);
    }

    /**
     * Notes what a port declares from now on: what it holds ends when it declares other addresses.
     *
     * @param binding null where it declares nothing
     */
    public void adopt(int port, @Nullable AddressBinding binding) {
        reach(port);
        AddressBinding before = binding == null ? bindings.remove(port) : bindings.put(port, binding);
        boolean isSame = before == null ? binding == null : before.equals(binding);
        if (!isSame) {
            heard.set(port, 0);
        }
    }

    /** Ends all that a port holds, as it has left {@code up}. */
    public void goesDown(int port) {
        reach(port);
        heard.set(port, 0);
        linkLocals.forget(port);
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

    /** Whether a guest was heard by the port since that is up. */
    boolean isHeard(int port) {
        return word(port) < 0;
    }

    /** Whether the port holds a MAC address. */
    boolean isHeld(int port, int bit) {
        return (word(port) >>> MAC_LENGTH + bit & 1) != 0;
    }

    /** The MAC address that was heard first; 0 before. */
    long macOf(int port) {
        return word(port) & MAC_MASK;
    }

    /** @param bit of a declared address, or negative */
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
