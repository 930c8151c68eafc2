package net.weft.vswitch.device.vhost;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.weft.linux.Fd;
import net.weft.testing.Seed;
import org.junit.jupiter.api.Test;

/** A front end that says anything, with or without a card that runs. */
class VhostSessionFuzzTest extends SessionMessages {
    @Test
    void shouldSurviveAnyMessageAndKeepNothing() throws Exception {
        long filesBefore = openFiles();
        long seed = Seed.of(VhostSessionFuzzTest.class);
        Random random = new Random(seed);
        int used = 0;
        for (int life = 0; life < 1000; life++) {
            VhostSession hostile = new VhostSession("test", 1, 2, 1500, false, this::supervise);
            session = hostile;
            try {
                if (life % 4 > 0) {
                    negotiate();
                    ring(0);
                    ring(1);
                }
                for (int n = 0; n < 40; n++) {
                    fuzzStep(hostile, random);
                    VhostUserDevice device = hostile.device();
                    if (device != null && random.nextBoolean() && device.take()) {
                        taken = device;
                        used++;
                    }
                }
            } catch (VhostViolationException e) {
                assertThat(e).as("seed %d", seed).hasMessageMatching("(?s).{10,}");
            } finally {
                hostile.close();
            }
            assertThat(taken).as("seed %d", seed).isNull();
        }
        assertThat(used).as("seed %d", seed).isGreaterThan(500);
        assertThat(openFiles()).as("seed %d", seed).isEqualTo(filesBefore);
        assertThat(mappings()).as("seed %d", seed).isZero();
    }

    private static void fuzzStep(VhostSession hostile, Random random) throws VhostViolationException {
        int request = random.nextInt(20) == 0
                ? random.nextInt(50)
                : random.nextInt(10) == 0 ? 31 + random.nextInt(2) : 1 + random.nextInt(18);
        List<Fd> files = new ArrayList<>();
        ByteBuffer payload = ByteBuffer.allocate(40).order(ByteOrder.nativeOrder());
        int ring = random.nextInt(random.nextInt(50) == 0 ? 9 : 4);
        switch (request) {
            case VhostUser.SET_MEM_TABLE -> {
                files.addAll(memory());
                payload.putLong(1).putLong(GUEST).putLong(MEMORY).putLong(USER).putLong(0);
            }
            case VhostUser.SET_FEATURES -> payload.putLong(
                    random.nextInt(2) * VirtioNet.RING_PACKED | random.nextInt(2) * VirtioNet.LOG_ALL);
            case VhostUser.SET_LOG_BASE -> {
                files.addAll(log(LOG));
                payload.putLong(random.nextInt(9) == 0 ? LOG - 1 : LOG);
            }
            case VhostUser.SET_PROTOCOL_FEATURES -> payload.putLong(random.nextInt(2));
            case VhostUser.GET_INFLIGHT_FD -> payload.putLong(16, 4 | random.nextInt(300) << 16);
            case VhostUser.SET_INFLIGHT_FD -> {
                files.addAll(inflight(1 << random.nextInt(9), random.nextInt(300) | random.nextInt(300) << 16));
                payload.putLong(4 * PackedInflight.bytes(random.nextInt(270))).putLong(0)
                        .putLong(4 | random.nextInt(300) << 16);
            }
            case VhostUser.SET_VRING_NUM -> payload.putInt(ring).putInt(1 << random.nextInt(9));
            case VhostUser.SET_VRING_ADDR -> payload.putLong(ring).putLong(USER + 0x10000L * ring)
                    .putLong(USER + 0x10000L * ring + 0x4000).putLong(USER + 0x10000L * ring + 0x2000);
            case VhostUser.SET_VRING_KICK, VhostUser.SET_VRING_CALL, VhostUser.SET_VRING_ERR -> {
                files.addAll(event());
                payload.putLong(ring);
            }
            default -> payload.putInt(ring).putInt(random.nextInt(2));
        }
        int limit = random.nextInt(200) == 0 ? random.nextInt(40) : 40;
        if (random.nextInt(100) == 0) {
            files.addAll(event());
        }
        VhostSession.Answer answer = hostile.handle(request,
                random.nextInt(300) == 0 ? random.nextInt(16) : VhostUser.VERSION,
                payload.clear().limit(limit), files);
        if (answer != null && answer.file() != null) {
            answer.file().close();
        }
    }
}
