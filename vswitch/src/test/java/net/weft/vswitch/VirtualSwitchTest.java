package net.weft.vswitch;

import static net.weft.vswitch.Frames.BROADCAST;
import static net.weft.vswitch.Frames.untagged;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import net.weft.linux.Socket;
import net.weft.linux.SocketAddress;
import net.weft.testing.Spin;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.device.MemoryLink;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.port.PortStatus;
import net.weft.vswitch.worker.Worker;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The switch with its threads, on memory links. Waiting is spinning on what must come; the time-out is the failure. */
@Timeout(60)
class VirtualSwitchTest {
    private static final String A = "02:00:00:00:00:0a";
    private static final String B = "02:00:00:00:00:0b";

    /** Frames a link holds each way. */
    private static final int RING = 1024;

    @TempDir
    private Path state;
    private final Map<String, MemoryLink> links = new LinkedHashMap<>();
    private final List<PortSpec> specs = new ArrayList<>();
    private VirtualSwitch lab;

    @BeforeEach
    void start() {
        lab = new VirtualSwitch(new SwitchOptions(List.of(), false, state, 300, 1));
    }

    @AfterEach
    void stop() {
        lab.close();
        links.values().forEach(MemoryLink::close);
    }

    private void port(String name, VlanMembership membership) {
        MemoryLink link = new MemoryLink(name, RING, 2048, ~0);
        links.put(name, link);
        specs.add(PortSpec.of(name, specs.size(), new DeviceSpec.InMemory(link), membership));
    }

    private MemoryLink link(String name) {
        MemoryLink link = links.get(name);
        if (link == null) {
            throw new IllegalArgumentException(name);
        }
        return link;
    }

    private byte[] await(String name) {
        byte[] frame = link(name).receive();
        while (frame.length == 0) {
            spin();
            frame = link(name).receive();
        }
        return frame;
    }

    /** One turn of a wait; the time-out's interrupt ends it. */
    private static void spin() {
        if (Thread.interrupted()) {
            throw new AssertionError("what the test waits for did not come");
        }
        Thread.onSpinWait();
    }

    private int drain(String name) {
        int frames = 0;
        while (link(name).receive().length > 0) {
            frames++;
        }
        return frames;
    }

    private PortStatus status(String name) {
        return lab.ports().stream().filter(port -> port.spec().name().equals(name)).findFirst().orElseThrow();
    }

