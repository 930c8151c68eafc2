package net.weft.zone.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.weft.zone.Action;
import net.weft.zone.ConnectionLimits;
import net.weft.zone.Match;
import net.weft.zone.Policy;
import net.weft.zone.PolicyLookup;
import net.weft.zone.Prefix;
import net.weft.zone.Timeouts;
import net.weft.zone.Zone;
import net.weft.zone.Zoning;
import org.jspecify.annotations.Nullable;

/** Policies and questions from so few numbers that they meet often, and on the edges of each other's ranges. */
final class RandomPolicies {
    private static final int[] ZONES = {0, 1, 2, 3, 4, 63, 64, 4094, 4095};
    private static final int[] PORTS = {0, 1, 22, 79, 80, 81, 443, 1023, 1024, 65534, 65535};
    private static final int[] ETHER_TYPES = {0x600, 0x7ff, 0x800, 0x801, 0x806, 0x86dc, 0x86dd, 0x86de, 0xffff};
    private static final int[] PROTOCOLS = {0, 1, 5, 6, 17, 47, 58, 132, 255};
    private final Random random;
    private final int spread;

    /** @param spread how far numbers lie apart: 0 for as many meetings as can be, 100 and more so that late policies are found too */
    RandomPolicies(Random random, int spread) {
        this.random = random;
        this.spread = spread;
    }

    private int one(int... values) {
        return values[random.nextInt(values.length)];
    }

    private int zone() {
        return spread == 0 ? one(ZONES) : random.nextInt(2 + spread / 50);
    }

    private int port() {
        return spread == 0 || random.nextInt(8) == 0 ? one(PORTS) : random.nextInt(spread);
    }

    Zoning zoning(int policies) {
        List<Zone> zones = new ArrayList<>();
        for (int id : ZONES) {
            if (id > Zone.LOCAL) {
                zones.add(new Zone(id, null, "z" + id, random.nextBoolean()));
            }
        }
        return new Zoning(zones, list(policies), Map.of(10, "acme", 20, "globex", 30, "idle"), Timeouts.DEFAULT,
                ConnectionLimits.DEFAULT);
    }

    List<Policy> list(int count) {
        List<Policy> policies = new ArrayList<>();
        for (int id = 0; id < count; id++) {
            policies.add(policy(id, random.nextInt(3) > 0 ? null : random.nextBoolean() ? "acme" : "globex"));
        }
        return policies;
    }

    Policy policy(int id, @Nullable String tenant) {
        return new Policy(id, tenant, "p" + id, zones(), zones(), matches(), prefixes(), prefixes(),
                Action.values()[random.nextInt(3)], random.nextBoolean(), random.nextBoolean(), random.nextBoolean(),
                random.nextBoolean());
    }

    private Set<Integer> zones() {
        Set<Integer> zones = new HashSet<>();
        if (random.nextInt(16) == 0) {
            zones.addAll(Arrays.stream(ZONES).boxed().toList());
        }
        for (int i = spread == 0 ? random.nextInt(4) : 1; i > 0; i--) {
            zones.add(zone());
        }
        return zones;
    }

    private List<Match> matches() {
        List<Match> matches = new ArrayList<>();
        for (int i = random.nextInt(8) == 0 ? 3 : 1; i > 0; i--) {
            matches.add(match());
        }
        return matches;
    }

    private Match match() {
        return switch (spread == 0 ? random.nextInt(9) : 5 + random.nextInt(4)) {
            case 0 -> Match.ANY;
            case 1 -> range(Match.Kind.ICMP, one(0, 3, 8, 255), one(0, 3, 8, 255));
            case 2 -> range(Match.Kind.ICMPV6, one(0, 1, 128, 255), one(0, 1, 128, 255));
            case 3 -> range(Match.Kind.PROTOCOL, one(PROTOCOLS), one(PROTOCOLS));
            case 4 -> range(Match.Kind.ETHER, one(ETHER_TYPES), one(ETHER_TYPES));
            case 5 -> range(Match.Kind.UDP, port(), port());
            case 6 -> range(Match.Kind.SCTP, port(), port());
            default -> range(Match.Kind.TCP, port(), port());
        };
    }

    private Match range(Match.Kind kind, int one, int other) {
        return spread > 0 || random.nextBoolean()
                ? new Match(kind, one, one)
                : new Match(kind, Math.min(one, other), Math.max(one, other));
    }

    private List<Prefix> prefixes() {
        List<Prefix> prefixes = new ArrayList<>();
        for (int i = random.nextInt(3) > 0 ? 0 : 1 + random.nextInt(spread == 0 ? 3 : 1); i > 0; i--) {
            boolean ipv4 = random.nextBoolean();
            int bits = ipv4 ? 96 + one(0, 1, 8, 24, 25, 31, 32) : one(0, 1, 63, 64, 65, 96, 112, 127, 128);
            prefixes.add(ipv4
                    ? new Prefix(0, Prefix.ipv4(ipv4()), bits, true)
                    : new Prefix(ipv6High(), ipv6Low(), bits, false));
        }
        return prefixes;
    }

    private int ipv4() {
        return one(0, 0x0a000000, 0x0a0000ff, 0x0a000100, 0x0a000101, 0x7fffffff, 0x80000000, -1) + one(0, 0, 1)
                + (spread == 0 ? 0 : random.nextInt(8));
    }

    private long ipv6High() {
        return random.nextInt(3) == 0 ? 0 : 0xfd00_0010_0000_0000L + one(-1, 0, 0, 0, 1);
    }

    private long ipv6Low() {
        return random.nextInt(3) == 0 ? Prefix.ipv4(ipv4()) : one(-1, 0, 1, 2, Integer.MIN_VALUE);
    }

    Query query() {
        int vlan = one(10, 20, 30, 40);
        int etherType = one(0x800, 0x800, 0x86dd, 0x86dd, one(ETHER_TYPES));
        boolean ip = etherType == 0x800 || etherType == 0x86dd;
        int protocol = ip ? random.nextInt(3) == 0 ? one(PROTOCOLS) : one(6, 17) : PolicyLookup.NOT_IP;
        int port = switch (protocol) {
            case 6, 17 -> port();
            case 1, 58 -> one(0, 1, 2, 3, 8, 128, 255);
            default -> 0;
        };
        return switch (ip ? etherType : 0) {
            case 0x800 -> new Query(vlan, zone(), zone(), etherType, protocol, port, 0, Prefix.ipv4(ipv4()),
                    0, Prefix.ipv4(ipv4()));
            case 0x86dd -> new Query(vlan, zone(), zone(), etherType, protocol, port, ipv6High(), ipv6Low(),
                    ipv6High(), ipv6Low());
            default -> new Query(vlan, zone(), zone(), etherType, protocol, port, 0, 0, 0, 0);
        };
    }
}
