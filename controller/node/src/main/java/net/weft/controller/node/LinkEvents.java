package net.weft.controller.node;

import net.weft.controller.server.Events;
import net.weft.lacp.LagEvent;
import net.weft.stacking.StackEvent;

/** Writes what happens on links to the log and to the events of the fabric. */
final class LinkEvents {
    private static final System.Logger NEIGHBORS = System.getLogger("net.weft.neighbors");
    private static final System.Logger LOG = System.getLogger("net.weft.lags");

    private static final System.Logger STACK = System.getLogger("net.weft.stack");

    private final Events events;

    LinkEvents(Events events) {
        this.events = events;
    }

    /** Records that a neighbour has come or gone. */
    void neighbor(String sentence) {
        NEIGHBORS.log(System.Logger.Level.INFO, sentence);
        events.add("neighbor", "lldp", sentence, "");
    }

    /** Records an event of the stack: what takes a way from frames, or a mistake of cabling, as a warning, any other as information. */
    void stack(StackEvent event) {
        boolean isBad = switch (event.kind()) {
            case LINK_DOWN, MEMBER_LEFT, FAULT -> true;
            case LINK_UP, MEMBER_JOINED, MASTER -> false;
        };
        STACK.log(isBad ? System.Logger.Level.WARNING : System.Logger.Level.INFO, event.message());
        events.add("stack", event.subject(), event.message(), "");
    }

    /** Records an event of a LAG: one that takes frames away from the LAG as a warning, any other as information. */
    void lag(LagEvent event) {
        boolean isBad = event.kind() == LagEvent.Kind.LAG_DOWN || event.kind() == LagEvent.Kind.LEG_CHURN;
        String subject = "lag " + event.lag() + (event.leg().isEmpty() ? "" : " leg " + event.leg());
        LOG.log(isBad ? System.Logger.Level.WARNING : System.Logger.Level.INFO, subject + ": " + event.message());
        events.add("lag", subject, event.message(), "");
    }
}
