package net.weft.vswitch.attach;

import static net.weft.vswitch.Frames.BROADCAST;
import static net.weft.vswitch.Frames.untagged;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.Frames;
import net.weft.vswitch.SwitchOptions;
import net.weft.vswitch.VirtualSwitch;
import net.weft.vswitch.attach.MigrationStatus.State;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.device.MemoryLink;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.port.PortStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A port that changes its attachment, on memory links. Waiting is spinning on what must come; the time-out is the failure. */
@Timeout(60)
class MigrationTest {
    private static final String PEER = "02:00:00:00:00:0a";
    private static final String GUEST = "02:00:00:00:00:0b";

    @TempDir
    private Path state;
    private final MemoryLink peer = new MemoryLink("peer", 4096, 2048, ~0);
    private final MemoryLink before = new MemoryLink("before", 4096, 2048, ~0);
    private final MemoryLink after = new MemoryLink("after", 4096, 2048, ~0);
    private final List<MigrationStatus> told = new ArrayList<>();
    private List<PortSpec> specs = List.of();
    private VirtualSwitch lab;

    @BeforeEach
    void start() {
        lab = new VirtualSwitch(new SwitchOptions(List.of(), false, state, 300, 1));
        specs = List.of(PortSpec.of("peer", 0, new DeviceSpec.InMemory(peer), VlanMembership.access(10)),
                PortSpec.of("guest", 1, new DeviceSpec.InMemory(before), VlanMembership.access(10)));
        lab.apply(specs);
        lab.onMigrated(status -> {
            synchronized (told) {
                told.add(status);
            }
        });
        before.send(untagged(BROADCAST, GUEST), 0);
        await(peer);
        peer.send(untagged(GUEST, PEER), 0);
        await(before);
    }

    @AfterEach
    void stop() {
        lab.close();
        List.of(peer, before, after).forEach(MemoryLink::close);
    }

    private static void spin() {
        if (Thread.interrupted()) {
            throw new AssertionError("what the test waits for did not come");
        }
        Thread.onSpinWait();
    }

    private static byte[] await(MemoryLink link) {
        byte[] frame = link.receive();
        while (frame.length == 0) {
            spin();
            frame = link.receive();
        }
        return frame;
    }

    private MigrationStatus migration() {
        return lab.migrations().getFirst();
    }

    private void awaitState(State wanted) {
        while (migration().state() != wanted) {
            spin();
        }
    }

    private PortStatus guest() {
        return lab.ports().get(1);
    }

    @Test
    void shouldSendToTheOldAttachmentUntilTheGuestIsHeardByTheNew() {
        assertThat(lab.migrate("guest", new DeviceSpec.InMemory(after)).state()).isEqualTo(State.READY);
        peer.send(untagged(GUEST, PEER), 0);
        assertThat(await(before)).isEqualTo(untagged(GUEST, PEER));
        after.send(untagged(BROADCAST, GUEST), 0);
        assertThat(await(peer)).isEqualTo(untagged(BROADCAST, GUEST));
        peer.send(untagged(GUEST, PEER), 0);
        assertThat(await(after)).isEqualTo(untagged(GUEST, PEER));
        awaitState(State.COMPLETE);
        assertThat(before.receive()).as("the old attachment gets nothing more").isEmpty();
        assertThat(guest().spec().device()).isEqualTo(new DeviceSpec.InMemory(after));
        synchronized (told) {
            assertThat(told).hasSize(1).first().extracting(MigrationStatus::announcement)
                    .isEqualTo(GuestAnnouncement.FRAME);
        }
    }

    @Test
    void shouldKeepStationsAndCounters() {
        long received = guest().counters().rxPackets();
        lab.migrate("guest", new DeviceSpec.InMemory(after));
        after.send(untagged(BROADCAST, GUEST), 0);
        await(peer);
        awaitState(State.COMPLETE);
        assertThat(lab.macs().lookup(10, Frames.mac(GUEST))).isEqualTo(1);
        assertThat(guest().counters().rxPackets()).isEqualTo(received + 1);
        assertThat(guest().counters().dropped()).isZero();
    }

