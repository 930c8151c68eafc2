package net.weft.controller.cli.connect;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.BlockingClientCall;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import net.weft.v1.ApplyResponse;
import net.weft.v1.BackupRequest;
import net.weft.v1.BackupServiceGrpc;
import net.weft.v1.CaptureRequest;
import net.weft.v1.CaptureServiceGrpc;
import net.weft.v1.Event;
import net.weft.v1.FabricServiceGrpc.FabricServiceBlockingStub;
import net.weft.v1.FabricServiceGrpc;
import net.weft.v1.FollowEventsRequest;
import net.weft.v1.IdentityServiceGrpc.IdentityServiceBlockingStub;
import net.weft.v1.IdentityServiceGrpc;
import net.weft.v1.InspectServiceGrpc.InspectServiceBlockingStub;
import net.weft.v1.InspectServiceGrpc;
import net.weft.v1.MigrateServiceGrpc.MigrateServiceBlockingStub;
import net.weft.v1.MigrateServiceGrpc;
import net.weft.v1.PacketTrace;
import net.weft.v1.RestoreOptions;
import net.weft.v1.RestoreRequest;
import net.weft.v1.RevisionServiceGrpc.RevisionServiceBlockingStub;
import net.weft.v1.RevisionServiceGrpc;
import net.weft.v1.SystemServiceGrpc.SystemServiceBlockingStub;
import net.weft.v1.SystemServiceGrpc;
import net.weft.v1.TraceServiceGrpc.TraceServiceBlockingStub;
import net.weft.v1.TraceServiceGrpc;
import net.weft.v1.VpnServiceGrpc.VpnServiceBlockingStub;
import net.weft.v1.VpnServiceGrpc;
import net.weft.v1.ZoneServiceGrpc.ZoneServiceBlockingStub;
import net.weft.v1.ZoneServiceGrpc;

/** A connection to the running instance, which converts errors of the API to failures of the command. */
public final class ControlClient implements AutoCloseable {
    private static final long DEADLINE_SECONDS = 30;
    private static final int RESTORE_PART = 256 << 10;
    /**
     * Loggers that are silenced, because the command itself reports failures. They are referenced here, because the JDK
     * discards the level of a logger without references.
     */
    private static final List<Logger> SILENT = List.of(Logger.getLogger("io.grpc"), Logger.getLogger("io.netty"));

    private final ControlAddress address;
    private final Connection connection;
    private final Channel channel;
    private final SilentMembers silent = new SilentMembers();

    static {
        SILENT.forEach(logger -> logger.setLevel(Level.OFF));
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
    }

    /**
     * Opens a connection.
     *
     * @throws FailedException if no instance listens there
     */
    public ControlClient(ControlAddress address) {
        this.address = address;
        if (address.remote() == null && !Files.isWritable(address.path())) {
            throw new FailedException(address.unreachable(null));
        }
        connection = Connection.to(address);
        channel = ClientInterceptors.intercept(connection.channel(), silent);
    }

    /** Makes this process keep its connections, for one that carries out many commands. */
    public static void shareConnections() {
        Connection.share();
    }

