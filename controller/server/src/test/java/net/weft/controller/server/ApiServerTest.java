package net.weft.controller.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import net.weft.v1.ApplyRequest;
import net.weft.v1.ApplyResponse;
import net.weft.v1.Change;
import net.weft.v1.FabricServiceGrpc;
import net.weft.v1.FabricServiceGrpc.FabricServiceBlockingStub;
import net.weft.v1.Faults;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiServerTest {
    @TempDir
    Path directory = Path.of("");
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private Path path = Path.of("");
    @SuppressWarnings("NullAway.Init")
    private ApiServer server;
    @SuppressWarnings("NullAway.Init")
    private ManagedChannel channel;

    @BeforeEach
    void start() {
        path = directory.resolve("control.sock");
        Fabric fabric = new Fabric(FileRevisionStore.open(directory), () -> Instant.EPOCH,
                RandomGenerator.of("L64X128MixRandom"));
        server = ApiServer.start(ControlSocket.prepare(path), List.of(new FabricGrpc(fabric)));
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path);
        channel = NettyChannelBuilder.forAddress(address).overrideAuthority("localhost").usePlaintext()
                .channelType(NioDomainSocketChannel.class, address.getClass()).eventLoopGroup(loop).build();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.close();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private FabricServiceBlockingStub fabric() {
        return FabricServiceGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    @Test
    void shouldApplyOverTheSocket() {
        ApplyResponse response = fabric().apply(
                ApplyRequest.newBuilder().setYaml(new String(Revisions.file(10), StandardCharsets.UTF_8))
                        .build());
        assertThat(response.getRevision()).isEqualTo(1);
        assertThat(response.getChangesList()).extracting(Change::getSubject).contains("port web1");
    }

    @Test
    void shouldSayEachFaultAsFieldViolationWithThePathOfTheFile() {
        ApplyRequest request = ApplyRequest.newBuilder()
                .setYaml("ports:\n  web1: {type: tap, device: weft0, access: 4095}\n").build();
        assertThatExceptionOfType(StatusRuntimeException.class).isThrownBy(() -> fabric().apply(request))
                .satisfies(e -> {
                    assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
                    var details = Objects.requireNonNull(StatusProto.fromThrowable(e)).getDetailsList();
                    assertThat(details.get(0).unpack(BadRequest.class).getFieldViolationsList())
                            .extracting(BadRequest.FieldViolation::getField).containsExactly("ports.web1.access");
                    assertThat(details.get(1).unpack(Faults.class).getFaults(0).getLine()).isEqualTo(2);
                });
    }

    @Test
    void shouldRefuseAStaleBaseAsAborted() {
        ApplyRequest request = ApplyRequest.newBuilder().setYaml("ports: {}").setBaseRevision(7).build();
        assertThatExceptionOfType(StatusRuntimeException.class).isThrownBy(() -> fabric().apply(request))
                .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.ABORTED));
    }

    @Test
    void shouldReportHealth() {
        assertThat(HealthGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS)
                .check(HealthCheckRequest.getDefaultInstance()).getStatus())
                .isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
    }

    @Test
    void shouldGiveTheSocketToAGroup() throws IOException {
        String own = Files.readAttributes(directory, PosixFileAttributes.class).group().getName();
        Path socket = directory.resolve("grouped");
        try (ApiServer grouped = ApiServer.start(ControlSocket.prepare(socket, Optional.of(own)), List.of())) {
            assertThat(grouped).isNotNull();
            PosixFileAttributes file = Files.readAttributes(socket, PosixFileAttributes.class);
            assertThat(file.group().getName()).isEqualTo(own);
            assertThat(PosixFilePermissions.toString(file.permissions())).isEqualTo("rw-rw----");
        }
        assertThatThrownBy(() -> ControlSocket.prepare(socket, Optional.of("no-such-group")))
                .isInstanceOf(ControlSocketException.class)
                .hasMessageContaining("--control-group no-such-group: there is no such group");
    }

    @Test
    void shouldDescribeItselfByReflection() throws InvalidProtocolBufferException {
        ServerReflectionResponse services = reflect(ServerReflectionRequest.newBuilder().setListServices("").build());
        assertThat(services.getListServicesResponse().getServiceList()).extracting(ServiceResponse::getName)
                .contains("weft.v1.FabricService", "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection",
                        "grpc.reflection.v1alpha.ServerReflection");
        ServerReflectionResponse file = reflect(
                ServerReflectionRequest.newBuilder().setFileContainingSymbol("weft.v1.FabricService").build());
        FileDescriptorProto described = FileDescriptorProto
                .parseFrom(file.getFileDescriptorResponse().getFileDescriptorProto(0));
        assertThat(described.getService(0).getMethodList()).extracting(MethodDescriptorProto::getName)
                .contains("Apply", "Diff", "Export");
    }

    private ServerReflectionResponse reflect(ServerReflectionRequest request) {
        CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
        StreamObserver<ServerReflectionRequest> requests = ServerReflectionGrpc.newStub(channel)
                .withDeadlineAfter(20, TimeUnit.SECONDS).serverReflectionInfo(new StreamObserver<>() {
                    @Override
                    public void onNext(ServerReflectionResponse value) {
                        answer.complete(value);
                    }

                    @Override
                    public void onError(Throwable t) {
                        answer.completeExceptionally(t);
                    }

                    @Override
                    public void onCompleted() {
                        answer.completeExceptionally(new IllegalStateException("ended without an answer"));
                    }
                });
        requests.onNext(request);
        ServerReflectionResponse response = answer.join();
        requests.onCompleted();
        return response;
    }

    @Test
    void shouldGiveTheSocketToOwnerAndGroupOnly() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path))).isEqualTo("rw-rw----");
        assertThat(Files.list(directory)).noneMatch(file -> file.getFileName().toString().startsWith(".w"));
    }

    @Test
    void shouldRemoveItsSocketOnClose() {
        server.close();
        assertThat(path).doesNotExist();
    }

    @Test
    void shouldRefuseAPathWhereAnotherAnswers() {
        assertThatThrownBy(() -> ControlSocket.prepare(path)).isInstanceOf(ControlSocketException.class)
                .hasMessageContaining("another weft is running here");
        assertThat(path).exists();
    }

    /** It would be bound under its short private name, and moved to where nobody can connect to it. */
    @Test
    void shouldRefuseAPathThatNobodyCouldConnectTo() throws IOException {
        int room = 107 - directory.toString().length() - 1;
        ControlSocket.prepare(directory.resolve("s".repeat(room))).close();
        assertThatThrownBy(() -> ControlSocket.prepare(directory.resolve("s".repeat(room + 1))))
                .isInstanceOf(ControlSocketException.class).hasMessageContaining("107 bytes (108 are needed)");
        assertThat(Files.list(directory)).noneMatch(file -> file.getFileName().toString().startsWith(".w"));
    }

    @Test
    void shouldReplaceASocketThatNobodyServes() throws IOException {
        Path stale = directory.resolve("stale.sock");
        try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixDomainSocketAddress.of(stale));
        }
        assertThat(stale).exists();
        ControlSocket.prepare(stale).close();
        assertThat(stale).doesNotExist();
    }

    @Test
    void shouldRemoveWhatAnInstanceKilledAtItsStartLeft() throws IOException {
        FileTime hourAgo = FileTime.from(Instant.now().minusSeconds(3600));
        Path stale = bound(".w123", hourAgo);
        Path young = bound(".w124", FileTime.from(Instant.now()));
        Path foreign = Files.createDirectory(directory.resolve(".w125"));
        Files.setLastModifiedTime(foreign, hourAgo);
        try (ServerSocketChannel serving = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            Path live = Files.createDirectory(directory.resolve(".w126"));
            serving.bind(UnixDomainSocketAddress.of(live.resolve("s")));
            Files.setLastModifiedTime(live, hourAgo);
            ControlSocket.prepare(directory.resolve("other.sock")).close();
            assertThat(stale).doesNotExist();
            assertThat(young).exists();
            assertThat(foreign).exists();
            assertThat(live.resolve("s")).exists();
        }
    }

    private Path bound(String name, FileTime modified) throws IOException {
        Path made = Files.createDirectory(directory.resolve(name));
        try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.bind(UnixDomainSocketAddress.of(made.resolve("s")));
        }
        Files.setLastModifiedTime(made, modified);
        return made;
    }

    @Test
    void shouldNeverRemoveWhatIsNoSocket() throws IOException {
        Path file = Files.writeString(directory.resolve("precious"), "data");
        assertThatThrownBy(() -> ControlSocket.prepare(file)).isInstanceOf(ControlSocketException.class)
                .hasMessageContaining("is not a socket");
        assertThat(file).hasContent("data");
    }

    @Test
    void shouldRefuseADirectoryThatOthersMayWrite() throws IOException {
        Path open = Files.createDirectory(directory.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(() -> ControlSocket.prepare(open.resolve("c"))).isInstanceOf(ControlSocketException.class)
                .hasMessageContaining("writable by others");
    }

    @Test
    void shouldLetOneInstanceHaveADataDirectory() {
        Path data = directory.resolve("data");
        try (DataDirectory held = DataDirectory.open(data)) {
            assertThatThrownBy(() -> DataDirectory.open(held.path())).isInstanceOf(StoreException.class)
                    .hasMessageContaining("another weft is running with this data directory");
        }
        DataDirectory.open(data).close();
    }
}
