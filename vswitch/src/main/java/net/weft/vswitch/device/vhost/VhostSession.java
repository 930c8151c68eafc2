package net.weft.vswitch.device.vhost;

import static net.weft.vswitch.device.vhost.VhostUser.*;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import net.weft.linux.Fd;
import net.weft.vswitch.burst.PortReason;
import org.jspecify.annotations.Nullable;

/**
 * One front end's view of its card: features, memory, rings. A message changes it, perhaps is answered, and afterwards the
 * pairs of rings that can run are offered as a {@link VhostUserDevice}. Whatever would pull memory or a ring from under the
 * workers withdraws the device first.
 * <p>
 * No socket in here: the caller brings messages and sends the answers. One thread, but for {@link #device}.
 */
final class VhostSession implements AutoCloseable {
    private static final long PROTOCOL_OFFERED = PROTOCOL_MQ | PROTOCOL_LOG_SHMFD | PROTOCOL_RARP | PROTOCOL_REPLY_ACK
            | PROTOCOL_MTU
            | PROTOCOL_RESET_DEVICE | PROTOCOL_CONFIGURE_MEM_SLOTS | PROTOCOL_STATUS;
    private static final long ACCEPTED = 0;
    private static final long REFUSED = 1;
    private static final int MIN_MTU = 68;

    private final String label;
    private final int port;
    private final int mtu;
    private final boolean doubted;
    private final Runnable changed;
    private final Vring[] rings;
    private final GuestMemory memory = new GuestMemory();
    private final Logging logging = new Logging();
    private final long offered;
    private long features;
    private long protocolFeatures;
    private int status;
    private long verdict;
    /** MAC to announce once rings run, 0 for none. */
    private long announcement;
    private boolean memoryKnown;
    private boolean unshared;
    private volatile @Nullable VhostUserDevice device;

    /**
     * @param port number that received frames carry
     * @param pairs queue pairs, {@code 1..127}
     * @param mtu largest layer-3 packet of the port
     * @param doubted the front end before this one did not share the guest's memory: where nothing is in it, this neither
     * @param changed called when a device was offered or failed; any thread
     */
    VhostSession(String label, int port, int pairs, int mtu, boolean doubted, Runnable changed) {
        this.label = label;
        this.port = port;
        this.mtu = mtu;
        this.doubted = doubted;
        this.changed = changed;
        this.offered = VirtioNet.OFFERED | (pairs > 1 ? VirtioNet.MQ : 0);
        this.rings = new Vring[2 * pairs];
        for (int n = 0; n < rings.length; n++) {
            rings[n] = new Vring();
        }
    }

    /** The device whose rings can run, perhaps already taken or failed; null while there is none. Any thread. */
    @Nullable
    VhostUserDevice device() {
        return device;
    }

    /** Whether it has turned out that the guest's memory is not shared. */
    boolean isUnshared() {
        VhostUserDevice running = device;
        return unshared || running != null && running.isUnshared();
    }

    /**
     * Carries out a message.
     *
     * @param files that came with it; closed here where nothing needs them
     * @return payload of the answer, null when none is due
     */
    @Nullable
    ByteBuffer handle(int request, int flags, ByteBuffer payload, List<Fd> files) throws VhostViolationException {
        List<Fd> unclaimed = new ArrayList<>(files);
        try {
            if ((flags & (VERSION_MASK | REPLY)) != VERSION) {
                throw new VhostViolationException("message " + request + " has flags 0x" + Integer.toHexString(flags)
                        + "; expected a request of protocol version 1");
            }
            verdict = ACCEPTED;
            ByteBuffer answer = dispatch(request, payload, unclaimed);
            offer();
            boolean asked = (flags & NEED_REPLY) != 0 && (protocolFeatures & PROTOCOL_REPLY_ACK) != 0;
            return answer != null ? answer : asked ? answer(verdict) : null;
        } catch (BufferUnderflowException e) {
            throw new VhostViolationException("message " + request + " is truncated: " + payload.limit() + " bytes");
        } finally {
            unclaimed.forEach(Fd::close);
        }
    }

