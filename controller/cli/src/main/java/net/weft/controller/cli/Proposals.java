package net.weft.controller.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Proposes the right command for words that other tools have, or that come to mind first. */
final class Proposals {
    private static final Set<String> LIST = Set.of("list", "ls", "get", "display", "print", "view", "info", "dump",
            "describe", "status", "show");
    private static final Set<String> REMOVE = Set.of("del", "delete", "rm", "destroy", "unset");
    private static final Set<String> ADD = Set.of("create", "new", "make", "insert", "add");
    private static final Set<String> SET = Set.of("update", "edit", "change", "modify", "configure", "set");
    private static final Set<String> EDITED = Set.of("port", "network", "zone", "policy", "lag");
    private static final Map<String, String> LISTINGS = Map.ofEntries(Map.entry("port", "ports"),
            Map.entry("interface", "ports"), Map.entry("iface", "ports"), Map.entry("mac", "macs"),
            Map.entry("fdb", "macs"), Map.entry("vlan", "vlans"), Map.entry("network", "networks"),
            Map.entry("zone", "zones"), Map.entry("policy", "policies"), Map.entry("policie", "policies"),
            Map.entry("connection", "connections"), Map.entry("conntrack", "connections"),
            Map.entry("drop", "drops"), Map.entry("counter", "counters"), Map.entry("stat", "counters"),
            Map.entry("statistic", "counters"), Map.entry("worker", "workers"), Map.entry("member", "members"),
            Map.entry("migration", "migrations"), Map.entry("event", "events"), Map.entry("lag", "lags"),
            Map.entry("neighbor", "neighbors"), Map.entry("neighbour", "neighbors"));
    /** Single words, those of ovs-vsctl and ovs-appctl among them. */
    private static final Map<String, List<String>> SINGLE = Map.ofEntries(
            Map.entry("start", List.of("weft up -f FILE")), Map.entry("run", List.of("weft up -f FILE")),
            Map.entry("serve", List.of("weft up -f FILE")), Map.entry("reload", List.of("weft apply -f FILE")),
            Map.entry("restart", List.of("weft apply -f FILE")), Map.entry("load", List.of("weft apply -f FILE")),
            Map.entry("import", List.of("weft apply -f FILE")), Map.entry("save", List.of("weft export")),
            Map.entry("config", List.of("weft export")), Map.entry("running-config", List.of("weft export")),
            Map.entry("status", List.of("weft doctor", "weft show ports")),
            Map.entry("info", List.of("weft doctor", "weft show ports")),
            Map.entry("health", List.of("weft doctor")), Map.entry("check", List.of("weft doctor")),
            Map.entry("log", List.of("weft history", "weft show events")),
            Map.entry("revisions", List.of("weft history")),
            Map.entry("undo", List.of("weft rollback REV")), Map.entry("revert", List.of("weft rollback REV")),
            Map.entry("commit", List.of("weft confirm")),
            Map.entry("tcpdump", List.of("weft capture --port NAME")),
            Map.entry("add-port", List.of("weft port add NAME KEY=VALUE...")),
            Map.entry("add-br", List.of("weft port add NAME KEY=VALUE...")),
            Map.entry("del-port", List.of("weft port remove NAME")),
            Map.entry("list-ports", List.of("weft show ports")), Map.entry("fdb/show", List.of("weft show macs")),
            Map.entry("dump-flows", List.of("weft show policies", "weft show connections")),
            Map.entry("dump-ports", List.of("weft show counters")),
            Map.entry("ofproto/trace", List.of("weft trace --from PORT 'SPEC'")));

    private Proposals() {
    }

    /**
     * Returns the commands that may have been meant, the likeliest first; none if the words are not understood.
     *
     * @param words the words behind {@code weft} without options
     */
    static List<String> of(List<String> words) {
        Optional<String> listed = words.stream().map(Proposals::singular).filter(LISTINGS::containsKey).findFirst();
        if (listed.isEmpty()) {
            return words.stream().map(SINGLE::get).filter(found -> found != null).findFirst().orElse(List.of());
        }
        String noun = listed.get();
        List<String> names = words.stream().filter(word -> !isVerb(word) && !singular(word).equals(noun)).toList();
        if (EDITED.contains(noun) && words.stream().anyMatch(REMOVE::contains)) {
            return List.of("weft " + noun + " remove " + name(names));
        }
        if (EDITED.contains(noun) && words.stream().anyMatch(ADD::contains)) {
            return List.of("weft " + noun + " add " + name(names) + " KEY=VALUE...");
        }
        if (EDITED.contains(noun) && words.stream().anyMatch(SET::contains)) {
            return List.of("weft " + noun + " set " + name(names) + " KEY=VALUE...");
        }
        List<String> proposals = new ArrayList<>();
        String listing = "weft show " + LISTINGS.get(noun);
        proposals.add(
                names.isEmpty() || !listing.endsWith(" ports") ? listing : listing + " --port " + names.getFirst());
        return proposals;
    }

    private static boolean isVerb(String word) {
        return LIST.contains(word) || REMOVE.contains(word) || ADD.contains(word) || SET.contains(word);
    }

    private static String name(List<String> names) {
        return names.isEmpty() ? "NAME" : names.getFirst();
    }

    private static String singular(String word) {
        return word.equals("policies") ? "policy" : word.endsWith("s") ? word.substring(0, word.length() - 1) : word;
    }
}
