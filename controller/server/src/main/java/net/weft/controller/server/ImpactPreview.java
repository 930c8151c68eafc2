package net.weft.controller.server;

import java.util.List;

import net.weft.controller.model.revision.Revision;
import net.weft.v1.Connection;

/** Says what a revision would do to what runs, before it is one. Any thread. */
@FunctionalInterface
public interface ImpactPreview {
    /** Nothing runs. */
    ImpactPreview NONE = _ -> DroppedConnections.NONE;

    DroppedConnections dropped(Revision next);

    /**
     * Live connections that would end.
     *
     * @param shown the first of them
     * @param count how many they are
     */
    record DroppedConnections(List<Connection> shown, long count) {
        public static final DroppedConnections NONE = new DroppedConnections(List.of(), 0);

        public DroppedConnections {
            shown = List.copyOf(shown);
        }
    }
}
