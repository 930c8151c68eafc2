package net.weft.vswitch.forward;

import net.weft.vswitch.snooping.GroupTable;

/**
 * Holds the newest {@link GroupTable} for the workers. The table changes with each host that joins a group, too often
 * to be part of a snapshot.
 */
public final class MulticastGroups {
    private volatile GroupTable table = GroupTable.EMPTY;

    public GroupTable table() {
        return table;
    }

    public void show(GroupTable next) {
        table = next;
    }
}
