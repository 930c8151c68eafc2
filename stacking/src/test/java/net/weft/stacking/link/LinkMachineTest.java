package net.weft.stacking.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import net.weft.stacking.control.MessageCodec;
import net.weft.stacking.control.StackMessage.Hello;
import net.weft.stacking.control.StackSecret;
import org.junit.jupiter.api.Test;

/** Two ends of one link, whose messages the test carries, repeats and loses. */
class LinkMachineTest {
    private static final long MS = 1_000_000L;
    private static final LinkTimes TIMES = new LinkTimes(20 * MS, 100 * MS, 200 * MS, 1000 * MS, 5000 * MS);

    private final Random random = new Random(1);
    private final MessageCodec codec = new MessageCodec(new StackSecret(new byte[StackSecret.KEY_BYTES]));
    private final Set<String> keys = new HashSet<>();
    private final List<LinkFault> faults = new ArrayList<>();
    private long nowNs = 1;

    private final class End implements LinkMachine.Self, LinkOutput {
        private final int member;
        private final long incarnation = random.nextLong();
        private final ArrayDeque<byte[]> sent = new ArrayDeque<>();
        private LinkMachine machine;
        private byte[] sendKey = {};
        private byte[] receiveKey = {};

        End(int member) {
            this.member = member;
            machine = new LinkMachine(member, this, new StackSecret(new byte[StackSecret.KEY_BYTES]), TIMES, this);
            machine.carrier(true, nowNs);
        }

        void restart() {
            sent.clear();
            machine = new LinkMachine(member, this, new StackSecret(new byte[StackSecret.KEY_BYTES]), TIMES, this);
            machine.carrier(true, nowNs);
        }

        @Override
        public int member() {
            return member;
        }

        @Override
        public long incarnation() {
            return incarnation;
        }

        @Override
        public long random() {
            return random.nextLong() | 1;
        }

        @Override
        public long states() {
            return 0;
        }

        @Override
        public void send(int link, byte[] message) {
            sent.add(message);
        }

        @Override
        public void keys(int link, int id, byte[] send, byte[] receive) {
            assertThat(keys.add(Arrays.toString(send))).as("a key is used once").isTrue();
            sendKey = send;
            receiveKey = receive;
        }

        @Override
        public void fault(int link, LinkFault fault, String message) {
            faults.add(fault);
        }

        void receive(byte[] message) {
            MessageCodec.Read read = codec.read(message, 0, message.length);
            machine.hello((Hello) Objects.requireNonNull(read.message()), nowNs);
        }
    }

    private final End a = new End(1);
    private final End b = new End(2);

    private void run(long ns, boolean toA, boolean toB) {
        for (long until = nowNs + ns; nowNs < until; nowNs += 5 * MS) {
            a.machine.tick(nowNs);
            b.machine.tick(nowNs);
            for (int n = 0; n < 4; n++) {
                while (!a.sent.isEmpty()) {
                    byte[] message = a.sent.remove();
                    if (toB) {
                        b.receive(message);
                    }
                }
                while (!b.sent.isEmpty()) {
                    byte[] message = b.sent.remove();
                    if (toA) {
                        a.receive(message);
                    }
                }
            }
        }
    }

    @Test
    void shouldComeUpWithTheSameKeysAtBothEnds() {
        run(50 * MS, true, true);
        assertThat(a.machine.isUp()).isTrue();
        assertThat(b.machine.isUp()).isTrue();
        assertThat(a.sendKey).isEqualTo(b.receiveKey).isNotEqualTo(a.receiveKey);
        assertThat(b.sendKey).isEqualTo(a.receiveKey);
        assertThat(a.machine.neighbor()).isEqualTo(2);
        assertThat(b.machine.neighborLink()).isEqualTo(1);
    }

    @Test
    void shouldGoDownAtBothEndsWhereOneDirectionFails() {
        run(50 * MS, true, true);
        run(100 * MS, false, true);
        assertThat(a.machine.isUp()).as("the deaf end, within the time of silence").isFalse();
        run(30 * MS, false, true);
        assertThat(b.machine.isUp()).as("the other end hears that it is not heard").isFalse();
        assertThat(b.machine.view().state()).isEqualTo(LinkState.ONE_WAY);
        run(300 * MS, false, true);
        assertThat(b.machine.isUp()).isFalse();
        run(500 * MS, true, true);
        assertThat(a.machine.isUp() && b.machine.isUp()).isTrue();
    }

