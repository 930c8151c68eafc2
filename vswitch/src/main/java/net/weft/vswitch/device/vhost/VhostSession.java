package net.weft.vswitch.device.vhost;

import static net.weft.vswitch.device.vhost.VhostUser.*;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import net.weft.linux.FaultCalls;
import net.weft.linux.Fd;
import org.jspecify.annotations.Nullable;

/**
 * The vhost-user protocol. Each message changes the {@link VhostNic} and may be answered; afterwards the queue pairs
 * that can run are offered.
 * <p>
 * The session has no socket: the caller passes messages in and sends the answers. One thread, except for {@link
 * #device} and {@link #obstacle}.
 */
final class VhostSession implements AutoCloseable {
    private static final long PROTOCOL_OFFERED = PROTOCOL_MQ | PROTOCOL_LOG_SHMFD | PROTOCOL_RARP | PROTOCOL_REPLY_ACK
            | PROTOCOL_MTU
            | PROTOCOL_INFLIGHT_SHMFD | PROTOCOL_RESET_DEVICE | PROTOCOL_CONFIGURE_MEM_SLOTS | PROTOCOL_STATUS;
    private static final long ACCEPTED = 0;
    private static final long REFUSED = 1;
    private static final int MIN_MTU = 68;
    private static final long MAC_MASK = 0xFFFF_FFFF_FFFFL;

    private final int mtu;
    private final MemoryRules rules;
    private final VhostNic nic;
    private final long offered;
    private long protocolFeatures;
    private int status;
    private long verdict;

    /**
     * A reply to the front end.
     *
     * @param file descriptor sent with the reply; the receiver of this record closes it
     */
    record Answer(ByteBuffer payload, @Nullable Fd file) {
    }

    /**
     * @param port port number that received frames carry
     * @param pairs queue pairs, {@code 1..127}
     * @param mtu largest layer-3 packet of the port
     * @param rules which files may be the guest's memory
     * @param lastUnshared true if the previous front end did not share the guest's memory; then blank memory counts as
     *     not shared, too
     * @param changed called when a device was offered or failed; any thread
     */
    VhostSession(String label, int port, int pairs, int mtu, MemoryRules rules, boolean lastUnshared,
            Runnable changed) {
        this.mtu = mtu;
        this.rules = rules;
        this.nic = new VhostNic(label, port, pairs, rules, lastUnshared, changed);
        this.offered = VirtioNet.OFFERED | (pairs > 1 ? VirtioNet.MQ : 0);
    }

    /** See {@link VhostNic#device}. */
    @Nullable
    VhostUserDevice device() {
        return nic.device();
    }

    /** See {@link VhostNic#frontEnd}. Before the first message. */
    void frontEnd(int process) {
        nic.frontEnd(process);
    }

    /** See {@link VhostNic#isUnshared}. */
    boolean isUnshared() {
        return nic.isUnshared();
    }

    /** Returns whether all guest memory is sealed against shrinking. Any thread. */
    boolean isMemorySealed() {
        return nic.memory.isSealed();
    }

    /** See {@link VhostNic#obstacle}. */
    @Nullable
    String obstacle() {
        return nic.obstacle();
    }

    /**
     * Handles one message.
     *
     * @param files descriptors received with the message; those that are not used are closed here
     * @return the reply, or null if none is due
     */
    @Nullable
    Answer handle(int request, int flags, ByteBuffer payload, List<Fd> files) throws VhostViolationException {
        List<Fd> unclaimed = new ArrayList<>(files);
        try {
            if ((flags & (VERSION_MASK | REPLY)) != VERSION) {
                throw new VhostViolationException("message " + request + " has flags 0x" + Integer.toHexString(flags)
                        + "; expected a request of protocol version 1");
            }
            verdict = ACCEPTED;
            Answer answer = dispatch(request, payload, unclaimed);
            nic.offer();
            FaultCalls.deliver();
            boolean replyRequested = (flags & NEED_REPLY) != 0 && (protocolFeatures & PROTOCOL_REPLY_ACK) != 0;
            return answer != null ? answer : replyRequested ? answer(verdict) : null;
        } catch (BufferUnderflowException e) {
            throw new VhostViolationException("message " + request + " is truncated: " + payload.limit() + " bytes");
        } finally {
            unclaimed.forEach(Fd::close);
        }
    }

