package net.weft.controller.member.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.revision.Author;
import net.weft.controller.model.revision.Commits;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.revision.RevisionCodec;
import net.weft.controller.model.revision.RevisionLog;
import net.weft.controller.model.revision.Trial;
import net.weft.controller.model.yaml.FabricYaml;
import net.weft.v1.DesiredState;
import net.weft.v1.Fence;
import net.weft.v1.Welcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests which states a member takes from a controller, keeps on disk, and refuses. */
class ReceivedTest {
    private static final long MINUTE_NS = Duration.ofMinutes(1).toNanos();

    @TempDir
    private Path data;
    private Received received;

    @BeforeEach
    void open() {
        received = new Received(new StateDirectory(data));
    }

    /** A controller that has redeemed a token takes it again for the same key only, should its answer be lost. */
    @Test
    void shouldJoinWithTheSameKeyAgain() {
        StateDirectory state = new StateDirectory(data);
        byte[] first = Credentials.joiningKey(state).getPublic().getEncoded();

        assertThat(Credentials.joiningKey(new StateDirectory(data)).getPublic().getEncoded()).isEqualTo(first);
    }

    @Test
    void shouldKeepARevisionBeforeItIsSeen() throws Exception {
        received.welcome(Welcome.newBuilder().setFence(fence(0)).setStackKey(ByteString.copyFromUtf8("k")).build());
        received.desired(state(revision(7, Optional.empty())), 0);

        assertThat(received.newest().number()).isEqualTo(7);
        Received again = new Received(new StateDirectory(data));
        assertThat(again.newest().number()).isEqualTo(7);
        assertThat(again.has()).isEqualTo(fence(7));
        assertThat(again.keys()).get().extracting(Welcome::getStackKey).isEqualTo(ByteString.copyFromUtf8("k"));
        for (String name : new String[]{"desired", "keys"}) {
            assertThat(
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("member").resolve(name))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void shouldFollowARestoreThatHasALowerNumber() throws Exception {
        received.desired(state(revision(7, Optional.empty())), 0);
        RevisionLog.Follower follower = received.newest().follow(0);
        assertThat(follower.await(0)).get().extracting(Revision::number).isEqualTo(7L);
        DesiredState lower = state(revision(5, Optional.empty()));
        assertThatThrownBy(() -> received.desired(lower, 0)).as("the control: the same generation")
                .hasMessageContaining("the controller offers revision 5");
        assertThat(follower.await(0)).isEmpty();

        received.desired(lower.toBuilder().setFence(fence(5).toBuilder().setGeneration(2).setIncarnation("j")).build(),
                0);

        assertThat(follower.await(0)).get().extracting(Revision::number).isEqualTo(5L);
        assertThat(follower.await(0)).isEmpty();
    }

    @Test
    void shouldRefuseWhatCannotBeReadAndKeepWhatItHas() throws Exception {
        received.desired(state(revision(7, Optional.empty())), 0);
        DesiredState good = state(revision(8, Optional.empty()));
        ByteString bytes = good.getRevision();

        assertRefused(good.toBuilder().setRevision(bytes.substring(0, bytes.size() - 9)).build(), "cannot be read");
        assertRefused(good.toBuilder().setRevision(ByteString.EMPTY).build(), "cannot be read");
        assertRefused(good.toBuilder().setRevision(compressed("weft-revision-1 2 00000000\n{}")).build(), "checksum");
        assertRefused(good.toBuilder().setFence(fence(9)).build(), "revision 8 came as 9");
        assertRefused(good.toBuilder().setRevision(compressed("0".repeat(65 << 20))).build(), "more than");
        assertRefused(state(revision(6, Optional.empty())), "this member has revision 7");
        assertThat(received.newest().number()).isEqualTo(7);
        assertThat(received.refused()).isEqualTo(6);
        received.desired(good, 0);
        assertThat(received.newest().number()).as("control").isEqualTo(8);
    }

    @Test
    void shouldBeginWithNothingWhereTheFileIsDamaged() throws Exception {
        received.desired(state(revision(7, Optional.empty())), 0);
        Path file = data.resolve("member/desired");
        byte[] kept = Files.readAllBytes(file);
        kept[kept.length / 2] ^= 1;
        Files.write(file, kept);

        Received again = new Received(new StateDirectory(data));

        assertThat(again.newest().get()).isEmpty();
        again.desired(state(revision(7, Optional.empty())), 0);
        assertThat(again.newest().number()).as("the controller sends it again").isEqualTo(7);
    }

    @Test
    void shouldFallBackFromATrialWhenItsTimeIsOver() throws Exception {
        received.desired(state(revision(7, Optional.empty())), 0);
        received.desired(state(revision(8, Optional.of(new Trial(7, Duration.ofMinutes(1), "boot")))), 0);
        assertThat(received.newest().get()).get().extracting(Revision::config).isEqualTo(config(8));

        received.fallBack(MINUTE_NS - 1);
        assertThat(received.newest().get()).get().extracting(Revision::config).isEqualTo(config(8));
        received.fallBack(MINUTE_NS);
        assertThat(received.newest().get()).get().extracting(Revision::config).isEqualTo(config(7));
        received.desired(state(revision(8, Optional.empty())), 2 * MINUTE_NS);
        assertThat(received.newest().get()).get().extracting(Revision::config).as("it was confirmed after all")
                .isEqualTo(config(8));
        received.fallBack(9 * MINUTE_NS);
        assertThat(received.newest().get()).get().extracting(Revision::config).isEqualTo(config(8));
    }

    private void assertRefused(DesiredState state, String why) {
        assertThatThrownBy(() -> received.desired(state, 0)).isInstanceOf(RemoteException.class)
                .hasMessageContaining(why);
    }

    private static DesiredState state(Revision revision) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(RevisionCodec.write(revision));
        }
        return DesiredState.newBuilder().setFence(fence(revision.number()))
                .setRevision(ByteString.copyFrom(out.toByteArray())).build();
    }

    private static ByteString compressed(String text) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(text.getBytes(StandardCharsets.US_ASCII));
        }
        return ByteString.copyFrom(out.toByteArray());
    }

    /** Returns a configuration that differs for each revision. */
    private static FabricConfig config(long number) {
        return FabricYaml.parse(("system-mac: \"02:00:00:00:00:01\"\nports: {a: {type: tap, device: t, access: "
                + number
                + "}}")
                .getBytes(StandardCharsets.UTF_8)) instanceof net.weft.controller.model.yaml.Validation.Valid valid
                        ? valid.config()
                        : FabricConfig.empty();
    }

    private static Revision revision(long number, Optional<Trial> trial) {
        Author author = new Author(Instant.EPOCH, "test",
                new Author.Caller(java.util.OptionalLong.empty(), java.util.OptionalLong.empty(), ""), "apply", "");
        Revision first = Commits.command(Optional.empty(), config(number), author, new SplittableRandom(1),
                _ -> Set.of());
        return new Revision(new net.weft.controller.model.revision.RevisionHeader(number, author,
                first.header().changes(), trial), first.config(), first.origins(), first.portNumbers(),
                first.zoneNumbers(), first.fileText(), first.conflicts(), first.revokedKeys());
    }

    private static Fence fence(long revision) {
        return Fence.newBuilder().setCluster("aa").setGeneration(1).setIncarnation("i").setTerm(1).setRevision(revision)
                .build();
    }
}
