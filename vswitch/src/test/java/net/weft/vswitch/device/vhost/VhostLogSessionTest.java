package net.weft.vswitch.device.vhost;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** Logs of written pages, as they come and go while rings run. */
class VhostLogSessionTest extends SessionMessages {
    @Test
    void shouldBeginAndEndLoggingWithoutStoppingTheRings() throws Exception {
        long mapped = mappings();
        negotiate();
        ring(0);
        ring(1);
        VhostUserDevice running = take();
        for (int round = 0; round < 3; round++) {
            ByteBuffer base = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder()).putLong(LOG).putLong(0).flip();
            VhostSession.Answer answer = session.handle(VhostUser.SET_LOG_BASE, VhostUser.VERSION, base, log(LOG));
            assertThat(answer).as("an answer without payload").isNotNull()
                    .matches(empty -> !empty.payload().hasRemaining());
            features(VirtioNet.LOG_ALL);
            for (int ring = 0; ring < 4; ring++) {
                long at = USER + 0x10000L * ring;
                if (ring < 2) {
                    send(VhostUser.SET_VRING_ADDR, state(ring, 1), at, at + 0x4000, at + 0x2000, GUEST + 0x4000);
                }
            }
            features(0);
        }
        assertThat(session.device()).isSameAs(running);
        assertThat(running).isNotNull().matches(device -> device.failure() == null);
        session.close();
        assertThat(mappings()).isEqualTo(mapped);
    }

    @Test
    void shouldNotCollectLogsThatAreReplacedAgainAndAgain() throws Exception {
        long mapped = mappings();
        negotiate();
        ring(0);
        ring(1);
        features(VirtioNet.LOG_ALL);
        for (int n = 0; n < 100; n++) {
            take();
            session.handle(VhostUser.SET_LOG_BASE, VhostUser.VERSION,
                    ByteBuffer.allocate(16).order(ByteOrder.nativeOrder()).putLong(LOG).putLong(0).flip(), log(LOG));
            assertThat(mappings()).isLessThan(mapped + 8);
        }
        session.close();
        assertThat(mappings()).isEqualTo(mapped);
    }

    @Test
    void shouldBreakOffWhenTheLogIsTooSmall() throws Exception {
        negotiate();
        ring(0);
        ring(1);
        take();
        features(VirtioNet.LOG_ALL);
        shouldBreak("too small for the guest's memory", () -> session.handle(VhostUser.SET_LOG_BASE, VhostUser.VERSION,
                ByteBuffer.allocate(16).order(ByteOrder.nativeOrder()).putLong(LOG - 1).putLong(0).flip(), log(LOG)));
        session.close();
        session = new VhostSession("test", 1, 2, 1500, MemoryRules.DEFAULT, false, this::supervise);
        negotiate();
        ring(0);
        ring(1);
        take();
        session.handle(VhostUser.SET_LOG_BASE, VhostUser.VERSION,
                ByteBuffer.allocate(16).order(ByteOrder.nativeOrder()).putLong(LOG).putLong(0).flip(), log(LOG));
        features(VirtioNet.LOG_ALL);
        for (long address : new long[]{GUEST + MEMORY - 16, Long.MAX_VALUE - 1, Long.MIN_VALUE, -2}) {
            shouldBreak("too small for a ring", () -> send(VhostUser.SET_VRING_ADDR, state(0, 1), USER, USER + 0x4000,
                    USER + 0x2000, address));
        }
        session.close();
    }
}
