package net.weft.controller.server;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Makes the caller of each call known to its service. The user is the one that the kernel reports for the connection;
 * the process is what the client says, and counts only if it belongs to that user.
 */
public final class Callers implements ServerInterceptor {
    /** Name of the header with the process for which a client makes a call, in decimal. */
    static final String PROCESS_HEADER = "weft-process";
    private static final Metadata.Key<String> PROCESS = Metadata.Key.of(PROCESS_HEADER,
            Metadata.ASCII_STRING_MARSHALLER);
    private static final Context.Key<Caller> CALLER = Context.key("weft-caller");

    /**
     * The caller of the API.
     *
     * @param user name of the user, or its number where it has no name
     * @param uid number of the user; empty: unknown
     * @param process the process for which the call was made; empty: unknown
     */
    record Caller(String user, OptionalLong uid, OptionalLong process) {
        @Override
        public String toString() {
            return process.isPresent() ? user + ", process " + process.getAsLong() : user;
        }
    }

    /** Returns a context in which calls are served for a user that was authenticated otherwise, such as by a certificate. */
    public static Context named(Context context, String user) {
        return context.withValue(CALLER, new Caller(user, OptionalLong.empty(), OptionalLong.empty()));
    }

    /** Returns the user who makes the call that is being served on this thread. */
    public static String who() {
        return current().map(Caller::user).orElse(FabricGrpc.LOCAL);
    }

    /** Returns the caller of the call that is being served on this thread. */
    static Optional<Caller> current() {
        return Optional.ofNullable(CALLER.get());
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers,
            ServerCallHandler<Q, A> next) {
        String user = call.getAttributes().get(PeerNegotiator.USER);
        if (user == null) {
            return next.startCall(call, headers);
        }
        OptionalLong process = process(headers.get(PROCESS), user);
        Caller caller = new Caller(user, uid(process), process);
        return Contexts.interceptCall(Context.current().withValue(CALLER, caller), call, headers, next);
    }

    /** Returns the user of a process, which is the caller's. */
    private static OptionalLong uid(OptionalLong process) {
        if (process.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            Object uid = Files.getAttribute(Path.of("/proc", Long.toString(process.getAsLong())), "unix:uid");
            return uid instanceof Integer number
                    ? OptionalLong.of(Integer.toUnsignedLong(number))
                    : OptionalLong.empty();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    private static OptionalLong process(@Nullable String text, String user) {
        if (text == null || !text.matches("\\d{1,10}")) {
            return OptionalLong.empty();
        }
        try {
            return Files.getOwner(Path.of("/proc", text)).getName().equals(user)
                    ? OptionalLong.of(Long.parseLong(text))
                    : OptionalLong.empty();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
