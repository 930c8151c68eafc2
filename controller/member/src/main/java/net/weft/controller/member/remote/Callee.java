package net.weft.controller.member.remote;

import com.google.protobuf.ByteString;
import io.grpc.Status;

/** The services of a member that its controller may call. Any thread. */
@FunctionalInterface
public interface Callee {
    /** Takes the response to a call: messages, then the end. */
    interface Response {
        void message(ByteString message);

        void end(Status status);
    }

    /**
     * Begins a call, and returns at once.
     *
     * @param method full name, such as {@code weft.v1.InspectService/ListPorts}
     * @return what to run when nobody waits for the response any more
     */
    Runnable call(String method, ByteString request, Response response);
}
