package net.weft.examples.reference;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes calls for {@code grpcio} with the modules that {@code grpc_tools.protoc} makes. */
final class PythonText implements CallText {
    private static final Set<String> KEYWORDS = Set.of("from", "in", "is", "not", "pass", "class", "global", "import");

    @Override
    public String language() {
        return "python";
    }

    @Override
    public String beginning(List<ServiceDescriptor> services) {
        String imports = services.stream().map(PythonText::module)
                .map(module -> "from weft.v1 import " + module + "_pb2, " + module + "_pb2_grpc\n")
                .collect(Collectors.joining());
        String clients = services.stream().map(service -> CallText.client(service) + " = " + module(service)
                + "_pb2_grpc." + service.getName() + "Stub(channel)\n").collect(Collectors.joining());
        return "import grpc\n" + imports
                + "\nchannel = grpc.insecure_channel(\"unix:/run/weft/control.sock\", [(\"grpc.default_authority\", \"localhost\")])\n"
                + clients;
    }

    @Override
    public String call(ApiCalls.Call call) {
        String requests = call.requests().stream()
                .map(request -> module(call.method().getService()) + "_pb2." + request.getDescriptorForType().getName()
                        + "(" + arguments(request) + ")")
                .collect(Collectors.joining(", "));
        boolean streamIn = call.method().isClientStreaming();
        String made = CallText.client(call.method()) + "." + call.method().getName() + "("
                + (streamIn ? "iter([" + requests + "])" : requests) + ")";
        return "answer = " + (call.method().isServerStreaming() ? "next(" + made + ")" : made);
    }

    private static String module(ServiceDescriptor service) {
        String path = service.getFile().getName();
        return path.substring(path.lastIndexOf('/') + 1, path.indexOf(".proto"));
    }

    /** Returns arguments by name; a name that is a word of the language stands in a dictionary. */
    private static String arguments(Message message) {
        return message.getAllFields().keySet().stream()
                .map(field -> KEYWORDS.contains(field.getName())
                        ? "**{" + item(message, field) + "}"
                        : field.getName() + "=" + value(message, field))
                .collect(Collectors.joining(", "));
    }

    private static String dictionary(Message message) {
        return message.getAllFields().keySet().stream().map(field -> item(message, field))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private static String item(Message message, FieldDescriptor field) {
        return CallText.quoted(field.getName()) + ": " + value(message, field);
    }

    private static String value(Message message, FieldDescriptor field) {
        return CallText.value(message, field, PythonText::value);
    }

    private static String value(Object value) {
        return switch (value) {
            case String text -> CallText.quoted(text);
            case ByteString bytes -> "b" + CallText.quoted(bytes.toStringUtf8());
            case Boolean truth -> truth ? "True" : "False";
            case EnumValueDescriptor word -> CallText.quoted(word.getName());
            case Message message -> dictionary(message);
            default -> value.toString();
        };
    }
}
