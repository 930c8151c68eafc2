package net.weft.vswitch.device.vhost;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import net.weft.linux.Fd;
import net.weft.linux.FileStatus;
import net.weft.linux.Mapping;
import net.weft.linux.Memfd;
import net.weft.linux.Memory;
import org.junit.jupiter.api.Test;

/** Packed rings, which stand where the in-flight region says. */
class VhostPackedSessionTest extends SessionMessages {
    @Test
    void shouldTakeUpAPackedRingFromTheRegionAndForgetItOnceItStopped() throws Exception {
        negotiate();
        send(VhostUser.SET_FEATURES, PACKED);
        send(VhostUser.SET_INFLIGHT_FD, inflight(256, 5 | 5 << 16), 4 * PackedInflight.bytes(256), 0, DESCRIPTION);
        for (int life = 0; life < 2; life++) {
            ring(0, 0x8000_8000);
            ring(1, 0x8000_8000);
            assertThat(take()).isNotNull();
            assertThat(send(VhostUser.GET_VRING_BASE, state(0, 0)) >>> 32)
                    .isEqualTo(life == 0 ? 0x0005_0005L : 0x8000_8000L);
        }
        session.close();
    }

    @Test
    void shouldGiveAsMuchMemoryAsTheRingsNeed() throws Exception {
        negotiate();
        send(VhostUser.SET_FEATURES, PACKED);
        ByteBuffer asked = ByteBuffer.allocate(24).order(ByteOrder.nativeOrder());
        asked.putLong(16, DESCRIPTION);
        VhostSession.Answer answer = requireNonNull(
                session.handle(VhostUser.GET_INFLIGHT_FD, VhostUser.VERSION, asked, List.of()));
        long bytes = answer.payload().getLong(0);
        assertThat(bytes).isEqualTo(4 * (32 + 256 * 32 + 32L));
        assertThat(answer.payload().remaining()).isEqualTo(24);
        Fd file = requireNonNull(answer.file());
        assertThat(FileStatus.of(file).bytes()).isEqualTo(bytes);
        assertThat(send(VhostUser.SET_INFLIGHT_FD, List.of(file), bytes, 0, DESCRIPTION)).isZero();
        session.close();
    }

    @Test
    void shouldAskForAResetWhenAPackedRingStandsElsewhere() throws Exception {
        negotiate();
        Fd file = Memfd.create("weft-vhost-test", MEMORY);
        try (Mapping mapping = Mapping.shared(file, 0, MEMORY)) {
            send(VhostUser.SET_FEATURES, PACKED);
            send(VhostUser.SET_MEM_TABLE, List.of(file), 1, GUEST, MEMORY, USER, 0);
            Memory.putLong(mapping.address() + 8, PackedPosition.used(1, 0, 1));
            ring(0, 0x8000_8000);
            ring(1, 0x8000_8000);
            assertThat(session.device()).isNull();
            assertThat(session.obstacle()).contains("packed ring 0 does not stand where the hypervisor says",
                    "reset the card");
            assertThat(send(VhostUser.GET_STATUS)).isEqualTo(VhostUser.NEEDS_RESET);
            Memory.putLong(mapping.address() + 8, 0);
            ring(0, 0x8000_8000);
            assertThat(take()).isNotNull();
            assertThat(session.obstacle()).isNull();
            assertThat(send(VhostUser.GET_STATUS)).isZero();
        }
        session.close();
    }
}
