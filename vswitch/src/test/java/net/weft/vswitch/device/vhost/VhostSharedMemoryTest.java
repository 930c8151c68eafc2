package net.weft.vswitch.device.vhost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Objects;
import net.weft.linux.Fd;
import net.weft.linux.LinuxException;
import net.weft.linux.Mapping;
import net.weft.linux.Memfd;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.PortReason;
import org.junit.jupiter.api.Test;

/** Memory that the hypervisor shares, and memory that it only seems to. */
class VhostSharedMemoryTest extends SessionMessages {
    @Test
    void shouldTakeTheSameMemoryOncePerQueuePairAsQemuSaysIt() throws Exception {
        long mapped = mappings();
        long files = openFiles();
        send(VhostUser.SET_PROTOCOL_FEATURES, VhostUser.PROTOCOL_REPLY_ACK | VhostUser.PROTOCOL_MQ);
        send(VhostUser.SET_FEATURES, VirtioNet.VERSION_1 | VirtioNet.PROTOCOL_FEATURES);
        for (int pair = 0; pair < 2; pair++) {
            assertThat(send(VhostUser.ADD_MEM_REG, memory(), 0, GUEST, MEMORY, USER, 0)).isZero();
            if (pair == 0) {
                ring(0);
                ring(1);
            }
        }
        assertThat(mappings()).isEqualTo(mapped + 1);
        VhostUserDevice running = Objects.requireNonNull(take());
        assertThat(running.failure()).as("the second time changes nothing").isNull();
        assertThat(send(VhostUser.REM_MEM_REG, 0, GUEST + 4096, MEMORY, USER, 0)).as("another one").isOne();
        assertThat(running.failure()).isNull();
        for (int pair = 0; pair < 2; pair++) {
            assertThat(send(VhostUser.REM_MEM_REG, 0, GUEST, MEMORY, USER, 0)).isZero();
        }
        assertThat(running.isClosed()).isTrue();
        send(VhostUser.ADD_MEM_REG, memory(), 0, GUEST, MEMORY, USER, 0);
        shouldBreak("overlap", () -> send(VhostUser.ADD_MEM_REG, memory(), 0, GUEST + 4096, MEMORY, USER, 0));
        session.close();
        assertThat(mappings()).isEqualTo(mapped);
        assertThat(openFiles()).isEqualTo(files);
    }

    @Test
    void shouldSayThatTheMemoryIsNotShared() throws Exception {
        send(VhostUser.SET_FEATURES, VirtioNet.VERSION_1 | VirtioNet.PROTOCOL_FEATURES);
        ring(0);
        assertThatThrownBy(() -> ring(1)).as("no memory at all").isInstanceOf(VhostViolationException.class)
                .hasMessage(VhostViolationException.NOT_SHARED)
                .hasMessageStartingWith("the guest's memory is not shared: add -object memory-backend-memfd,");
        assertThat(session.isUnshared()).isTrue();
        session.close();

        session = new VhostSession("test", 1, 2, 1500, MemoryRules.DEFAULT, false, this::supervise);
        runningOn(memory());
        VhostUserDevice device = Objects.requireNonNull(take());
        device.kicked();
        assertThat(device.failure()).as("a kick, but nothing to be seen")
                .isEqualTo(
                        new DeviceFailure(PortReason.GUEST_VIOLATION, "test: " + VhostViolationException.NOT_SHARED));
        assertThat(session.isUnshared()).isTrue();
        session.close();
    }

    @Test
    void shouldNotTakeItsOwnSignalForAKickOfTheGuest() throws Exception {
        runningOn(memory());
        VhostUserDevice device = Objects.requireNonNull(take());
        send(VhostUser.SEND_RARP, 0x0100_0000_0002L);
        device.receiveQueues().getFirst().disarm();
        assertThat(device.failure()).as("the queue was woken to announce the guest").isNull();
        session.close();
    }

    @Test
    void shouldTakeAKickWithoutAFrameFromAGuestWithSharedMemory() throws Exception {
        runningOn(written());
        VhostUserDevice device = Objects.requireNonNull(take());
        device.kicked();
        assertThat(device.failure()).isNull();
        session.close();
    }

    @Test
    void shouldNotServeBlankMemoryTwice() throws Exception {
        session = new VhostSession("test", 1, 2, 1500, MemoryRules.DEFAULT, true, this::supervise);
        assertThatThrownBy(() -> runningOn(memory())).hasMessage(VhostViolationException.NOT_SHARED);
        session.close();
        session = new VhostSession("test", 1, 2, 1500, MemoryRules.DEFAULT, true, this::supervise);
        runningOn(written());
        assertThat(take()).as("now it is shared").isNotNull();
        session.close();
    }

    /** The guest can seal one file and cannot seal the other, as QEMU's memory with {@code seal=on} and {@code seal=off}. */
    @Test
    void shouldSealMemoryAgainstShrinkingWhereItMayAndSayWhereItMayNot() throws Exception {
        try (Fd sealable = Memfd.createSealable("weft-vhost-test", MEMORY)) {
            runningOn(List.of(again(sealable)));
            assertThat(Objects.requireNonNull(take()).isMemorySealed()).isTrue();
            assertThat(session.isMemorySealed()).isTrue();
            assertThatThrownBy(() -> sealable.truncate(0)).isInstanceOf(LinuxException.class);
            session.close();
        }
        session = new VhostSession("test", 1, 2, 1500, MemoryRules.DEFAULT, false, this::supervise);
        try (Fd without = Memfd.create("weft-vhost-test", MEMORY)) {
            runningOn(List.of(again(without)));
            assertThat(Objects.requireNonNull(take()).isMemorySealed()).isFalse();
            assertThat(session.isMemorySealed()).isFalse();
            session.close();
            without.truncate(0);
        }
    }

    /** Another descriptor of the same file, as a message from another process brings it. */
    private static Fd again(Fd file) {
        return Fd.open("/proc/self/fd/" + file.number(), Fd.O_RDWR);
    }

    private void runningOn(List<Fd> memory) throws VhostViolationException {
        send(VhostUser.SET_FEATURES, VirtioNet.VERSION_1 | VirtioNet.PROTOCOL_FEATURES);
        send(VhostUser.SET_MEM_TABLE, memory, 1, GUEST, MEMORY, USER, 0);
        ring(0);
        ring(1);
    }

    /** Memory of a machine that has run its firmware. */
    private static List<Fd> written() {
        List<Fd> files = memory();
        try (Mapping mapping = Mapping.shared(files.getFirst(), 0, MEMORY)) {
            Memory.putByte(mapping.address() + MEMORY - 1, (byte) 1);
        }
        return files;
    }
}
