package net.weft.vswitch.forward;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.PortTable;
import net.weft.vswitch.protocol.MulticastControl;
import net.weft.vswitch.worker.WorkerThread;

/** The ports as {@link MulticastControl} sees them: who can be spoken to, and how. Control thread only. */
public final class MulticastPorts implements MulticastControl.Ports {
    private final PortTable ports;
    private final List<WorkerThread> workers;

    public MulticastPorts(PortTable ports, List<WorkerThread> workers) {
        this.ports = ports;
        this.workers = workers;
    }

    @Override
    public Map<Integer, VlanMembership> reachable() {
        Snapshot snapshot = ports.snapshot();
        Map<Integer, VlanMembership> up = new HashMap<>();
        for (int port = 0; port < snapshot.ports(); port++) {
            VlanMembership membership = snapshot.membership[port];
            if (membership != null && snapshot.leg[port] != null) {
                up.put(port, membership);
            }
        }
        return up;
    }

    @Override
    public void say(int vid, int port, byte[] frame) {
        Snapshot snapshot = ports.snapshot();
        VlanMembership membership = port < snapshot.ports() ? snapshot.membership[port] : null;
        if (membership != null && membership.isMember(vid)) {
            workers.get(port % workers.size()).inject(port, frame, membership.egressTag(vid, 0));
        }
    }
}
