package net.weft.lldp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import net.weft.packet.MacAddress;
import org.junit.jupiter.api.Test;

class LldpAgentTest {
    private static final long SECOND = 1_000_000_000L;
    private static final MacAddress MAC = new MacAddress(0x0200_0000_0001L);
    private static final LldpAnnouncement SAID = LldpAnnouncement.of(LldpId.chassis(MAC), LldpId.port("1/0/1"))
            .withTexts("up1", "lab", "");

    private final List<String> calls = new ArrayList<>();
    private final List<LldpAnnouncement> sent = new ArrayList<>();
    private final LldpOutput output = new LldpOutput() {
        @Override
        public void send(int port, byte[] frame) {
            sent.add((LldpAnnouncement) LldpReader.read(MemorySegment.ofArray(frame)));
        }

        @Override
        public void heard(LldpNeighbor neighbor) {
            calls.add("heard " + neighbor.said().systemName());
        }

        @Override
        public void gone(LldpNeighbor neighbor) {
            calls.add("gone " + neighbor.said().systemName());
        }
    };
    private long now = Long.MAX_VALUE - 10 * SECOND;

    private LldpAgent agent(LldpSettings settings, LldpMode mode) {
        LldpAgent agent = new LldpAgent(settings, output);
        agent.configure(1, mode, SAID, MAC, now);
        agent.carrier(1, true, now);
        return agent;
    }

    private LldpAgent agent() {
        return agent(LldpSettings.STANDARD, LldpMode.SEND_AND_RECEIVE);
    }

    private void pass(LldpAgent agent, long ns) {
        for (long left = ns; left > 0; left -= SECOND / 4) {
            now += Math.min(left, SECOND / 4);
            agent.tick(now);
        }
    }

    private static byte[] from(int station, String name, int ttl) {
        LldpAnnouncement said = LldpAnnouncement.of(LldpId.chassis(new MacAddress(station)), LldpId.port("eth0"))
                .withTexts("", name, "").withTtl(ttl);
        return ttl == 0 ? LldpWriter.writeShutdown(said, MAC) : LldpWriter.write(said, MAC);
    }

    private void hear(LldpAgent agent, int station, String name, int ttl) {
        agent.receive(1, MemorySegment.ofArray(from(station, name, ttl)), now);
    }

    @Test
    void shouldSendAtOnceAndThenEveryThirtySeconds() {
        LldpAgent agent = agent();
        assertThat(sent).containsExactly(SAID.withTtl(121));
        pass(agent, 30 * SECOND - 1);
        assertThat(sent).hasSize(1);
        pass(agent, 1);
        assertThat(sent).hasSize(2);
        pass(agent, 300 * SECOND);
        assertThat(sent).hasSize(12);
    }

    @Test
    void shouldSendFourFramesASecondApartForANewNeighbour() {
        LldpAgent agent = agent();
        pass(agent, 10 * SECOND);
        sent.clear();
        hear(agent, 1, "peer", 120);
        assertThat(sent).hasSize(1);
        pass(agent, 3 * SECOND);
        assertThat(sent).hasSize(4);
        pass(agent, 20 * SECOND);
        hear(agent, 1, "peer", 120);
        assertThat(sent).as("known already").hasSize(4);
    }

    @Test
    void shouldSendChangesAtOnceButNoMoreThanFiveInARow() {
        LldpAgent agent = agent();
        pass(agent, 10 * SECOND);
        sent.clear();
        for (int i = 0; i < 100; i++) {
            agent.configure(1, LldpMode.SEND_AND_RECEIVE, SAID.withTexts("up1", "lab" + i, ""), MAC, now);
        }
        assertThat(sent).hasSize(LldpTransmitter.MOST_CREDIT);
        pass(agent, SECOND);
        assertThat(sent.getLast().systemName()).as("the newest").isEqualTo("lab99");
        assertThat(sent).hasSize(LldpTransmitter.MOST_CREDIT + 1);
    }

    @Test
    void shouldTakeBackWhatItSaidAndBeSilentForTwoSeconds() {
        LldpAgent agent = agent();
        sent.clear();
        agent.configure(1, LldpMode.OFF, SAID, MAC, now);
        assertThat(sent).singleElement().extracting(LldpAnnouncement::ttlSeconds).isEqualTo(0);
        agent.configure(1, LldpMode.SEND, SAID, MAC, now);
        pass(agent, 2 * SECOND - 1);
        assertThat(sent).hasSize(1);
        pass(agent, 1);
        assertThat(sent).hasSize(2);
        agent.remove(1, now);
        assertThat(sent.getLast().ttlSeconds()).isZero();
        assertThat(agent.receive(1, MemorySegment.ofArray(from(1, "peer", 9)), now)).isFalse();
        assertThat(agent.strayFrames()).isEqualTo(1);
    }

    @Test
    void shouldTakeBackTheOldNameWhenThePortIsRenamed() {
        LldpAgent agent = agent();
        LldpAnnouncement renamed = LldpAnnouncement.of(SAID.chassis(), LldpId.port("1/0/2"));
        agent.configure(1, LldpMode.SEND_AND_RECEIVE, renamed, MAC, now);
        assertThat(sent.getLast()).isEqualTo(LldpAnnouncement.of(SAID.chassis(), SAID.port()));
        pass(agent, 2 * SECOND);
        assertThat(sent.getLast()).isEqualTo(renamed.withTtl(121));
    }

