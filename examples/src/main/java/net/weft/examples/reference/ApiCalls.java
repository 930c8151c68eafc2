package net.weft.examples.reference;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import net.weft.v1.BackupProto;
import net.weft.v1.CaptureProto;
import net.weft.v1.FabricProto;
import net.weft.v1.IdentityProto;
import net.weft.v1.InspectProto;
import net.weft.v1.MigrateProto;
import net.weft.v1.RevisionProto;
import net.weft.v1.SystemProto;
import net.weft.v1.TraceProto;
import net.weft.v1.VpnProto;
import net.weft.v1.ZoneProto;

/** The methods of the API that are for programs, and an example of a call of each, read from {@code examples/api/calls.txt}. */
public final class ApiCalls {
    /** The definitions, in the order of the reference; that of members and their controller is not for programs. */
    public static final List<FileDescriptor> FILES = List.of(FabricProto.getDescriptor(), RevisionProto.getDescriptor(),
            BackupProto.getDescriptor(), InspectProto.getDescriptor(), ZoneProto.getDescriptor(),
            TraceProto.getDescriptor(), CaptureProto.getDescriptor(), MigrateProto.getDescriptor(),
            VpnProto.getDescriptor(), SystemProto.getDescriptor(), IdentityProto.getDescriptor());

    private static final String NEXT_MESSAGE = "--";

    private ApiCalls() {
    }

    /**
     * A call.
     *
     * @param requests one message, or those of a stream
     * @param status gRPC status that the fabric of {@code examples/api/fabric.yaml} answers with; empty: OK
     */
    public record Call(MethodDescriptor method, List<Message> requests, Optional<String> status) {
    }

    /** Returns the methods, each as {@code weft.v1.FabricService/Apply}. */
    public static Map<String, MethodDescriptor> methods() {
        return FILES.stream().flatMap(file -> file.getServices().stream())
                .flatMap(service -> service.getMethods().stream())
                .collect(Collectors.toMap(ApiCalls::name, method -> method, (a, _) -> a, LinkedHashMap::new));
    }

    static String name(MethodDescriptor method) {
        return method.getService().getFullName() + "/" + method.getName();
    }

    /**
     * Reads the calls by method, in the order of the file. A line at the margin has the method, and its status unless that is OK; the lines
     * below it are the request in the text format of protobuf; {@value #NEXT_MESSAGE} stands between the messages of a stream.
     *
     * @throws IllegalArgumentException if a method or a request is not one of the API, with its line
     */
    public static Map<String, Call> read(Path file) throws IOException {
        Map<String, Call> calls = new LinkedHashMap<>();
        List<String> block = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                if (!line.startsWith(" ") && !block.isEmpty()) {
                    put(calls, block);
                    block.clear();
                }
                block.add(line);
            }
        }
        put(calls, block);
        return calls;
    }

    private static void put(Map<String, Call> calls, List<String> block) {
        String[] head = block.getFirst().split(" ");
        MethodDescriptor method = methods().get(head[0]);
        if (method == null) {
            throw new IllegalArgumentException(head[0] + ": the API has no such method");
        }
        String requests = block.stream().skip(1).map(String::strip).collect(Collectors.joining("\n"));
        List<Message> messages = new ArrayList<>();
        for (String text : requests.split("(?m)^" + NEXT_MESSAGE + "$", -1)) {
            DynamicMessage.Builder message = DynamicMessage.newBuilder(method.getInputType());
            try {
                TextFormat.merge(text, message);
            } catch (TextFormat.ParseException e) {
                throw new IllegalArgumentException(head[0] + ": " + e.getMessage(), e);
            }
            messages.add(message.build());
        }
        Optional<String> status = head.length > 1 ? Optional.of(head[1]) : Optional.empty();
        if (calls.put(head[0], new Call(method, messages, status)) != null) {
            throw new IllegalArgumentException(head[0] + ": stands twice");
        }
    }
}
