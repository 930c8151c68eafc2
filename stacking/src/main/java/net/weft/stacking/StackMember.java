package net.weft.stacking;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import net.weft.stacking.control.MemberState.Adjacency;
import net.weft.stacking.control.MemberState.LagUse;
import net.weft.stacking.control.MemberState;
import net.weft.stacking.control.MessageCodec;
import net.weft.stacking.control.StackMessage;
import net.weft.stacking.control.StackSecret;
import net.weft.stacking.link.LinkFault;
import net.weft.stacking.link.LinkMachine;
import net.weft.stacking.link.LinkOutput;
import net.weft.stacking.topology.Election;
import net.weft.stacking.topology.LinkStates;
import org.jspecify.annotations.Nullable;

/**
 * The stack protocol of one member. What happens, in this order:
 * <ol>
 * <li>Each link has a {@link LinkMachine}, which finds the neighbour and watches both directions.
 * <li>When a link goes up or down, the member changes its own {@link MemberState} and sends it to all neighbours.
 * <li>A neighbour that learns a newer state sends it on. Hellos carry a digest of all states: a neighbour whose digest differs is sent
 * all of them again, so that no loss of messages lasts.
 * <li>From the states follows the topology, and from that the ways of frames, which the workers get at once.
 * <li>The states also name the master ({@link Election}).
 * </ol>
 * One thread; the time comes in as an argument; does no I/O.
 */
public final class StackMember {
    private static final long REFRESH_NS = 60_000_000_000L;
    private static final long SECOND_NS = 1_000_000_000L;
    /** Foreign states of this member's own number within {@link #CONTEST_NS} that say that the number is used twice. */
    private static final int CONTESTS = 4;
    private static final long CONTEST_NS = 5 * SECOND_NS;
    /** Time for which the younger one of two members of one number stays out of the stack. */
    private static final long BANISHED_NS = 10 * SECOND_NS;

    private final StackSettings settings;
    private final StackSecret secret;
    private final MessageCodec codec;
    private final RandomGenerator random;
    private final StackOutput output;
    private final StackNews news;
    private final long incarnation;
    private final long startNs;
    private final Map<Integer, LinkMachine> links = new TreeMap<>();
    private final LinkStates states;
    private TreeSet<Integer> present = new TreeSet<>();
    private int master;
    private long masterSinceNs;
    private boolean isHealthy = true;
    private List<LagUse> lags = List.of();
    private long refreshNs;
    private long digest;
    private int contests;
    private long contestNs;
    private long banishedUntilNs = Long.MIN_VALUE;

    /**
     * @param secret the fabric's key
     * @param random source of session numbers; must not be predictable outside tests
     * @param nowNs monotonic clock
     */
    public StackMember(StackSettings settings, StackSecret secret, RandomGenerator random, StackOutput output,
            long nowNs) {
        this.settings = settings;
        this.secret = secret;
        this.codec = new MessageCodec(secret);
        this.random = random;
        this.output = output;
        news = new StackNews(output);
        incarnation = random.nextLong();
        startNs = nowNs;
        refreshNs = nowNs + REFRESH_NS;
        states = new LinkStates(state(1, List.of(), nowNs));
        recompute(nowNs);
    }

    // ---- what is asked -----------------------------------------------------------------------------------------------

    /** Number of the master, as this member knows it. */
    public int master() {
        return master;
    }

    /** The stack as this member sees it. */
    public StackView view() {
        return new StackView(settings.member(), master, states.present(),
                links.values().stream().map(LinkMachine::view).toList(), states.topology());
    }

    /** Returns nanoseconds until {@link #tick} is due. */
    public long dueInNs(long nowNs) {
        return links.values().stream().mapToLong(link -> link.dueInNs(nowNs)).min().orElse(SECOND_NS);
    }

    // ---- what happens ------------------------------------------------------------------------------------------------

    /** Adds a link, without carrier. @param link 0-31, unique */
    public void addLink(int link) {
        links.computeIfAbsent(link,
                number -> new LinkMachine(number, new Self(), secret, settings.times(), new Output()));
    }

