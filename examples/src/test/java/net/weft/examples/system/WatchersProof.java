package net.weft.examples.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import net.weft.client.WeftClient;
import net.weft.controller.node.Weft;
import net.weft.v1.Event;
import net.weft.v1.FollowEventsRequest;
import net.weft.v1.ListEventsRequest;
import net.weft.v1.SystemServiceGrpc;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many clients that follow the events of one switch: what they cost its commits, and what becomes of one that takes nothing. It needs no
 * privilege. {@code -Dweft.watchers} and {@code -Dweft.watch.commits} make it longer.
 */
@Tag("system")
class WatchersProof {
    private static final int WATCHERS = Integer.getInteger("weft.watchers", 1000);
    private static final int COMMITS = Integer.getInteger("weft.watch.commits", 100);
    private static final int WATCHERS_PER_CONNECTION = 100;
    private static final double SLOWER_LIMIT = 1.5;
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration DELIVERY_LIMIT = Duration.ofSeconds(60);
    /** Commits whose events are more than the window and the buffers of a stream, and fewer than Weft keeps. */
    private static final int MANY = 600;
    private static final int WINDOW_BYTES = 16 << 10;

    @TempDir
    Path directory = Path.of("");
    private final List<WeftClient> clients = new ArrayList<>();
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private int changes;
    @SuppressWarnings("NullAway.Init")
    private Process up;

