package net.weft.controller.server;

import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import net.weft.v1.StatusRequest;
import net.weft.v1.StatusResponse;
import net.weft.v1.SystemServiceGrpc;

/** {@code weft.v1.SystemService}. */
public final class SystemGrpc extends SystemServiceGrpc.SystemServiceImplBase {
    private final String version;
    private final int member;
    private final Path data;
    private final Fabric fabric;
    private final BooleanSupplier ready;
    private final long startedNs = System.nanoTime();

    /** @param ready whether each local port is up, disabled, or only waits for its peer */
    public SystemGrpc(String version, int member, Path data, Fabric fabric, BooleanSupplier ready) {
        this.version = version;
        this.member = member;
        this.data = data;
        this.fabric = fabric;
        this.ready = ready;
    }

    @Override
    public void status(StatusRequest request, StreamObserver<StatusResponse> observer) {
        observer.onNext(StatusResponse.newBuilder().setVersion(version).setMember(member).setRevision(fabric.revision())
                .setFabric(fabric.config().name()).setReady(ready.getAsBoolean())
                .setProcessId(ProcessHandle.current().pid()).setData(data.toString())
                .setUptimeSeconds(Duration.ofNanos(System.nanoTime() - startedNs).toSeconds()).build());
        observer.onCompleted();
    }
}
