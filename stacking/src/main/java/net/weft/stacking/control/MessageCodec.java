package net.weft.stacking.control;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.weft.stacking.control.MemberState.Adjacency;
import net.weft.stacking.control.MemberState.LagUse;
import net.weft.stacking.control.StackMessage.Heard;
import net.weft.stacking.control.StackMessage.Hello;
import net.weft.stacking.control.StackMessage.States;
import org.jspecify.annotations.Nullable;

/**
 * Writes and reads control messages. A message is version, kind, the sender, a body and a tag under the fabric's key; all numbers
 * are big-endian. Nothing but the fabric's fingerprint and the version is read before the tag was verified. One thread.
 */
public final class MessageCodec {
    /** The version that this member speaks. Trees, election and homes are part of it: the same number computes the same. */
    public static final int VERSION = 2;
    /** Messages are not longer than this, so that they fit any link. */
    public static final int MAX_BYTES = 1400;
    private static final int HELLO = 1;
    private static final int STATES = 2;
    private static final int MAX_LINKS = 32;
    private static final int MAX_MEMBER = 65_534;
    private static final int STATE_BYTES = 2 + 8 + 8 + 2 + 8 + 1 + 1 + 1;
    private static final int ADJACENCY_BYTES = 4;
    private static final int LAG_BYTES = 2 + 8;
    private static final int SENDER_BYTES = 8 + 2 + 8 + 1 + 8 + 8;
    private static final int IS_HEALTHY = 1;
    private static final int IS_MASTER = 2;

    private final StackSecret secret;
    private final ByteBuffer out = ByteBuffer.allocate(MAX_BYTES);

    public MessageCodec(StackSecret secret) {
        this.secret = secret;
    }

    // ---- writing -----------------------------------------------------------------------------------------------------

    /** Returns the bytes of a hello. */
    public byte[] hello(Hello hello) {
        begin(HELLO, hello.sender());
        Heard heard = hello.heard();
        out.put(hello.publicKey().bytes()).putShort((short) (heard == null ? 0 : heard.member()))
                .putLong(heard == null ? 0 : heard.session()).putLong(hello.states());
        return end();
    }

    /** Returns the first of some states as one message, as many as fit. At least one fits. */
    public byte[] states(Sender sender, List<MemberState> states) {
        begin(STATES, sender);
        int fitting = fitting(states);
        out.put((byte) fitting);
        states.subList(0, fitting).forEach(this::put);
        return end();
    }

    /** Returns how many of some states fit into one message. */
    public static int fitting(List<MemberState> states) {
        int bytes = 2 + SENDER_BYTES + 1 + StackSecret.TAG_BYTES;
        int n = 0;
        while (n < states.size() && n < 255 && bytes + bytes(states.get(n)) <= MAX_BYTES) {
            bytes += bytes(states.get(n++));
        }
        return n;
    }

    private static int bytes(MemberState state) {
        return STATE_BYTES + ADJACENCY_BYTES * state.adjacencies().size() + LAG_BYTES * state.lags().size();
    }

    private void begin(int kind, Sender sender) {
        out.clear();
        out.put((byte) VERSION).put((byte) kind).putLong(sender.fabric()).putShort((short) sender.member())
                .putLong(sender.incarnation()).put((byte) sender.link()).putLong(sender.session())
                .putLong(sender.sequence());
    }

    private byte[] end() {
        byte[] message = new byte[out.position() + StackSecret.TAG_BYTES];
        out.flip().get(message, 0, out.limit());
        secret.sign(message, message.length - StackSecret.TAG_BYTES);
        return message;
    }

    private void put(MemberState state) {
        out.putShort((short) state.member()).putLong(state.incarnation()).putLong(state.sequence())
                .putShort((short) state.priority()).putLong(state.uptimeSeconds())
                .put((byte) ((state.isHealthy() ? IS_HEALTHY : 0) | (state.isMaster() ? IS_MASTER : 0)))
                .put((byte) state.adjacencies().size());
        for (Adjacency adjacency : state.adjacencies()) {
            out.put((byte) adjacency.link()).putShort((short) adjacency.neighbor())
                    .put((byte) adjacency.neighborLink());
        }
        out.put((byte) state.lags().size());
        state.lags().forEach(lag -> out.putShort((short) lag.number()).putLong(lag.partner()));
    }

