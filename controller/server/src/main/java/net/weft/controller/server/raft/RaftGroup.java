package net.weft.controller.server.raft;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/**
 * A Raft group whose only member is this process. It opens no socket. An entry is on disk, forced, when {@link #commit} returns. After
 * an error of the disk, or a pause of the process longer than a minute, it is of no use any more: close it and open another.
 */
final class RaftGroup implements OpenLog {
    /** Most bytes of one entry of the log. Ratis reserves memory for one; its own limit is 4 MiB. */
    static final int ENTRY_LIMIT = 1 << 20;
    /** Entries after which a snapshot is taken; a start replays fewer than so many. */
    static final int ENTRIES_A_SNAPSHOT = 64;
    private static final SizeInBytes SEGMENT = SizeInBytes.valueOf("4MB");
    private static final SizeInBytes PREALLOCATED = SizeInBytes.valueOf("64KB");
    /** Nobody is there to contend for the leadership, so that an election may begin at once. */
    private static final int ELECTION_MS = 5;
    private static final Duration NOT_LEADER_PAUSE = Duration.ofMillis(5);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);
    private static final Duration CLOSE_PAUSE = Duration.ofMillis(10);
    private static final RaftPeerId SELF = RaftPeerId.valueOf("1");

    private final RaftServer server;
    private final RaftGroupId id;
    private final RevisionMachine machine;
    private final ClientId client = ClientId.randomId();
    private final AtomicLong calls = new AtomicLong();

    private RaftGroup(RaftServer server, RaftGroupId id, RevisionMachine machine) {
        this.server = server;
        this.id = id;
        this.machine = machine;
    }

    /**
     * Opens the log, and makes it if there is none. Returns when the machine has applied everything in it.
     *
     * @param directory directory of logs, with one of the name of the group in it
     * @param dropsTail whether an entry at the end of the log that is not whole is dropped; else it is an error
     * @throws IOException if the log cannot be read or written
     */
    static RaftGroup open(Path directory, UUID group, RevisionMachine machine, boolean dropsTail, Duration limit)
            throws IOException {
        RaftGroupId id = RaftGroupId.valueOf(group);
        RaftServer server = RaftServer.newBuilder().setServerId(SELF)
                .setGroup(org.apache.ratis.protocol.RaftGroup.valueOf(id,
                        RaftPeer.newBuilder().setId(SELF).setAddress("localhost:0").build()))
                .setStateMachine(machine).setProperties(properties(directory, dropsTail))
                .setOption(RaftStorage.StartupOption.RECOVER).build();
        RaftGroup opened = new RaftGroup(server, id, machine);
        try {
            server.start();
            if (!machine.ready().await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new IOException("it was not ready within " + limit.toSeconds() + " s");
            }
            return opened;
        } catch (InterruptedException e) {
            opened.close();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private static RaftProperties properties(Path directory, boolean dropsTail) {
        RaftProperties properties = new RaftProperties();
        properties.set(RaftConfigKeys.Rpc.TYPE_KEY, SilentRpc.class.getName());
        RaftServerConfigKeys.setStorageDir(properties, List.of(directory.toFile()));
        TimeDuration soon = TimeDuration.valueOf(ELECTION_MS, TimeUnit.MILLISECONDS);
        TimeDuration later = TimeDuration.valueOf(2 * ELECTION_MS, TimeUnit.MILLISECONDS);
        RaftServerConfigKeys.Rpc.setTimeoutMin(properties, soon);
        RaftServerConfigKeys.Rpc.setTimeoutMax(properties, later);
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, soon);
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, later);
        RaftServerConfigKeys.Log.Appender.setBufferByteLimit(properties, SizeInBytes.valueOf(ENTRY_LIMIT));
        RaftServerConfigKeys.Log.setWriteBufferSize(properties, SizeInBytes.valueOf(ENTRY_LIMIT + 1024));
        RaftServerConfigKeys.Log.setSegmentSizeMax(properties, SEGMENT);
        RaftServerConfigKeys.Log.setPreallocatedSize(properties, PREALLOCATED);
        RaftServerConfigKeys.Log.setUnsafeFlushEnabled(properties, false);
        RaftServerConfigKeys.Log.setAsyncFlushEnabled(properties, false);
        RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, false);
        RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
        RaftServerConfigKeys.Log.setPurgeGap(properties, 1);
        RaftServerConfigKeys.Log.setCorruptionPolicy(properties,
                dropsTail ? CorruptionPolicy.WARN_AND_RETURN : CorruptionPolicy.EXCEPTION);
        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, true);
        RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(properties, ENTRIES_A_SNAPSHOT);
        RaftServerConfigKeys.Snapshot.setCreationGap(properties, 1);
        return properties;
    }

    @Override
    public RevisionMachine.Reply commit(byte[] entry, Duration limit) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            RaftClientReply reply = await(server.submitClientRequestAsync(request(entry)), end);
            if (reply.isSuccess()) {
                return RevisionMachine.Reply.of(reply.getMessage());
            }
            Exception failure = reply.getException();
            boolean isElecting = failure instanceof NotLeaderException || failure instanceof LeaderNotReadyException;
            if (!isElecting || machine.isShutDown() || System.nanoTime() - end > 0) {
                throw new IOException(String.valueOf(failure == null ? "no reason is known" : failure.getMessage()),
                        failure);
            }
            pause();
        }
    }

    private RaftClientRequest request(byte[] entry) {
        return RaftClientRequest.newBuilder().setClientId(client).setServerId(SELF).setGroupId(id)
                .setCallId(calls.incrementAndGet()).setMessage(Message.valueOf(UnsafeByteOperations.unsafeWrap(entry)))
                .setType(RaftClientRequest.writeRequestType()).build();
    }

    private static RaftClientReply await(CompletableFuture<RaftClientReply> reply, long end) throws IOException {
        try {
            return reply.get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(String.valueOf(cause.getMessage()), cause);
        } catch (TimeoutException e) {
            throw new IOException("the disk has not answered in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private static void pause() throws InterruptedIOException {
        try {
            Thread.sleep(NOT_LEADER_PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    @Override
    public boolean isAlive() {
        return !machine.isShutDown() && server.getLifeCycleState() == LifeCycle.State.RUNNING;
    }

    /**
     * Takes a snapshot if there is something new, and closes the log. The thread of Ratis that writes the log sleeps for up to a second
     * then, with nothing left to write; it is interrupted.
     */
    @Override
    public void close() {
        Thread closing = Thread.ofPlatform().daemon().name("weft-store-close").start(this::closeServer);
        long end = System.nanoTime() + CLOSE_LIMIT.toNanos();
        try {
            while (!closing.join(CLOSE_PAUSE) && System.nanoTime() - end < 0) {
                if (machine.isShutDown()) {
                    interruptWriter();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void interruptWriter() {
        String name = SELF + "@" + id + "-SegmentedRaftLogWorker";
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group.getParent() != null) {
            group = group.getParent();
        }
        Thread[] threads = new Thread[2 * group.activeCount()];
        int count = group.enumerate(threads);
        Arrays.stream(threads, 0, count).filter(thread -> thread.getName().startsWith(name)).forEach(Thread::interrupt);
    }

    private void closeServer() {
        try {
            server.close();
        } catch (IOException | RuntimeException e) {
            System.getLogger(RaftGroup.class.getName()).log(System.Logger.Level.DEBUG, "closing the log", e);
        }
    }
}
