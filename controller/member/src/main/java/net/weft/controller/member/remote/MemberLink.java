package net.weft.controller.member.remote;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import net.weft.controller.model.revision.NewestRevision;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.revision.RevisionLog;
import net.weft.v1.JoinRequest;
import net.weft.v1.MemberServiceGrpc;
import net.weft.v1.MemberState;
import net.weft.v1.RenewRequest;
import net.weft.v1.Welcome;

/**
 * Keeps a member connected to a controller of its fabric, on a thread of its own: it joins where it has no certificate, attends,
 * and after any end of the stream tries the next address, after 0.2 s at first and up to 5 s. What it has received is on disk
 * before the switch runs it.
 */
public final class MemberLink implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("net.weft.controller");
    private static final long FIRST_RETRY_MILLIS = 200;
    private static final long LAST_RETRY_MILLIS = 5_000;
    /** gRPC asks a silent controller for a sign of life after this time, its shortest for clients. */
    private static final long SILENT_SECONDS = 10;
    private static final long CALL_SECONDS = 10;
    private static final long TRIALS_MILLIS = 200;
    private static final long RENEWAL_RETRY_NS = TimeUnit.HOURS.toNanos(1);
    private static final int MAX_MESSAGE = 64 << 20;

    private final Options options;
    private final StateDirectory state;
    private final Received received;
    private final LastHeard heard;
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "weft-controller");
    private volatile Supplier<MemberState> live = MemberState::getDefaultInstance;
    private volatile Callee callee = (_, _, response) -> {
        response.end(Status.UNAVAILABLE.withDescription("the member starts"));
        return () -> {
        };
    };
    private volatile String problem = "not connected yet";
    private boolean tokenUsed;
    private long renewalTriedNs = System.nanoTime() - RENEWAL_RETRY_NS;

    /**
     * The options of a member.
     *
     * @param member ID of the member
     * @param controllers addresses of the fabric's controllers, tried in turn
     * @param token the token by which it joins; empty: it has joined before
     * @param version version of this process
     */
    public record Options(int member, List<InetSocketAddress> controllers, Optional<String> token, String version) {
    }

    /** @throws RemoteException if the token is none, or the directory's state is that of another member */
    public MemberLink(Options options, StateDirectory state) {
        this.options = options;
        this.state = state;
        received = new Received(state);
        heard = new LastHeard(state, InstantSource.system(), System::nanoTime);
        options.token().ifPresent(JoinToken::parse);
        Optional<Credentials> there = Credentials.in(state);
        if (there.isPresent() && !there.get().isOf(options.member())) {
            throw new RemoteException("--member " + options.member() + ": the data directory is that of "
                    + there.get() + "; give each member one of its own with --data DIR", true);
        }
        if (there.isEmpty() && options.token().isEmpty()) {
            throw new RemoteException("this host has not joined yet: make a token with `weft member token "
                    + options.member() + "` on the controller, and give it with --token", true);
        }
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
        Thread.ofVirtual().name("weft-trials").start(this::watchTrials);
    }

    private void watchTrials() {
        try {
            while (!closed.await(TRIALS_MILLIS, TimeUnit.MILLISECONDS)) {
                if (!problem.isEmpty()) {
                    received.fallBack(System.nanoTime());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Answers the controller's calls and tells it the live state from now on. */
    public void serve(Supplier<MemberState> liveState, Callee services) {
        live = liveState;
        callee = services;
    }

    /** Returns the newest revision received, or kept from before; empty: none ever was. */
    public Optional<Revision> last() {
        return received.newest().get();
    }

    /** Follows the received revisions. */
    public RevisionLog.Follower follow() {
        return received.newest().follow(0);
    }

    NewestRevision newest() {
        return received.newest();
    }

    /** Returns the keys of the fabric; empty: no controller was reached yet. */
    public Optional<Welcome> keys() {
        return received.keys();
    }

    /** Returns why there is no connection, in a sentence; empty: there is one. */
    public String problem() {
        return problem;
    }

    /** Returns when a controller was heard last, on the clock of {@link System#nanoTime}; a restart does not count as that. */
    public long lastHeardNs() {
        return heard.lastNs();
    }

    /** Returns the number of offers of controllers that were refused because of what they offered. */
    public long refusedOffers() {
        return received.refused();
    }

    private void run() {
        long retry = FIRST_RETRY_MILLIS;
        int next = 0;
        try {
            do {
                InetSocketAddress address = options.controllers().get(next++ % options.controllers().size());
                long beganNs = System.nanoTime();
                String reason;
                try {
                    reason = attend(address);
                } catch (RemoteException e) {
                    reason = String.valueOf(e.getMessage());
                }
                report(address, reason);
                boolean lasted = System.nanoTime() - beganNs > TimeUnit.SECONDS.toNanos(5);
                retry = lasted ? FIRST_RETRY_MILLIS : Math.min(2 * retry, LAST_RETRY_MILLIS);
            } while (!closed.await(retry / 2 + ThreadLocalRandom.current().nextLong(retry), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void report(InetSocketAddress address, String reason) {
        String next = "controller " + address.getHostString() + ":" + address.getPort() + ": " + reason;
        if (!next.equals(problem) && closed.getCount() > 0) {
            LOG.log(System.Logger.Level.WARNING, next + "; this member goes on with "
                    + last().map(revision -> "revision " + revision.number()).orElse("no revision")
                    + " and tries again");
        }
        problem = next;
    }

    /** Attends until the stream ends; returns why it did. */
    private String attend(InetSocketAddress address) throws InterruptedException {
        Credentials credentials = Credentials.in(state).orElse(null);
        if (credentials == null) {
            credentials = join(address);
        }
        ManagedChannel channel = channel(address, credentials.context());
        try {
            Credentials shown = credentials;
            if (shown.isRenewalDue(Instant.now())) {
                renewalTriedNs = System.nanoTime();
                shown = renewed(channel, address, shown);
            }
            Credentials current = shown;
            Attendance attendance = new Attendance(options, received, () -> live.get(),
                    (method, request, response) -> callee
                            .call(method, request, response),
                    () -> connected(address), heard::now);
            Status end = attendance.run(MemberServiceGrpc.newStub(channel), closed,
                    () -> current.isRenewalDue(Instant.now())
                            && System.nanoTime() - renewalTriedNs > RENEWAL_RETRY_NS);
            if (end.getCode() == Status.Code.UNAUTHENTICATED && options.token().isPresent() && !tokenUsed) {
                join(address);
                return "the certificate was refused; joined anew by the token";
            }
            return Reasons.of(end);
        } finally {
            channel.shutdownNow();
            channel.awaitTermination(1, TimeUnit.SECONDS);
        }
    }

    private void connected(InetSocketAddress address) {
        LOG.log(System.Logger.Level.INFO,
                "connected to controller " + address.getHostString() + ":" + address.getPort());
        problem = "";
    }

    private Credentials join(InetSocketAddress address) throws InterruptedException {
        JoinToken token = JoinToken.parse(options.token().orElseThrow(() -> new RemoteException(
                "this host has no certificate and no --token", true)));
        ManagedChannel channel = channel(address, Credentials.joining(token));
        try {
            KeyPair pair = Credentials.joiningKey(state);
            var response = MemberServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(Duration.ofSeconds(CALL_SECONDS))
                    .join(JoinRequest.newBuilder().setSecret(com.google.protobuf.ByteString.copyFrom(token.secret()))
                            .setPublicKey(com.google.protobuf.ByteString.copyFrom(pair.getPublic().getEncoded()))
                            .build());
            if (response.getMember() != options.member()) {
                throw new RemoteException("the token is for member " + response.getMember() + ", not for member "
                        + options.member(), true);
            }
            tokenUsed = true;
            return Credentials.keep(state, pair.getPrivate(), response);
        } catch (StatusRuntimeException e) {
            throw new RemoteException(Reasons.of(e.getStatus()), false);
        } finally {
            channel.shutdownNow();
            channel.awaitTermination(1, TimeUnit.SECONDS);
        }
    }

    /** Returns a new certificate for a new key; the old one, for as long as it is valid, if that cannot be had. */
    private Credentials renewed(ManagedChannel channel, InetSocketAddress address, Credentials old) {
        try {
            KeyPair pair = Credentials.newKey();
            return Credentials.keep(state, pair.getPrivate(), MemberServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(Duration.ofSeconds(CALL_SECONDS)).renew(RenewRequest.newBuilder()
                            .setPublicKey(com.google.protobuf.ByteString.copyFrom(pair.getPublic().getEncoded()))
                            .build()));
        } catch (StatusRuntimeException | RemoteException e) {
            LOG.log(System.Logger.Level.WARNING,
                    "controller " + address + ": the certificate could not be renewed: " + e.getMessage());
            return old;
        }
    }

    private ManagedChannel channel(InetSocketAddress address, SslContext context) {
        InetSocketAddress resolved = address.isUnresolved()
                ? new InetSocketAddress(address.getHostString(), address.getPort())
                : address;
        if (resolved.isUnresolved()) {
            throw new RemoteException("there is no host " + address.getHostString(), false);
        }
        return NettyChannelBuilder.forAddress(resolved).overrideAuthority(KnownAuthority.CONTROLLER_HOST)
                .channelType(NioSocketChannel.class).eventLoopGroup(loop).sslContext(context).disableRetry()
                .maxInboundMessageSize(MAX_MESSAGE).keepAliveTime(SILENT_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(SILENT_SECONDS / 2, TimeUnit.SECONDS).build();
    }

    /** Ends the connection; the state stays on disk. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(3));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