    // ---- reading -----------------------------------------------------------------------------------------------------

    /** What was read: a message, or why it is none. */
    public record Read(@Nullable StackMessage message, @Nullable MessageFault fault) {
    }

    /**
     * Reads a message. Bytes behind it are not looked at.
     *
     * @param length bytes of the message, its tag included
     */
    public Read read(byte[] bytes, int offset, int length) {
        if (length < 2 + SENDER_BYTES + StackSecret.TAG_BYTES || length > bytes.length - offset) {
            return new Read(null, MessageFault.MALFORMED);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, offset, length - StackSecret.TAG_BYTES);
        if (in.get() != VERSION) {
            return new Read(null, MessageFault.VERSION);
        }
        int kind = in.get();
        if (in.getLong(in.position()) != secret.fingerprint()) {
            return new Read(null, MessageFault.FOREIGN_FABRIC);
        }
        if (!secret.verify(bytes, offset, length)) {
            return new Read(null, MessageFault.NOT_AUTHENTICATED);
        }
        StackMessage message;
        try {
            message = body(in, kind);
        } catch (BufferUnderflowException _) {
            message = null;
        }
        return new Read(message, message == null ? MessageFault.MALFORMED : null);
    }

    private static @Nullable StackMessage body(ByteBuffer in, int kind) {
        Sender sender = new Sender(in.getLong(), u16(in), in.getLong(), u8(in), in.getLong(), in.getLong());
        if (!isMember(sender.member()) || sender.link() >= MAX_LINKS || sender.session() == 0) {
            return null;
        }
        return switch (kind) {
            case HELLO -> readHello(in, sender);
            case STATES -> readStates(in, sender);
            default -> null;
        };
    }

    private static Hello readHello(ByteBuffer in, Sender sender) {
        byte[] key = new byte[PublicKey.BYTES];
        in.get(key);
        int member = u16(in);
        long session = in.getLong();
        return new Hello(sender, new PublicKey(key), session == 0 ? null : new Heard(member, session), in.getLong());
    }

    private static @Nullable States readStates(ByteBuffer in, Sender sender) {
        int count = u8(in);
        List<MemberState> states = new ArrayList<>(count);
        for (int n = 0; n < count; n++) {
            MemberState state = readState(in);
            if (state == null) {
                return null;
            }
            states.add(state);
        }
        return new States(sender, states);
    }

    private static @Nullable MemberState readState(ByteBuffer in) {
        int member = u16(in);
        long incarnation = in.getLong();
        long sequence = in.getLong();
        int priority = u16(in);
        long uptime = in.getLong();
        int flags = in.get();
        int count = u8(in);
        if (!isMember(member) || count > MAX_LINKS || sequence < 0 || uptime < 0) {
            return null;
        }
        List<Adjacency> adjacencies = new ArrayList<>(count);
        for (int n = 0; n < count; n++) {
            Adjacency adjacency = new Adjacency(u8(in), u16(in), u8(in));
            if (!isMember(adjacency.neighbor()) || adjacency.link() >= MAX_LINKS
                    || adjacency.neighborLink() >= MAX_LINKS
                    || n > 0 && adjacency.link() <= adjacencies.getLast().link()) {
                return null;
            }
            adjacencies.add(adjacency);
        }
        List<LagUse> lags = readLags(in);
        return lags == null
                ? null
                : new MemberState(member, incarnation, sequence, priority, uptime, (flags & IS_HEALTHY) != 0,
                        (flags & IS_MASTER) != 0, adjacencies, lags);
    }

    private static @Nullable List<LagUse> readLags(ByteBuffer in) {
        int count = u8(in);
        if (count > MemberState.MOST_LAGS) {
            return null;
        }
        List<LagUse> lags = new ArrayList<>(count);
        for (int n = 0; n < count; n++) {
            LagUse lag = new LagUse(u16(in), in.getLong());
            if (lag.number() <= (n == 0 ? 0 : lags.getLast().number())) {
                return null;
            }
            lags.add(lag);
        }
        return lags;
    }

    private static boolean isMember(int number) {
        return number > 0 && number <= MAX_MEMBER;
    }

    private static int u8(ByteBuffer in) {
        return Byte.toUnsignedInt(in.get());
    }

    private static int u16(ByteBuffer in) {
        return Short.toUnsignedInt(in.getShort());
    }
}
