package net.weft.vswitch.forward;

import net.weft.vswitch.snooping.GroupTable;

/** Where the workers find the newest {@link GroupTable}: it changes with each station that joins, too often for a snapshot. */
final class MulticastGroups {
    private volatile GroupTable table = GroupTable.EMPTY;

    GroupTable table() {
        return table;
    }

    void show(GroupTable next) {
        table = next;
    }
}
