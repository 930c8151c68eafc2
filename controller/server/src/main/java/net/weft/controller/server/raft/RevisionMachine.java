package net.weft.controller.server.raft;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/**
 * Applies the committed entries of the log. Ratis calls it on one thread, and only {@link #awaitReady} and {@link #isShutDown} are for
 * others.
 */
final class RevisionMachine extends BaseStateMachine {
    private final Snapshots snapshots;
    private final Sink sink;
    private final NewestBytes newest;
    private final CountDownLatch ready = new CountDownLatch(1);
    private final Runnable onShutdown;
    private volatile boolean isShutDown;

    /** Where revisions go that are committed. */
    interface Sink {
        /** Takes over a revision, or one that replaces the newest; throws nothing. */
        void committed(long number, byte[] bytes);

        /** Makes all of them survive a crash of the host. */
        void force() throws IOException;
    }

    /**
     * Creates a machine that goes on from the newest snapshot.
     *
     * @param onShutdown called once when the server of this machine has been shut down, by whatever; it must not block
     */
    RevisionMachine(Snapshots snapshots, Sink sink, Runnable onShutdown) {
        this.snapshots = snapshots;
        this.sink = sink;
        this.onShutdown = onShutdown;
        newest = new NewestBytes(snapshots.latest().number(), snapshots.latest().bytes());
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId group, RaftStorage storage) throws IOException {
        super.initialize(server, group, storage);
        setLastAppliedTermIndex(snapshots.latest().position());
    }

    @Override
    public StateMachineStorage getStateMachineStorage() {
        return snapshots;
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        LogEntryProto entry = transaction.getLogEntry();
        NewestBytes.Result result;
        try {
            result = newest.apply(LogRecord.decode(
                    entry.getStateMachineLogEntry().getLogData().asReadOnlyByteBuffer()));
        } catch (IllegalArgumentException e) {
            result = NewestBytes.Result.UNFIT;
        }
        if (result == NewestBytes.Result.COMMITTED) {
            sink.committed(newest.number(), newest.bytes());
        }
        updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
        return CompletableFuture.completedFuture(reply(result));
    }

    private Message reply(NewestBytes.Result result) {
        return Message.valueOf(ByteString.copyFrom(ByteBuffer.allocate(Reply.LENGTH).put((byte) result.ordinal())
                .putLong(newest.number()).putInt(NewestBytes.checksum(newest.bytes())).flip()));
    }

    /**
     * The answer to a record.
     *
     * @param number number of the newest revision after it
     * @param checksum CRC-32C of the newest revision after it
     */
    record Reply(NewestBytes.Result result, long number, int checksum) {
        private static final int LENGTH = Byte.BYTES + Long.BYTES + Integer.BYTES;

        static Reply of(Message message) {
            ByteBuffer bytes = message.getContent().asReadOnlyByteBuffer();
            return new Reply(NewestBytes.Result.values()[bytes.get()], bytes.getLong(), bytes.getInt());
        }
    }

    @Override
    public long takeSnapshot() throws IOException {
        if (newest.hasPieces()) {
            return RaftLog.INVALID_LOG_INDEX;
        }
        TermIndex position = getLastAppliedTermIndex();
        sink.force();
        snapshots.save(position, newest.number(), newest.bytes());
        return position.getIndex();
    }

    @Override
    public void notifyLeaderReady() {
        ready.countDown();
    }

    @Override
    public void notifyServerShutdown(RoleInfoProto role, boolean all) {
        isShutDown = true;
        onShutdown.run();
    }

    @Override
    public void close() {
        notifyServerShutdown(RoleInfoProto.getDefaultInstance(), false);
    }

    boolean isShutDown() {
        return isShutDown;
    }

    /** Returns when everything in the log has been applied and entries can be appended. */
    CountDownLatch ready() {
        return ready;
    }
}