    private @Nullable ByteBuffer dispatch(int request, ByteBuffer in, List<Fd> files) throws VhostViolationException {
        switch (request) {
            case GET_FEATURES -> {
                return answer(offered);
            }
            case GET_PROTOCOL_FEATURES -> {
                return answer(PROTOCOL_OFFERED);
            }
            case GET_QUEUE_NUM -> {
                return answer(rings.length / 2);
            }
            case GET_MAX_MEM_SLOTS -> {
                return answer(MEMORY_SLOTS);
            }
            case GET_STATUS -> {
                return answer(status);
            }
            case GET_VRING_BASE -> {
                return stop(in);
            }
            case SET_OWNER -> {
            }
            case SET_FEATURES -> features(in.getLong());
            case SET_PROTOCOL_FEATURES -> protocolFeatures(in.getLong());
            case SET_MEM_TABLE -> memoryTable(in, files);
            case ADD_MEM_REG -> addMemory(in, files);
            case REM_MEM_REG -> removeMemory(in);
            case SET_LOG_BASE -> {
                return logBase(in, files);
            }
            case SET_LOG_FD -> logging.written(PassedFile.takeEvent(0, files));
            case SET_VRING_NUM -> stopped(ring(in.getInt())).size(in.getInt());
            case SET_VRING_BASE -> stopped(ring(in.getInt())).base(in.getInt());
            case SET_VRING_ADDR -> addresses(in);
            case SET_VRING_KICK -> kick(in, files);
            case SET_VRING_CALL -> call(in, files);
            case SET_VRING_ERR -> ring((int) in.getLong() & RING_INDEX_MASK);
            case SET_VRING_ENABLE -> enable(in);
            case SET_STATUS -> status((int) in.getLong());
            case RESET_OWNER, RESET_DEVICE -> reset();
            case SEND_RARP -> announce(in.getLong());
            case NET_SET_MTU -> {
                long wanted = in.getLong();
                verdict = wanted >= MIN_MTU && wanted <= mtu ? ACCEPTED : REFUSED;
            }
            default -> verdict = REFUSED;
        }
        return null;
    }

    // ---- negotiation -----------------------------------------------------------------------------------------------

    private void features(long wanted) throws VhostViolationException {
        if ((wanted & ~offered) != 0) {
            throw new VhostViolationException("features 0x" + Long.toHexString(wanted & ~offered)
                    + " were chosen, but not offered");
        }
        if (((wanted ^ features) & ~VirtioNet.LOG_ALL) != 0) {
            withdraw("features change");
        }
        features = wanted;
        applyLog();
    }

    private void protocolFeatures(long wanted) throws VhostViolationException {
        if ((wanted & ~PROTOCOL_OFFERED) != 0) {
            throw new VhostViolationException("protocol features 0x" + Long.toHexString(wanted & ~PROTOCOL_OFFERED)
                    + " were chosen, but not offered");
        }
        protocolFeatures = wanted;
    }

    private void status(int next) {
        status = next & 0xFF;
        if (status == 0) {
            withdraw("the guest reset its card");
        }
    }

    private void reset() {
        withdraw("the guest reset its card");
        for (Vring ring : rings) {
            ring.stop();
            ring.enabled(false);
        }
        logging.close();
    }

    // ---- memory ----------------------------------------------------------------------------------------------------

    private void memoryTable(ByteBuffer in, List<Fd> files) throws VhostViolationException {
        int count = in.getInt();
        in.getInt();
        GuestMemory.checkTable(count, TABLE_REGIONS, files.size());
        withdraw("its memory changes");
        memoryKnown = true;
        memory.clear();
        for (int n = 0; n < count; n++) {
            memory.add(in, files.get(n));
        }
    }

    private void addMemory(ByteBuffer in, List<Fd> files) throws VhostViolationException {
        in.getLong();
        GuestMemory.checkTable(1, 1, files.size());
        if (memory.count() == MEMORY_SLOTS) {
            throw new VhostViolationException("more than " + MEMORY_SLOTS + " memory regions");
        }
        withdraw("its memory changes");
        memoryKnown = true;
        memory.add(in, files.getFirst());
    }

    private void removeMemory(ByteBuffer in) {
        in.getLong();
        withdraw("its memory changes");
        verdict = memory.remove(in.getLong(), in.getLong(), in.getLong()) ? ACCEPTED : REFUSED;
    }

    // ---- rings -----------------------------------------------------------------------------------------------------

    private void addresses(ByteBuffer in) throws VhostViolationException {
        Vring ring = ring(in.getInt());
        boolean logged = (in.getInt() & LOG_RING) != 0;
        long descriptors = in.getLong();
        long used = in.getLong();
        long available = in.getLong();
        ring.logged(logged, in.getLong());
        if (device != null && ring.isAt(descriptors, used, available)) {
            applyLog();
            return;
        }
        stopped(ring).addresses(descriptors, used, available);
        if (ring.isAddressed() && !memory.isEmpty() && ring.setup(memory, features) == null) {
            throw new VhostViolationException("a ring lies outside the guest's memory");
        }
    }

    private void kick(ByteBuffer in, List<Fd> files) throws VhostViolationException {
        int word = (int) in.getLong();
        Vring ring = stopped(ring(word & RING_INDEX_MASK));
        ring.start(PassedFile.takeEvent(word, files));
        if ((features & VirtioNet.PROTOCOL_FEATURES) == 0) {
            ring.enabled(true);
        }
    }

