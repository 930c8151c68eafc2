package net.weft.vswitch.device.vhost;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import net.weft.linux.EventFd;
import net.weft.linux.Fd;
import net.weft.linux.Mapping;
import net.weft.linux.Memfd;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.PortReason;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Messages without a socket; the test is the port's supervisor, which closes a device as soon as it has failed. */
class VhostSessionTest {
    private static final int MEMORY = 1 << 20;
    private static final long GUEST = 0x4000_0000L;
    private static final long USER = 0x7f00_0000_0000L;

    private @Nullable VhostUserDevice taken;
    private VhostSession session = new VhostSession("test", 1, 2, 1500, false, this::supervise);

    private void supervise() {
        VhostUserDevice device = taken;
        if (device != null && device.failure() != null) {
            device.close();
            taken = null;
        }
    }

    private @Nullable VhostUserDevice take() {
        VhostUserDevice device = session.device();
        if (device != null && device.take()) {
            taken = device;
        }
        return taken;
    }

    private long send(int request, long... words) throws VhostViolationException {
        return send(request, List.of(), words);
    }

    private long send(int request, List<Fd> files, long... words) throws VhostViolationException {
        ByteBuffer payload = ByteBuffer.allocate(8 * words.length).order(ByteOrder.nativeOrder());
        for (long word : words) {
            payload.putLong(word);
        }
        VhostSession.Answer answer = session.handle(request, VhostUser.VERSION | VhostUser.NEED_REPLY, payload.flip(),
                files);
        return answer == null ? -1 : answer.payload().getLong();
    }

    private static List<Fd> memory() {
        return List.of(Memfd.create("weft-vhost-test", MEMORY));
    }

    private static List<Fd> event() {
        return List.of(new EventFd().fd());
    }

    private static long state(int ring, int value) {
        return ring | (long) value << 32;
    }

    private void negotiate() throws VhostViolationException {
        send(VhostUser.SET_PROTOCOL_FEATURES, VhostUser.PROTOCOL_REPLY_ACK | VhostUser.PROTOCOL_MQ);
        send(VhostUser.SET_FEATURES, VirtioNet.VERSION_1 | VirtioNet.PROTOCOL_FEATURES);
        send(VhostUser.SET_MEM_TABLE, memory(), 1, GUEST, MEMORY, USER, 0);
    }

    private void ring(int ring) throws VhostViolationException {
        ring(ring, 0);
    }

    private void ring(int ring, int base) throws VhostViolationException {
        long at = USER + 0x10000L * ring;
        send(VhostUser.SET_VRING_NUM, state(ring, 256));
        send(VhostUser.SET_VRING_BASE, state(ring, base));
        send(VhostUser.SET_VRING_ADDR, state(ring, 0), at, at + 0x4000, at + 0x2000, 0);
        send(VhostUser.SET_VRING_CALL, event(), ring);
        send(VhostUser.SET_VRING_KICK, event(), ring);
        send(VhostUser.SET_VRING_ENABLE, state(ring, 1));
    }

    private static List<Fd> inflight(int size, long indices) {
        Fd file = Memfd.create("weft-vhost-test", 4 * PackedInflight.bytes(256));
        try (Mapping mapping = Mapping.shared(file, 0, 4 * PackedInflight.bytes(256))) {
            Memory.putShort(mapping.address() + 8, (short) 1);
            Memory.putShort(mapping.address() + 10, (short) size);
            Memory.putLong(mapping.address() + 16, indices);
        }
        return List.of(file);
    }

    private static final long DESCRIPTION = 4 | 256 << 16;
    private static final long PACKED = VirtioNet.VERSION_1 | VirtioNet.PROTOCOL_FEATURES | VirtioNet.RING_PACKED;

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
        assertThat(PassedFile.bytes(file)).isEqualTo(bytes);
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

