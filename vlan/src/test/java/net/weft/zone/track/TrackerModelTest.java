package net.weft.zone.track;

import static java.lang.Integer.MAX_VALUE;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.weft.testing.Seed;
import net.weft.zone.Action;
import net.weft.zone.ConnectionLimits;
import net.weft.zone.PolicyDecision;
import net.weft.zone.PolicyLookup;
import net.weft.zone.Timeouts;
import net.weft.zone.ZoneVerdict;
import net.weft.zone.track.NaiveTracker.Connection;
import net.weft.zone.track.NaiveTracker.Seen;
import net.weft.zone.track.NaiveTracker.Tuple;
import net.weft.zone.track.Packet.Address;
import org.junit.jupiter.api.Test;

/**
 * The tracker and a naive one judge the same packets: conversations that go well and others, forged numbers, changes of policy, silence,
 * restarts, a table that is too small. How many packets: {@code -Dweft.zone.packets}.
 */
class TrackerModelTest {
    private static final int CAPACITY = 48;
    private static final ConnectionLimits LIMITS = new ConnectionLimits(CAPACITY, 30, 14);
    private static final Timeouts TIMEOUTS = new Timeouts(500, 60, 90, 50, 30, 180, 20, 100);
    private static final Timeouts ALL = new Timeouts(MAX_VALUE, MAX_VALUE, MAX_VALUE, MAX_VALUE, MAX_VALUE, MAX_VALUE,
            MAX_VALUE, MAX_VALUE);

    private final Random random = Seed.random(TrackerModelTest.class);
    private final MemorySegment memory = Arena.ofAuto().allocate(ConnectionMemory.bytes(CAPACITY), 64);
    private final NaiveTracker naive = new NaiveTracker();
    private final List<Conversation> conversations = new ArrayList<>();
    private final Map<String, Integer> seen = new TreeMap<>();
    private ConnectionTable table = attach(1000);
    private ConnTracker tracker = ConnTracker.of(table);
    private int nowSeconds = 1000;
    private int epoch;

    private ConnectionTable attach(int seconds) {
        return ConnectionMemory.attach(memory, CAPACITY, 1, 2, 3, seconds, 0);
    }

    @Test
    void shouldJudgeAsTheNaiveOneDoes() {
        int packets = Integer.getInteger("weft.zone.packets", 300_000);
        changePolicies();
        for (int i = 0; i < 90; i++) {
            conversations.add(new Conversation(random));
        }
        for (int i = 0; i < packets; i++) {
            happen();
            Conversation conversation = conversations.get(random.nextInt(conversations.size()));
            evaluate(conversation, i);
            if (i % 64 == 0) {
                compareTables(i);
            }
        }
        System.out.println("TrackerModelTest saw " + seen);
        assertThat(seen).containsKeys("verdict 0", "verdict 1", "verdict 2", "verdict 3", "verdict 4", "verdict 6",
                "NEW", "OPENING", "ESTABLISHED", "REPLY", "CLOSING", "STATELESS", "made room");
        assertThat(seen.getOrDefault("refused with room", 0)).isLessThan(packets / 1000);
    }

    /** An event that is not a packet. */
    private void happen() {
        switch (random.nextInt(1000)) {
            case 0, 1, 2 -> changePolicies();
            case 3 -> {
                table = attach(nowSeconds);
                assertThat(table.attachment()).isEqualTo(Attachment.RESUMED);
                tracker = ConnTracker.of(table);
                adopt();
                naive.connections.values().forEach(connection -> connection.epoch = -1);
            }
            case 4, 5, 6, 7 -> passTime(random.nextInt(25));
            case 8 -> passTime(random.nextInt(700));
            case 9 -> conversations.set(random.nextInt(conversations.size()), new Conversation(random));
            case 10, 11, 12, 13, 14 -> {
                tracker.sweep(CAPACITY);
                naive.sweep();
            }
            default -> {
            }
        }
    }

    private void passTime(int seconds) {
        nowSeconds += seconds;
        naive.now = nowSeconds;
        tracker.now(nowSeconds * 1_000_000_000L);
    }

    private void changePolicies() {
        naive.policies = randomPolicies();
        naive.timeouts = TIMEOUTS;
        naive.now = nowSeconds;
        epoch++;
        naive.epoch = epoch;
        adopt();
    }

    private void adopt() {
        tracker.adopt(naive.policies, epoch, TIMEOUTS, LIMITS);
        tracker.now(nowSeconds * 1_000_000_000L);
    }

    private record Rule(int from, int to, int protocol, int lowPort, int decision) {
    }

