package net.weft.vswitch.port;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Assigns each port its index in the arrays of this switch. A port's number is assigned by the user, never reused, and
 * may be large. Its index is local to this switch and dense, so that ten ports with high numbers take no more memory
 * than ten ports with low ones.
 * <p>
 * An index can be reused {@value #QUARANTINE_NS} ns after its port was removed, when nothing can refer to the port by
 * index any more (a MAC entry, a held frame). Connections outlive the process and refer to ports by index, so the
 * indices are saved to a file.
 * <p>
 * Control thread only, except {@link #number}.
 */
public final class PortIndices {
    /** Exclusive upper bound of indices. */
    public static final int MAX = 1 << 16;
    private static final System.Logger LOG = System.getLogger(PortIndices.class.getName());
    private static final long QUARANTINE_NS = 60_000_000_000L;
    private static final int UNUSED = -1;

    private record Freed(int index, long atNs) {
    }

    private final @Nullable Path file;
    private final Map<Integer, Integer> indexOf = new HashMap<>();
    private final ArrayDeque<Freed> quarantined = new ArrayDeque<>();
    private volatile int[] numbers = {};
    private int high;

    /**
     * Loads the indices.
     * @param file file that keeps the indices over a restart; null for none
     */
    public PortIndices(@Nullable Path file) {
        this.file = file;
        if (file != null) {
            load(file);
            publish();
        }
    }

    /**
     * Assigns an index to each port and frees the indices of all other ports.
     * @param wanted numbers of all ports
     * @throws IllegalArgumentException for more than {@value #MAX} ports, quarantined indices included
     */
    public void assign(Collection<Integer> wanted, long nowNs) {
        Set<Integer> gone = new HashSet<>(indexOf.keySet());
        gone.removeAll(Set.copyOf(wanted));
        for (int number : gone) {
            Integer index = indexOf.remove(number);
            if (index != null) {
                quarantined.add(new Freed(index, nowNs));
            }
        }
        boolean changed = !gone.isEmpty();
        for (int number : wanted) {
            if (!indexOf.containsKey(number)) {
                indexOf.put(number, free(nowNs));
                changed = true;
            }
        }
        if (changed) {
            publish();
            if (file != null) {
                save(file);
            }
        }
    }

    private void publish() {
        int[] next = new int[high];
        Arrays.fill(next, UNUSED);
        indexOf.forEach((number, index) -> next[index] = number);
        numbers = next;
    }

    private int free(long nowNs) {
        Freed oldest = quarantined.peek();
        if (oldest != null && nowNs - oldest.atNs >= QUARANTINE_NS) {
            quarantined.remove();
            return oldest.index;
        }
        if (high == MAX) {
            throw new IllegalArgumentException("more than " + MAX + " ports: expected fewer on one member");
        }
        return high++;
    }

    private void load(Path from) {
        try {
            for (String line : Files.readAllLines(from)) {
                String[] words = line.split(" ", -1);
                int index = Integer.parseInt(words[1]);
                if (words.length == 2 && index >= 0 && index < MAX && !indexOf.containsValue(index)) {
                    indexOf.put(Integer.parseInt(words[0]), index);
                    high = Math.max(high, index + 1);
                }
            }
        } catch (NoSuchFileException e) {
            LOG.log(System.Logger.Level.DEBUG, "no port indices are kept yet: " + from);
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, from + ": the places of ports cannot be read (" + e.getMessage()
                    + "); connections may be counted for other ports until they end");
        }
        quarantineGaps();
    }

    /** Quarantines the unused indices below the highest one, since restored connections may still refer to them. */
    private void quarantineGaps() {
        for (int index = 0; index < high; index++) {
            if (!indexOf.containsValue(index)) {
                quarantined.add(new Freed(index, System.nanoTime()));
            }
        }
    }

    private void save(Path to) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(indexOf).forEach((number, index) -> text.append(number).append(' ').append(index).append('\n'));
        try {
            Path fresh = to.resolveSibling(to.getFileName() + ".new");
            Files.createDirectories(to.toAbsolutePath().getParent());
            Files.writeString(fresh, text);
            Files.move(fresh, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, to + ": the places of ports cannot be kept (" + e
                    + "); after a restart connections may be counted for other ports");
        }
    }

    /** Returns the index of the port with a number, -1 if there is none. */
    public int index(int number) {
        return indexOf.getOrDefault(number, UNUSED);
    }

    /** Returns the number of the port at an index, -1 if there is none. Any thread. */
    public int number(int index) {
        int[] now = numbers;
        return index >= 0 && index < now.length ? now[index] : UNUSED;
    }

    /** Exclusive upper bound of the assigned indices. Any thread. */
    public int size() {
        return numbers.length;
    }
}
