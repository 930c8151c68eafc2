package net.weft.controller.server.remote;

import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import net.weft.controller.server.Callers;
import net.weft.controller.server.pki.Authority;
import net.weft.controller.server.pki.Identity;
import net.weft.controller.server.pki.RefusedIdentityException.Reason;
import net.weft.controller.server.pki.RefusedIdentityException;
import org.jspecify.annotations.Nullable;

/**
 * Lets a call of the network pass if the certificate of its connection permits it. TLS has proved that the caller holds the
 * key of the certificate; everything else about it is checked here, at each call, so that a revocation takes hold at the next
 * one and each refusal has a status that says why.
 */
final class Gatekeeper implements ServerInterceptor {
    private static final Context.Key<Caller> CALLER = Context.key("weft-certificate");
    /** Name under which a TLS session keeps the caller that was verified. */
    private static final String VERIFIED = "weft.caller";

    private final Authority authority;
    private final Refused refused;
    private final JoinCalls joins = new JoinCalls();
    private final Set<WatchedCall<?, ?>> open = ConcurrentHashMap.newKeySet();

    /**
     * The caller of a call.
     *
     * @param address address of its host, as text
     */
    record Caller(Identity identity, X509Certificate certificate, String address) {
    }

    Gatekeeper(Authority authority, Refused refused) {
        this.authority = authority;
        this.refused = refused;
    }

    /** Returns the caller of the call that is being served on this thread; empty for {@code Join}. */
    static Optional<Caller> current() {
        return Optional.ofNullable(CALLER.get());
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers,
            ServerCallHandler<Q, A> next) {
        String method = call.getMethodDescriptor().getFullMethodName();
        String peer = peer(call.getAttributes());
        if (method.equals(Permissions.JOIN)) {
            return joins.serve(call, headers, next);
        }
        try {
            Caller caller = caller(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION), peer);
            authority.checkNow(caller.certificate(), caller.identity());
            if (!Permissions.permits(method, caller.identity().role())) {
                throw new RefusedIdentityException(Reason.NOT_PERMITTED, caller.identity() + " may not call " + method
                        + Permissions.least(method).map(least -> "; it needs the role " + least.word()).orElse(""));
            }
            Context context = Callers.named(Context.current().withValue(CALLER, caller), caller.identity().toString());
            WatchedCall<Q, A> watched = new WatchedCall<>(call, caller, open::remove);
            open.add(watched);
            recheck(watched);
            return Contexts.interceptCall(context, watched, headers, watched.watching(next));
        } catch (RefusedIdentityException e) {
            String message = String.valueOf(e.getMessage());
            refused.count(e.reason().word(), peer, message);
            call.close((e.reason() == Reason.NOT_PERMITTED ? Status.PERMISSION_DENIED : Status.UNAUTHENTICATED)
                    .withDescription(message), new Metadata());
            return new ServerCall.Listener<>() {
            };
        }
    }

    /** Checks a call again once a revocation would end it, in case that one came in between. */
    private void recheck(WatchedCall<?, ?> watched) throws RefusedIdentityException {
        try {
            authority.checkNow(watched.caller().certificate(), watched.caller().identity());
        } catch (RefusedIdentityException e) {
            open.remove(watched);
            throw e;
        }
    }

    /** Ends the calls of every certificate that is not valid any more, as after a revocation. */
    void endRefused() {
        for (WatchedCall<?, ?> call : open) {
            try {
                authority.checkNow(call.caller().certificate(), call.caller().identity());
            } catch (RefusedIdentityException e) {
                call.end(Status.UNAUTHENTICATED.withDescription(e.getMessage()));
            }
        }
    }

    private Caller caller(@Nullable SSLSession session, String peer)
            throws RefusedIdentityException {
        if (session == null) {
            throw new RefusedIdentityException(Reason.NO_CERTIFICATE, "the connection is not encrypted");
        }
        if (session.getValue(VERIFIED) instanceof Caller known) {
            return known;
        }
        Caller caller = verified(session, peer);
        session.putValue(VERIFIED, caller);
        return caller;
    }

    private Caller verified(SSLSession session, String peer) throws RefusedIdentityException {
        try {
            if (session.getPeerCertificates()[0] instanceof X509Certificate certificate) {
                return new Caller(authority.verify(certificate), certificate, peer);
            }
        } catch (SSLPeerUnverifiedException _) {
            // The client has sent no certificate.
        }
        throw new RefusedIdentityException(Reason.NO_CERTIFICATE,
                "this call needs a client certificate; an admin makes one with `weft pki issue NAME --role R`");
    }

    private static String peer(Attributes attributes) {
        SocketAddress address = attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        return address instanceof InetSocketAddress inet
                ? inet.getAddress().getHostAddress() + ":" + inet.getPort()
                : "an unknown address";
    }
}
