package net.weft.controller.member.remote;

import io.grpc.Status;
import java.net.ConnectException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says why a stream or a call has ended. */
final class Reasons {
    private Reasons() {
    }

    static String of(Status status) {
        for (Throwable cause = status.getCause(); cause != null; cause = next(cause)) {
            if (cause instanceof CertificateException) {
                return "is not trusted: " + cause.getMessage()
                        + ". It is of another fabric, or its certificate has expired";
            }
            if (cause instanceof SSLException && next(cause) == null) {
                return "TLS fails: " + cause.getMessage();
            }
            if (cause instanceof ConnectException) {
                return "cannot be reached: " + cause.getMessage();
            }
        }
        return status.getDescription() == null ? status.getCode().name() : status.getDescription();
    }

    private static @Nullable Throwable next(Throwable cause) {
        return cause.getCause() == cause ? null : cause.getCause();
    }
}
