package net.weft.controller.server.remote;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.revision.RevisionCodec;
import net.weft.controller.server.Cluster;
import net.weft.v1.DesiredState;
import net.weft.v1.Fence;
import org.jspecify.annotations.Nullable;

/** Encodes revisions for members: the newest one once, however many members there are. Any thread. */
final class DesiredStates {
    private final Supplier<Cluster> cluster;
    private final LongSupplier term;
    private @Nullable Revision encoded;
    private ByteString bytes = ByteString.EMPTY;

    /** @param term returns the term of the leader, which never decreases */
    DesiredStates(Supplier<Cluster> cluster, LongSupplier term) {
        this.cluster = cluster;
        this.term = term;
    }

    Fence fence(long revision) {
        Cluster now = cluster.get();
        return Fence.newBuilder().setCluster(now.id()).setGeneration(now.generation())
                .setIncarnation(now.incarnation()).setTerm(term.getAsLong()).setRevision(revision).build();
    }

    synchronized DesiredState of(Revision revision) {
        if (revision != encoded) {
            bytes = compressed(RevisionCodec.write(revision));
            encoded = revision;
        }
        return DesiredState.newBuilder().setFence(fence(revision.number())).setRevision(bytes).build();
    }

    private static ByteString compressed(byte[] plain) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ByteString.copyFrom(out.toByteArray());
    }
}
