package net.weft.controller.node;

import net.weft.lacp.LagEvent;

/** Writes what happens on links to the log. */
final class LinkEvents {
    private static final System.Logger NEIGHBORS = System.getLogger("net.weft.neighbors");
    private static final System.Logger LOG = System.getLogger("net.weft.lags");

    private LinkEvents() {
    }

    /** Logs that a neighbour has come or gone. */
    static void neighbor(String sentence) {
        NEIGHBORS.log(System.Logger.Level.INFO, sentence);
    }

    /** Logs an event of a LAG: one that takes frames away from a leg or the LAG as a warning, any other as information. */
    static void log(LagEvent event) {
        boolean isBad = event.kind() == LagEvent.Kind.LAG_DOWN || event.kind() == LagEvent.Kind.LEG_CHURN;
        LOG.log(isBad ? System.Logger.Level.WARNING : System.Logger.Level.INFO,
                "lag " + event.lag() + (event.leg().isEmpty() ? "" : " leg " + event.leg()) + ": " + event.message());
    }
}
