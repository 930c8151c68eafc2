package net.weft.controller.server.remote;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.security.cert.CertificateEncodingException;
import net.weft.controller.server.StoreException;
import net.weft.controller.server.pki.Authority;
import net.weft.controller.server.pki.Identity;
import net.weft.controller.server.pki.JoinTokens;
import net.weft.controller.server.pki.RefusedIdentityException;
import net.weft.v1.ControllerMessage;
import net.weft.v1.JoinRequest;
import net.weft.v1.JoinResponse;
import net.weft.v1.MemberMessage;
import net.weft.v1.MemberServiceGrpc;
import net.weft.v1.RenewRequest;

/** The service {@code weft.v1.MemberService}: members join, renew their certificates and attend. */
public final class MemberGrpc extends MemberServiceGrpc.MemberServiceImplBase {
    private static final System.Logger AUDIT = System.getLogger("net.weft.audit");

    private final Authority authority;
    private final JoinTokens tokens;
    private final MemberSessions sessions;
    private final Refused refused;

    public MemberGrpc(Authority authority, JoinTokens tokens, MemberSessions sessions, Refused refused) {
        this.authority = authority;
        this.tokens = tokens;
        this.sessions = sessions;
        this.refused = refused;
    }

    @Override
    public void join(JoinRequest request, StreamObserver<JoinResponse> observer) {
        try {
            Authority.Chain chain = tokens.redeem(request.getSecret().toByteArray(),
                    request.getPublicKey().toByteArray());
            JoinResponse response = response(chain);
            AUDIT.log(System.Logger.Level.INFO, "member " + response.getMember() + " has joined by a token");
            observer.onNext(response);
            observer.onCompleted();
        } catch (RefusedIdentityException e) {
            refused.count(e.reason().word(), "a member that joins", String.valueOf(e.getMessage()));
            observer.onError(Status.UNAUTHENTICATED.withDescription(e.getMessage()).asRuntimeException());
        } catch (IllegalArgumentException e) {
            observer.onError(Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
        } catch (StoreException e) {
            observer.onError(Status.UNAVAILABLE.withDescription(e.getMessage()).asRuntimeException());
        }
    }

    @Override
    public void renew(RenewRequest request, StreamObserver<JoinResponse> observer) {
        Gatekeeper.Caller caller = Gatekeeper.current().orElseThrow();
        try {
            observer.onNext(response(authority.renew(caller.certificate(), caller.identity(),
                    request.getPublicKey().toByteArray())));
            observer.onCompleted();
        } catch (RefusedIdentityException e) {
            refused.count(e.reason().word(), caller.address(), String.valueOf(e.getMessage()));
            observer.onError(Status.UNAUTHENTICATED.withDescription(e.getMessage()).asRuntimeException());
        } catch (IllegalArgumentException e) {
            observer.onError(Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
        } catch (StoreException e) {
            observer.onError(Status.UNAVAILABLE.withDescription(e.getMessage()).asRuntimeException());
        }
    }

    private static JoinResponse response(Authority.Chain chain) {
        try {
            int member = Identity.of(chain.certificate()).map(Identity::name).map(Integer::parseInt).orElseThrow();
            return JoinResponse.newBuilder().setMember(member)
                    .setCertificate(ByteString.copyFrom(chain.certificate().getEncoded()))
                    .setAuthority(ByteString.copyFrom(chain.authority().getEncoded())).build();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public StreamObserver<MemberMessage> attend(StreamObserver<ControllerMessage> observer) {
        Gatekeeper.Caller caller = Gatekeeper.current().orElseThrow();
        return sessions.attend(Integer.parseInt(caller.identity().name()), caller.address(),
                (ServerCallStreamObserver<ControllerMessage>) observer);
    }
}
