package net.weft.controller.server.backup;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.weft.controller.server.Answers;
import net.weft.controller.server.ChangeTerms;
import net.weft.controller.server.Fabric;
import net.weft.controller.server.Outcome;
import net.weft.controller.server.Statuses;
import net.weft.controller.server.Terms;
import net.weft.v1.ApplyResponse;
import net.weft.v1.BackupChunk;
import net.weft.v1.BackupRequest;
import net.weft.v1.BackupServiceGrpc;
import net.weft.v1.RestoreOptions;
import net.weft.v1.RestoreRequest;
import org.jspecify.annotations.Nullable;

/** The service {@code weft.v1.BackupService}. */
public final class BackupGrpc extends BackupServiceGrpc.BackupServiceImplBase {
    private static final System.Logger LOG = System.getLogger(BackupGrpc.class.getName());
    private static final int SHORTEST_PASSPHRASE = 12;
    /** Most bytes of a backup that is restored: what the store itself keeps. */
    private static final long MOST_BYTES = 4L << 30;

    private final Fabric fabric;
    private final Keys keys;
    private final Path data;
    private final InstantSource clock;

    /** @param data the data directory, where a backup lies while it is restored */
    public BackupGrpc(Fabric fabric, Keys keys, Path data, InstantSource clock) {
        this.fabric = fabric;
        this.keys = keys;
        this.data = data;
        this.clock = clock;
    }

    @Override
    public void backup(BackupRequest request, StreamObserver<BackupChunk> observer) {
        String passphrase = request.getPassphrase();
        if (!passphrase.isEmpty() && passphrase.length() < SHORTEST_PASSPHRASE) {
            observer.onError(Status.INVALID_ARGUMENT.withDescription("the passphrase has " + passphrase.length()
                    + " characters, expected at least " + SHORTEST_PASSPHRASE).asRuntimeException());
            return;
        }
        ChunkStream out = new ChunkStream((ServerCallStreamObserver<BackupChunk>) observer);
        Thread.ofVirtual().name("weft-backup").start(() -> send(out, passphrase, observer));
    }

    private void send(ChunkStream out, String passphrase, StreamObserver<BackupChunk> observer) {
        try {
            Backup.write(fabric.history(), passphrase.isEmpty() ? Map.of() : keysOf(), passphrase, clock.instant(),
                    out);
            observer.onCompleted();
        } catch (IOException e) {
            observer.onError(Status.UNAVAILABLE.withDescription("the backup broke off: " + e.getMessage())
                    .asRuntimeException());
        } catch (RuntimeException e) {
            observer.onError(Statuses.of(e));
        }
    }

    private Map<String, byte[]> keysOf() {
        Map<String, byte[]> found = new TreeMap<>();
        for (String name : Keys.of(fabric.config())) {
            try {
                found.put(name, keys.read(name));
            } catch (IllegalArgumentException e) {
                throw Status.FAILED_PRECONDITION.withDescription(e.getMessage()).asRuntimeException();
            }
        }
        return found;
    }

    @Override
    public StreamObserver<RestoreRequest> restore(StreamObserver<ApplyResponse> observer) {
        return new Upload(observer);
    }

    /** A backup on its way in. gRPC calls it on one thread at a time. */
    private final class Upload implements StreamObserver<RestoreRequest> {
        private final StreamObserver<ApplyResponse> observer;
        private @Nullable Path file;
        private @Nullable OutputStream out;
        private RestoreOptions options = RestoreOptions.getDefaultInstance();
        private long length;

        Upload(StreamObserver<ApplyResponse> observer) {
            this.observer = observer;
        }

        @Override
        public void onNext(RestoreRequest request) {
            if (request.hasOptions()) {
                options = request.getOptions();
            }
            try {
                write(request.getData());
            } catch (IOException e) {
                fail(Status.RESOURCE_EXHAUSTED.withDescription(
                        data + ": the backup cannot be kept while it is restored: " + e.getMessage()));
            }
        }

        private void write(ByteString bytes) throws IOException {
            if (length < 0) {
                return;
            }
            if (file == null || out == null) {
                file = Files.createTempFile(data, "restore-", ".tmp");
                out = Files.newOutputStream(file);
            }
            length += bytes.size();
            if (length > MOST_BYTES) {
                throw new IOException("it has more than " + MOST_BYTES + " bytes");
            }
            bytes.writeTo(out);
        }

        private void fail(Status status) {
            length = -1;
            discard();
            observer.onError(status.asRuntimeException());
        }

        private void discard() {
            try {
                if (out != null) {
                    out.close();
                }
                if (file != null) {
                    Files.deleteIfExists(file);
                }
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, file + ": cannot be removed: " + e.getMessage());
            }
        }

        @Override
        public void onError(Throwable fault) {
            discard();
        }

        @Override
        public void onCompleted() {
            Path uploaded = file;
            if (length < 0) {
                return;
            }
            try {
                if (uploaded == null || out == null) {
                    fail(Status.INVALID_ARGUMENT.withDescription("the backup is empty"));
                    return;
                }
                out.close();
                Backup backup = Backup.read(uploaded);
                Answers.change(fabric, observer, options.getRefusalInResponse(), () -> restored(backup));
            } catch (IOException e) {
                observer.onError(Status.UNAVAILABLE.withDescription(uploaded + ": " + e.getMessage())
                        .asRuntimeException());
            } catch (InvalidBackupException e) {
                observer.onError(Status.INVALID_ARGUMENT.withDescription("the backup cannot be restored: "
                        + e.getMessage()).asRuntimeException());
            } finally {
                discard();
            }
        }

        private Outcome restored(Backup backup) {
            Terms terms = ChangeTerms.of(options.getDryRun(),
                    ChangeTerms.base(options.hasBaseRevision(), options.getBaseRevision()), false,
                    options.getOptions());
            if (!options.getPassphrase().isEmpty()) {
                fabric.checkRestore(terms); // keys are written only for what is then restored
                writeKeys(backup, terms.dryRun());
            }
            return fabric.restore(backup.newest(), backup, terms, Answers.who());
        }

        private void writeKeys(Backup backup, boolean dryRun) {
            byte[] sealed = backup.keys().orElseThrow(() -> Status.INVALID_ARGUMENT.withDescription(
                    "the backup has no keys: it was made without --with-secrets").asRuntimeException());
            Set<String> wanted = Keys.of(backup.newest().config());
            SealedKeys.open(sealed, options.getPassphrase()).forEach((name, key) -> {
                if (wanted.contains(name) && !dryRun) {
                    keys.write(name, key);
                }
                Arrays.fill(key, (byte) 0);
            });
        }
    }
}
