package net.weft.vswitch.forward;

import net.weft.vswitch.snooping.GroupTable;

/** Where the workers find the newest {@link GroupTable}: it changes with each station that joins, too often for a snapshot. */
public final class MulticastGroups {
    private volatile GroupTable table = GroupTable.EMPTY;

    public GroupTable table() {
        return table;
    }

    public void show(GroupTable next) {
        table = next;
    }
}
