package net.weft.controller.server;

import java.util.List;

import net.weft.controller.model.revision.Revision;
import net.weft.v1.Connection;

/** Computes the effect of a revision on live connections before it is committed. Any thread. */
@FunctionalInterface
public interface ImpactPreview {
    /** The preview without a running switch. */
    ImpactPreview NONE = _ -> DroppedConnections.NONE;

    DroppedConnections dropped(Revision next);

    /**
     * Live connections that a revision would drop.
     *
     * @param shown the first of them
     * @param count number of all of them
     * @param newlyJudged which ports exchange frames that no zone has judged so far, a sentence each
     */
    record DroppedConnections(List<Connection> shown, long count, List<String> newlyJudged) {
        public static final DroppedConnections NONE = new DroppedConnections(List.of(), 0, List.of());

        public DroppedConnections {
            shown = List.copyOf(shown);
            newlyJudged = List.copyOf(newlyJudged);
        }
    }
}