    private @Nullable Answer dispatch(int request, ByteBuffer in, List<Fd> files) throws VhostViolationException {
        switch (request) {
            case GET_FEATURES -> {
                return answer(offered);
            }
            case GET_PROTOCOL_FEATURES -> {
                return answer(PROTOCOL_OFFERED);
            }
            case GET_QUEUE_NUM -> {
                return answer(nic.rings() / 2);
            }
            case GET_MAX_MEM_SLOTS -> {
                return answer(MEMORY_SLOTS);
            }
            case GET_STATUS -> {
                return answer(nic.obstacle() == null ? status : status | NEEDS_RESET);
            }
            case GET_VRING_BASE -> {
                return stop(in);
            }
            case GET_INFLIGHT_FD -> {
                ByteBuffer description = buffer(InflightRegion.DESCRIPTION_BYTES);
                Fd file = InflightRegion.create(in, nic.isPacked(), nic.rings(), description);
                return new Answer(description.rewind(), file);
            }
            case SET_INFLIGHT_FD -> nic.inflight(InflightRegion.map(in, nic.rings(), files, rules));
            case SET_OWNER -> {
            }
            case SET_FEATURES -> features(in.getLong());
            case SET_PROTOCOL_FEATURES -> protocolFeatures(in.getLong());
            case SET_MEM_TABLE -> memoryTable(in, files);
            case ADD_MEM_REG -> addMemory(in, files);
            case REM_MEM_REG -> removeMemory(in);
            case SET_LOG_BASE -> {
                nic.log(DirtyLog.map(in, files, rules));
                return new Answer(buffer(0), null);
            }
            case SET_LOG_FD -> nic.logging.written(PassedFile.takeEvent(0, files));
            case SET_VRING_NUM -> nic.stopped(in.getInt()).size(in.getInt());
            case SET_VRING_BASE -> nic.stopped(in.getInt()).base(in.getInt());
            case SET_VRING_ADDR -> addresses(in);
            case SET_VRING_KICK -> kick(in, files);
            case SET_VRING_CALL -> call(in, files);
            case SET_VRING_ERR -> nic.ring((int) in.getLong() & RING_INDEX_MASK);
            case SET_VRING_ENABLE -> enable(in);
            case SET_STATUS -> status((int) in.getLong());
            case RESET_OWNER, RESET_DEVICE -> nic.reset();
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
        nic.features(wanted);
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
            nic.withdraw("the guest reset its card");
        }
    }

    // ---- memory ----------------------------------------------------------------------------------------------------

    private void memoryTable(ByteBuffer in, List<Fd> files) throws VhostViolationException {
        int count = in.getInt();
        in.getInt();
        GuestMemory.checkTable(count, TABLE_REGIONS, files.size());
        nic.memoryChanges();
        nic.memory.clear();
        for (int n = 0; n < count; n++) {
            nic.memory.add(in, files.get(n));
        }
    }

    /**
     * Adds a memory region. QEMU 7.2 sends this message once for each queue pair, so a region that exists already is
     * left unchanged.
     */
    private void addMemory(ByteBuffer in, List<Fd> files) throws VhostViolationException {
        in.getLong();
        GuestMemory.checkTable(1, 1, files.size());
        in.mark();
        if (nic.memory.has(in.getLong(), in.getLong(), in.getLong())) {
            return;
        }
        in.reset();
        if (nic.memory.count() == MEMORY_SLOTS) {
            throw new VhostViolationException("more than " + MEMORY_SLOTS + " memory regions");
        }
        nic.memoryChanges();
        nic.memory.add(in, files.getFirst());
    }

    /**
     * Removes a memory region. For the same reason as in {@link #addMemory}, a region that is already removed is
     * ignored.
     */
    private void removeMemory(ByteBuffer in) {
        in.getLong();
        long guest = in.getLong();
        long bytes = in.getLong();
        long user = in.getLong();
        if (nic.memory.has(guest, bytes, user)) {
            nic.withdraw("its memory changes");
            nic.memory.remove(guest, bytes, user);
        } else if (nic.memory.overlaps(guest, bytes)) {
            verdict = REFUSED;
        }
    }

    // ---- rings -----------------------------------------------------------------------------------------------------

    private void addresses(ByteBuffer in) throws VhostViolationException {
        int index = in.getInt();
        Vring ring = nic.ring(index);
        boolean logged = (in.getInt() & LOG_RING) != 0;
        long descriptors = in.getLong();
        long used = in.getLong();
        long available = in.getLong();
        ring.logged(logged, in.getLong());
        if (nic.device() != null && ring.isAt(descriptors, used, available)) {
            nic.applyLog();
            return;
        }
        nic.stopped(index).addresses(descriptors, used, available);
        if (ring.isAddressed() && !nic.memory.isEmpty() && ring.setup(nic.memory, nic.features()) == null) {
            throw new VhostViolationException("a ring lies outside the guest's memory");
        }
    }

    private void kick(ByteBuffer in, List<Fd> files) throws VhostViolationException {
        int word = (int) in.getLong();
        Vring ring = nic.stopped(word & RING_INDEX_MASK);
        ring.start(PassedFile.takeEvent(word, files));
        if (!VirtioNet.has(nic.features(), VirtioNet.PROTOCOL_FEATURES)) {
            ring.enabled(true);
        }
    }

    private void call(ByteBuffer in, List<Fd> files) throws VhostViolationException {
        int word = (int) in.getLong();
        nic.ring(word & RING_INDEX_MASK).call.replace(PassedFile.takeEvent(word, files));
    }

    private void enable(ByteBuffer in) throws VhostViolationException {
        nic.enable(in.getInt(), in.getInt() != 0);
    }

    private Answer stop(ByteBuffer in) throws VhostViolationException {
        int index = in.getInt();
        Vring ring = nic.stopped(index);
        ring.stop();
        nic.forget(index);
        return new Answer(buffer(8).putInt(index).putInt(ring.base()).flip(), null);
    }

    private void announce(long mac) {
        long address = mac & MAC_MASK;
        if (address != 0 && (address & 1) == 0) {
            nic.announce(address);
        }
    }

    private static Answer answer(long value) {
        return new Answer(buffer(8).putLong(value).flip(), null);
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    }

    /** Ends the session, when the front end is gone or was rejected. */
    @Override
    public void close() {
        nic.close();
    }
}
