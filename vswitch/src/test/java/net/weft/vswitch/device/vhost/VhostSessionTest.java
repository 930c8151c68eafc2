package net.weft.vswitch.device.vhost;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import net.weft.linux.EventFd;
import net.weft.linux.Fd;
import org.junit.jupiter.api.Test;

/** A device is offered once its rings can run, and withdrawn before they cannot, whatever a front end sends and when. */
class VhostSessionTest extends SessionMessages {
    @Test
    void shouldOfferADeviceOnceAPairOfRingsCanRun() throws Exception {
        negotiate();
        ring(0);
        assertThat(session.device()).isNull();
        ring(1);
        assertThat(take()).isNotNull();
        session.close();
        assertThat(taken).isNull();
    }

    @Test
    void shouldLeaveTheFirstPairAloneWhileTheSecondIsSetUp() throws Exception {
        negotiate();
        ring(0);
        ring(1);
        VhostUserDevice first = Objects.requireNonNull(take());
        ring(2);
        send(VhostUser.SET_VRING_NUM, state(3, 256));
        send(VhostUser.SET_VRING_BASE, state(3, 0));
        send(VhostUser.SET_VRING_ENABLE, state(3, 1));
        assertThat(session.device()).as("a ring without a kick does not run").isSameAs(first);
        assertThat(first.failure()).isNull();
        assertThat(first.isEnabled(1)).isFalse();
        ring(3);
        assertThat(first.isClosed()).isTrue();
        assertThat(take()).isNotNull().matches(both -> both.pairs() == 2 && both.isEnabled(1));
        session.close();
    }

    @Test
    void shouldUseMoreOrFewerPairsWhileTheyRun() throws Exception {
        negotiate();
        send(VhostUser.SET_VRING_ENABLE, state(2, 1));
        for (int ring = 0; ring < 4; ring++) {
            ring(ring);
        }
        VhostUserDevice running = Objects.requireNonNull(take());
        for (int round = 0; round < 2; round++) {
            send(VhostUser.SET_VRING_ENABLE, state(2, 0));
            assertThat(running.isEnabled(1)).isFalse();
            send(VhostUser.SET_VRING_ENABLE, state(3, 0));
            send(VhostUser.SET_VRING_ENABLE, state(2, 1));
            assertThat(running.isEnabled(1)).as("half a pair").isFalse();
            send(VhostUser.SET_VRING_ENABLE, state(3, 1));
            assertThat(running.isEnabled(1)).isTrue();
        }
        assertThat(session.device()).isSameAs(running);
        assertThat(running.failure()).isNull();
        send(VhostUser.SET_VRING_ENABLE, state(0, 0));
        assertThat(running.isClosed()).as("without the first nothing runs").isTrue();
        assertThat(session.device()).isNull();
        session.close();
    }

    @Test
    void shouldWithdrawTheDeviceBeforeWhateverPullsMemoryFromUnderIt() throws Exception {
        negotiate();
        ring(0);
        ring(1);
        List<Runner> pulls = List.of(() -> send(VhostUser.SET_MEM_TABLE, memory(), 1, GUEST, MEMORY, USER, 0),
                () -> send(VhostUser.SET_VRING_ENABLE, state(0, 0)), () -> send(VhostUser.SET_STATUS, 0),
                () -> assertThat(send(VhostUser.GET_VRING_BASE, state(1, 0))).isEqualTo(1),
                () -> send(VhostUser.SET_VRING_NUM, state(0, 128)),
                () -> send(VhostUser.REM_MEM_REG, 0, GUEST, MEMORY, USER, 0), () -> send(VhostUser.RESET_OWNER));
        for (Runner pull : pulls) {
            VhostUserDevice before = take();
            pull.run();
            assertThat(before).isNotNull().matches(VhostUserDevice::isClosed);
            send(VhostUser.SET_MEM_TABLE, memory(), 1, GUEST, MEMORY, USER, 0);
            ring(0);
            ring(1);
        }
        session.close();
    }

    @Test
    void shouldChangeTheCallOfARunningRingWithoutStoppingIt() throws Exception {
        negotiate();
        ring(0);
        ring(1);
        VhostUserDevice running = take();
        EventFd call = new EventFd();
        send(VhostUser.SET_VRING_CALL, List.of(call.fd()), 0);
        assertThat(session.device()).isSameAs(running);
        assertThat(call.drain()).isOne();
        session.close();
        assertThat(call.fd().isOpen()).isFalse();
    }

    /** QEMU would serve the ring itself beside the next back end, and free buffers of a guest that it moves twice. */
    @Test
    void shouldLeaveNoKickToWhoGetsTheRingBack() throws Exception {
        negotiate();
        ring(0);
        ring(1);
        EventFd kick = new EventFd();
        send(VhostUser.SET_VRING_KICK, List.of(kick.fd()), 1);
        VhostUserDevice running = take();
        kick.signal();
        assertThat(kick.fd().poll(Fd.POLLIN, 0)).as("a kick that no worker has read").isNotZero();
        send(VhostUser.GET_VRING_BASE, state(0, 0));
        assertThat(running).isNotNull().matches(VhostUserDevice::isClosed);
        assertThat(kick.fd().poll(Fd.POLLIN, 0)).isZero();
        session.close();
    }

    @Test
    void shouldRefuseWhatItDoesNotKnowAndWhatDoesNotFit() throws Exception {
        negotiate();
        assertThat(send(21)).isOne();
        assertThat(send(VhostUser.NET_SET_MTU, 1500)).isZero();
        assertThat(send(VhostUser.NET_SET_MTU, 9000)).isOne();
        assertThat(send(VhostUser.GET_QUEUE_NUM)).isEqualTo(2);
        session.close();
    }

    @Test
    void shouldKeepAnAnnouncementUntilTheRingsRun() throws Exception {
        negotiate();
        send(VhostUser.SEND_RARP, 0x0b_00_00_00_00_02L);
        ring(0);
        ring(1);
        assertThat(take()).isNotNull().matches(VhostUserDevice::hasAnnouncement);
        session.close();
    }
}
