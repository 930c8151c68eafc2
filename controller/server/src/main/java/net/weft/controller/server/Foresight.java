package net.weft.controller.server;

import java.util.List;

import net.weft.controller.model.revision.Revision;
import net.weft.v1.Connection;

/** Says what a revision would do to what runs, before it is one. Any thread. */
@FunctionalInterface
public interface Foresight {
    /** Nothing runs. */
    Foresight NONE = _ -> Cut.NONE;

    Cut cut(Revision next);

    /**
     * Live connections that would end.
     *
     * @param shown the first of them
     * @param count how many they are
     */
    record Cut(List<Connection> shown, long count) {
        public static final Cut NONE = new Cut(List.of(), 0);

        public Cut {
            shown = List.copyOf(shown);
        }
    }
}
