package net.weft.vswitch.carrier;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import net.weft.linux.LinuxException;
import net.weft.vswitch.device.Carriers;

/**
 * A member as its watchdog sees it: a pure state machine. It lives while lines come from it. It is dead once its connection ends without a
 * {@link #LEAVE}, because the kernel ends the connections of a process that is killed, and once it is silent for {@link #SILENCE_NS}.
 * Whoever is dead loses the carriers of all its devices.
 * <p>
 * A line is a word and its arguments, separated by blanks. One thread.
 */
final class WatchedMember {
    /** A member says its network namespace and the names of its devices, in the order in which they are to be lowered. */
    static final String WATCH = "watch";
    /** A member says that it lives. */
    static final String BEAT = "beat";
    /** A member that was dead asks for the carriers of devices. */
    static final String RAISE = "raise";
    /** A member ends as planned: its carriers stay as they are. */
    static final String LEAVE = "leave";
    /** The watchdog says which devices it has lowered. */
    static final String LOWERED = "lowered";

    /** A silence after which a member is dead: "The watchdog" in the semantics. */
    static final long SILENCE_NS = 500_000_000L;
    private static final System.Logger LOG = System.getLogger(WatchedMember.class.getName());

    private final Carriers carriers;
    private final String namespace;
    private final Set<String> lowered = new LinkedHashSet<>();
    private List<String> devices = List.of();
    private long silentNs;
    private boolean isSilent;

    /** @param namespace network namespace of the carriers */
    WatchedMember(Carriers carriers, String namespace) {
        this.carriers = carriers;
        this.namespace = namespace;
    }

    /** Returns whether the member has devices to lose. */
    boolean isWatched() {
        return !devices.isEmpty();
    }

    /**
     * Handles a line of the member.
     *
     * @throws IllegalArgumentException if it cannot be obeyed; the connection is of no use then, and the member is not dead
     */
    void line(String line) {
        silentNs = 0;
        isSilent = false;
        List<String> words = List.of(line.split(" "));
        List<String> arguments = words.subList(1, words.size());
        switch (words.getFirst()) {
            case BEAT -> {
            }
            case WATCH -> watch(arguments);
            case RAISE -> arguments.stream().filter(lowered::contains).toList().forEach(this::raise);
            case LEAVE -> devices = List.of();
            default -> throw new IllegalArgumentException("unknown word \"" + words.getFirst() + "\"");
        }
    }

    private void watch(List<String> arguments) {
        String theirs = arguments.isEmpty() ? "" : arguments.getFirst();
        if (!theirs.equals(namespace)) {
            throw new IllegalArgumentException("the member is in network namespace " + theirs + " and its watchdog in "
                    + namespace + "; start both in one");
        }
        devices = List.copyOf(arguments.subList(1, arguments.size()));
        lowered.stream().filter(device -> !devices.contains(device)).toList().forEach(this::raise);
        try {
            carriers.prepare(devices);
        } catch (LinuxException e) {
            throw new IllegalArgumentException("the watchdog cannot set interfaces up and down: " + e.getMessage(), e);
        }
    }

    /**
     * Lets time pass without a line.
     *
     * @param passedNs nanoseconds in which a line would have been noticed
     * @return the line that the member is to read if it lives after all; empty for none
     */
    String silence(long passedNs) {
        silentNs += passedNs;
        if (!isWatched() || silentNs < SILENCE_NS || isSilent) {
            return "";
        }
        isSilent = true;
        lower("was silent for " + silentNs / 1_000_000 + " ms");
        return LOWERED + " " + String.join(" ", lowered);
    }

    /** The connection of the member has ended. */
    void ended() {
        if (isWatched()) {
            lower("has ended unexpectedly");
            devices = List.of();
        }
    }

    private void lower(String why) {
        List<String> failures = new ArrayList<>();
        for (String device : devices) {
            try {
                if (carriers.lower(device)) {
                    lowered.add(device);
                }
            } catch (RuntimeException e) {
                failures.add(device + ": " + e.getMessage());
            }
        }
        LOG.log(System.Logger.Level.WARNING, "the member " + why + "; set down: " + String.join(" ", lowered));
        failures.forEach(failure -> LOG.log(System.Logger.Level.ERROR, "cannot be set down: " + failure));
    }

    private void raise(String device) {
        try {
            carriers.raise(device);
            lowered.remove(device);
            LOG.log(System.Logger.Level.INFO, "the member has come back; set up: " + device);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, device + " cannot be set up: " + e.getMessage());
        }
    }

    /** Returns the words of a line as one. */
    static String line(String word, List<String> arguments) {
        List<String> words = new ArrayList<>(Arrays.asList(word));
        words.addAll(arguments);
        return String.join(" ", words);
    }
}
