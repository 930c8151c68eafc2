package net.weft.examples.lab;

import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A running switch's books, as {@code weft show} has them, added up for all ports:
 * frames received = frames forwarded in VLANs (which VLANs count for themselves) + taken by the switch + dropped on the way
 * in; copies made = frames sent + dropped on the way out. Ports must not have been removed since the start.
 *
 * @param received by all ports
 * @param forwarded in all VLANs
 * @param stranded forwarded in a VLAN, where no other port could take them
 */
public record Accounts(long received, long forwarded, long stranded, long punted, long ingressDrops, long copies,
        long sent, long egressDrops) {
    /** Demands that every frame is accounted for, as soon as none is under way while the books are read. */
    public static void assertBalance(WeftProcess weft) {
        Accounts books = weft.await("every frame is accounted for", () -> of(weft), Accounts::isBalanced);
        System.out.printf("proof: every frame accounted for: %s%n", books);
    }

    private boolean isBalanced() {
        return received > 0 && forwarded + punted + ingressDrops - stranded == received && sent + egressDrops == copies;
    }

    private static Accounts of(WeftProcess weft) {
        List<JsonNode> ports = weft.show("counters");
        List<JsonNode> drops = weft.show("drops");
        List<JsonNode> stranded = drops.stream()
                .filter(drop -> drop.path("reason").asString().equals("no-destination")).toList();
        return new Accounts(sum(ports, "rx-packets"), sum(weft.show("counters", "--by", "vlan"), "packets"),
                sum(stranded, "ingress"), sum(ports, "punted"), sum(drops, "ingress"), sum(ports, "copies"),
                sum(ports, "tx-packets"), sum(drops, "egress"));
    }

    private static long sum(List<JsonNode> rows, String count) {
        return rows.stream().mapToLong(row -> row.path(count).asLong()).sum();
    }
}
