package net.weft.client;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import net.weft.v1.ApplyRequest;
import net.weft.v1.ApplyResponse;
import net.weft.v1.ChangeOptions;
import net.weft.v1.EditPortRequest;
import net.weft.v1.Event;
import net.weft.v1.ExportRequest;
import net.weft.v1.FabricServiceGrpc;
import net.weft.v1.FollowEventsRequest;
import net.weft.v1.InspectServiceGrpc;
import net.weft.v1.ListPortsRequest;
import net.weft.v1.ListRevisionsRequest;
import net.weft.v1.Port;
import net.weft.v1.RemovePortRequest;
import net.weft.v1.RevisionInfo;
import net.weft.v1.RevisionServiceGrpc;
import net.weft.v1.StatusRequest;
import net.weft.v1.StatusResponse;
import net.weft.v1.SystemServiceGrpc;

/**
 * A connection to a running Weft, by its control socket. Calls block, and may be made on any thread. A call that changes nothing, or may
 * be made twice without harm, is repeated for a while when Weft cannot be reached, so that a restart of Weft is not seen. Every method
 * throws a {@link WeftException}.
 */
public final class WeftClient implements AutoCloseable {
    private static final int MAX_RESPONSE_BYTES = 64 << 20;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ManagedChannel channel;
    private final Options options;

    /**
     * How to call.
     *
     * @param deadline longest time for one attempt
     * @param patience longest time for which a call is repeated; zero: it is made once
     * @param name the name that this program gives itself, which Weft records as claimed; may be empty
     */
    public record Options(Duration deadline, Duration patience, String name) {
        public static final Options DEFAULTS = new Options(Duration.ofSeconds(30), Duration.ofSeconds(10), "");
    }

    private WeftClient(Path socket, Options options) {
        this.options = options;
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(socket);
        channel = NettyChannelBuilder.forAddress(address).overrideAuthority("localhost").usePlaintext()
                .channelType(NioDomainSocketChannel.class, address.getClass()).eventLoopGroup(loop).directExecutor()
                .disableRetry().maxInboundMessageSize(MAX_RESPONSE_BYTES).build();
    }

    /** Connects to a control socket, such as {@code /run/weft/control.sock}, when the first call is made. */
    public static WeftClient to(Path socket) {
        return to(socket, Options.DEFAULTS);
    }

    /** Connects in the same way, with other options. */
    public static WeftClient to(Path socket, Options options) {
        return new WeftClient(socket, options);
    }

    /** Returns the channel, for messages of {@code weft.v1} for which there is no method here. */
    public Channel channel() {
        return channel;
    }

    /** Returns the state of the instance. */
    public StatusResponse status() {
        return repeated(
                () -> SystemServiceGrpc.newBlockingStub(channel).withDeadlineAfter(millis(), TimeUnit.MILLISECONDS)
                        .status(StatusRequest.getDefaultInstance()));
    }

    /** Returns all ports with their states and counters. */
    public List<Port> ports() {
        return repeated(
                () -> InspectServiceGrpc.newBlockingStub(channel).withDeadlineAfter(millis(), TimeUnit.MILLISECONDS)
                        .listPorts(ListPortsRequest.getDefaultInstance()).getPortsList());
    }

    /** Returns the newest revisions, the newest first. */
    public List<RevisionInfo> history(int limit) {
        return repeated(
                () -> RevisionServiceGrpc.newBlockingStub(channel).withDeadlineAfter(millis(), TimeUnit.MILLISECONDS)
                        .listRevisions(ListRevisionsRequest.newBuilder().setLimit(limit).build()).getRevisionsList());
    }

    /** Returns the newest configuration as a file. */
    public String export() {
        return repeated(() -> fabric().export(ExportRequest.getDefaultInstance()).getYaml());
    }

    /**
     * Adds a port, or gives one of that name these keys. May be repeated.
     *
     * @param keys keys of the file, with their values as YAML
     */
    public ApplyResponse addPort(String name, Map<String, String> keys, String comment) {
        EditPortRequest request = EditPortRequest.newBuilder().setName(name).putAllKeys(keys).setLenient(true)
                .setRefusalInResponse(true).setOptions(options(comment)).build();
        return made(repeated(() -> fabric().addPort(request)));
    }

    /** Sets keys of a port, and keeps the others. May be repeated. */
    public ApplyResponse setPort(String name, Map<String, String> keys, String comment) {
        EditPortRequest request = EditPortRequest.newBuilder().setName(name).putAllKeys(keys)
                .setRefusalInResponse(true).setOptions(options(comment)).build();
        return made(repeated(() -> fabric().setPort(request)));
    }

    /** Removes a port, if there is one of that name. May be repeated. */
    public ApplyResponse removePort(String name, String comment) {
        RemovePortRequest request = RemovePortRequest.newBuilder().setName(name).setLenient(true)
                .setRefusalInResponse(true).setOptions(options(comment)).build();
        return made(repeated(() -> fabric().removePort(request)));
    }

    /** Makes a file the newest configuration. It is the same however often it is made. */
    public ApplyResponse apply(String yaml, String comment) {
        ApplyRequest request = ApplyRequest.newBuilder().setYaml(yaml).setRefusalInResponse(true)
                .setOptions(options(comment)).build();
        return made(repeated(() -> fabric().apply(request)));
    }

    /**
     * Follows the events, on a thread of its own, until the watch is closed. After a loss of the connection, also by a restart of Weft, it
     * goes on behind the last event.
     *
     * @param after position of the last event that the program has; 0: the next one is the first
     * @param each called for each event, in order
     */
    public EventWatch watch(long after, Consumer<Event> each) {
        return EventWatch.start(channel, FollowEventsRequest.newBuilder().setAfter(after).build(), each,
                missed -> System.getLogger(EventWatch.class.getName()).log(System.Logger.Level.WARNING,
                        "events were missed: " + missed.getMessage()));
    }

    /**
     * Follows the events in the same way, and tells the program when it cannot go on behind the last one.
     *
     * @param token that of the last event that the program has; empty: the next one is the first
     * @param each called for each event, in order
     * @param missed called when events were missed, after the watch has taken up a new place to go on from: what the program reads of the
     *     fabric then is not older than the next event
     */
    public EventWatch watch(String token, Consumer<Event> each, Consumer<WeftException> missed) {
        return EventWatch.start(channel, FollowEventsRequest.newBuilder().setToken(token).build(), each, missed);
    }

    private FabricServiceGrpc.FabricServiceBlockingStub fabric() {
        return FabricServiceGrpc.newBlockingStub(channel).withDeadlineAfter(millis(), TimeUnit.MILLISECONDS);
    }

    private long millis() {
        return options.deadline().toMillis();
    }

    private ChangeOptions options(String comment) {
        return ChangeOptions.newBuilder().setComment(comment).setClaimedName(options.name()).build();
    }

    private static ApplyResponse made(ApplyResponse response) {
        if (response.hasRefusal()) {
            throw WeftException.of(response.getRefusal());
        }
        return response;
    }

    private <T> T repeated(Supplier<T> call) {
        long end = System.nanoTime() + options.patience().toNanos();
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                return call.get();
            } catch (StatusRuntimeException e) {
                if (!WeftException.isTransient(e) || System.nanoTime() + pause.toNanos() > end) {
                    throw WeftException.of(e);
                }
            }
            pause(pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            channel.resetConnectBackoff();
        }
    }

    static void pause(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WeftException.Unavailable("interrupted", e);
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }
}
