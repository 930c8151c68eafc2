package net.weft.controller.cli.connect;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads from the end of each call which members of the fabric have not answered it. */
final class SilentMembers implements ClientInterceptor {
    private static final Metadata.Key<byte[]> SILENT = Metadata.Key.of("weft-silent-members-bin",
            Metadata.BINARY_BYTE_MARSHALLER);
    private volatile List<String> last = List.of();

    List<String> ofLastCall() {
        return last;
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
            @Override
            public void start(Listener<A> listener, Metadata headers) {
                super.start(new SimpleForwardingClientCallListener<>(listener) {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        byte[] silent = trailers.get(SILENT);
                        last = silent == null ? List.of() : new String(silent, StandardCharsets.UTF_8).lines().toList();
                        super.onClose(status, trailers);
                    }
                }, headers);
            }
        };
    }
}
