package net.weft.controller.server.remote;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.util.function.Supplier;
import net.weft.controller.server.Callers;
import net.weft.controller.server.Fabric;
import net.weft.controller.server.StoreException;
import net.weft.controller.server.pki.Authority;
import net.weft.controller.server.pki.JoinTokens;
import net.weft.controller.server.pki.Role;
import net.weft.v1.AuthorityResponse;
import net.weft.v1.CreateMemberTokenRequest;
import net.weft.v1.CreateMemberTokenResponse;
import net.weft.v1.IdentityServiceGrpc;
import net.weft.v1.InitAuthorityRequest;
import net.weft.v1.IssueCertificateRequest;
import net.weft.v1.IssueCertificateResponse;
import net.weft.v1.IssuedCertificate;
import net.weft.v1.ListCertificatesRequest;
import net.weft.v1.ListCertificatesResponse;
import net.weft.v1.RevokeCertificateRequest;
import net.weft.v1.RevokeCertificateResponse;

/** The service {@code weft.v1.IdentityService}: who may do what. Each change stands in the audit log. */
public final class IdentityGrpc extends IdentityServiceGrpc.IdentityServiceImplBase {
    private static final System.Logger AUDIT = System.getLogger("net.weft.audit");
    private static final String NAME = "[a-z0-9][a-z0-9._-]{0,62}";
    private static final String MEMBER = "member/";
    private static final int MAX_DAYS = 3650;
    private static final int MAX_TOKEN_SECONDS = 7 * 86_400;

    private final Path data;
    private final Fabric fabric;
    private final Parts parts;

    /** The authority of a running controller; made when it is first asked for. */
    public interface Parts {
        Authority authority();

        JoinTokens tokens();

        /** Ends the connections whose certificate is not valid any more. */
        void endRefused();

        /** Ends the stream of a member. */
        void end(int member, String why);
    }

    public IdentityGrpc(Path data, Fabric fabric, Parts parts) {
        this.data = data;
        this.fabric = fabric;
        this.parts = parts;
    }

    @Override
    public void initAuthority(InitAuthorityRequest request, StreamObserver<AuthorityResponse> observer) {
        answer(observer, () -> {
            if (Authority.exists(data)) {
                throw new IllegalStateException("the fabric has its authority already, in " + data.resolve("pki"));
            }
            Authority authority = parts.authority();
            audit("the authority of the fabric is made");
            return AuthorityResponse.newBuilder().setAuthority(encoded(authority.certificate())).build();
        });
    }

    @Override
    public void createMemberToken(CreateMemberTokenRequest request,
            StreamObserver<CreateMemberTokenResponse> observer) {
        answer(observer, () -> {
            int member = request.getMember();
            if (!fabric.config().members().containsKey(member)) {
                throw new IllegalArgumentException("there is no member " + member + " in members "
                        + fabric.config().members().keySet() + "; add it to the file first");
            }
            int seconds = request.getValidSeconds();
            if (seconds < 0 || seconds > MAX_TOKEN_SECONDS) {
                throw new IllegalArgumentException("a token is valid for 1 s to 7 days");
            }
            JoinTokens.Token token = parts.tokens().make(member,
                    seconds == 0 ? JoinTokens.DEFAULT_VALIDITY : Duration.ofSeconds(seconds));
            audit("a token for member " + member + " is made, valid until " + token.expires());
            return CreateMemberTokenResponse.newBuilder().setToken(token.text()).setExpires(token.expires().toString())
                    .build();
        });
    }

    @Override
    public void issueCertificate(IssueCertificateRequest request, StreamObserver<IssueCertificateResponse> observer) {
        answer(observer, () -> {
            Role role = Role.of(request.getRole()).filter(Role::isOfPeople).orElseThrow(
                    () -> new IllegalArgumentException(
                            "role " + request.getRole() + ": expected admin, operator or viewer"));
            if (!request.getName().matches(NAME)) {
                throw new IllegalArgumentException("name " + request.getName() + ": expected " + NAME);
            }
            int days = request.getValidDays();
            if (days < 0 || days > MAX_DAYS) {
                throw new IllegalArgumentException("a certificate is valid for 1 to " + MAX_DAYS + " days");
            }
            Authority.Chain chain = parts.authority().issue(role, request.getName(),
                    request.getPublicKey().toByteArray(),
                    days == 0 ? Authority.DEFAULT_VALIDITY : Duration.ofDays(days));
            audit("a certificate is issued for " + role.word() + " " + request.getName());
            return IssueCertificateResponse.newBuilder().setCertificate(encoded(chain.certificate()))
                    .setAuthority(encoded(chain.authority()))
                    .setExpires(chain.certificate().getNotAfter().toInstant().toString()).build();
        });
    }

    @Override
    public void revokeCertificate(RevokeCertificateRequest request,
            StreamObserver<RevokeCertificateResponse> observer) {
        answer(observer, () -> {
            String name = request.getName();
            int revoked = name.startsWith(MEMBER) ? revokeMember(name) : parts.authority().revokePerson(name);
            if (revoked == 0) {
                throw new IllegalArgumentException("there is no valid certificate of " + name + ", and no token"
                        + "; a member's name is member/N");
            }
            parts.endRefused();
            audit(revoked + " certificates and tokens of " + name + " are revoked");
            return RevokeCertificateResponse.newBuilder().setRevoked(revoked).build();
        });
    }

    private int revokeMember(String name) {
        String number = name.substring(MEMBER.length());
        if (!number.matches("[1-9][0-9]{0,8}")) {
            throw new IllegalArgumentException("name " + name + ": a member's name is member/N");
        }
        int member = Integer.parseInt(number);
        int cancelled = parts.tokens().cancel(member); // first, so that no token is redeemed behind the revocation
        int revoked = parts.authority().revoke(Role.MEMBER, number);
        if (revoked > 0) {
            parts.end(member, "the certificate of member " + number + " is revoked");
        }
        return revoked + cancelled;
    }

    @Override
    public void listCertificates(ListCertificatesRequest request, StreamObserver<ListCertificatesResponse> observer) {
        answer(observer, () -> {
            ListCertificatesResponse.Builder all = ListCertificatesResponse.newBuilder();
            parts.authority().issued().forEach(issued -> all.addCertificates(IssuedCertificate.newBuilder()
                    .setName(issued.name()).setRole(issued.role().word()).setSerial(issued.serial())
                    .setExpires(issued.expires().toString())
                    .setRevoked(issued.revoked().map(Object::toString).orElse(""))));
            return all.build();
        });
    }

    private static void audit(String what) {
        AUDIT.log(System.Logger.Level.INFO, what + ", by " + Callers.who());
    }

    private static ByteString encoded(java.security.cert.X509Certificate certificate) {
        try {
            return ByteString.copyFrom(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> void answer(StreamObserver<T> observer, Supplier<T> work) {
        T result;
        try {
            result = work.get();
        } catch (IllegalArgumentException e) {
            observer.onError(Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
            return;
        } catch (IllegalStateException e) {
            observer.onError(Status.FAILED_PRECONDITION.withDescription(e.getMessage()).asRuntimeException());
            return;
        } catch (StoreException e) {
            observer.onError(Status.UNAVAILABLE.withDescription(e.getMessage()).asRuntimeException());
            return;
        }
        observer.onNext(result);
        observer.onCompleted();
    }
}