    @Test
    void shouldForwardAlsoAfterTheWorkerWentToSleep() {
        port("a", VlanMembership.access(10));
        port("b", VlanMembership.access(10));
        lab.apply(specs);
        for (int i = 0; i < 200; i++) {
            link("a").send(untagged(BROADCAST, A), 0);
            assertThat(await("b")).isEqualTo(untagged(BROADCAST, A));
            long quietUntilNs = System.nanoTime() + (i % 4) * 100_000L;
            while (System.nanoTime() < quietUntilNs) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void shouldLoseNothingBetweenPortsThatAChangeDoesNotTouch() {
        port("a", VlanMembership.access(10));
        port("b", VlanMembership.access(10));
        port("c", VlanMembership.access(20));
        lab.apply(specs);
        int applies = 200;
        int frames = 0;
        int received = 0;
        for (int round = 0; round < applies; round++) {
            for (int n = 0; n < 5; n++) {
                byte[] frame = untagged(B, A);
                frame[20] = (byte) frames;
                frame[21] = (byte) (frames >> 8);
                assertThat(link("a").send(frame, 0)).isTrue();
                frames++;
            }
            List<PortSpec> changed = new ArrayList<>(specs.subList(0, 2));
            if (round % 3 > 0) {
                changed.add(PortSpec.of("c", 2, specs.get(2).device(), VlanMembership.access(20 + round % 7)));
            }
            lab.apply(changed);
            while (received < frames - 10) {
                byte[] frame = await("b");
                assertThat(frame[20] & 0xFF | (frame[21] & 0xFF) << 8).isEqualTo(received);
                received++;
            }
        }
        while (received < frames) {
            assertThat(await("b")[20]).isEqualTo((byte) received);
            received++;
        }
        assertThat(status("a").counters().rxPackets()).isEqualTo(frames);
    }

    @Test
    void shouldKeepCountersAndStationsOfPortsThatStay() {
        port("a", VlanMembership.access(10));
        port("b", VlanMembership.access(10));
        lab.apply(specs);
        link("a").send(untagged(BROADCAST, A), 0);
        await("b");
        lab.apply(List.of(specs.get(0)));
        assertThat(status("a").counters().rxPackets()).isOne();
        assertThat(lab.macs().lookup(10, Frames.mac(A))).isZero();
        assertThat(lab.ports()).hasSize(1);
    }

    @Test
    void shouldForgetTheStationsOfAVlanThatAPortLeaves() {
        port("a", VlanMembership.access(10));
        port("b", VlanMembership.access(10));
        lab.apply(specs);
        link("a").send(untagged(BROADCAST, A), 0);
        await("b");
        lab.apply(List.of(PortSpec.of("a", 0, specs.get(0).device(), VlanMembership.access(20)), specs.get(1)));
        assertThat(lab.macs().lookup(10, Frames.mac(A))).isEqualTo(-1);
    }

    @Test
    void shouldKnowAfterARestartWhomItHadLearned() {
        SwitchOptions options = new SwitchOptions(List.of(), false, state, 300, 1)
                .remembering(state.resolve("connections"), state.resolve("stations"));
        lab.close();
        lab = new VirtualSwitch(options);
        for (String name : List.of("a", "b", "c")) {
            port(name, VlanMembership.access(10));
        }
        lab.apply(specs);
        link("a").send(untagged(BROADCAST, A), 0);
        await("b");
        await("c");
        lab.close();

        lab = new VirtualSwitch(options);
        lab.apply(specs);
        assertThat(lab.macs().lookup(10, Frames.mac(A))).isZero();
        link("b").send(untagged(A, B), 0);
        await("a");
        link("b").send(untagged(BROADCAST, B), 0);
        assertThat(await("c")).as("what was for a was not flooded").isEqualTo(untagged(BROADCAST, B));
    }

    @Test
    void shouldSayWhyAPortIsDownAndLeaveTheOthersAlone() {
        port("a", VlanMembership.access(10));
        specs.add(PortSpec.of("gone", 1, new DeviceSpec.Nic("weft-no-such", false), VlanMembership.access(10)));
        specs.add(PortSpec.of("guest", 2, new DeviceSpec.QemuStream(state.resolve("q").toString(), true,
                DeviceSpec.SocketAccess.DEFAULT), VlanMembership.access(10)));
        specs.add(new PortSpec("off", 3, new DeviceSpec.Nic("weft-no-such", false), VlanMembership.access(10), false, 0,
                0));
        lab.apply(specs);
        assertThat(status("a").state()).isEqualTo("up");
        assertThat(status("gone").failure()).isNotNull().extracting(failure -> failure.reason())
                .isIn(PortReason.NO_DEVICE, PortReason.NO_PERMISSION);
        assertThat(status("guest").failure()).isNotNull().extracting(failure -> failure.reason())
                .isEqualTo(PortReason.WAITING_FOR_GUEST);
        assertThat(status("off").state()).isEqualTo("disabled");
        assertThat(Files.exists(state.resolve("q"))).isTrue();
        lab.apply(List.of(specs.get(0)));
        assertThat(Files.exists(state.resolve("q"))).as("its own socket is removed").isFalse();
    }

    @Test
    void shouldServeEachPortByOneOfSeveralWorkers() {
        lab.close();
        lab = new VirtualSwitch(
                new SwitchOptions(List.of(0, 1 % Runtime.getRuntime().availableProcessors()), false, state,
                        300, 1));
        for (int n = 0; n < 4; n++) {
            port("p" + n, VlanMembership.access(10));
        }
        lab.apply(specs);
        int received = 0;
        int sent = 0;
        for (int round = 0; round < 500 || received < 3 * sent; round++) {
            boolean sending = round < 500 && 3 * sent - received < RING / 2;
            for (int n = 0; n < 4; n++) {
                if (sending && link("p" + n).send(untagged(BROADCAST, "02:00:00:00:00:1" + n), 0)) {
                    sent++;
                }
                received += drain("p" + n);
            }
            spin();
        }
        assertThat(sent).isGreaterThan(100);
        assertThat(received).isEqualTo(3 * sent);
        assertThat(lab.workers()).hasSize(2).allSatisfy(worker -> assertThat(worker.ports()).hasSize(2));
    }

    @Test
    void shouldRemoveAPortThatGoesOnSendingWithoutAFault() throws InterruptedException {
        port("a", VlanMembership.access(10));
        port("talker", VlanMembership.access(10));
        lab.apply(specs);
        List<LogRecord> faults = Collections.synchronizedList(new ArrayList<>());
        Logger logger = Logger.getLogger(Worker.class.getName());
        Handler collector = new Collector(faults);
        logger.addHandler(collector);
        AtomicBoolean talking = new AtomicBoolean(true);
        Thread talker = new Thread(() -> {
            while (talking.get()) {
                link("talker").send(untagged(BROADCAST, B), 0);
            }
        });
        talker.start();
        try {
            for (int round = 0; round < 100; round++) {
                lab.apply(specs.subList(0, 1));
                lab.apply(specs);
            }
        } finally {
            talking.set(false);
            talker.join();
            logger.removeHandler(collector);
        }
        assertThat(faults).extracting(LogRecord::getMessage).isEmpty();
    }

    private static final class Collector extends Handler {
        private final List<LogRecord> records;

        Collector(List<LogRecord> records) {
            this.records = records;
        }

        @Override
        public void publish(LogRecord record) {
            records.add(record);
        }

        @Override
        public void flush() {
        }

        @Override
        public void close() {
        }
    }

    @Test
    void shouldNoticeThatAGuestIsGoneWhoseSocketIsOnlySentTo() throws IOException {
        port("a", VlanMembership.access(10));
        Path remote = state.resolve("qemu");
        try (Socket qemu = Socket.open(Socket.AF_UNIX, Socket.SOCK_DGRAM, 0)) {
            qemu.bind(SocketAddress.unix(remote.toString()));
            specs.add(PortSpec.of("guest", 1, new DeviceSpec.QemuDgram(state.resolve("weft").toString(),
                    remote.toString(), DeviceSpec.SocketAccess.DEFAULT), VlanMembership.access(10)));
            lab.apply(specs);
            assertThat(status("guest").failure()).isNull();
        }
        Files.delete(remote);
        link("a").send(untagged(BROADCAST, A), 0);
        Spin.until("the port fails", () -> status("guest").failure() != null);
        assertThat(Objects.requireNonNull(status("guest").failure()).reason())
                .isEqualTo(PortReason.WAITING_FOR_GUEST);
    }

    @Test
    void shouldStartBesideFilesThatAKilledProcessLeftHalfWritten() throws IOException {
        Path journal = Files.createDirectories(state.resolve("nics"));
        Files.writeString(journal.resolve(".abcdefghijklmno"), "7\nipv6-en");
        Files.writeString(journal.resolve("weft-no-such"), "");
        new VirtualSwitch(new SwitchOptions(List.of(), false, state, 300, 1)).close();
        assertThat(journal.resolve("weft-no-such")).doesNotExist();
    }
}
