package net.weft.controller.server;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import net.weft.controller.model.revision.Progress;
import net.weft.v1.Event;
import net.weft.v1.FollowEventsRequest;
import net.weft.v1.ListEventsRequest;
import net.weft.v1.ListEventsResponse;
import net.weft.v1.ListMembersRequest;
import net.weft.v1.ListMembersResponse;
import net.weft.v1.Member;
import net.weft.v1.StatusRequest;
import net.weft.v1.StatusResponse;
import net.weft.v1.SystemServiceGrpc;

/** The service {@code weft.v1.SystemService}: status of the instance and list of members. */
public final class SystemGrpc extends SystemServiceGrpc.SystemServiceImplBase {
    private final String version;
    private final Path data;
    private final Fabric fabric;
    private final LocalMember member;
    private final OtherMembers others;
    private final long startedNs = System.nanoTime();

    /**
     * The member that this process is.
     *
     * @param id ID of the member
     * @param ready returns whether the member runs the newest revision, and each of its ports is up, disabled, or waits
     *     only for its peer
     * @param progress returns the member's progress in following the log
     */
    public record LocalMember(int id, BooleanSupplier ready, Supplier<Progress> progress) {
    }

    /** Describes the members of other processes. */
    @FunctionalInterface
    public interface OtherMembers {
        /** @param newestRevision number of the newest revision */
        Member of(int id, long newestRevision);
    }

    public SystemGrpc(String version, Path data, Fabric fabric, LocalMember member, OtherMembers others) {
        this.others = others;
        this.version = version;
        this.data = data;
        this.fabric = fabric;
        this.member = member;
    }

    @Override
    public void status(StatusRequest request, StreamObserver<StatusResponse> observer) {
        Progress progress = member.progress().get();
        StatusResponse.Builder status = StatusResponse.newBuilder();
        fabric.onTrial().ifPresent(trial -> status.setUnconfirmedRevision(trial.revision())
                .setConfirmBy(trial.confirmBy().toString()));
        observer.onNext(status.setVersion(version).setMember(member.id())
                .setRevision(fabric.revision()).setFabric(fabric.config().name())
                .setReady(member.ready().getAsBoolean()).setProcessId(ProcessHandle.current().pid())
                .setData(data.toString()).setUptimeSeconds(Duration.ofNanos(System.nanoTime() - startedNs).toSeconds())
                .setRunningRevision(progress.revision()).setBehindReason(progress.reason())
                .setHealth(health()).addAllProblems(fabric.problems()).build());
        observer.onCompleted();
    }

    @Override
    public void listEvents(ListEventsRequest request, StreamObserver<ListEventsResponse> observer) {
        Answers.answer(observer, () -> {
            Events.Listing listing = fabric.events().listing(request.getToken());
            return ListEventsResponse.newBuilder().addAllEvents(listing.events()).setToken(listing.token()).build();
        });
    }

    @Override
    public void followEvents(FollowEventsRequest request, StreamObserver<Event> observer) {
        EventStream.start(fabric.events(), (ServerCallStreamObserver<Event>) observer, request);
    }

    @Override
    public void listMembers(ListMembersRequest request, StreamObserver<ListMembersResponse> observer) {
        ListMembersResponse.Builder members = ListMembersResponse.newBuilder();
        fabric.config().members().keySet().forEach(id -> members.addMembers(id == member.id()
                ? local()
                : others.of(id, fabric.revision())));
        observer.onNext(members.build());
        observer.onCompleted();
    }

    private String health() {
        if (fabric.recovery().isPresent()) {
            return "recovery";
        }
        return fabric.problems().isEmpty() ? "ok" : "degraded";
    }

    private Member local() {
        Progress progress = member.progress().get();
        return Member.newBuilder().setId(member.id()).setRole("master").setVersion(version)
                .setState(progress.isCurrent() ? "up" : "behind").setRevision(progress.revision())
                .setNewestRevision(fabric.revision()).setReason(progress.reason())
                .setReady(member.ready().getAsBoolean()).build();
    }
}
