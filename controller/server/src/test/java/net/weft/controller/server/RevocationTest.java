package net.weft.controller.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import net.weft.v1.ApplyResponse;
import net.weft.v1.BatchRequest;
import net.weft.v1.ChangeOptions;
import net.weft.v1.EditObjectRequest.Verb;
import net.weft.v1.EditObjectRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tombstones of VPN peers as the API's calls set and lift them. */
class RevocationTest {
    private static final String KEY = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";
    private static final String OTHER = "TrMvSoP4jYQlY6RIzBgbssQqY3vxI2Pi+y71lOWWXX0=";
    private static final String FILE = """
            tenants: {acme: {networks: {web: {vlan: 10, subnets: [10.10.0.0/24]}}}}
            ports: {}
            vpn:
              office:
                peers:
                  alice: {public-key: "%s", network: acme/web, ips: [10.10.0.5]}
                  bob: {public-key: "%s", network: acme/web, ips: [10.10.0.6]}
            """.formatted(KEY, OTHER);

    @TempDir
    private Path data = Path.of("");
    @SuppressWarnings("NullAway.Init")
    private FileRevisionStore store;
    @SuppressWarnings("NullAway.Init")
    private Fabric fabric;

    /** Collects what a call answers. */
    private static final class Answer implements StreamObserver<ApplyResponse> {
        private final List<String> errors = new ArrayList<>();

        @Override
        public void onNext(ApplyResponse response) {
            response.getRefusal().getFaultsList().forEach(fault -> errors.add(fault.getPath()));
        }

        @Override
        public void onError(Throwable error) {
            errors.add(String.valueOf(error.getMessage()));
        }

        @Override
        public void onCompleted() {
        }
    }

    @BeforeEach
    void start() {
        store = FileRevisionStore.open(data);
        fabric = new Fabric(store, Rollout.NONE, ImpactPreview.NONE,
                new Clocks(() -> Instant.EPOCH, Timer.NEVER, "boot"), new Events(() -> Instant.EPOCH),
                RandomGenerator.of("L64X128MixRandom"));
        fabric.apply(FILE.getBytes(StandardCharsets.UTF_8), Terms.PLAIN, "test");
    }

    private <T> List<String> errors(BiConsumer<T, StreamObserver<ApplyResponse>> call, T request) {
        Answer answer = new Answer();
        call.accept(request, answer);
        return answer.errors;
    }

    private static EditObjectRequest peer(Verb verb, String name, String key, boolean again) {
        EditObjectRequest.Builder request = EditObjectRequest.newBuilder().setKind(EditObjectRequest.Kind.VPN_PEER)
                .setVerb(verb).setName("office/" + name).setAgain(again);
        return key.isEmpty()
                ? request.build()
                : request.putAllKeys(Map.of("public-key", key, "network", "acme/web", "ips", "10.10.0.9")).build();
    }

    private Set<String> tombstones() {
        return store.last().orElseThrow().revokedKeys();
    }

    @Test
    void shouldLiftOnlyTheTombstoneOfThePeerThatIsAddedAgain() {
        FabricGrpc grpc = new FabricGrpc(fabric);
        assertThat(errors(grpc::editObject, peer(Verb.REVOKE, "alice", "", false))).isEmpty();
        assertThat(errors(grpc::editObject, peer(Verb.REVOKE, "bob", "", false))).isEmpty();
        assertThat(tombstones()).containsExactlyInAnyOrder(KEY, OTHER);
        fabric.merge(FILE.getBytes(StandardCharsets.UTF_8), "test");
        fabric.apply(FILE.replace("alice:", "carol:").getBytes(StandardCharsets.UTF_8),
                new Terms(false, OptionalLong.empty(), true), "test");
        assertThat(tombstones()).as("no file lifts one").containsExactlyInAnyOrder(KEY, OTHER);
        assertThat(errors(grpc::editObject, peer(Verb.REMOVE, "carol", "", false))).isEmpty();
        assertThat(errors(grpc::editObject, peer(Verb.ADD, "alice", KEY, false))).isNotEmpty();
        assertThat(errors(grpc::editObject, peer(Verb.ADD, "alice", KEY, true))).isEmpty();
        assertThat(tombstones()).as("bob is in the configuration, and stays revoked").containsExactly(OTHER);
        assertThat(errors(grpc::editObject, EditObjectRequest.newBuilder().setKind(EditObjectRequest.Kind.ZONE)
                .setVerb(Verb.ADD).setName("z").setAgain(true).build())).isEmpty();
        assertThat(tombstones()).as("another kind of object lifts none").containsExactly(OTHER);
    }

