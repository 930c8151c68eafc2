package net.weft.examples.reference;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes the reference in {@code docs/api.md}: all that stands below {@link #BEGINNING}. */
public final class ApiPage {
    /** The line of {@code docs/api.md} below which everything is written by {@link #write}. */
    public static final String BEGINNING = "## Reference\n";

    private static final List<CallText> LANGUAGES = List.of(new PythonText(), new NodeText(), new GoText());

    private final StringBuilder page = new StringBuilder();
    private final Map<String, String> comments = new HashMap<>();
    private final Map<String, ApiCalls.Call> calls;

    private ApiPage(Map<String, ApiCalls.Call> calls) {
        this.calls = calls;
    }

    /**
     * Returns the reference.
     *
     * @param protos directory of the proto files, which has {@code weft/v1}
     * @param calls the file with an example of each call
     * @throws IllegalArgumentException if a method has no comment, or no example of a call
     */
    public static String write(Path protos, Path calls) throws IOException {
        ApiPage reference = new ApiPage(ApiCalls.read(calls));
        for (FileDescriptor file : ApiCalls.FILES) {
            reference.comments.putAll(ProtoComments.of(protos.resolve(file.getName())));
        }
        reference.head();
        ApiCalls.FILES.forEach(file -> file.getServices().forEach(reference::service));
        reference.page.append("### Messages\n\n");
        ApiCalls.FILES.forEach(file -> {
            file.getMessageTypes().forEach(reference::message);
            file.getEnumTypes().forEach(reference::words);
        });
        return reference.page.toString().stripTrailing() + "\n";
    }

    private void head() {
        page.append(
                """

                        This part is written from the definitions and from [examples/api/calls.txt](../examples/api/calls.txt), and a test compares them.
                        Each call is written in Python, Node and Go; `examples/proofs/api-reference` takes the calls from this page and makes them, on the
                        fabric of [examples/api/fabric.yaml](../examples/api/fabric.yaml). Where that fabric refuses a call, its status stands beside it.
                        Of a stream, a call takes the first message. `MemberService`, between a member and its controller, is not for programs.

                        A program begins as follows, and then makes the calls below.

                        """);
        List<ServiceDescriptor> services = ApiCalls.FILES.stream().flatMap(file -> file.getServices().stream())
                .toList();
        LANGUAGES.forEach(language -> block(language, language.beginning(services)));
    }

    private void service(ServiceDescriptor service) {
        page.append("### ").append(service.getName()).append("\n\n");
        page.append(comments.getOrDefault(service.getFullName(), "")).append("\n\n");
        service.getMethods().forEach(this::method);
    }

    private void method(MethodDescriptor method) {
        ApiCalls.Call call = calls.get(ApiCalls.name(method));
        String comment = comments.get(method.getService().getFullName() + "." + method.getName());
        if (call == null || comment == null) {
            throw new IllegalArgumentException(
                    ApiCalls.name(method) + " has no " + (call == null ? "call in calls.txt" : "comment"));
        }
        page.append("#### ").append(method.getService().getName()).append('/').append(method.getName()).append("\n\n")
                .append(comment).append("\n\n");
        page.append(method.isClientStreaming() ? "a stream of " : "").append(link(method.getInputType()))
                .append(" → ").append(method.isServerStreaming() ? "a stream of " : "")
                .append(link(method.getOutputType()))
                .append(call.status().map(status -> "; this call: `" + status + "`").orElse("")).append("\n\n");
        LANGUAGES.forEach(language -> block(language, language.call(call)));
    }

    private void block(CallText language, String text) {
        page.append("```").append(language.language()).append('\n').append(text.stripTrailing()).append("\n```\n\n");
    }

    private void message(Descriptor type) {
        if (!type.getOptions().getMapEntry()) {
            page.append("#### ").append(title(type)).append("\n\n");
            String comment = comments.get(type.getFullName());
            page.append(comment == null ? "" : comment + "\n\n");
            if (!type.getFields().isEmpty()) {
                page.append("| field | number | type | meaning |\n|---|---|---|---|\n");
                type.getFields().forEach(this::field);
                page.append('\n');
            } else {
                page.append("It has no fields.\n\n");
            }
            type.getNestedTypes().forEach(this::message);
            type.getEnumTypes().forEach(this::words);
        }
    }

    private void field(FieldDescriptor field) {
        page.append("| `").append(field.getName()).append("` | ").append(field.getNumber()).append(" | ")
                .append(type(field)).append(" | ").append(cell(comments.get(field.getFullName()))).append(" |\n");
    }

    private void words(EnumDescriptor type) {
        page.append("#### ").append(type.getFullName().replace("weft.v1.", "")).append("\n\n");
        page.append("| word | number | meaning |\n|---|---|---|\n");
        type.getValues().forEach(word -> page.append("| `").append(word.getName()).append("` | ")
                .append(word.getNumber()).append(" | ")
                .append(cell(comments.get(type.getFullName() + "." + word.getName()))).append(" |\n"));
        page.append('\n');
    }

    private static String cell(@Nullable String comment) {
        return comment == null ? "" : comment.replace("|", "\\|").replaceAll("\\s+", " ");
    }

    private static String type(FieldDescriptor field) {
        if (field.isMapField()) {
            List<String> parts = field.getMessageType().getFields().stream().map(ApiPage::simple).toList();
            return "map of " + String.join(" to ", parts);
        }
        boolean optional = field.hasPresence() && field.getRealContainingOneof() == null
                && field.getJavaType() != FieldDescriptor.JavaType.MESSAGE;
        String kind = field.isRepeated() ? "list of " : optional ? "optional " : "";
        return kind + simple(field);
    }

    private static String simple(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case MESSAGE -> link(field.getMessageType());
            case ENUM -> "[" + field.getEnumType().getName() + "](#"
                    + anchor(field.getEnumType().getFullName().replace("weft.v1.", "")) + ")";
            default -> field.getType().name().toLowerCase(Locale.ROOT);
        };
    }

    private static String title(Descriptor type) {
        return type.getFullName().replace("weft.v1.", "");
    }

    private static String link(Descriptor type) {
        return "[" + title(type) + "](#" + anchor(title(type)) + ")";
    }

    /** Returns the anchor that a heading gets: in small letters, without dots. */
    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT).chars().filter(character -> character != '.')
                .mapToObj(Character::toString).collect(Collectors.joining());
    }
}