    /** Removes a link. */
    public void removeLink(int link, long nowNs) {
        carrier(link, false, nowNs);
        links.remove(link);
    }

    /** The device of a link got or lost its carrier. */
    public void carrier(int link, boolean has, long nowNs) {
        LinkMachine machine = links.get(link);
        if (machine != null && machine.carrier(has, nowNs)) {
            linksChanged(nowNs);
        }
    }

    /** Says whether this member can do its work. */
    public void health(boolean healthy, long nowNs) {
        if (isHealthy != healthy) {
            isHealthy = healthy;
            linksChanged(nowNs);
        }
    }

    /** Says of which LAGs over several members legs are in use here, by port number, with their partners. */
    public void lags(SortedMap<Integer, Long> inUse, long nowNs) {
        List<LagUse> now = inUse.entrySet().stream().limit(MemberState.MOST_LAGS)
                .map(lag -> new LagUse(lag.getKey(), lag.getValue())).toList();
        if (!now.equals(lags)) {
            lags = now;
            linksChanged(nowNs);
        }
    }

    /** A control message arrived by a link. */
    public void receive(int link, byte[] bytes, int offset, int length, long nowNs) {
        LinkMachine machine = links.get(link);
        if (machine == null || isBanished(nowNs)) {
            return;
        }
        MessageCodec.Read read = codec.read(bytes, offset, length);
        if (read.fault() != null) {
            machine.refused(read.fault(), nowNs);
        } else if (read.message() instanceof StackMessage.Hello hello) {
            boolean wasTwoWay = machine.isTwoWay();
            long before = machine.neighborStates();
            if (machine.hello(hello, nowNs)) {
                linksChanged(nowNs);
            }
            boolean differs = machine.neighborStates() != digest && before != digest;
            if (machine.isTwoWay() && (differs || !wasTwoWay)) {
                sendAll(machine, states.all());
            }
        } else if (read.message() instanceof StackMessage.States message && machine.accept(message.sender())) {
            learn(message.states(), link, nowNs);
        }
    }

    /** Does what is due. */
    public void tick(long nowNs) {
        boolean changed = false;
        for (LinkMachine link : links.values()) {
            changed |= link.tick(nowNs);
        }
        boolean confirmed = master == settings.member() && !isInOffice(states.of(settings.member()))
                && nowNs - masterSinceNs >= Election.CONFIRMED_NS;
        if (changed || confirmed || nowNs - refreshNs >= 0) {
            linksChanged(nowNs);
        }
        states.age(nowNs);
    }

    // ---- states ------------------------------------------------------------------------------------------------------

    private MemberState state(long sequence, List<Adjacency> adjacencies, long nowNs) {
        boolean inOffice = master == settings.member() && nowNs - masterSinceNs >= Election.CONFIRMED_NS;
        return new MemberState(settings.member(), incarnation, sequence, settings.priority(),
                (nowNs - startNs) / SECOND_NS, isHealthy, inOffice, adjacencies, lags);
    }

    private static boolean isInOffice(@Nullable MemberState state) {
        return state != null && state.isMaster();
    }

    /** Says anew what this member says of itself. */
    private void linksChanged(long nowNs) {
        MemberState before = states.of(settings.member());
        originate(before == null ? 1 : before.sequence() + 1, nowNs);
    }

    private void originate(long sequence, long nowNs) {
        List<Adjacency> adjacencies = new ArrayList<>();
        for (LinkMachine link : links.values()) {
            if (link.isUp()) {
                adjacencies.add(new Adjacency(link.link(), link.neighbor(), link.neighborLink()));
            }
        }
        refreshNs = nowNs + REFRESH_NS;
        MemberState own = state(sequence, adjacencies, nowNs);
        List<Adjacency> before = adjacencies(states.of(settings.member()));
        states.own(own, nowNs);
        news.links(before, adjacencies);
        recompute(nowNs);
        flood(List.of(own), -1);
    }

