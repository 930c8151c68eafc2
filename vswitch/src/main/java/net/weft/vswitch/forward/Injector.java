package net.weft.vswitch.forward;

import net.weft.linux.Memory;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.TransmitList;
import net.weft.vswitch.burst.Verdict;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.zoning.RejectionFrames;

/**
 * Sends the switch's own frames, one at a time: frames of link protocols and answers to rejected frames. One per
 * worker.
 */
final class Injector implements AutoCloseable {
    private static final int REJECTED = Verdict.drop(DropReason.POLICY_REJECT);
    private static final int GUARDED = Verdict.drop(DropReason.GUARD_IP);

    private final Policers policers;
    private final PortMonitors monitors;
    private final Burst burst = new Burst();
    private final TransmitList list = new TransmitList();
    private final Transmitter transmitter = new Transmitter();
    private Snapshot snapshot = Snapshot.empty();
    private long[][] rows = {};

    /** @param monitors gives the devices of the legs, and observes the frames that are sent */
    Injector(Policers policers, PortMonitors monitors) {
        this.policers = policers;
        this.monitors = monitors;
    }

    /**
     * Adopts a new configuration.
     * @param counters the worker's row of counters of each port
     */
    void adopt(Snapshot next, long[][] counters) {
        snapshot = next;
        rows = counters;
    }

    /** As {@link Forwarder#inject}. */
    void inject(int port, byte[] frame, int tag) {
        inject(port, port < snapshot.ports() ? snapshot.legs.first(port, snapshot.links.carrier(port)) : -1, frame,
                tag);
    }

    /** Sends one of the switch's own frames by one leg of a port, if the leg has a device. */
    void inject(int port, int leg, byte[] frame, int tag) {
        Device device = leg < 0 || leg >= monitors.devices().length ? null : monitors.devices()[leg];
        if (device == null || port >= snapshot.ports() || snapshot.counters[port] == null) {
            return;
        }
        monitors.now(System.nanoTime());
        burst.clear();
        Memory.copy(frame, 0, burst.area(0), frame.length);
        burst.add(burst.area(0), frame.length, port, 0, 0);
        sendFirst(tag, port, device);
    }

    /** Answers the senders of a burst's rejected frames by their ingress ports, within each port's limit of answers. */
    void answerRejected(Burst rejected) {
        for (int i = 0; i < rejected.count; i++) {
            int port = rejected.port[i];
            VlanMembership membership = snapshot.membership[port];
            int leg = snapshot.legs.first(port, snapshot.links.forwarding(port));
            Device device = leg < 0 ? null : monitors.devices()[leg];
            boolean isTold = rejected.verdict[i] == REJECTED
                    || rejected.verdict[i] == GUARDED && rejected.probedMac[i] != 0;
            if (isTold && membership != null && device != null && policers.mayAnswer(port)) {
                int tag = membership.egressTag(rejected.vid[i], rejected.tag[i]);
                if (tag != VlanMembership.NOT_MEMBER) {
                    answer(rejected, i, tag, device);
                }
            }
        }
    }

    private void answer(Burst rejected, int i, int tag, Device device) {
        burst.clear();
        int length = RejectionFrames.build(rejected, i, burst.heads(), burst.headOffset(0));
        if (length > 0) {
            send(length, tag, rejected.port[i], device);
        }
    }

    /** Sends the frame that lies in the first head of the burst. */
    private void send(int length, int tag, int port, Device device) {
        int i = burst.begin(length, port, 0, 0);
        burst.headLength[i] = length;
        sendFirst(tag, port, device);
    }

    private void sendFirst(int tag, int port, Device device) {
        list.count = 0;
        list.add(0, tag, port);
        rows[port][PortCounters.COPIES]++;
        transmitter.send(burst, list, device, rows, snapshot.mtu);
    }

    @Override
    public void close() {
        transmitter.close();
        burst.close();
    }
}
