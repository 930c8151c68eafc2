package net.weft.controller.model.yaml.value;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.tree.Suggestion;
import net.weft.zone.Match;

/**
 * A policy's match in the form of the language: {@code any}, {@code tcp/5432}, {@code udp/8000-8099},
 * {@code icmp/echo}.
 */
public final class MatchText {
    public static final String FORMS = "any, tcp[/PORT or /A-B], udp[/PORT or /A-B], sctp[/PORT or /A-B], icmp[/TYPE], icmpv6[/TYPE], proto/N or ether/0xNNNN";
    private static final int MAX_PORT = 65_535;
    private static final int MAX_OCTET = 255;
    /** The lowest EtherType; a smaller value is a length (IEEE 802.3, 3.2.6). */
    private static final int MIN_ETHER_TYPE = 0x600;
    private static final Pattern ETHER_TYPE = Pattern.compile("0x[0-9a-fA-F]{4}");
    /** ICMP types by name (RFC 792 and RFC 1256). */
    private static final SequencedMap<String, Integer> ICMP = new LinkedHashMap<>();
    /** ICMPv6 types by name (RFC 4443). Policies never apply to neighbour discovery and MLD. */
    private static final SequencedMap<String, Integer> ICMPV6 = new LinkedHashMap<>();

    static {
        ICMP.put("echo", 8);
        ICMP.put("echo-reply", 0);
        ICMP.put("unreachable", 3);
        ICMP.put("source-quench", 4);
        ICMP.put("redirect", 5);
        ICMP.put("router-advertisement", 9);
        ICMP.put("router-solicitation", 10);
        ICMP.put("time-exceeded", 11);
        ICMP.put("parameter-problem", 12);
        ICMP.put("timestamp", 13);
        ICMP.put("timestamp-reply", 14);
        ICMPV6.put("echo", 128);
        ICMPV6.put("echo-reply", 129);
        ICMPV6.put("unreachable", 1);
        ICMPV6.put("packet-too-big", 2);
        ICMPV6.put("time-exceeded", 3);
        ICMPV6.put("parameter-problem", 4);
        ICMPV6.put("redirect", 137);
    }

    private MatchText() {
    }

    /**
     * Parses a match.
     *
     * @throws IllegalArgumentException with a sentence that says the value and the expectation
     */
    public static Match parse(String text) {
        if (text.equals("any")) {
            return Match.ANY;
        }
        int slash = text.indexOf('/');
        String protocol = slash < 0 ? text : text.substring(0, slash);
        String value = slash < 0 ? "" : text.substring(slash + 1);
        boolean bare = slash < 0;
        return switch (protocol) {
            case "tcp" -> bare ? new Match(Match.Kind.TCP, 0, MAX_PORT) : ports(Match.Kind.TCP, text, value);
            case "udp" -> bare ? new Match(Match.Kind.UDP, 0, MAX_PORT) : ports(Match.Kind.UDP, text, value);
            case "sctp" -> bare ? new Match(Match.Kind.SCTP, 0, MAX_PORT) : ports(Match.Kind.SCTP, text, value);
            case "icmp" -> bare
                    ? new Match(Match.Kind.ICMP, 0, MAX_OCTET)
                    : type(Match.Kind.ICMP, ICMP, text, value);
            case "icmpv6" -> bare
                    ? new Match(Match.Kind.ICMPV6, 0, MAX_OCTET)
                    : type(Match.Kind.ICMPV6, ICMPV6, text, value);
            case "proto" -> one(Match.Kind.PROTOCOL, Scalars.integer(value, 0, MAX_OCTET), text,
                    "an IP protocol (proto/0 to proto/255)");
            case "ether" -> one(Match.Kind.ETHER, etherType(value), text,
                    "an EtherType (ether/0x0600 to ether/0xffff)");
            default -> throw wrong(text, "a match: expected " + FORMS);
        };
    }

    private static Match ports(Match.Kind kind, String text, String value) {
        int dash = value.indexOf('-');
        OptionalInt low = Scalars.integer(dash < 0 ? value : value.substring(0, dash), 0, MAX_PORT);
        OptionalInt high = dash < 0 ? low : Scalars.integer(value.substring(dash + 1), 0, MAX_PORT);
        if (low.isEmpty() || high.isEmpty()) {
            throw wrong(text, "a port or a range of ports (0-65535, such as tcp/443 or tcp/8000-8099)");
        }
        if (low.getAsInt() > high.getAsInt()) {
            throw new IllegalArgumentException(text + " is reversed; write " + word(kind) + "/" + high.getAsInt() + "-"
                    + low.getAsInt());
        }
        return new Match(kind, low.getAsInt(), high.getAsInt());
    }

    private static Match type(Match.Kind kind, Map<String, Integer> names, String text, String value) {
        Integer named = names.get(value);
        if (named != null) {
            return new Match(kind, named, named);
        }
        OptionalInt type = Scalars.integer(value, 0, MAX_OCTET);
        if (type.isEmpty()) {
            throw wrong(text, "a type (0-255, or one of " + String.join(", ", names.keySet()) + ")"
                    + Suggestion.nearest(value, names.keySet())
                            .map(near -> "; did you mean " + word(kind) + "/" + near + "?").orElse(""));
        }
        return new Match(kind, type.getAsInt(), type.getAsInt());
    }

    private static OptionalInt etherType(String value) {
        if (!ETHER_TYPE.matcher(value).matches()) {
            return OptionalInt.empty();
        }
        int type = Integer.decode(value);
        return type < MIN_ETHER_TYPE ? OptionalInt.empty() : OptionalInt.of(type);
    }

    private static Match one(Match.Kind kind, OptionalInt value, String text, String expected) {
        int number = value.orElseThrow(() -> wrong(text, expected));
        return new Match(kind, number, number);
    }

    private static IllegalArgumentException wrong(String text, String expected) {
        return new IllegalArgumentException(Faults.shown(text) + " is not " + expected);
    }

    /** Returns the shortest text that parses to the match. */
    public static String text(Match match) {
        String word = word(match.kind());
        return switch (match.kind()) {
            case ANY -> word;
            case TCP, UDP, SCTP -> isAll(match, MAX_PORT) ? word : word + "/" + range(match);
            case ICMP -> isAll(match, MAX_OCTET) ? word : word + "/" + type(ICMP, match);
            case ICMPV6 -> isAll(match, MAX_OCTET) ? word : word + "/" + type(ICMPV6, match);
            case PROTOCOL -> word + "/" + match.low();
            case ETHER -> word + "/" + "0x%04x".formatted(match.low());
        };
    }

    private static boolean isAll(Match match, int highest) {
        return match.low() == 0 && match.high() == highest;
    }

    private static String range(Match match) {
        return match.low() == match.high() ? Integer.toString(match.low()) : match.low() + "-" + match.high();
    }

    private static String type(Map<String, Integer> names, Match match) {
        Map<Integer, String> byType = new HashMap<>();
        names.forEach((name, type) -> byType.put(type, name));
        return byType.getOrDefault(match.low(), Integer.toString(match.low()));
    }

    private static String word(Match.Kind kind) {
        return kind == Match.Kind.PROTOCOL ? "proto" : kind.name().toLowerCase(Locale.ROOT);
    }
}
