package net.weft.examples.reference;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.stream.Collectors;

/** Writes calls for {@code @grpc/grpc-js}, which reads the definitions as it starts. */
final class NodeText implements CallText {
    @Override
    public String language() {
        return "js";
    }

    @Override
    public String beginning(List<ServiceDescriptor> services) {
        return """
                const fs = require('fs');
                const grpc = require('@grpc/grpc-js');
                const loader = require('@grpc/proto-loader');

                const protos = process.argv[2];                    // the directory that has weft/v1
                const files = fs.readdirSync(protos + '/weft/v1').map(name => 'weft/v1/' + name);
                const weft = grpc.loadPackageDefinition(loader.loadSync(files,
                  {includeDirs: [protos], keepCase: true, longs: Number, enums: String, defaults: true})).weft.v1;
                const connect = Service => new Service('unix:/run/weft/control.sock', grpc.credentials.createInsecure(),
                  {'grpc.default_authority': 'localhost'});
                const done = (error, answer) => console.log(error ? error.details : answer);
                """ + services.stream()
                .map(service -> "const " + CallText.client(service) + " = connect(weft." + service.getName() + ");\n")
                .collect(Collectors.joining());
    }

    @Override
    public String call(ApiCalls.Call call) {
        String method = CallText.client(call.method()) + "." + call.method().getName();
        List<String> requests = call.requests().stream().map(NodeText::message).toList();
        if (!call.method().isClientStreaming()) {
            return call.method().isServerStreaming()
                    ? method + "(" + requests.getFirst()
                            + ").once('data', answer => done(null, answer)).on('error', done);"
                    : method + "(" + requests.getFirst() + ", done);";
        }
        String begun = call.method().isServerStreaming()
                ? "const call = " + method + "().once('data', answer => done(null, answer)).on('error', done);\n"
                : "const call = " + method + "(done);\n";
        return begun + requests.stream().map(request -> "call.write(" + request + ");\n").collect(Collectors.joining())
                + "call.end();";
    }

    private static String message(Message message) {
        return message.getAllFields().keySet().stream().map(field -> field.getName() + ": " + value(message, field))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private static String value(Message message, FieldDescriptor field) {
        return CallText.value(message, field, NodeText::value);
    }

    private static String value(Object value) {
        return switch (value) {
            case String text -> CallText.quoted(text);
            case ByteString bytes -> "Buffer.from(" + CallText.quoted(bytes.toStringUtf8()) + ")";
            case EnumValueDescriptor word -> CallText.quoted(word.getName());
            case Message message -> message(message);
            default -> value.toString();
        };
    }
}
