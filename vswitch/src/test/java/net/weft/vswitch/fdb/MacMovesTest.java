package net.weft.vswitch.fdb;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.weft.testing.Seed;
import org.junit.jupiter.api.Test;

/** The addresses that stay on a port are those of a map; looking one up allocates nothing. */
class MacMovesTest {
    private static final int CALLS = 100_000;
    /** What the measuring itself and late compilation may leave behind. */
    private static final long SLACK_BYTES = 4096;
    private static final int NOW = 100;

    private record Key(int vid, long mac) {
    }

    private final MacMoves moves = new MacMoves();
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private boolean sink;

    @Test
    void shouldKeepWhatAMapWouldKeep() {
        Random random = Seed.random(MacMovesTest.class);
        Map<Key, Integer> ports = new HashMap<>();
        Map<Key, Integer> until = new HashMap<>();
        for (int n = 0; n < 900; n++) {
            Key key = randomKey(random);
            int port = random.nextInt(4);
            int end = NOW + random.nextInt(3);
            assertThat(moves.hold(key.vid, key.mac, port, end)).isTrue();
            ports.put(key, port);
            until.put(key, end);
        }
        moves.publish(NOW);
        for (int n = 0; n < 20_000; n++) {
            Key key = randomKey(random);
            int port = random.nextInt(4);
            int now = NOW + random.nextInt(3);
            boolean kept = ports.getOrDefault(key, port) != port && until.getOrDefault(key, 0) > now;
            assertThat(moves.keeps(key.vid, key.mac, port, now)).as("%s, port %d at %d", key, port, now)
                    .isEqualTo(kept);
        }
        moves.publish(NOW + 3);
        ports.forEach((key, port) -> assertThat(moves.keeps(key.vid, key.mac, port + 1, NOW)).isFalse());
    }

    /** Few enough that a random one is often held. */
    private static Key randomKey(Random random) {
        return new Key(1 + random.nextInt(3) * 2000, random.nextInt(1000) * 0x1_0000_0001L);
    }

    @Test
    void shouldAllocateNothing() {
        moves.hold(4000, 0x0000_0100_0002L, 1, NOW + 10);
        moves.publish(NOW);
        Runnable lookups = () -> {
            sink ^= moves.keeps(4000, 0x0000_0100_0002L, 2, NOW);
            sink ^= moves.keeps(4000, 0x0000_0200_0002L, 2, NOW);
        };
        for (int n = 0; n < CALLS; n++) {
            lookups.run();
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int n = 0; n < CALLS; n++) {
            lookups.run();
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(SLACK_BYTES);
    }
}
