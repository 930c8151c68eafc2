package net.weft.controller.server;

import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in the events of one process, in one incarnation of one fabric: a client that has everything up to there follows from it.
 *
 * @param cluster ID of the fabric
 * @param member the member whose events they are; 0: the controller
 * @param incarnation drawn at each restore of a backup
 * @param revision the newest revision at that time
 * @param position position of the newest event at that time
 */
record WatchToken(String cluster, long member, String incarnation, long revision, long position) {
    private static final Pattern TEXT = Pattern
            .compile("([0-9a-f]{1,64})\\.(\\d{1,9})\\.([0-9a-f]{1,64})\\.(\\d{1,18})\\.(\\d{1,18})");

    /** Reads a token; empty: the text is none. */
    static Optional<WatchToken> parse(String text) {
        Matcher parts = TEXT.matcher(text);
        return parts.matches()
                ? Optional.of(new WatchToken(parts.group(1), Long.parseLong(parts.group(2)), parts.group(3),
                        Long.parseLong(parts.group(4)), Long.parseLong(parts.group(5))))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return cluster + "." + member + "." + incarnation + "." + revision + "." + position;
    }

    /**
     * The process whose events they are.
     *
     * @param cluster returns the names of the fabric as they are now
     * @param member the member; 0: the controller
     * @param revision returns the number of the newest revision
     */
    public record Source(Supplier<Cluster> cluster, int member, LongSupplier revision) {
        WatchToken at(long position) {
            Cluster now = cluster.get();
            return new WatchToken(now.id(), member, now.incarnation(), revision.getAsLong(), position);
        }
    }
}