    private void call(ByteBuffer in, List<Fd> files) throws VhostViolationException {
        int word = (int) in.getLong();
        Vring ring = ring(word & RING_INDEX_MASK);
        ring.call.replace(PassedFile.takeEvent(word, files));
    }

    private void enable(ByteBuffer in) throws VhostViolationException {
        Vring ring = ring(in.getInt());
        boolean on = in.getInt() != 0;
        if (on != ring.isEnabled()) {
            if (!on) {
                withdraw("the guest stopped its card");
            }
            ring.enabled(on);
        }
    }

    private ByteBuffer stop(ByteBuffer in) throws VhostViolationException {
        int index = in.getInt();
        Vring ring = stopped(ring(index));
        ring.stop();
        return buffer(8).putInt(index).putInt(ring.base()).flip();
    }

    private Vring ring(int index) throws VhostViolationException {
        if (index < 0 || index >= rings.length) {
            throw new VhostViolationException("ring " + Integer.toUnsignedString(index) + " of " + rings.length
                    + "; raise `queues` of the port or lower the guest's");
        }
        return rings[index];
    }

    private Vring stopped(Vring ring) {
        withdraw("the guest stopped its card");
        return ring;
    }

    /** QEMU asks for the first announcement before the rings of a guest that has moved run: it waits for them. */
    private void announce(long mac) {
        VhostUserDevice running = device;
        long address = mac & 0xFFFF_FFFF_FFFFL;
        if (address == 0 || (address & 1) != 0) {
            return;
        }
        if (running != null) {
            running.announce(address);
            rings[1].wake();
        } else {
            announcement = address;
        }
    }

    // ---- migration -------------------------------------------------------------------------------------------------

    /** The answer, without payload, says that the old log is not needed any more. */
    private ByteBuffer logBase(ByteBuffer in, List<Fd> files) throws VhostViolationException {
        if (!logging.hasRoom()) {
            withdraw("its log moves once more");
        }
        logging.base(DirtyLog.map(in, files));
        applyLog();
        return buffer(0);
    }

    /** Has the running rings log what they write, or cease to. */
    private void applyLog() throws VhostViolationException {
        VhostUserDevice running = device;
        if (running != null) {
            logging.apply(running, features, rings, memory);
        }
    }

    // ---- the device ------------------------------------------------------------------------------------------------

    private int runnablePairs() {
        int pairs = 0;
        while (2 * pairs < rings.length && rings[2 * pairs].canRun() && rings[2 * pairs + 1].canRun()) {
            pairs++;
        }
        return pairs;
    }

    private void offer() throws VhostViolationException {
        int pairs = runnablePairs();
        if (pairs > 0 && (!memoryKnown || doubted && memory.wasBlank())) {
            unshared = true;
            throw VhostViolationException.notShared();
        }
        VhostUserDevice running = device;
        if (running != null && running.failure() == null && running.pairs() != pairs) {
            withdraw("the number of queues changes");
        }
        if (device != null || pairs == 0) {
            return;
        }
        List<RingSetup> setups = new ArrayList<>();
        for (int n = 0; n < 2 * pairs; n++) {
            rings[n].check(features);
            RingSetup setup = rings[n].setup(memory, features);
            if (setup == null) {
                return;
            }
            setups.add(setup);
        }
        VhostUserDevice next = new VhostUserDevice(label, VirtioNet.offloads(features), changed);
        for (int n = 0; n < 2 * pairs; n += 2) {
            next.add(setups.get(n), setups.get(n + 1), port, rings[n + 1].kick(), rings[n + 1].isPolled());
        }
        if (memory.wasBlank()) {
            next.doubt(new SharingDoubt(setups.get(1).descriptors(), setups.get(1).driver()));
        }
        if (announcement != 0) {
            next.announce(announcement);
            announcement = 0;
        }
        device = next;
        applyLog();
        changed.run();
    }

    private void withdraw(String why) {
        VhostUserDevice running = device;
        if (running != null) {
            running.withdraw(PortReason.WAITING_FOR_GUEST, why);
            device = null;
            for (int n = 0; n < 2 * running.pairs(); n++) {
                rings[n].base(running.base(n));
            }
        }
        logging.free();
    }

    private static ByteBuffer answer(long value) {
        return buffer(8).putLong(value).flip();
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    }

    /** The front end is gone, or kept out: lets go of rings, memory and descriptors. */
    @Override
    public void close() {
        withdraw("the guest went away");
        for (Vring ring : rings) {
            ring.close();
        }
        logging.close();
        memory.clear();
    }
}
