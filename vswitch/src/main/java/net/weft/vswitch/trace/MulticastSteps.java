package net.weft.vswitch.trace;

import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.forward.MulticastGate;
import net.weft.vswitch.forward.Snapshot;
import net.weft.vswitch.snooping.GroupTable;
import org.jspecify.annotations.Nullable;

/** Describes the ports to which the {@link GroupTable} sends the one frame of a traced burst. */
final class MulticastSteps {
    private MulticastSteps() {
    }

    /** Returns the text that follows "is a group: to". */
    static String of(Snapshot snapshot, Burst burst, long destination, int vid, IntFunction<String> names) {
        int kind = MulticastGate.kind(burst, 0, destination);
        boolean report = kind == MulticastGate.IPV4_REPORT || kind == MulticastGate.IPV6_REPORT;
        boolean ipv6 = kind == MulticastGate.IPV6_GROUP || kind == MulticastGate.IPV6_REPORT;
        GroupTable table = snapshot.protections.groups.table();
        GroupTable.@Nullable Ports routers = table.routers(vid, ipv6);
        if (routers == null || !report && !ipv6 && kind != MulticastGate.IPV4_GROUP) {
            return "every other port of VLAN " + vid;
        }
        GroupTable.@Nullable Ports wanted = report ? routers : table.ports(vid, destination, ipv6);
        return wanted == null || wanted == routers
                ? "queriers and multicast routers of VLAN " + vid + " (" + listed(routers, names) + ")"
                        + (report ? "" : ", for no station has joined it")
                : "the ports of VLAN " + vid + " that want it (" + listed(wanted, names) + "; queriers and routers: "
                        + listed(routers, names) + ")";
    }

    private static String listed(GroupTable.Ports ports, IntFunction<String> names) {
        return ports.numbers().length == 0
                ? "none"
                : Arrays.stream(ports.numbers()).mapToObj(names::apply).collect(Collectors.joining(", "));
    }
}
