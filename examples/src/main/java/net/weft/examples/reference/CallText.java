package net.weft.examples.reference;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Writes calls in a programming language. */
interface CallText {
    /** Returns the word behind the backquotes of a code block. */
    String language();

    /** Returns the beginning of a program: a client of each service. */
    String beginning(List<ServiceDescriptor> services);

    /** Returns the call, whose result is {@code answer}, the first one of a stream. */
    String call(ApiCalls.Call call);

    /** Returns the variable that holds the client of a service: {@code fabric} for {@code FabricService}. */
    static String client(ServiceDescriptor service) {
        return service.getName().replace("Service", "").toLowerCase(Locale.ROOT);
    }

    static String client(MethodDescriptor method) {
        return client(method.getService());
    }

    /** Returns a field's value as Python and JavaScript write it; {@code one} writes a value that is no list and no map. */
    static String value(Message message, FieldDescriptor field, Function<Object, String> one) {
        List<?> values = values(message, field);
        if (field.isMapField()) {
            return values.stream().map(CallText::entry)
                    .map(entry -> quoted(entry.getFirst()) + ": " + quoted(entry.getLast()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        String written = values.stream().map(one).collect(Collectors.joining(", "));
        return field.isRepeated() ? "[" + written + "]" : written;
    }

    /** Returns the values of a field: one, or those of a list. */
    static List<?> values(Message message, FieldDescriptor field) {
        Object value = message.getField(field);
        return field.isRepeated() ? (List<?>) value : List.of(value);
    }

    /** Returns the key and the value of an entry of a map whose keys and values are texts. */
    static List<String> entry(Object entry) {
        Message pair = (Message) entry;
        return pair.getDescriptorForType().getFields().stream().map(field -> pair.getField(field).toString()).toList();
    }

    /** Returns a text in double quotes, as all three languages read it. */
    static String quoted(String text) {
        return '"' + text.chars().mapToObj(character -> switch (character) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            case '\n' -> "\\n";
            default -> character >= ' ' && character < 0x7f
                    ? Character.toString(character)
                    : String.format(Locale.ROOT, "\\u%04x", character);
        }).collect(Collectors.joining()) + '"';
    }
}
