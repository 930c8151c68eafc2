package net.weft.controller.server.remote;

import io.grpc.BindableService;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import net.weft.controller.model.revision.RevisionLog;
import net.weft.controller.server.Cluster;
import net.weft.controller.server.Events;
import net.weft.controller.server.pki.Authority;
import net.weft.controller.server.pki.ControllerKey;
import net.weft.controller.server.pki.JoinTokens;
import org.jspecify.annotations.Nullable;

/**
 * What a controller has for other hosts: the authority of its fabric, join tokens, the streams of its members, and the
 * listener. The authority is made when it is first needed; a controller without {@code --listen} opens no TCP socket.
 */
public final class RemoteAccess implements IdentityGrpc.Parts, AutoCloseable {
    private final Path data;
    private final String fabricId;
    private final InstantSource clock;
    private final Refused refused = new Refused(System::nanoTime);
    private final MemberSessions sessions;
    private @Nullable Authority authority;
    private @Nullable JoinTokens tokens;
    private @Nullable NetworkServer listener;

    /**
     * Creates the access; nothing is opened yet.
     *
     * @param data the data directory
     * @param cluster returns the names of the fabric, of which a restore changes the generation
     * @param term returns the term of the leader, which never decreases
     */
    public RemoteAccess(Path data, Supplier<Cluster> cluster, LongSupplier term, MemberSessions.Keys keys,
            RevisionLog log,
            Events events, InstantSource clock) {
        this.data = data;
        fabricId = cluster.get().id();
        this.clock = clock;
        sessions = new MemberSessions(cluster, term, keys, log, events, clock, refused);
    }

    @Override
    public synchronized Authority authority() {
        if (authority == null) {
            authority = Authority.open(data, fabricId, clock);
        }
        return authority;
    }

    @Override
    public synchronized JoinTokens tokens() {
        if (tokens == null) {
            tokens = JoinTokens.open(authority(), data, clock);
        }
        return tokens;
    }

    public MemberSessions sessions() {
        return sessions;
    }

    /**
     * Starts to listen for members and remote clients.
     *
     * @param services what remote clients may call, as far as their role permits
     * @throws net.weft.controller.server.StoreException if it cannot listen there
     */
    public synchronized void listen(InetSocketAddress address, List<BindableService> services) {
        List<BindableService> all = new ArrayList<>(services);
        all.add(new MemberGrpc(authority(), tokens(), sessions, refused));
        listener = NetworkServer.start(address, authority(), new ControllerKey(authority(), fabricId, clock),
                refused,
                all);
        System.getLogger("net.weft.members").log(System.Logger.Level.INFO, "members and remote clients: "
                + address.getHostString() + ":" + listener.port());
    }

    /** Returns the port on which it listens; 0: it does not. */
    public synchronized int port() {
        return listener == null ? 0 : listener.port();
    }

    @Override
    public synchronized void endRefused() {
        if (listener != null) {
            listener.endRefused();
        }
    }

    @Override
    public void end(int member, String why) {
        sessions.end(member, why);
    }

    @Override
    public synchronized void close() {
        sessions.close();
        if (listener != null) {
            listener.close();
        }
    }
}