    private static long openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.filter(file -> {
                try {
                    String target = Files.readSymbolicLink(file).toString();
                    return target.contains("weft-vhost-test") || target.contains("weft-inflight")
                            || target.contains("eventfd");
                } catch (IOException e) {
                    return false;
                }
            }).count();
        }
    }

    private static long mappings() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.contains("weft-vhost-test") || line.contains("weft-inflight")).count();
        }
    }

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
    void shouldSayThatTheMemoryIsNotShared() throws Exception {
        send(VhostUser.SET_FEATURES, VirtioNet.VERSION_1 | VirtioNet.PROTOCOL_FEATURES);
        ring(0);
        assertThatThrownBy(() -> ring(1)).as("no memory at all").isInstanceOf(VhostViolationException.class)
                .hasMessage(GuestMemory.NOT_SHARED)
                .hasMessageStartingWith("the guest's memory is not shared: add -object memory-backend-memfd,");
        assertThat(session.isUnshared()).isTrue();
        session.close();

        session = new VhostSession("test", 1, 2, 1500, false, this::supervise);
        runningOn(memory());
        VhostUserDevice device = Objects.requireNonNull(take());
        device.kicked();
        assertThat(device.failure()).as("a kick, but nothing to be seen")
                .isEqualTo(new DeviceFailure(PortReason.GUEST_VIOLATION, "test: " + GuestMemory.NOT_SHARED));
        assertThat(session.isUnshared()).isTrue();
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
        session = new VhostSession("test", 1, 2, 1500, true, this::supervise);
        assertThatThrownBy(() -> runningOn(memory())).hasMessage(GuestMemory.NOT_SHARED);
        session.close();
        session = new VhostSession("test", 1, 2, 1500, true, this::supervise);
        runningOn(written());
        assertThat(take()).as("now it is shared").isNotNull();
        session.close();
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

    private interface Runner {
        void run() throws VhostViolationException;
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
    void shouldSayWhichRuleWasBroken() {
        shouldBreak("not offered", () -> send(VhostUser.SET_FEATURES, -1));
        shouldBreak("65536 entries; expected 1-32768", () -> send(VhostUser.SET_VRING_NUM, state(0, 65536)));
        shouldBreak("ring 4 of 4", () -> send(VhostUser.SET_VRING_NUM, state(4, 4)));
        shouldBreak("truncated", () -> send(VhostUser.SET_VRING_ADDR, 0));
        shouldBreak("share=on", () -> send(VhostUser.SET_MEM_TABLE, 0));
        shouldBreak("of an eventfd", () -> send(VhostUser.SET_VRING_KICK, memory(), 0));
        shouldBreak("1048577 of a file of 1048576 bytes",
                () -> send(VhostUser.SET_MEM_TABLE, memory(), 1, GUEST, MEMORY, USER, 1));
        shouldBreak("impossible", () -> send(VhostUser.SET_MEM_TABLE, memory(), 1, GUEST, -1, USER, 0));
        shouldBreak("for 5 rings; expected 1-4", () -> send(VhostUser.GET_INFLIGHT_FD, 0, 0, 5 | 256 << 16));
        shouldBreak("of 0 entries", () -> send(VhostUser.GET_INFLIGHT_FD, 0, 0, 4));
        shouldBreak("at offset 64 of 1 files",
                () -> send(VhostUser.SET_INFLIGHT_FD, memory(), MEMORY, 64, DESCRIPTION));
        shouldBreak("used entries 256 and 3, wrap counters 0 and 0", () -> takeUp(256 | 3 << 16));
        shouldBreak("0 chains from entry 3 to 5", () -> takeUp(5 | 3 << 16));
        shouldBreak("outside the guest's memory", () -> {
            negotiate();
            send(VhostUser.SET_VRING_NUM, state(0, 256));
            send(VhostUser.SET_VRING_ADDR, state(0, 0), USER + MEMORY - 4080, USER, USER, 0);
        });
        shouldBreak("a split ring of 3 entries; expected a power of two", () -> {
            ring(0);
            ring(1);
            send(VhostUser.SET_VRING_NUM, state(0, 3));
        });
        shouldBreak("a packed ring of 256 entries that stands at entry 257", () -> {
            send(VhostUser.SET_FEATURES, VirtioNet.VERSION_1 | VirtioNet.PROTOCOL_FEATURES | VirtioNet.RING_PACKED);
            ring(0);
            send(VhostUser.SET_VRING_BASE, state(0, 0x8101));
        });
        session.close();
    }

    private static List<Fd> log(int bytes) {
        return List.of(Memfd.create("weft-vhost-test", bytes));
    }

    /** Bytes of a log for a mebibyte at {@link #GUEST}. */
    private static final int LOG = (int) ((GUEST + MEMORY) / 4096 / 8);

    private void features(long more) throws VhostViolationException {
        send(VhostUser.SET_FEATURES, VirtioNet.VERSION_1 | VirtioNet.PROTOCOL_FEATURES | more);
    }

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
        session = new VhostSession("test", 1, 2, 1500, false, this::supervise);
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

    @Test
    void shouldKeepAnAnnouncementUntilTheRingsRun() throws Exception {
        negotiate();
        send(VhostUser.SEND_RARP, 0x0b_00_00_00_00_02L);
        ring(0);
        ring(1);
        assertThat(take()).isNotNull().matches(VhostUserDevice::hasAnnouncement);
        session.close();
    }

    /** A ring whose first descriptor at entry 3 is available in lap 0, with these indices kept. */
    private void takeUp(long indices) throws VhostViolationException {
        session = new VhostSession("test", 1, 2, 1500, false, this::supervise);
        negotiate();
        Fd file = Memfd.create("weft-vhost-test", MEMORY);
        try (Mapping mapping = Mapping.shared(file, 0, MEMORY)) {
            Memory.putShort(mapping.address() + 16 * 3 + 14, (short) (1 << 15));
        }
        send(VhostUser.SET_FEATURES, PACKED);
        send(VhostUser.SET_MEM_TABLE, List.of(file), 1, GUEST, MEMORY, USER, 0);
        send(VhostUser.SET_INFLIGHT_FD, inflight(256, indices), 4 * PackedInflight.bytes(256), 0, DESCRIPTION);
        ring(0);
        try {
            ring(1);
        } finally {
            session.close();
            session = new VhostSession("test", 1, 2, 1500, false, this::supervise);
        }
    }

    private void shouldBreak(String sentence, Runner step) {
        assertThatThrownBy(step::run).isInstanceOf(VhostViolationException.class).hasMessageContaining(sentence);
    }

    @Test
    void shouldSurviveAnyMessageAndKeepNothing() throws Exception {
        long filesBefore = openFiles();
        long seed = new Random().nextLong();
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
