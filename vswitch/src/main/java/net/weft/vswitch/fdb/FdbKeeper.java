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
 * Stations outlive the process. What was learned is written to a file within a second, and once more at the end. The next process takes a
 * port's stations up when that port first comes up: the first frame for a station is then a unicast one, and belongs to its
 * connection, where an unknown one would be flooded and judged by the policies alone.
 * <p>
 * Taken up is only what the port could learn now: by the same device, in one of its VLANs, of an address it is not bound away from, within its
 * limit, neither older than the ageing time nor known elsewhere by then. A port that comes up later than {@value #RETURN_SECONDS} s after
 * the start begins with none.
 * <p>
 * Control thread only, once it is made.
 */
public final class FdbKeeper {
    /** Guests, whose own timers decide when they connect again, have come back by then. */
    static final int RETURN_SECONDS = 30;
    /** How old the times in the file become while the stations stay the same. */
    static final int REFRESH_SECONDS = 15;

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final MacTable macs;
    private final PortIndices indices;
    private final int ageingSeconds;
    private final @Nullable FdbFile file;
    private final FdbImage image;
    private final int startedAtSecond;
    /** What the ports were by number when the file was written. */
    private final Map<Integer, Long> before;
    /** By port, newest first, of the ports that have not come up yet. */
    private final Map<Integer, List<MacEntry>> expected = new HashMap<>();
    /** What the ports are by number; null before there are any. */
    private @Nullable Map<Integer, Long> ports;
    private int lookedAtSecond;
    private int savedAtSecond;
    private long savedWho;
    private boolean saved;
    /** Of the table, when it was looked through. */
    private int lookedAtChanges;

    /**
     * Reads the file.
     *
     * @param indices where the table has the ports that the file names by number
     * @param ageingSeconds that of {@code macs}
     * @param file null: nothing is kept
     */
    public FdbKeeper(MacTable macs, PortIndices indices, int ageingSeconds, @Nullable FdbFile file, FdbImage image,
            int nowSeconds) {
        this.macs = macs;
        this.indices = indices;
        this.ageingSeconds = ageingSeconds;
        this.file = file;
        this.image = image;
        startedAtSecond = nowSeconds;
        lookedAtSecond = nowSeconds;
        FdbImage.Content content = file == null ? FdbImage.Content.NONE : file.load(image);
        before = content.identities();
        content.stations().stream().sorted(Comparator.comparingInt(MacEntry::seenSeconds).reversed())
                .forEach(station -> expected.computeIfAbsent(station.port(), _ -> new ArrayList<>()).add(station));
    }

    /** These are the ports now. Nothing is written before this was said. */
    public void ports(Collection<PortSpec> specs) {
        Map<Integer, Long> next = new HashMap<>();
        specs.forEach(spec -> next.put(spec.number(), identity(spec)));
        ports = next;
        saved = false;
    }

    /** Takes up what is known of a port that is about to carry frames. */
    public void comesUp(PortSpec spec, int nowSeconds) {
        List<MacEntry> stations = expected.get(spec.number());
        Long was = before.get(spec.number());
        if (stations == null || was == null || was != identity(spec)) {
            return;
        }
        expected.remove(spec.number());
        if (isOver(nowSeconds)) {
            return;
        }
        for (MacEntry station : stations) {
            if (mayBeLearned(station, spec, nowSeconds)) {
                macs.restore(station.vid(), station.mac(), indices.index(spec.number()), station.seenSeconds(),
                        spec.macLimit());
            }
        }
    }

    private boolean mayBeLearned(MacEntry station, PortSpec spec, int nowSeconds) {
        int age = nowSeconds - station.seenSeconds();
        return age >= 0 && age < ageingSeconds && spec.membership().isMember(station.vid())
                && (spec.binding() == null || !spec.binding().isStrict() || spec.binding().macs().isEmpty()
                        || spec.binding().macs().contains(MacWord.address(station.mac())));
    }

    private boolean isOver(int nowSeconds) {
        return nowSeconds - startedAtSecond > RETURN_SECONDS;
    }

    /** Writes the file where it is due, once a second at most. */
    public void tick(int nowSeconds) {
        if (nowSeconds != lookedAtSecond) {
            lookedAtSecond = nowSeconds;
            save(nowSeconds);
        }
    }

    /** Writes the file a last time, before the ports are taken down. */
    public void close(int nowSeconds) {
        savedAtSecond = nowSeconds - REFRESH_SECONDS;
        save(nowSeconds);
        ports = null;
    }

    private void save(int nowSeconds) {
        int changes = macs.changes();
        boolean due = nowSeconds - savedAtSecond >= REFRESH_SECONDS;
        if (file == null || ports == null || saved && changes == lookedAtChanges && !due) {
            return;
        }
        lookedAtChanges = changes;
        image.begin(ports);
        macs.forEach(nowSeconds, (vid, mac, port, age) -> image.add(vid, mac, indices.number(port), nowSeconds - age));
        addExpected(nowSeconds);
        ByteBuffer bytes = image.finish();
        boolean changed = !saved || image.who() != savedWho;
        if ((changed || due) && file.save(bytes)) {
            saved = true;
            savedWho = image.who();
            savedAtSecond = nowSeconds;
        }
    }

    /** Those that were not met again yet, lest a second restart lose them. */
    private void addExpected(int nowSeconds) {
        if (isOver(nowSeconds)) {
            expected.clear();
        }
        expected.forEach((port, stations) -> {
            if (ports != null && Objects.equals(ports.get(port), before.get(port))) {
                stations.stream().filter(station -> macs.lookup(station.vid(), station.mac()) < 0).forEach(
                        station -> image.add(station.vid(), station.mac(), station.port(), station.seenSeconds()));
            }
        });
    }

    /** What a port must still be for its stations to be its own: of this name, reached by this device. FNV-1a. */
    private static long identity(PortSpec spec) {
        String text = spec.name() + ' ' + spec.device();
        long hash = FNV_OFFSET;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        return hash;
    }
}