    @Test
    void shouldForgetANeighbourWhenItsTimeIsOver() {
        LldpAgent agent = agent();
        hear(agent, 1, "peer", 20);
        pass(agent, 15 * SECOND);
        hear(agent, 1, "peer", 20);
        pass(agent, 20 * SECOND - 1);
        assertThat(agent.neighbors()).singleElement()
                .satisfies(neighbor -> assertThat(neighbor.ageSeconds(now)).isEqualTo(19));
        pass(agent, 1);
        assertThat(agent.neighbors()).isEmpty();
        assertThat(calls).containsExactly("heard peer", "gone peer");
    }

    @Test
    void shouldForgetANeighbourThatTakesBackOrWhoseCableIsOut() {
        LldpAgent agent = agent();
        hear(agent, 1, "peer", 20);
        hear(agent, 1, "renamed", 20);
        hear(agent, 1, "", 0);
        hear(agent, 2, "", 0);
        hear(agent, 3, "third", 65_535);
        agent.carrier(1, false, now);
        hear(agent, 4, "late", 20);
        assertThat(calls).containsExactly("heard peer", "heard renamed", "gone renamed", "heard third", "gone third");
        assertThat(agent.faults(1)).containsEntry(LldpFault.NOT_ENABLED, 1L);
    }

    @Test
    void shouldBeDeafOrMuteAsAsked() {
        LldpAgent deaf = agent(LldpSettings.STANDARD, LldpMode.SEND);
        hear(deaf, 1, "peer", 20);
        assertThat(deaf.neighbors()).isEmpty();
        assertThat(sent).hasSize(1);
        LldpAgent mute = agent(LldpSettings.STANDARD, LldpMode.RECEIVE);
        hear(mute, 1, "peer", 20);
        pass(mute, 10 * SECOND);
        assertThat(mute.neighbors()).hasSize(1);
        assertThat(sent).hasSize(1);
    }

    @Test
    void shouldBoundNeighboursOfAPortAndInAll() {
        LldpAgent agent = agent(new LldpSettings(30, 4, 3, 4), LldpMode.SEND_AND_RECEIVE);
        for (int station = 1; station <= 100; station++) {
            hear(agent, station, "n" + station, 100);
            pass(agent, SECOND / 5);
        }
        assertThat(agent.neighbors()).hasSize(3);
        assertThat(agent.faults(1)).containsEntry(LldpFault.TOO_MANY_NEIGHBORS, 97L);
        hear(agent, 2, "still known", 100);
        assertThat(calls).contains("heard still known");
        agent.configure(2, LldpMode.RECEIVE, SAID, MAC, now);
        agent.carrier(2, true, now);
        for (int station = 1; station <= 2; station++) {
            agent.receive(2, MemorySegment.ofArray(from(station, "m", 100)), now);
        }
        assertThat(agent.neighbors()).hasSize(4);
    }

    @Test
    void shouldReadAtMostTenFramesInASecond() {
        LldpAgent agent = agent();
        pass(agent, 10 * SECOND);
        sent.clear();
        for (int i = 0; i < 50_000; i++) {
            hear(agent, 1, "flips" + i % 2, 100);
            now += SECOND / 10_000;
        }
        assertThat(calls).hasSizeBetween(50, 60);
        assertThat(agent.faults(1).get(LldpFault.TOO_MANY)).isGreaterThan(49_900L);
        assertThat(sent).as("a flipping neighbour is not a new one").hasSizeLessThanOrEqualTo(4);
    }

    @Test
    void shouldRefuseCarrierOfAPortThatItDoesNotKnow() {
        assertThatThrownBy(() -> agent().carrier(9, true, now)).hasMessageContaining("port 9 has no LLDP");
    }

    /** Who has been heard within its time to live and was not taken back is known: the naive rule, over random frames and time. */
    @Test
    void shouldKnowWhomTheNaiveRuleKnows() {
        long seed = Long.getLong("weft.seed", System.nanoTime());
        System.out.println("LldpAgentTest: -Dweft.seed=" + seed);
        Random random = new Random(seed);
        LldpAgent agent = agent(new LldpSettings(30, 4, 5, 100), LldpMode.SEND_AND_RECEIVE);
        Map<String, Long> deadlines = new HashMap<>();
        boolean carrier = true;
        for (int i = 0; i < 20_000; i++) {
            now += SECOND / 10 + random.nextLong(random.nextInt(20) == 0 ? 60 * SECOND : SECOND);
            agent.tick(now);
            deadlines.values().removeIf(deadline -> now - deadline >= 0);
            if (random.nextInt(50) == 0) {
                carrier = !carrier;
                agent.carrier(1, carrier, now);
                deadlines.clear();
            }
            int station = random.nextInt(9);
            int ttl = random.nextInt(3) * random.nextInt(40);
            hear(agent, station, "n" + station, ttl);
            if (ttl == 0) {
                deadlines.remove("n" + station);
            } else if (carrier && (deadlines.containsKey("n" + station) || deadlines.size() < 5)) {
                deadlines.put("n" + station, now + ttl * SECOND);
            }
            List<String> known = agent.neighbors().stream().map(neighbor -> neighbor.said().systemName()).sorted()
                    .toList();
            assertThat(known).as("step %d, -Dweft.seed=%d", i, seed)
                    .isEqualTo(List.copyOf(new TreeSet<>(deadlines.keySet())));
        }
    }

    @Test
    void shouldTickNoLaterThanSomethingHappens() {
        LldpAgent agent = agent();
        hear(agent, 1, "peer", 45);
        for (int i = 0; i < 20; i++) {
            long wait = agent.untilTickNs(now);
            int before = sent.size() + calls.size();
            now += wait - 1;
            agent.tick(now);
            assertThat(sent.size() + calls.size()).isEqualTo(before);
            now++;
            agent.tick(now);
            assertThat(sent.size() + calls.size()).as("after %d ns", wait).isGreaterThan(before);
        }
    }
}
