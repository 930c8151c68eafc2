package net.weft.stacking;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import net.weft.stacking.link.LinkTimes;
import net.weft.vswitch.device.MemoryLink;
import net.weft.vswitch.stack.LinkProtection;

/** Several {@link InlineMember}s joined by cables, on one thread, with one clock. */
final class InlineStack implements AutoCloseable {
    static final long MS = 1_000_000L;
    static final LinkTimes TIMES = new LinkTimes(20 * MS, 100 * MS, 50 * MS, 400 * MS, 1000 * MS);

    /** A cable; frames that {@code tap} gets to see may be changed by it, and are lost where it returns none. */
    private record Cable(int a, int slotA, int b, int slotB) {
    }

    /** Sees, changes or loses what passes a cable. */
    interface Tap {
        List<byte[]> pass(int from, int to, byte[] frame);
    }

    final Map<Integer, InlineMember> members = new TreeMap<>();
    private final List<Cable> cables = new ArrayList<>();
    Tap tap = (from, to, frame) -> List.of(frame);
    long nowNs = 1_000_000_000L;

    /** @param joined pairs of members that a cable joins, in turn */
    InlineStack(int count, LinkProtection protection, int... joined) {
        this(InlineMember.WIDE, count, protection, joined);
    }

    /** @param mtu of the cables */
    InlineStack(int mtu, int count, LinkProtection protection, int... joined) {
        int[] links = new int[count + 1];
        for (int n = 0; n < joined.length; n += 2) {
            cables.add(new Cable(joined[n], links[joined[n]]++, joined[n + 1], links[joined[n + 1]]++));
        }
        for (int n = 1; n <= count; n++) {
            members.put(n, new InlineMember(n, links[n], count, protection, TIMES, mtu, nowNs));
        }
    }

    static InlineStack chain(int count, LinkProtection protection) {
        int[] joined = new int[2 * (count - 1)];
        for (int n = 0; n < count - 1; n++) {
            joined[2 * n] = n + 1;
            joined[2 * n + 1] = n + 2;
        }
        return new InlineStack(count, protection, joined);
    }

    static InlineStack ring(int count, LinkProtection protection) {
        int[] joined = new int[2 * count];
        for (int n = 0; n < count; n++) {
            joined[2 * n] = n + 1;
            joined[2 * n + 1] = n + 1 == count ? 1 : n + 2;
        }
        return new InlineStack(count, protection, joined);
    }

    InlineMember member(int number) {
        return Objects.requireNonNull(members.get(number));
    }

    /** Lets time pass, 5 ms at a time. */
    void run(long ns) {
        for (long until = nowNs + ns; nowNs < until; nowNs += 5 * MS) {
            settle();
        }
    }

    /** Forwards until nothing moves any more. The clock stands still. */
    void settle() {
        boolean moves = true;
        while (moves) {
            moves = false;
            for (InlineMember member : members.values()) {
                moves |= member.run(nowNs) > 0;
            }
            for (Cable cable : cables) {
                moves |= pump(cable.a, cable.slotA, cable.b, cable.slotB);
                moves |= pump(cable.b, cable.slotB, cable.a, cable.slotA);
            }
        }
    }

    private boolean pump(int from, int slot, int to, int slotThere) {
        boolean moved = false;
        for (byte[] frame = member(from).cables.get(slot).receive(); frame.length > 0; frame = member(from).cables
                .get(slot).receive()) {
            for (byte[] passed : tap.pass(from, to, frame)) {
                if (!member(to).cables.get(slotThere).send(passed, 0)) {
                    throw new IllegalStateException("the ring of member " + to + " is full");
                }
            }
            moved = true;
        }
        return moved;
    }

    /**
     * Sends a frame into a member's own port and returns which members' ports it left by, and how often; a negative number stands for the
     * member's leg of the link aggregation.
     */
    Map<Integer, Integer> send(int from, byte[] frame) {
        return send(member(from).port, frame);
    }

    /** As {@link #send(int, byte[])}, by a member's leg of the link aggregation. */
    Map<Integer, Integer> sendByLeg(int from, byte[] frame) {
        return send(member(from).leg, frame);
    }

    private Map<Integer, Integer> send(MemoryLink by, byte[] frame) {
        members.values().forEach(member -> member.port.discard());
        members.values().forEach(member -> member.leg.discard());
        if (!by.send(frame, 0)) {
            throw new IllegalStateException("the ring of " + by.name() + " is full");
        }
        settle();
        Map<Integer, Integer> got = new TreeMap<>();
        members.forEach((number, member) -> {
            count(member.port, number, frame, got);
            count(member.leg, -number, frame, got);
        });
        return got;
    }

    private static void count(MemoryLink link, int as, byte[] frame, Map<Integer, Integer> got) {
        for (byte[] out = link.receive(); out.length > 0; out = link.receive()) {
            got.merge(as, Arrays.equals(out, frame) ? 1 : 1000, Integer::sum);
        }
    }

    @Override
    public void close() {
        members.values().forEach(InlineMember::close);
    }
}
