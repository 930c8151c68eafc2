package net.weft.examples.reference;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.stream.Collectors;

/** Writes calls for {@code google.golang.org/grpc} with the package that {@code protoc-gen-go} and {@code protoc-gen-go-grpc} make. */
final class GoText implements CallText {
    @Override
    public String language() {
        return "go";
    }

    @Override
    public String beginning(List<ServiceDescriptor> services) {
        return """
                import (
                	"context"
                	"log"
                	"time"

                	"google.golang.org/grpc"
                	"google.golang.org/grpc/credentials/insecure"
                	"google.golang.org/protobuf/proto"

                	weft "hook/weft/v1"
                )

                // in main:
                conn, err := grpc.Dial("unix:/run/weft/control.sock",
                	grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithAuthority("localhost"))
                if err != nil {
                	log.Fatal(err)
                }
                ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
                defer cancel()
                """ + services.stream().map(service -> CallText.client(service) + " := weft.New" + service.getName()
                + "Client(conn)\n").collect(Collectors.joining());
    }

    @Override
    public String call(ApiCalls.Call call) {
        String method = CallText.client(call.method()) + "." + call.method().getName();
        List<String> requests = call.requests().stream().map(GoText::message).map(text -> "&weft." + text).toList();
        if (!call.method().isClientStreaming()) {
            return call.method().isServerStreaming()
                    ? "stream, err := " + method + "(ctx, " + requests.getFirst() + ")\nanswer, err := stream.Recv()"
                    : "answer, err := " + method + "(ctx, " + requests.getFirst() + ")";
        }
        return "stream, err := " + method + "(ctx)\n"
                + requests.stream().map(request -> "stream.Send(" + request + ")\n").collect(Collectors.joining())
                + (call.method().isServerStreaming()
                        ? "stream.CloseSend()\nanswer, err := stream.Recv()"
                        : "answer, err := stream.CloseAndRecv()");
    }

    /** Returns a composite literal without the package: {@code ApplyRequest{DryRun: true}}. */
    private static String message(Message message) {
        return name(message.getDescriptorForType()) + body(message);
    }

    private static String body(Message message) {
        return message.getAllFields().keySet().stream().map(field -> member(message, field))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    /** Returns a field of a literal; a field of a oneof stands in a type of its own. */
    private static String member(Message message, FieldDescriptor field) {
        String plain = camel(field.getName()) + ": " + value(message, field);
        OneofDescriptor oneof = field.getRealContainingOneof();
        return oneof == null
                ? plain
                : camel(oneof.getName()) + ": &weft." + name(field.getContainingType()) + "_" + camel(field.getName())
                        + "{" + plain + "}";
    }

    private static String value(Message message, FieldDescriptor field) {
        List<?> values = CallText.values(message, field);
        if (field.isMapField()) {
            return values.stream().map(CallText::entry)
                    .map(entry -> CallText.quoted(entry.getFirst()) + ": " + CallText.quoted(entry.getLast()))
                    .collect(Collectors.joining(", ", "map[string]string{", "}"));
        }
        if (field.isRepeated()) {
            boolean messages = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
            return values.stream().map(value -> value instanceof Message part ? body(part) : value(value))
                    .collect(Collectors.joining(", ",
                            (messages ? "[]*weft." + name(field.getMessageType()) : "[]string") + "{", "}"));
        }
        String written = value(values.getFirst());
        return field.hasPresence() && field.getJavaType() == FieldDescriptor.JavaType.LONG
                ? "proto.Uint64(" + written + ")"
                : written;
    }

    private static String value(Object value) {
        return switch (value) {
            case String text -> CallText.quoted(text);
            case ByteString bytes -> "[]byte(" + CallText.quoted(bytes.toStringUtf8()) + ")";
            case EnumValueDescriptor word -> "weft." + constant(word);
            case Message message -> "&weft." + message(message);
            default -> value.toString();
        };
    }

    /** Go names a constant of an enum inside a message by the message, and any other by the enum. */
    private static String constant(EnumValueDescriptor word) {
        EnumDescriptor type = word.getType();
        Descriptor around = type.getContainingType();
        return (around == null ? type.getName() : name(around)) + "_" + word.getName();
    }

    private static String name(Descriptor type) {
        return type.getContainingType() == null
                ? type.getName()
                : name(type.getContainingType()) + "_" + type.getName();
    }

    /** Returns {@code DryRun} for {@code dry_run}. */
    private static String camel(String name) {
        return List.of(name.split("_")).stream().map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
                .collect(Collectors.joining());
    }
}