    /**
     * Calls the fabric service.
     *
     * @param file name of the file from which the request was made, or empty
     * @throws FailedException if the call fails; so for the other services
     */
    public <T> T fabric(String file, Function<FabricServiceBlockingStub, T> call) {
        return call(file,
                () -> call.apply(FabricServiceGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE_SECONDS,
                        TimeUnit.SECONDS)));
    }

    /** Calls the service of revisions. */
    public <T> T revisions(Function<RevisionServiceBlockingStub, T> call) {
        return call("", () -> call.apply(RevisionServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)));
    }

    /** Calls the inspection service. */
    public <T> T inspect(Function<InspectServiceBlockingStub, T> call) {
        return call("", () -> call.apply(InspectServiceGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE_SECONDS,
                TimeUnit.SECONDS)));
    }

    /** Calls the service of zones, policies and connections. */
    public <T> T zones(Function<ZoneServiceBlockingStub, T> call) {
        return call("", () -> call.apply(ZoneServiceGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE_SECONDS,
                TimeUnit.SECONDS)));
    }

    /** Calls the migration service. */
    public <T> T migrate(Function<MigrateServiceBlockingStub, T> call) {
        return call("", () -> call.apply(MigrateServiceGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE_SECONDS,
                TimeUnit.SECONDS)));
    }

    /** Calls the service of VPN gateways. */
    public <T> T vpn(Function<VpnServiceBlockingStub, T> call) {
        return call("", () -> call.apply(VpnServiceGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE_SECONDS,
                TimeUnit.SECONDS)));
    }

    /** Calls the trace service. */
    public PacketTrace trace(Function<TraceServiceBlockingStub, PacketTrace> call) {
        return call("", () -> call.apply(TraceServiceGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE_SECONDS,
                TimeUnit.SECONDS)));
    }

    /** Calls the trace service and passes on each response as it arrives, without a deadline. */
    public void follow(Function<TraceServiceBlockingStub, Iterator<PacketTrace>> call, Consumer<PacketTrace> each) {
        call("", () -> {
            call.apply(TraceServiceGrpc.newBlockingStub(channel)).forEachRemaining(each);
            return "";
        });
    }

    /** Follows the events behind a token or position and passes on each as it happens, without a deadline. */
    public void followEvents(FollowEventsRequest from, Consumer<Event> each) {
        call("", () -> {
            SystemServiceGrpc.newBlockingStub(channel).followEvents(from).forEachRemaining(each);
            return "";
        });
    }

    /** Asks for a backup and passes on its bytes as they arrive, without a deadline. */
    public void backup(BackupRequest request, Consumer<ByteString> each) {
        call("", () -> {
            BackupServiceGrpc.newBlockingStub(channel).backup(request)
                    .forEachRemaining(chunk -> each.accept(chunk.getData()));
            return "";
        });
    }

    /**
     * Sends a backup to be restored, as fast as the instance takes it, without a deadline.
     *
     * @throws IOException if the backup cannot be read
     */
    public ApplyResponse restore(RestoreOptions options, InputStream backup) throws IOException {
        byte[] part = new byte[RESTORE_PART];
        try {
            BlockingClientCall<RestoreRequest, ApplyResponse> call = BackupServiceGrpc.newBlockingV2Stub(channel)
                    .restore();
            call.write(RestoreRequest.newBuilder().setOptions(options).build());
            int length;
            while ((length = backup.readNBytes(part, 0, part.length)) > 0) {
                if (!call.write(RestoreRequest.newBuilder().setData(ByteString.copyFrom(part, 0, length)).build())) {
                    break;
                }
            }
            call.halfClose();
            ApplyResponse response = call.read();
            if (response == null) {
                throw new FailedException("weft has not answered");
            }
            return response;
        } catch (StatusException e) {
            throw Refusals.of(e.getStatus().asRuntimeException(e.getTrailers()), "", address);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FailedException("interrupted");
        }
    }

    /** Starts a capture. */
    public CaptureCall capture(CaptureRequest request) {
        return call("", () -> new CaptureCall(CaptureServiceGrpc.newStub(channel), request, address));
    }

    /** Calls the service of certificates and tokens. */
    public <T> T identity(Function<IdentityServiceBlockingStub, T> call) {
        return call("",
                () -> call.apply(IdentityServiceGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE_SECONDS,
                        TimeUnit.SECONDS)));
    }

    /** Calls the system service. */
    public <T> T system(Function<SystemServiceBlockingStub, T> call) {
        return call("", () -> call.apply(SystemServiceGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE_SECONDS,
                TimeUnit.SECONDS)));
    }

    /** Returns which members have not answered the last call, and why, in a line each. */
    public List<String> silentMembers() {
        return silent.ofLastCall();
    }

    public ControlAddress address() {
        return address;
    }

    private <T> T call(String file, Supplier<T> call) {
        try {
            return call.get();
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.UNAVAILABLE) {
                connection.discard();
            }
            throw Refusals.of(e, file, address);
        }
    }

    @Override
    public void close() {
        connection.release();
    }
}
