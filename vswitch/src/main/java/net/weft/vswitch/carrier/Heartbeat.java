package net.weft.vswitch.carrier;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import net.weft.vswitch.forward.punt.PuntedFrame;
import net.weft.vswitch.port.PuntRule;
import net.weft.vswitch.protocol.LinkProtocol;
import org.jspecify.annotations.Nullable;

/**
 * Tells the {@link CarrierWatchdog} of this member that it lives. It runs on the protocols' thread, which also sends hellos and LACPDUs: a
 * member whose thread hangs does not appear to live.
 * <p>
 * A member that was declared dead while it stood still gets its carriers back in two steps: those of stack links at once, the others when it
 * has joined the stack anew, at the latest after {@link #ALONE_NS}. A member without watchdog runs as any other.
 */
public final class Heartbeat implements LinkProtocol {
    static final long BEAT_NS = 100_000_000L;
    static final long RETRY_NS = 1_000_000_000L;
    /** A watchdog that ends a connection within {@link #EARLY_NS} will hardly take the next one. */
    static final long REFUSED_RETRY_NS = 60_000_000_000L;
    private static final long EARLY_NS = 5_000_000_000L;
    /** For how long a member that was declared dead does not trust what it knows of the stack: that may be from before. */
    static final long DOUBT_NS = 500_000_000L;
    /** For how long a member that was declared dead waits for another member. */
    static final long ALONE_NS = 5_000_000_000L;
    private static final System.Logger LOG = System.getLogger(Heartbeat.class.getName());

    private final Path socket;
    private final String namespace;
    private final BooleanSupplier joined;
    private final Consumer<String> news;
    private Devices devices = Devices.NONE;
    private @Nullable Lines connection;
    private long retryNs;
    private long connectedNs;
    private long tickNs;
    /** Devices that the watchdog has set down and that are to stay so until the member has joined anew. */
    private List<String> fenced = List.of();
    private long fencedNs;
    private boolean hasEnded;

    /**
     * The devices of a member.
     *
     * @param links interfaces of stack links
     * @param others other interfaces, those first whose carrier matters most
     */
    public record Devices(List<String> links, List<String> others) {
        public static final Devices NONE = new Devices(List.of(), List.of());

        public Devices {
            links = List.copyOf(links);
            others = List.copyOf(others);
        }

        /** Returns all devices in the order in which they are lowered. */
        List<String> all() {
            return Stream.concat(others.stream(), links.stream()).toList();
        }
    }

    /**
     * @param socket where the watchdog listens, if there is one
     * @param namespace network namespace of the devices
     * @param joined whether another member of the stack is in reach; called on the protocols' thread
     * @param news receives sentences that an operator wants to read later; must not block
     */
    public Heartbeat(Path socket, String namespace, BooleanSupplier joined, Consumer<String> news) {
        this.socket = socket;
        this.namespace = namespace;
        this.joined = joined;
        this.news = news;
    }

    @Override
    public List<PuntRule> rules() {
        return List.of();
    }

    @Override
    public void receive(PuntedFrame frame, long nowNs) {
        // has no rules
    }

    /** Sets the devices whose carriers the watchdog is to take away. */
    public synchronized void watch(Devices now) {
        if (!now.equals(devices)) {
            devices = now;
            say(WatchedMember.line(WatchedMember.WATCH, arguments()));
        }
    }

    private List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of(namespace));
        arguments.addAll(devices.all());
        return arguments;
    }

    /** Returns whether a watchdog watches this member. Any thread. */
    public synchronized boolean isWatched() {
        return connection != null;
    }

    @Override
    public synchronized long tick(long nowNs) {
        if (hasEnded) {
            return NOTHING_DUE_NS;
        }
        tickNs = nowNs;
        if (connection == null && nowNs - retryNs >= 0 && !devices.equals(Devices.NONE)) {
            retryNs = nowNs + RETRY_NS;
            connect();
        }
        hear(nowNs);
        if (connection != null && connection.isFlushed()) {
            say(WatchedMember.BEAT);
        }
        askForFenced(nowNs);
        return connection == null ? RETRY_NS : BEAT_NS;
    }

    private void connect() {
        SocketChannel channel = null;
        try {
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.configureBlocking(false);
            if (channel.connect(UnixDomainSocketAddress.of(socket))) {
                connection = new Lines(channel);
                connectedNs = tickNs;
                say(WatchedMember.line(WatchedMember.WATCH, arguments()));
                news.accept("a watchdog watches this member");
                return;
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.log(System.Logger.Level.DEBUG, socket + ": no watchdog", e);
        }
        close(channel);
    }

    private static void close(@Nullable SocketChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a connection to the watchdog", e);
        }
    }

    private void hear(long nowNs) {
        Lines from = connection;
        if (from == null) {
            return;
        }
        try {
            Lines.Received received = from.read();
            received.lines().forEach(line -> heard(line, nowNs));
            if (received.isEnded()) {
                lose("it has ended, or does not watch this member");
            }
        } catch (IOException e) {
            lose(String.valueOf(e.getMessage()));
        }
    }

    private void heard(String line, long nowNs) {
        List<String> words = Arrays.asList(line.split(" "));
        if (!words.getFirst().equals(WatchedMember.LOWERED)) {
            return;
        }
        List<String> lowered = words.subList(1, words.size());
        tell("this member stood still for so long that its watchdog took the carrier of "
                + String.join(", ", lowered)
                + " away; stack links get it back now, the others when the stack is joined");
        List<String> links = lowered.stream().filter(devices.links()::contains).toList();
        fenced = lowered.stream().filter(device -> !links.contains(device)).toList();
        fencedNs = nowNs;
        say(WatchedMember.line(WatchedMember.RAISE, links));
    }

    private void askForFenced(long nowNs) {
        long since = nowNs - fencedNs;
        boolean isBack = devices.links().isEmpty() || since >= ALONE_NS
                || since >= DOUBT_NS && joined.getAsBoolean();
        if (connection != null && !fenced.isEmpty() && isBack) {
            say(WatchedMember.line(WatchedMember.RAISE, fenced));
            fenced = List.of();
        }
    }

    private void tell(String sentence) {
        LOG.log(System.Logger.Level.WARNING, sentence);
        news.accept(sentence);
    }

    private void say(String line) {
        try {
            if (connection != null) {
                connection.send(line);
            }
        } catch (IOException e) {
            lose(String.valueOf(e.getMessage()));
        }
    }

    private void lose(String why) {
        Lines lost = connection;
        connection = null;
        if (lost != null) {
            close(lost.channel());
            retryNs = tickNs + (tickNs - connectedNs < EARLY_NS ? REFUSED_RETRY_NS : RETRY_NS);
            tell("the watchdog of this member is lost: " + why);
        }
    }

    /**
     * Ends the heartbeat. Any thread.
     *
     * @param isPlanned whether the carriers are to stay; else the watchdog takes them away at once
     */
    public synchronized void end(boolean isPlanned) {
        if (!hasEnded && isPlanned) {
            say(WatchedMember.LEAVE);
        }
        hasEnded = true;
        Lines last = connection;
        connection = null;
        if (last != null) {
            close(last.channel());
        }
    }
}
