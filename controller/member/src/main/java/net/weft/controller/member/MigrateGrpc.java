package net.weft.controller.member;

import io.grpc.stub.StreamObserver;
import net.weft.v1.AbortMigrationRequest;
import net.weft.v1.BeginMigrationRequest;
import net.weft.v1.ListMigrationsRequest;
import net.weft.v1.ListMigrationsResponse;
import net.weft.v1.MigrateServiceGrpc;
import net.weft.v1.Migration;
import net.weft.vswitch.attach.MigrationStatus;

/** The service {@code weft.v1.MigrateService}, which converts messages for {@link GuestMigrations}. */
public final class MigrateGrpc extends MigrateServiceGrpc.MigrateServiceImplBase {

    private final GuestMigrations migrations;

    public MigrateGrpc(GuestMigrations migrations) {
        this.migrations = migrations;
    }

    @Override
    public void beginMigration(BeginMigrationRequest request, StreamObserver<Migration> observer) {
        Answers.answer(observer,
                () -> migration(migrations.begin(request.getPort(), request.getSocket(), request.getMode())));
    }

    @Override
    public void abortMigration(AbortMigrationRequest request, StreamObserver<Migration> observer) {
        Answers.answer(observer, () -> migration(migrations.abort(request.getPort())));
    }

    @Override
    public void listMigrations(ListMigrationsRequest request, StreamObserver<ListMigrationsResponse> observer) {
        Answers.answer(observer, () -> ListMigrationsResponse.newBuilder()
                .addAllMigrations(migrations.list().stream().map(this::migration).toList()).build());
    }

    private Migration migration(MigrationStatus status) {
        Migration.Builder row = Migration.newBuilder().setPort(status.port()).setMember(migrations.member())
                .setState(status.state().label()).setFrom(status.from().label()).setTo(status.to().label())
                .setMessage(status.message());
        if (status.announcement() != null) {
            row.setAnnouncement(status.announcement().label());
        }
        status.readyToAnnouncedNs().ifPresent(row::setReadyToAnnouncedNs);
        status.readyToFirstFrameNs().ifPresent(row::setReadyToFirstFrameNs);
        status.announcedToFirstFrameNs().ifPresent(row::setAnnouncedToFirstFrameNs);
        return row.build();
    }
}