    private PolicyLookup randomPolicies() {
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int decision = switch (random.nextInt(14)) {
                case 0 -> Action.DROP.ordinal() | PolicyDecision.allowedBy(i);
                case 1 -> Action.REJECT.ordinal() | PolicyDecision.allowedBy(i);
                case 2 -> PolicyDecision.allowedBy(i) | PolicyDecision.STATELESS;
                case 3 -> PolicyDecision.allowedBy(i) | PolicyDecision.MIDSTREAM;
                case 4 -> PolicyDecision.allowedBy(i) | PolicyDecision.KEEP_ESTABLISHED;
                case 5 -> PolicyDecision.allowedBy(i) | PolicyDecision.LOG;
                default -> PolicyDecision.allowedBy(i);
            };
            rules.add(new Rule(random.nextInt(-1, 3), random.nextInt(-1, 3),
                    random.nextBoolean() ? -1 : new int[]{1, 6, 17, 50}[random.nextInt(4)],
                    random.nextInt(3) == 0 ? 60 : 0, decision));
        }
        return (vlan, from, to, etherType, protocol, port, sourceHigh, sourceLow, destinationHigh,
                destinationLow) -> {
            for (Rule rule : rules) {
                if ((rule.from < 0 || rule.from == from) && (rule.to < 0 || rule.to == to)
                        && (rule.protocol < 0 || rule.protocol == protocol) && port >= rule.lowPort) {
                    return rule.decision;
                }
            }
            return PolicyDecision.withoutPolicy(from == to);
        };
    }

    private void evaluate(Conversation conversation, int number) {
        Conversation.Sent sent = conversation.next();
        Seen packet = sent.seen();
        Tuple tuple = packet.tuple();
        int verdict = Packet.evaluate(tracker, sent.frame(), tuple.vlan(), tuple.from(), tuple.to(),
                packet.ingressPort());
        seen.merge("verdict " + verdict, 1, Integer::sum);
        seen.merge(tracker.state().name(), 1, Integer::sum);
        int expected = naive.evaluate(packet);
        if (naive.begun != null) {
            long ofPort = naive.connections.values().stream()
                    .filter(connection -> connection.ingressPort == packet.ingressPort()).count();
            long ofVlan = naive.connections.keySet().stream().filter(key -> key.vlan() == tuple.vlan()).count();
            if (ofPort > LIMITS.perPort() || ofVlan > LIMITS.perNetwork() || naive.connections.size() > CAPACITY) {
                expected = makeRoom(packet, verdict, ofPort > LIMITS.perPort());
            }
        }
        assertThat(verdict).as("packet %d, %s", number, packet).isEqualTo(expected);
        if (expected != ZoneVerdict.CONNECTION_LIMIT) {
            assertThat(tracker.state()).as("packet %d, %s", number, packet).isEqualTo(naive.state);
        }
        assertThat(tracker.decision()).as("packet %d, %s", number, packet).isEqualTo(naive.decision);
    }

    /** The table chooses the connection that makes room, or none; it must have been a spare one. */
    private int makeRoom(Seen packet, int verdict, boolean ofOwn) {
        Connection begun = naive.begun;
        if (verdict == ZoneVerdict.CONNECTION_LIMIT) {
            naive.connections.values().remove(begun);
            boolean hasSpare = naive.connections.values().stream()
                    .anyMatch(connection -> connection.isSpare() && connection.ingressPort == packet.ingressPort());
            if (ofOwn && hasSpare) {
                seen.merge("refused with room", 1, Integer::sum);
            }
        } else {
            seen.merge("made room", 1, Integer::sum);
        }
        Set<Tuple> gone = new HashSet<>(naive.connections.keySet());
        gone.removeAll(real().keySet());
        for (Tuple key : gone) {
            Connection victim = Objects.requireNonNull(naive.connections.remove(key));
            assertThat(victim.isSpare()).as("%s gone, %s", key, victim.state).isTrue();
            assertThat(victim != begun).isTrue();
        }
        if (ofOwn && verdict == ZoneVerdict.ALLOW) {
            assertThat(gone).isNotEmpty();
        }
        return verdict == ZoneVerdict.CONNECTION_LIMIT ? verdict : ZoneVerdict.ALLOW;
    }

    private Map<Tuple, ConnectionRow> real() {
        Map<Tuple, ConnectionRow> rows = new HashMap<>();
        for (ConnectionRow row : new Connections(table, ALL, nowSeconds).rows(ConnectionFilter.ALL, CAPACITY + 1)) {
            Tuple key = new Tuple(row.vlan(), row.from(), row.to(), new Address(row.sourceHigh(), row.sourceLow()),
                    new Address(row.destinationHigh(), row.destinationLow()), row.protocol(), row.sourcePort(),
                    row.destinationPort());
            assertThat(rows.put(key, row)).as("twice: %s", key).isNull();
        }
        return rows;
    }

    private void compareTables(int number) {
        Map<Tuple, ConnectionRow> real = real();
        assertThat(real.keySet()).as("packet %d", number).isEqualTo(naive.connections.keySet());
        assertThat(table.size()).isEqualTo(real.size());
        naive.connections.forEach((key, connection) -> {
            ConnectionRow row = Objects.requireNonNull(real.get(key));
            assertThat(List.of(row.state(), row.packets(), row.bytes(), row.replyPackets(), row.replyBytes(),
                    row.policy(), row.ingressPort())).as("packet %d, %s", number, key)
                    .isEqualTo(List.of(connection.state, connection.packets[0], connection.bytes[0],
                            connection.packets[1], connection.bytes[1], PolicyDecision.policy(connection.decision),
                            connection.ingressPort));
        });
    }
}
