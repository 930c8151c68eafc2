package net.weft.controller.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import net.weft.controller.model.revision.Author;
import net.weft.controller.model.revision.Commits;
import net.weft.controller.model.yaml.FabricYaml;
import net.weft.v1.AbortMigrationRequest;
import net.weft.v1.BeginMigrationRequest;
import net.weft.v1.ListMigrationsRequest;
import net.weft.v1.ListMigrationsResponse;
import net.weft.v1.Migration;
import net.weft.vswitch.SwitchOptions;
import net.weft.vswitch.VirtualSwitch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Migrations as they are asked for by gRPC: what is refused and how, what is bound ahead, and what calling off leaves. */
class GuestMigrationsTest {
    @TempDir
    private Path directory = Path.of("");
    private final List<String> edits = new ArrayList<>();
    @SuppressWarnings("NullAway.Init")
    private VirtualSwitch vswitch;
    @SuppressWarnings("NullAway.Init")
    private MigrateGrpc service;

    /** What came back: an answer, or the status of a failure. */
    private static final class Reply<T> implements StreamObserver<T> {
        private @Nullable T answer;
        private @Nullable Status failure;
        private boolean completed;

        @Override
        public void onNext(T value) {
            answer = value;
        }

        @Override
        public void onError(Throwable error) {
            failure = Status.fromThrowable(error);
        }

        @Override
        public void onCompleted() {
            completed = true;
        }

        private T answer() {
            assertThat(failure).isNull();
            assertThat(completed).isTrue();
            return Objects.requireNonNull(answer);
        }

        private void shouldFail(Status.Code code, String sentence) {
            Status status = Objects.requireNonNull(failure, "it did not fail");
            assertThat(status.getCode()).isEqualTo(code);
            assertThat(status.getDescription()).contains(sentence);
            assertThat(completed).isFalse();
        }
    }

    @BeforeEach
    void start() {
        vswitch = new VirtualSwitch(new SwitchOptions(List.of(), false, directory.resolve("state"), 300, 1));
        MemberAgent agent = new MemberAgent(1, vswitch);
        String yaml = """
                ports:
                  web1: {type: vhost-user, socket: %1$s/a, mode: server, access: 10}
                  lab: {type: qemu, transport: stream, socket: %1$s/lab, mode: server, access: 10}
                """.formatted(directory);
        agent.apply(Commits.file(Optional.empty(), FabricYaml.parse(yaml).orElseThrow(), yaml,
                new Author(Instant.EPOCH, "test", ""), RandomGenerator.of("L64X128MixRandom")));
        service = new MigrateGrpc(new GuestMigrations(agent,
                (port, keys, comment) -> edits.add(port + " " + keys + " " + comment)));
    }

    @AfterEach
    void stop() {
        vswitch.close();
    }

    private static <Q, R> Reply<R> ask(BiConsumer<Q, StreamObserver<R>> method, Q request) {
        Reply<R> reply = new Reply<>();
        method.accept(request, reply);
        return reply;
    }

    private Reply<Migration> begin(String port, String socket, String mode) {
        return ask(service::beginMigration, BeginMigrationRequest.newBuilder().setPort(port)
                .setSocket(socket.isEmpty() ? "" : directory.resolve(socket).toString()).setMode(mode).build());
    }

    private Reply<Migration> abort(String port) {
        return ask(service::abortMigration, AbortMigrationRequest.newBuilder().setPort(port).build());
    }

    private List<Migration> list() {
        Reply<ListMigrationsResponse> reply = ask(service::listMigrations, ListMigrationsRequest.getDefaultInstance());
        return reply.answer().getMigrationsList();
    }

    @Test
    void shouldRefuseWhatCannotBeMigrated() {
        Status.Code refused = Status.Code.FAILED_PRECONDITION;
        begin("db1", "b", "").shouldFail(refused, "there is no port db1");
        begin("lab", "b", "").shouldFail(refused, "port lab is of type qemu; only the guest of a vhost-user port");
        begin("web1", "a", "").shouldFail(refused, "port web1 is attached to " + directory.resolve("a") + " already");
        abort("web1").shouldFail(refused, "web1");
        assertThat(list()).isEmpty();
    }

    @Test
    void shouldRefuseWhatNoFileCouldSay() {
        begin("web1", "", "").shouldFail(Status.Code.INVALID_ARGUMENT, "socket");
        begin("web1", "b", "both").shouldFail(Status.Code.INVALID_ARGUMENT, "mode");
        begin("web1", "lab", "").shouldFail(Status.Code.INVALID_ARGUMENT, directory.resolve("lab").toString());
        assertThat(list()).isEmpty();
    }

    @Test
    void shouldBindAheadAndLetGoWhenCalledOff() {
        Migration begun = begin("web1", "b", "").answer();
        assertThat(begun.getPort()).isEqualTo("web1");
        assertThat(begun.getMember()).isEqualTo(1);
        assertThat(begun.getState()).isEqualTo("waiting");
        assertThat(begun.getFrom()).contains(directory.resolve("a").toString());
        assertThat(begun.getTo()).contains(directory.resolve("b").toString());
        assertThat(begun.getAnnouncement()).isEmpty();
        assertThat(begun.hasReadyToAnnouncedNs()).isFalse();
        assertThat(list()).hasSize(1).first().extracting(Migration::getState).isEqualTo("waiting");
        begin("web1", "c", "").shouldFail(Status.Code.FAILED_PRECONDITION, "web1");

        assertThat(abort("web1").answer().getState()).isEqualTo("aborted");
        assertThat(list()).hasSize(1).first().extracting(Migration::getState).isEqualTo("aborted");
        assertThat(directory.resolve("b")).as("the socket bound ahead").doesNotExist();
        assertThat(edits).as("revisions").isEmpty();
    }
}