    private static List<Adjacency> adjacencies(@Nullable MemberState state) {
        return state == null ? List.of() : state.adjacencies();
    }

    private void learn(List<MemberState> heard, int from, long nowNs) {
        List<MemberState> news = new ArrayList<>();
        long ownSequence = 0;
        for (MemberState state : heard) {
            if (state.member() == settings.member()) {
                ownSequence = Math.max(ownSequence, contested(state, nowNs));
            } else if (states.learn(state, nowNs)) {
                news.add(state);
            }
        }
        if (!news.isEmpty()) {
            recompute(nowNs);
            flood(news, from);
        }
        if (ownSequence > 0) {
            originate(ownSequence, nowNs);
        }
    }

    /**
     * A state of this member's own number: of an earlier run, which a greater sequence number replaces, or of another member
     * that has the same number. Returns the sequence number with which this member answers, 0 for none.
     */
    private long contested(MemberState state, long nowNs) {
        MemberState own = states.of(settings.member());
        if (own == null || state.incarnation() == incarnation || !state.isNewerThan(own)) {
            return 0;
        }
        if (nowNs - contestNs > CONTEST_NS) {
            contests = 0;
            contestNs = nowNs;
        }
        if (++contests >= CONTESTS) {
            contests = 0;
            duplicate(state, nowNs);
        }
        return isBanished(nowNs) ? 0 : state.sequence() + 1;
    }

    private void duplicate(MemberState other, long nowNs) {
        boolean yields = other.uptimeSeconds() > (nowNs - startNs) / SECOND_NS
                || other.uptimeSeconds() == (nowNs - startNs) / SECOND_NS && other.incarnation() > incarnation;
        news.fault("member " + settings.member(),
                "another member of this stack has the number " + settings.member() + " too"
                        + (yields ? "; this one, which runs for a shorter time, leaves the stack for 10 s" : ""));
        if (yields) {
            banishedUntilNs = nowNs + BANISHED_NS;
            links.values().forEach(LinkMachine::leave);
            originate(1 + Math.max(other.sequence(), 1), nowNs);
        }
    }

    private boolean isBanished(long nowNs) {
        return banishedUntilNs != Long.MIN_VALUE && nowNs - banishedUntilNs < 0;
    }

    private void flood(List<MemberState> news, int exceptLink) {
        for (LinkMachine link : links.values()) {
            if (link.isTwoWay() && link.link() != exceptLink) {
                sendAll(link, news);
            }
        }
    }

    private void sendAll(LinkMachine link, List<MemberState> all) {
        List<MemberState> rest = all;
        while (!rest.isEmpty()) {
            int fitting = MessageCodec.fitting(rest);
            output.send(link.link(), codec.states(link.next(), rest.subList(0, fitting)));
            rest = rest.subList(fitting, rest.size());
        }
    }

    // ---- what follows from the states --------------------------------------------------------------------------------

    private void recompute(long nowNs) {
        digest = states.digest();
        output.routes(states.topology().routes());
        output.topology(states.topology(), nowNs);
        TreeSet<Integer> now = new TreeSet<>(states.topology().members());
        news.members(settings.member(), present, now);
        present = now;
        int elected = Election.master(states.present());
        if (elected != master) {
            master = elected;
            masterSinceNs = nowNs;
            news.master(elected);
        }
    }

    private final class Self implements LinkMachine.Self {
        @Override
        public int member() {
            return settings.member();
        }

        @Override
        public long incarnation() {
            return incarnation;
        }

        @Override
        public long random() {
            long number = random.nextLong();
            return number == 0 ? 1 : number;
        }

        @Override
        public long states() {
            return digest;
        }
    }

    private final class Output implements LinkOutput {
        @Override
        public void send(int link, byte[] message) {
            output.send(link, message);
        }

        @Override
        public void keys(int link, int id, byte[] sendKey, byte[] receiveKey) {
            output.keys(link, id, sendKey, receiveKey);
        }

        @Override
        public void fault(int link, LinkFault fault, String message) {
            news.fault(link, message);
        }
    }
}