    @BeforeEach
    void start() throws IOException {
        Files.writeString(directory.resolve("fabric.yaml"), "ports: {a: {type: qemu, transport: stream, socket: "
                + directory.resolve("a") + ", mode: server, access: 10}}\n");
        Path out = directory.resolve("up.out");
        up = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                Weft.class.getName(), "up", "-f", directory.resolve("fabric.yaml").toString(), "--data",
                directory.resolve("data").toString(), "--control", "unix:" + directory.resolve("c"))
                .redirectOutput(out.toFile()).redirectError(directory.resolve("up.err").toFile()).start();
        Awaitility.await().pollInterval(Duration.ofMillis(20)).atMost(START_LIMIT)
                .until(() -> Files.readString(out).contains("ready"));
    }

    @AfterEach
    void end() {
        clients.forEach(WeftClient::close);
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        up.destroyForcibly();
    }

    private WeftClient client() {
        WeftClient client = WeftClient.to(directory.resolve("c"));
        clients.add(client);
        return client;
    }

    /** Returns how long each of so many commits took, one after the other. */
    private long[] commitNs(WeftClient client, int commits, String comment) {
        return LongStream.range(0, commits).map(_ -> {
            long startNs = System.nanoTime();
            client.setPort("a", Map.of("description", "change " + ++changes), comment);
            return System.nanoTime() - startNs;
        }).toArray();
    }

    private static double medianMs(long... ns) {
        long[] sorted = ns.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2] / 1e6;
    }

    @Test
    void shouldCommitNearlyAsFastWithManyWatchers() {
        WeftClient committer = client();
        commitNs(committer, COMMITS, "warm-up");
        long[] before = commitNs(committer, COMMITS, "");
        long position = newest(committer);
        List<CountingWatcher> watchers = new ArrayList<>();
        for (int i = 0; i < WATCHERS; i++) {
            Channel channel = i % WATCHERS_PER_CONNECTION == 0 ? client().channel() : clients.getLast().channel();
            watchers.add(CountingWatcher.start(channel, position));
        }
        commitNs(committer, 1, "the first that they hear of");
        awaitAll(watchers, newest(committer));
        long[] with = commitNs(committer, COMMITS, "");
        awaitAll(watchers, newest(committer));
        assertThat(watchers).as("each event once").allMatch(watcher -> watcher.gaps.get() == 0);
        for (WeftClient client : clients.subList(1, clients.size())) {
            client.close();
        }
        long[] after = commitNs(committer, COMMITS, "");
        double ratio = medianMs(with) / ((medianMs(before) + medianMs(after)) / 2);
        System.out.printf(Locale.ROOT,
                "proof: %d commits one after the other, median %.1f ms before, %.1f ms with %d watchers, %.1f ms after: %.2f times%n",
                COMMITS, medianMs(before), medianMs(with), WATCHERS, medianMs(after), ratio);
        assertThat(ratio).isLessThan(SLOWER_LIMIT);
    }

    private static long newest(WeftClient client) {
        return SystemServiceGrpc.newBlockingStub(client.channel())
                .listEvents(ListEventsRequest.getDefaultInstance()).getEventsList().getLast().getPosition();
    }

    private static void awaitAll(List<CountingWatcher> watchers, long position) {
        Awaitility.await().atMost(DELIVERY_LIMIT)
                .until(() -> watchers.stream().allMatch(watcher -> watcher.position.get() >= position));
    }

    @Test
    void shouldCutOffAWatcherThatIsStuckAndLetItResume() throws Exception {
        WeftClient committer = client();
        long begin = newest(committer);
        CountingWatcher other = CountingWatcher.start(client().channel(), begin);
        StuckWatcher stuck = new StuckWatcher();
        ManagedChannel narrow = narrowChannel();
        SystemServiceGrpc.newStub(narrow).followEvents(request(begin), stuck);
        commitNs(committer, MANY, "");
        long end = newest(committer);
        awaitAll(List.of(other), end);
        long startNs = System.nanoTime();
        TimeUnit.SECONDS.sleep(6);
        stuck.call.request(Integer.MAX_VALUE);
        Status status = stuck.end.get(30, TimeUnit.SECONDS);
        assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        long last = stuck.positions.getLast();
        assertThat(last).as("it was cut off before the end").isLessThan(end);
        assertThat(status.getDescription()).endsWith("resume after position " + last);
        CountingWatcher again = CountingWatcher.start(narrow, last);
        awaitAll(List.of(again), end);
        assertThat(stuck.positions).as("without a gap").containsExactlyElementsOf(
                LongStream.rangeClosed(begin + 1, last).boxed().toList());
        assertThat(again.first.get()).isEqualTo(last + 1);
        assertThat(again.gaps.get() + other.gaps.get()).isZero();
        narrow.shutdownNow();
        System.out.printf(Locale.ROOT,
                "proof: %d events; the stuck watcher had %d when it was cut off (%d s later it was read), and the %d others when it resumed%n",
                end - begin, last - begin, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNs), end - last);
    }

    /** Returns a connection on which few events are on their way to a client that takes none. */
    private ManagedChannel narrowChannel() {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("c"));
        return NettyChannelBuilder.forAddress(address).overrideAuthority("localhost").usePlaintext()
                .channelType(NioDomainSocketChannel.class, address.getClass()).eventLoopGroup(loop).directExecutor()
                .flowControlWindow(WINDOW_BYTES).build();
    }

    private static FollowEventsRequest request(long after) {
        return FollowEventsRequest.newBuilder().setAfter(after).build();
    }

    /** A client that takes each event at once, and counts those that are not the next. */
    private static final class CountingWatcher implements StreamObserver<Event> {
        private final AtomicLong position;
        private final AtomicLong first = new AtomicLong();
        private final AtomicLong gaps = new AtomicLong();

        private CountingWatcher(long after) {
            position = new AtomicLong(after);
        }

        static CountingWatcher start(Channel channel, long after) {
            CountingWatcher watcher = new CountingWatcher(after);
            SystemServiceGrpc.newStub(channel).followEvents(request(after), watcher);
            return watcher;
        }

        @Override
        public void onNext(Event event) {
            first.compareAndSet(0, event.getPosition());
            if (event.getPosition() != position.get() + 1) {
                gaps.incrementAndGet();
            }
            position.set(event.getPosition());
        }

        @Override
        public void onError(Throwable fault) {
            // the connection was closed
        }

        @Override
        public void onCompleted() {
            // the stream has no end of its own
        }
    }

    /** A client that takes nothing until it is told to. */
    private static final class StuckWatcher implements ClientResponseObserver<FollowEventsRequest, Event> {
        private final List<Long> positions = new CopyOnWriteArrayList<>();
        private final CompletableFuture<Status> end = new CompletableFuture<>();
        @SuppressWarnings("NullAway.Init")
        private ClientCallStreamObserver<FollowEventsRequest> call;

        @Override
        public void beforeStart(ClientCallStreamObserver<FollowEventsRequest> stream) {
            call = stream;
            stream.disableAutoRequestWithInitial(0);
        }

        @Override
        public void onNext(Event event) {
            positions.add(event.getPosition());
        }

        @Override
        public void onError(Throwable fault) {
            end.complete(Status.fromThrowable(fault));
        }

        @Override
        public void onCompleted() {
            end.complete(Status.OK);
        }
    }
}
