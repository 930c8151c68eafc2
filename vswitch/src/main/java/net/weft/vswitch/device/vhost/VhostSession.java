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
 * The vhost-user protocol, message by message: each changes the {@link VhostNic}, perhaps is answered, and afterwards what can
 * run is offered.
 * <p>
 * No socket in here: the caller brings messages and sends the answers. One thread, but for {@link #device} and
 * {@link #obstacle}.
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
    private final VhostNic card;
    private final long offered;
    private long protocolFeatures;
    private int status;
    private long verdict;

    /**
     * An answer.
     *
     * @param file goes with it, the receiver's to close
     */
    record Answer(ByteBuffer payload, @Nullable Fd file) {
    }

    /**
     * @param port number that received frames carry
     * @param pairs queue pairs, {@code 1..127}
     * @param mtu largest layer-3 packet of the port
     * @param rules which files may be the guest's memory
     * @param doubted the front end before this one did not share the guest's memory: where nothing is in it, this neither
     * @param changed called when a device was offered or failed; any thread
     */
    VhostSession(String label, int port, int pairs, int mtu, MemoryRules rules, boolean doubted, Runnable changed) {
        this.mtu = mtu;
        this.rules = rules;
        this.card = new VhostNic(label, port, pairs, rules, doubted, changed);
        this.offered = VirtioNet.OFFERED | (pairs > 1 ? VirtioNet.MQ : 0);
    }

    /** As {@link VhostNic#device}. */
    @Nullable
    VhostUserDevice device() {
        return card.device();
    }

    /** As {@link VhostNic#isUnshared}. */
    boolean isUnshared() {
        return card.isUnshared();
    }

    /** Whether nobody can make the guest's memory shorter. Any thread. */
    boolean isMemorySealed() {
        return card.memory.isSealed();
    }

    /** As {@link VhostNic#obstacle}. */
    @Nullable
    String obstacle() {
        return card.obstacle();
    }

    /**
     * Carries out a message.
     *
     * @param files that came with it; closed here where nothing needs them
     * @return the answer, null when none is due
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
            card.offer();
            FaultCalls.deliver();
            boolean asked = (flags & NEED_REPLY) != 0 && (protocolFeatures & PROTOCOL_REPLY_ACK) != 0;
            return answer != null ? answer : asked ? answer(verdict) : null;
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
                return answer(card.rings() / 2);
            }
            case GET_MAX_MEM_SLOTS -> {
                return answer(MEMORY_SLOTS);
            }
            case GET_STATUS -> {
                return answer(card.obstacle() == null ? status : status | NEEDS_RESET);
            }
            case GET_VRING_BASE -> {
                return stop(in);
            }
            case GET_INFLIGHT_FD -> {
                ByteBuffer description = buffer(InflightRegion.DESCRIPTION_BYTES);
                Fd file = InflightRegion.create(in, card.isPacked(), card.rings(), description);
                return new Answer(description.rewind(), file);
            }
            case SET_INFLIGHT_FD -> card.inflight(InflightRegion.map(in, card.rings(), files, rules));
            case SET_OWNER -> {
            }
            case SET_FEATURES -> features(in.getLong());
            case SET_PROTOCOL_FEATURES -> protocolFeatures(in.getLong());
            case SET_MEM_TABLE -> memoryTable(in, files);
            case ADD_MEM_REG -> addMemory(in, files);
            case REM_MEM_REG -> removeMemory(in);
            case SET_LOG_BASE -> {
                card.log(DirtyLog.map(in, files, rules));
                return new Answer(buffer(0), null);
            }
            case SET_LOG_FD -> card.logging.written(PassedFile.takeEvent(0, files));
            case SET_VRING_NUM -> card.stopped(in.getInt()).size(in.getInt());
            case SET_VRING_BASE -> card.stopped(in.getInt()).base(in.getInt());
            case SET_VRING_ADDR -> addresses(in);
            case SET_VRING_KICK -> kick(in, files);
            case SET_VRING_CALL -> call(in, files);
            case SET_VRING_ERR -> card.ring((int) in.getLong() & RING_INDEX_MASK);
            case SET_VRING_ENABLE -> enable(in);
            case SET_STATUS -> status((int) in.getLong());
            case RESET_OWNER, RESET_DEVICE -> card.reset();
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
        card.features(wanted);
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
            card.withdraw("the guest reset its card");
        }
    }

    // ---- memory ----------------------------------------------------------------------------------------------------

    private void memoryTable(ByteBuffer in, List<Fd> files) throws VhostViolationException {
        int count = in.getInt();
        in.getInt();
        GuestMemory.checkTable(count, TABLE_REGIONS, files.size());
        card.memoryChanges();
        card.memory.clear();
        for (int n = 0; n < count; n++) {
            card.memory.add(in, files.get(n));
        }
    }

    /** QEMU 7.2 says it once for each queue pair: what is there already stays as it is. */
    private void addMemory(ByteBuffer in, List<Fd> files) throws VhostViolationException {
        in.getLong();
        GuestMemory.checkTable(1, 1, files.size());
        in.mark();
        if (card.memory.has(in.getLong(), in.getLong(), in.getLong())) {
            return;
        }
        in.reset();
        if (card.memory.count() == MEMORY_SLOTS) {
            throw new VhostViolationException("more than " + MEMORY_SLOTS + " memory regions");
        }
        card.memoryChanges();
        card.memory.add(in, files.getFirst());
    }

    /** As {@link #addMemory}: what is gone already may be removed again. */
    private void removeMemory(ByteBuffer in) {
        in.getLong();
        long guest = in.getLong();
        long bytes = in.getLong();
        long user = in.getLong();
        if (card.memory.has(guest, bytes, user)) {
            card.withdraw("its memory changes");
            card.memory.remove(guest, bytes, user);
        } else if (card.memory.overlaps(guest, bytes)) {
            verdict = REFUSED;
        }
    }

    // ---- rings -----------------------------------------------------------------------------------------------------

    private void addresses(ByteBuffer in) throws VhostViolationException {
        int index = in.getInt();
        Vring ring = card.ring(index);
        boolean logged = (in.getInt() & LOG_RING) != 0;
        long descriptors = in.getLong();
        long used = in.getLong();
        long available = in.getLong();
        ring.logged(logged, in.getLong());
        if (card.device() != null && ring.isAt(descriptors, used, available)) {
            card.applyLog();
            return;
        }
        card.stopped(index).addresses(descriptors, used, available);
        if (ring.isAddressed() && !card.memory.isEmpty() && ring.setup(card.memory, card.features()) == null) {
            throw new VhostViolationException("a ring lies outside the guest's memory");
        }
    }

    private void kick(ByteBuffer in, List<Fd> files) throws VhostViolationException {
        int word = (int) in.getLong();
        Vring ring = card.stopped(word & RING_INDEX_MASK);
        ring.start(PassedFile.takeEvent(word, files));
        if (!VirtioNet.has(card.features(), VirtioNet.PROTOCOL_FEATURES)) {
            ring.enabled(true);
        }
    }

    private void call(ByteBuffer in, List<Fd> files) throws VhostViolationException {
        int word = (int) in.getLong();
        card.ring(word & RING_INDEX_MASK).call.replace(PassedFile.takeEvent(word, files));
    }

    private void enable(ByteBuffer in) throws VhostViolationException {
        card.enable(in.getInt(), in.getInt() != 0);
    }

    private Answer stop(ByteBuffer in) throws VhostViolationException {
        int index = in.getInt();
        Vring ring = card.stopped(index);
        ring.stop();
        card.forget(index);
        return new Answer(buffer(8).putInt(index).putInt(ring.base()).flip(), null);
    }

    private void announce(long mac) {
        long address = mac & MAC_MASK;
        if (address != 0 && (address & 1) == 0) {
            card.announce(address);
        }
    }

    private static Answer answer(long value) {
        return new Answer(buffer(8).putLong(value).flip(), null);
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    }

    /** The front end is gone, or kept out. */
    @Override
    public void close() {
        card.close();
    }
}
