package net.weft.controller.server;

import java.nio.charset.StandardCharsets;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.InternalMetadata;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/**
 * Keeps the status of a call below 8 KiB, the limit of HTTP/2 trailers that clients have by default; a larger status
 * would not arrive. Descriptions often quote the request or list existing objects, and thus grow with the input; they
 * are truncated with a note. Details that do not fit are removed.
 */
public final class BoundedStatuses implements ServerInterceptor {
    /** Most bytes of a description in its encoded form. */
    static final int MAX_DESCRIPTION = 2 << 10;
    /** Most bytes of all trailers together, before their own encoding. */
    private static final int MAX_TRAILERS = 5 << 10;
    private static final String CUT = " ... (cut: too long for a status)";
    private static final Metadata.Key<byte[]> DETAILS = Metadata.Key.of("grpc-status-details-bin",
            Metadata.BINARY_BYTE_MARSHALLER);

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers,
            ServerCallHandler<Q, A> next) {
        return next.startCall(new SimpleForwardingServerCall<>(call) {
            @Override
            public void close(Status status, Metadata trailers) {
                if (size(trailers) > MAX_TRAILERS) {
                    trailers.removeAll(DETAILS);
                }
                super.close(bounded(status), trailers);
            }
        }, headers);
    }

    private static int size(Metadata trailers) {
        int size = 0;
        for (byte[] part : InternalMetadata.serialize(trailers)) {
            size += part.length;
        }
        return size;
    }

    private static Status bounded(Status status) {
        String description = status.getDescription();
        if (description == null) {
            return status;
        }
        String bounded = bounded(description);
        return bounded.equals(description) ? status : status.withDescription(bounded);
    }

    /** Returns the text, truncated to {@value #MAX_DESCRIPTION} bytes in gRPC's encoding. */
    static String bounded(String text) {
        int left = MAX_DESCRIPTION;
        for (int i = 0; i < text.length();) {
            int codePoint = text.codePointAt(i);
            left -= encodedLength(codePoint);
            if (left < 0) {
                return text.substring(0, i) + CUT;
            }
            i += Character.charCount(codePoint);
        }
        return text;
    }

    /**
     * Returns the encoded length of a character: gRPC writes three characters for each byte that is not printable
     * ASCII, and for the percent sign.
     */
    private static int encodedLength(int codePoint) {
        boolean plain = codePoint >= ' ' && codePoint <= '~' && codePoint != '%';
        return plain ? 1 : 3 * Character.toString(codePoint).getBytes(StandardCharsets.UTF_8).length;
    }
}
