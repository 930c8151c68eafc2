package net.weft.controller.model.yaml.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.weft.controller.model.yaml.FabricYaml;
import net.weft.controller.model.yaml.bind.Section;
import net.weft.controller.model.yaml.tree.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table of keys beside what the binder accepts, and the documents beside the table. {@code -Dweft.write=true} writes
 * the documents anew.
 */
class FabricReferenceTest {
    private static final String NO_WORD = "nonsense";
    private static final String SUBNETTED = "tenants: {acme: {networks: {web: {vlan: 10, subnets: [10.10.0.0/24]}}}}";

    @ParameterizedTest
    @EnumSource
    void shouldHaveEachKeyThatTheBinderHas(Section section) {
        String name = section.name().toLowerCase(Locale.ROOT).replace('_', '-');
        assertThat(KeyTable.of(name)).extracting(KeyEntry::key).as("keys.txt, section " + name)
                .containsExactlyInAnyOrderElementsOf(section.supported());
    }

    static Stream<KeyEntry> entries() {
        return KeyTable.entries().stream();
    }

    @ParameterizedTest
    @MethodSource("entries")
    void shouldHaveAnExampleThatTheBinderAccepts(KeyEntry entry) {
        assertThat(faults(entry, entry.example())).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("entries")
    void shouldKnowTheBoundsOfTheBinder(KeyEntry entry) {
        for (KeyEntry.Form form : entry.form()) {
            if (form.kind().equals("number")) {
                String[] range = form.details().getFirst().split("-");
                long below = Long.parseLong(range[0]) - 1;
                long above = Long.parseLong(range[1]) + 1;
                boolean list = form.container().equals("list");
                for (long wrong : new long[]{below, above}) {
                    assertThat(faults(entry, list ? "[" + wrong + "]" : Long.toString(wrong))).as("value " + wrong)
                            .isNotEmpty();
                }
                assertThat(faults(entry, list ? "[" + range[1] + "]" : range[1])).as("value " + range[1])
                        .noneMatch(fault -> fault.kind() == Fault.Kind.VALUE);
            }
            if (form.kind().equals("word")) {
                assertThat(faults(entry, NO_WORD)).isNotEmpty();
                form.details().forEach(word -> assertThat(faults(entry, '"' + word + '"'))
                        .as("word " + word).noneMatch(fault -> fault.kind() == Fault.Kind.VALUE
                                && fault.path().endsWith(entry.key()) && fault.message().contains("is not")));
            }
        }
    }

    /** The faults of the smallest file that has the key with this value. */
    private static List<Fault> faults(KeyEntry entry, String value) {
        return FabricYaml.parse(file(entry, value)).faults();
    }

    private static String file(KeyEntry entry, String value) {
        Map<String, String> keys = new LinkedHashMap<>();
        String wrapped = switch (entry.section()) {
            case "root" -> {
                keys.put("ports", entry.key().equals("lags") ? "{up1: {type: nic, device: e1}}" : "{}");
                yield "%s";
            }
            case "member" -> "{members: {1: %s}, ports: {}}";
            case "workers" -> "{members: {1: {workers: %s}}, ports: {}}";
            case "stack" -> "{stack: %s, ports: {}}";
            case "connections" -> "{connections: %s, ports: {}}";
            case "timeouts" -> "{connections: {timeouts: %s}, ports: {}}";
            case "tenant" -> "{tenants: {acme: %s}, ports: {}}";
            case "network" -> {
                keys.put("vlan", "10");
                keys.put("subnets", "[10.10.0.0/24]");
                yield "{tenants: {acme: {networks: {web: %s}}}, ports: {}}";
            }
            case "zone" -> "{zones: {z: %s}, ports: {}}";
            case "policy" -> {
                keys.putAll(Map.of("name", "p", "from", "any", "to", "any", "action", "allow"));
                yield "{zones: {z: {}}, policies: [%s], ports: {}}";
            }
            case "port" -> port(entry.key(), value, keys);
            case "lag" -> lag(entry.key(), keys);
            case "trunk" -> {
                keys.put("allowed", "[10, 20]");
                yield "{ports: {a: {type: tap, device: t, trunk: %s}}}";
            }
            case "guard" -> "{ports: {a: {type: tap, device: t, access: 10, mac: \"02:00:00:00:00:01\", guard: %s}}}";
            case "rate-limit" -> "{ports: {a: {type: tap, device: t, access: 10, rate-limit: %s}}}";
            case "mirror" -> {
                keys.put("port", "m");
                keys.put("vlan", "99");
                yield "{ports: {m: {type: tap, device: u, trunk: {allowed: [99]}}, a: {type: tap, device: t, access: 10,"
                        + " mirror-to: %s}}}";
            }
            case "export" -> "{export: %s, ports: {}}";
            case "ipfix", "sflow" -> {
                keys.put("collector", "192.0.2.9:6343");
                yield "{export: {" + entry.section() + ": %s}, ports: {}}";
            }
            case "vpn" -> "{" + SUBNETTED + ", vpn: {office: %s}, ports: {}}";
            case "vpn-websocket" -> "{" + SUBNETTED + ", vpn: {office: {websocket: %s}}, ports: {}}";
            case "vpn-peer" -> {
                if (entry.key().equals("public-key-until")) {
                    keys.put("next-public-key", "\"HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=\"");
                }
                keys.put("public-key", "\"xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\"");
                keys.put("network", "acme/web");
                keys.put("ips", "[10.10.0.201]");
                yield "{" + SUBNETTED + ", vpn: {office: {peers: {alice: %s}}}, ports: {}}";
            }
            default -> throw new AssertionError("a file with " + entry.section() + " is not known to this test");
        };
        keys.put(entry.key(), value);
        return wrapped.replace("%s", keys.entrySet().stream().map(key -> key.getKey() + ": " + key.getValue())
                .collect(Collectors.joining(", ", "{", "}")));
    }

    private static String lag(String key, Map<String, String> keys) {
        String legs = IntStream.range(1, 33)
                .mapToObj(leg -> "up" + leg + ": {type: nic, device: e" + leg + "}").collect(Collectors.joining(", "));
        keys.put("ports", key.equals("ports") || key.equals("drained")
                ? "[up1, up2]"
                : IntStream.range(1, 33).mapToObj(leg -> "up" + leg).collect(Collectors.joining(", ", "[", "]")));
        if (!Section.MEMBERSHIP.contains(key)) {
            keys.put(key.equals("tunnel-tpid") ? "trunk" : "access",
                    key.equals("tunnel-tpid") ? "{allowed: [10]}" : "10");
        }
        String free = key.equals("ports") || key.equals("drained")
                ? "up1: {type: nic, device: e1}, up2: {type: nic, device: e2}"
                : legs;
        return "{tenants: {acme: {networks: {web: {vlan: 10}}}}, ports: {m: {type: tap, device: u, trunk: {allowed: [99]}}, "
                + free + "}, lags: {po1: %s}}";
    }

    private static String port(String key, String value, Map<String, String> keys) {
        String type = Section.PORT.types(key).stream().sorted().findFirst().orElse("tap");
        keys.put("type", key.equals("device") ? "tap" : type);
        switch (keys.getOrDefault("type", "")) {
            case "tap", "nic" -> keys.put("device", "t");
            case "pcap" -> keys.put("read", "/tmp/x.pcap");
            case "qemu" -> {
                boolean dgram = key.equals("local") || key.equals("remote");
                keys.put("transport", dgram ? "dgram" : "stream");
                keys.putAll(dgram
                        ? Map.of("local", "/run/l", "remote", "/run/r")
                        : Map.of("socket", "/run/s", "mode",
                                "server"));
            }
            default -> keys.putAll(Map.of("socket", "/run/s", "mode", "server"));
        }
        if (!Section.MEMBERSHIP.contains(key) && !key.equals("role")) {
            if (key.equals("tunnel-tpid")) {
                keys.put("trunk", "{allowed: [10]}");
            } else {
                keys.put("access", "10");
            }
        }
        String others = key.equals("mirror-to")
                ? "m: {type: tap, device: u, trunk: {allowed: [99]}}, "
                : "";
        if (key.equals("type") && !value.equals("tap")) {
            keys.remove("device");
        }
        if (key.equals("port-priority")) {
            keys.remove("access");
            return "{ports: {a: %s}, lags: {po1: {ports: [a], access: 10}}}";
        }
        return "{tenants: {acme: {networks: {web: {vlan: 10}}}}, ports: {" + others + "a: %s}}";
    }

    @Test
    void shouldBeWhatTheDocumentsSay() throws IOException {
        Path docs = docs();
        if (Boolean.getBoolean("weft.write")) {
            Files.writeString(docs.resolve("fabric.md"), FabricPage.write());
            Files.writeString(docs.resolve("fabric.schema.json"), FabricSchema.write());
        }
        assertThat(docs.resolve("fabric.md")).as("write it anew with -Dweft.write=true").hasContent(FabricPage.write());
        assertThat(docs.resolve("fabric.schema.json")).as("write it anew with -Dweft.write=true")
                .hasContent(FabricSchema.write());
    }

    private static Path docs() {
        Path at = Path.of("").toAbsolutePath();
        while (!Files.exists(at.resolve("docs/operations.md"))) {
            at = Objects.requireNonNull(at.getParent(), "the project's root was not found");
        }
        return at.resolve("docs");
    }
}
