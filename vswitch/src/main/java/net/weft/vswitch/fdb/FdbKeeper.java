package net.weft.vswitch.fdb;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.weft.packet.MacWord;
import net.weft.vswitch.port.PortIndices;
import net.weft.vswitch.port.PortSpec;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the MAC entries over a restart of the process. The entries are saved to a file within a second, and once more
 * at the end. The next process restores a port's entries when that port first comes up: the first frame to such an
 * address is then forwarded as unicast and matched to its connection, while a frame to an unknown address would be
 * flooded and evaluated by the policies alone.
 * <p>
 * An entry is restored only if the port could learn it now: the port has the same device, the VLAN and a binding that
 * allow the entry, and its limit is not reached; the entry is not older than the ageing time, and the address was not
 * learned on another port. Nothing is restored on a port that comes up later than {@value #RETURN_SECONDS} s after the
 * start.
 * <p>
 * Control thread only, after construction.
 */
public final class FdbKeeper {
    /** Time within which guests, whose own timers decide when they reconnect, have returned after a restart. */
    static final int RETURN_SECONDS = 30;
    /** Maximum age of the times in the file while the entries do not change. */
    static final int REFRESH_SECONDS = 15;

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final MacTable macs;
    private final PortIndices indices;
    private final int ageingSeconds;
    private final @Nullable FdbFile file;
    private final FdbImage image;
    private final int startedAtSecond;
    /** Identity of each port by number when the file was written. */
    private final Map<Integer, Long> before;
    /** The loaded entries of each port that has not come up yet, newest first. */
    private final Map<Integer, List<MacEntry>> expected = new HashMap<>();
    /** The ports that are configured now; null before there are any. */
    private @Nullable Collection<PortSpec> specs;
    /** Identity of each of {@link #specs} by number; computed when the file is written. */
    private @Nullable Map<Integer, Long> ports;
    private int checkedAtSecond;
    private int savedAtSecond;
    private long savedHash;
    private boolean saved;
    /** Change counter of the table when it was last saved or compared. */
    private int checkedAtChanges;

    /**
     * Reads the file.
     * @param indices maps the port numbers of the file to the port indices of the table
     * @param ageingSeconds ageing time of {@code macs}
     * @param file null if nothing is kept
     */
    public FdbKeeper(MacTable macs, PortIndices indices, int ageingSeconds, @Nullable FdbFile file, FdbImage image,
            int nowSeconds) {
        this.macs = macs;
        this.indices = indices;
        this.ageingSeconds = ageingSeconds;
        this.file = file;
        this.image = image;
        startedAtSecond = nowSeconds;
        checkedAtSecond = nowSeconds;
        FdbImage.Content content = file == null ? FdbImage.Content.NONE : file.load(image);
        before = content.identities();
        content.stations().stream().sorted(Comparator.comparingInt(MacEntry::seenSeconds).reversed())
                .forEach(entry -> expected.computeIfAbsent(entry.port(), _ -> new ArrayList<>()).add(entry));
    }

    /** Sets the ports that are configured now. Nothing is written before the first call. */
    public void ports(Collection<PortSpec> next) {
        if (!next.equals(specs)) {
            specs = next;
            ports = null;
            saved = false;
        }
    }

    private @Nullable Map<Integer, Long> identities() {
        Collection<PortSpec> now = specs;
        if (ports == null && now != null) {
            Map<Integer, Long> next = new HashMap<>();
            now.forEach(spec -> next.put(spec.number(), identity(spec)));
            ports = next;
        }
        return ports;
    }

    /** Restores the entries of a port that is about to forward frames. */
    public void comesUp(PortSpec spec, int nowSeconds) {
        List<MacEntry> entries = expected.get(spec.number());
        Long was = before.get(spec.number());
        if (entries == null || was == null || was != identity(spec)) {
            return;
        }
        expected.remove(spec.number());
        if (isOver(nowSeconds)) {
            return;
        }
        for (MacEntry entry : entries) {
            if (mayBeLearned(entry, spec, nowSeconds)) {
                macs.restore(entry.vid(), entry.mac(), indices.index(spec.number()), entry.seenSeconds(),
                        spec.macLimit());
            }
        }
    }

    private boolean mayBeLearned(MacEntry entry, PortSpec spec, int nowSeconds) {
        int age = nowSeconds - entry.seenSeconds();
        return age >= 0 && age < ageingSeconds && spec.membership().isMember(entry.vid())
                && (spec.binding() == null || !spec.binding().isStrict() || spec.binding().macs().isEmpty()
                        || spec.binding().macs().contains(MacWord.address(entry.mac())));
    }

    private boolean isOver(int nowSeconds) {
        return nowSeconds - startedAtSecond > RETURN_SECONDS;
    }

    /** Writes the file if it is due, at most once a second. */
    public void tick(int nowSeconds) {
        if (nowSeconds != checkedAtSecond) {
            checkedAtSecond = nowSeconds;
            save(nowSeconds);
        }
    }

    /** Writes the file a last time, before the ports are closed. */
    public void close(int nowSeconds) {
        savedAtSecond = nowSeconds - REFRESH_SECONDS;
        save(nowSeconds);
        specs = null;
        ports = null;
    }

    private void save(int nowSeconds) {
        int changes = macs.changes();
        boolean due = nowSeconds - savedAtSecond >= REFRESH_SECONDS;
        Map<Integer, Long> identities = file == null || saved && changes == checkedAtChanges && !due
                ? null
                : identities();
        if (file == null || identities == null) {
            return;
        }
        checkedAtChanges = changes;
        image.begin(identities);
        macs.forEach(nowSeconds, (vid, mac, port, age) -> image.add(vid, mac, indices.number(port), nowSeconds - age));
        addExpected(nowSeconds);
        ByteBuffer bytes = image.finish();
        boolean changed = !saved || image.who() != savedHash;
        if ((changed || due) && file.save(bytes)) {
            saved = true;
            savedHash = image.who();
            savedAtSecond = nowSeconds;
        }
    }

    /** Adds the loaded entries that are not restored yet, so that a second restart does not lose them. */
    private void addExpected(int nowSeconds) {
        if (isOver(nowSeconds)) {
            expected.clear();
        }
        expected.forEach((port, entries) -> {
            if (ports != null && Objects.equals(ports.get(port), before.get(port))) {
                entries.stream().filter(entry -> macs.lookup(entry.vid(), entry.mac()) < 0).forEach(
                        entry -> image.add(entry.vid(), entry.mac(), entry.port(), entry.seenSeconds()));
            }
        });
    }

    /** Returns the identity of a port: a FNV-1a hash of its name and device. */
    private static long identity(PortSpec spec) {
        String text = spec.name() + ' ' + spec.device();
        long hash = FNV_OFFSET;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        return hash;
    }
}