    @Test
    void shouldRevokeInABatchToo() {
        BatchRequest batch = BatchRequest.newBuilder().addEdits(peer(Verb.REVOKE, "alice", "", false))
                .addEdits(peer(Verb.REMOVE, "bob", "", false)).build();
        assertThat(errors(new FabricGrpc(fabric)::batch, batch)).isEmpty();
        assertThat(tombstones()).containsExactly(KEY);
        assertThat(Optional.ofNullable(fabric.config().vpn().get("office")).orElseThrow().peers()).isEmpty();
    }

    @Test
    void shouldKeepTombstonesOverRollBacks() {
        FabricGrpc grpc = new FabricGrpc(fabric);
        assertThat(errors(grpc::editObject, peer(Verb.REVOKE, "alice", "", false))).isEmpty();
        Outcome back = fabric.rollback(1, Terms.PLAIN, "test");
        assertThat(back.plan().describe()).contains("+ peer office/alice");
        assertThat(back.warnings()).as("the caller is told").hasSize(1);
        assertThat(tombstones()).containsExactly(KEY);
        assertThat(store.last().orElseThrow().portNumbers()).isEqualTo(store.get(1).orElseThrow().portNumbers());
    }

    @Test
    void shouldKeepATombstoneThatWasSetOrLiftedOnTrial() {
        ManualTimer timer = new ManualTimer();
        fabric = new Fabric(store, Rollout.NONE, ImpactPreview.NONE, new Clocks(() -> Instant.EPOCH, timer, "boot"),
                new Events(() -> Instant.EPOCH), RandomGenerator.of("L64X128MixRandom"));
        FabricGrpc grpc = new FabricGrpc(fabric);
        ChangeOptions trial = ChangeOptions.newBuilder().setConfirmWithinMillis(60_000).build();
        EditObjectRequest revoke = peer(Verb.REVOKE, "alice", "", false).toBuilder().setOptions(trial).build();
        assertThat(errors(grpc::editObject, revoke)).isEmpty();
        timer.advance(Duration.ofMinutes(1));
        assertThat(fabric.revision()).isEqualTo(3);
        assertThat(tombstones()).as("no time-out lifts it").containsExactly(KEY);
        assertThat(errors(grpc::editObject, peer(Verb.REMOVE, "alice", "", false))).isEmpty();
        EditObjectRequest again = peer(Verb.ADD, "alice", KEY, true).toBuilder().setOptions(trial).build();
        assertThat(errors(grpc::editObject, again)).isEmpty();
        assertThat(tombstones()).as("the control: lifted on trial").isEmpty();
        timer.advance(Duration.ofMinutes(1));
        assertThat(tombstones()).as("what lifted it was undone").containsExactly(KEY);
    }

    @Test
    void shouldRevokeWhileAnotherRevisionIsOnTrial() {
        ManualTimer timer = new ManualTimer();
        fabric = new Fabric(store, Rollout.NONE, ImpactPreview.NONE, new Clocks(() -> Instant.EPOCH, timer, "boot"),
                new Events(() -> Instant.EPOCH), RandomGenerator.of("L64X128MixRandom"));
        FabricGrpc grpc = new FabricGrpc(fabric);
        ChangeOptions trial = ChangeOptions.newBuilder().setConfirmWithinMillis(60_000).build();
        EditObjectRequest remove = peer(Verb.REMOVE, "bob", "", false).toBuilder().setOptions(trial).build();
        assertThat(errors(grpc::editObject, remove)).isEmpty();
        assertThat(errors(grpc::editObject, peer(Verb.REMOVE, "alice", "", false))).as("the control: no revocation")
                .singleElement().asString().contains("revision 2 waits to be confirmed");
        assertThat(errors(grpc::editObject, peer(Verb.REVOKE, "alice", "", false))).isEmpty();
        assertThat(tombstones()).containsExactly(KEY);
        assertThat(errors(grpc::editObject, peer(Verb.ADD, "carol", OTHER, false))).singleElement().asString()
                .contains("revision 3 waits to be confirmed", "`weft rollback 1`");
        timer.advance(Duration.ofMinutes(1));
        assertThat(fabric.revision()).isEqualTo(4);
        assertThat(tombstones()).as("no roll-back lifts it").containsExactly(KEY);
        assertThat(fabric.config()).as("the trial was undone").isEqualTo(store.get(1).orElseThrow().config());
    }
}