    @Test
    void shouldLoseNoFrameOfAStreamDuringTheSwitchOver() {
        int frames = 3000;
        int received = 0;
        for (int n = 0; n < frames; n++) {
            byte[] frame = untagged(GUEST, PEER);
            frame[20] = (byte) n;
            frame[21] = (byte) (n >> 8);
            assertThat(peer.send(frame, 0)).isTrue();
            if (n == frames / 3) {
                lab.migrate("guest", new DeviceSpec.InMemory(after));
            } else if (n == frames / 2) {
                after.send(untagged(BROADCAST, GUEST), 0);
            }
        }
        while (received < frames) {
            received += before.receive().length > 0 ? 1 : 0;
            received += after.receive().length > 0 ? 1 : 0;
            spin();
        }
        assertThat(guest().counters().dropped()).isZero();
    }

    @Test
    void shouldTimeTheFirstFrameAndThenStopWatching() {
        lab.migrate("guest", new DeviceSpec.InMemory(after));
        after.send(untagged(BROADCAST, GUEST), 0);
        await(peer);
        assertThat(migration().announcedToFirstFrameNs()).isEmpty();
        peer.send(untagged(GUEST, PEER), 0);
        await(after);
        assertThat(migration().announcedToFirstFrameNs()).isPresent();
        for (int n = 0; n < 3000; n++) {
            peer.send(untagged(GUEST, PEER), 0);
            assertThat(await(after)).hasSize(untagged(GUEST, PEER).length);
            after.send(untagged(PEER, GUEST), 0);
            assertThat(await(peer)).hasSize(untagged(PEER, GUEST).length);
        }
    }

    @Test
    void shouldLeaveEverythingAsItWasWhenCalledOff() {
        lab.migrate("guest", new DeviceSpec.InMemory(after));
        assertThat(lab.abortMigration("guest").state()).isEqualTo(State.ABORTED);
        after.send(untagged(BROADCAST, GUEST), 0);
        peer.send(untagged(GUEST, PEER), 0);
        assertThat(await(before)).isEqualTo(untagged(GUEST, PEER));
        assertThat(guest().spec()).isEqualTo(specs.get(1));
        assertThat(guest().state()).isEqualTo("up");
        assertThat(peer.receive()).as("nothing comes in by an attachment that was let go").isEmpty();
        lab.migrate("guest", new DeviceSpec.InMemory(after));
        awaitState(State.COMPLETE);
    }

    @Test
    void shouldLetGoOfBothWhenThePortIsRemoved() {
        String socket = state.resolve("b").toString();
        lab.migrate("guest", new DeviceSpec.VhostUser(socket, true, 1, DeviceSpec.SocketAccess.DEFAULT));
        assertThat(migration().state()).isEqualTo(State.WAITING);
        assertThat(migration().message()).contains(socket);
        assertThat(Path.of(socket)).exists();
        lab.apply(specs.subList(0, 1));
        assertThat(Path.of(socket)).doesNotExist();
        assertThat(migration().state()).isEqualTo(State.ABORTED);
    }

    @Test
    void shouldRefuseWhatCannotBegin() throws Exception {
        DeviceSpec other = new DeviceSpec.InMemory(after);
        refuses(() -> lab.migrate("nobody", other), "there is no port nobody");
        refuses(() -> lab.migrate("guest", specs.get(1).device()), "attached to before already");
        Path file = Files.createFile(state.resolve("file"));
        refuses(() -> lab.migrate("guest",
                new DeviceSpec.VhostUser(file.toString(), true, 1, DeviceSpec.SocketAccess.DEFAULT)),
                "exists and is not a socket");
        assertThat(lab.migrations()).isEmpty();
        refuses(() -> lab.abortMigration("guest"), "not being migrated");
        lab.migrate("guest", other);
        refuses(() -> lab.migrate("guest", other), "already");
    }

    private static void refuses(Runnable attempt, String why) {
        assertThatExceptionOfType(MigrationRefusedException.class).isThrownBy(attempt::run).withMessageContaining(why);
    }
}