    @Test
    void shouldDampALinkThatFlaps() {
        run(50 * MS, true, true);
        long longest = 0;
        for (int n = 0; n < 6; n++) {
            run((TIMES.deadNs() << LinkTimes.MOST_SILENCES) + 50 * MS, false, false);
            long since = nowNs;
            while (!a.machine.isUp()) {
                run(5 * MS, true, true);
            }
            longest = nowNs - since;
            assertThat(longest).isGreaterThanOrEqualTo(Math.min(TIMES.longestHoldNs(), TIMES.holdNs() << n));
        }
        assertThat(longest).isLessThan(TIMES.longestHoldNs() + 200 * MS);
        run(TIMES.forgiveNs() + 50 * MS, true, true);
        run(150 * MS, false, false);
        run(TIMES.holdNs() + 100 * MS, true, true);
        assertThat(a.machine.isUp()).as("after a while of use the failures are forgotten").isTrue();
    }

    /** A neighbour whose host is busy pauses for 150 ms now and then; one that works for a while is watched closely again. */
    @Test
    void shouldBearLongerSilencesAfterEachOne() {
        run(100 * MS, true, true);
        run(150 * MS, false, false);
        assertThat(a.machine.isUp()).as("the first silence of 150 ms").isFalse();
        run(1000 * MS, true, true);
        assertThat(a.machine.isUp()).isTrue();
        for (int n = 0; n < 5; n++) {
            run(150 * MS, false, false);
            assertThat(a.machine.isUp() && b.machine.isUp()).as("a further one").isTrue();
            run(100 * MS, true, true);
        }
        run(5500 * MS, true, true);
        run(150 * MS, false, false);
        assertThat(a.machine.isUp()).as("forgiven, so that it counts again").isFalse();
    }

    @Test
    void shouldComeUpAgainWithARestartedNeighbor() {
        run(50 * MS, true, true);
        for (int n = 0; n < 20; n++) {
            b.restart();
            run(1200 * MS, true, true);
            assertThat(a.machine.isUp() && b.machine.isUp()).isTrue();
            assertThat(a.sendKey).isEqualTo(b.receiveKey);
        }
    }

    /** Whatever was sent once may come again, at any time: it neither brings a link up nor takes it down. */
    @Test
    void shouldNotBeMovedByRepeatedMessages() {
        List<byte[]> recorded = new ArrayList<>();
        for (int n = 0; n < 10; n++) {
            a.machine.tick(nowNs);
            a.sent.forEach(recorded::add);
            run(300 * MS, n % 3 != 0, n % 4 != 0);
            a.restart();
            b.restart();
        }
        run(2000 * MS, true, true);
        assertThat(b.machine.isUp()).isTrue();
        int failures = b.machine.view().failures();
        for (int n = 0; n < 2000; n++) {
            b.receive(recorded.get(random.nextInt(recorded.size())));
            run(5 * MS, true, true);
            assertThat(b.machine.isUp()).isTrue();
        }
        assertThat(b.machine.view().failures()).isEqualTo(failures);
        run(200 * MS, true, false);
        assertThat(b.machine.isUp()).isFalse();
        for (int n = 0; n < 200; n++) {
            b.receive(recorded.get(random.nextInt(recorded.size())));
            run(5 * MS, true, false);
            assertThat(b.machine.isTwoWay()).as("nobody is there any more").isFalse();
        }
    }

    @Test
    void shouldNameMistakesOfCabling() {
        End twin = new End(2);
        run(50 * MS, true, true);
        twin.machine.tick(nowNs);
        b.receive(twin.sent.getFirst());
        assertThat(faults).containsExactly(LinkFault.DUPLICATE_MEMBER);
        b.machine.tick(nowNs + 20 * MS);
        b.receive(b.sent.getLast());
        assertThat(faults).endsWith(LinkFault.OWN_MEMBER);
        End third = new End(3);
        third.machine.tick(nowNs);
        b.receive(third.sent.getFirst());
        assertThat(faults).endsWith(LinkFault.SEVERAL_NEIGHBORS);
        assertThat(b.machine.isUp()).as("and goes on with the neighbour that it has").isTrue();
    }
}
