package net.weft.stacking;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.weft.packet.EtherType;
import net.weft.stacking.control.StackSecret;
import net.weft.stacking.link.LinkTimes;
import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.device.MemoryLink;
import net.weft.vswitch.fdb.MacTable;
import net.weft.vswitch.forward.FloodTable;
import net.weft.vswitch.forward.Forwarder;
import net.weft.vswitch.forward.LegTable;
import net.weft.vswitch.forward.LinkState;
import net.weft.vswitch.forward.MulticastGroups;
import net.weft.vswitch.forward.PortProtections;
import net.weft.vswitch.forward.Snapshot;
import net.weft.vswitch.forward.punt.PuntQueues;
import net.weft.vswitch.forward.punt.PuntRules;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.port.PortFlags;
import net.weft.vswitch.port.PortLimits;
import net.weft.vswitch.port.Protection;
import net.weft.vswitch.stack.LinkProtection;
import net.weft.vswitch.stack.StackFrame;
import net.weft.vswitch.stack.StackLinks;
import net.weft.vswitch.stack.StackRoutes;
import net.weft.vswitch.stack.StackSession;
import net.weft.vswitch.stack.StackTable;
import net.weft.vswitch.zoning.ZoneTable;
import org.jspecify.annotations.Nullable;

/**
 * A member of a stack on the caller's thread: the workers' forwarding code and the stack protocol, on memory links, with the clock by
 * hand. Port 0 is its own, an access port of VLAN 10; then come its stack links, then the ports of the other members, then a link
 * aggregation over several members, of which it has one leg or none.
 */
final class InlineMember implements AutoCloseable {
    static final int VLAN = 10;
    /** MTU of links that carry every frame whole. */
    static final int WIDE = 1600;
    private static final int LAG = 900;
    private static final PuntRules RULES = new PuntRules(List.of(StackProtocol.RULE));

    final int number;
    final MemoryLink port = new MemoryLink("port", 256, 2048, ~0);
    final MemoryLink leg = new MemoryLink("leg", 256, 2048, ~0);
    final List<MemoryLink> cables = new ArrayList<>();
    final StackLinks live = new StackLinks();
    final StackMember protocol;
    private final MacTable macs = new MacTable(300, 1);
    private final PuntQueues punts = new PuntQueues(RULES);
    private final Forwarder forwarder = new Forwarder(0, macs, punts);
    private final List<Device> devices = new ArrayList<>();
    private final Burst burst = new Burst();
    private final LinkState state = new LinkState();
    private final PortCounters[] counters;

    /**
     * @param links number of its stack links
     * @param mtu of its stack links
     * @param members numbers of all members are 1 to this
     */
    InlineMember(int number, int links, int members, LinkProtection protection, LinkTimes times, int mtu,
            long nowNs) {
        this.number = number;
        protocol = new StackMember(new StackSettings(number, 100, times), new StackSecret(new byte[32]),
                new SplittableRandom(number), new Output(), nowNs);
        int size = 1 + links + members + 1;
        counters = new PortCounters[size];
        for (int slot = 0; slot < links; slot++) {
            cables.add(new MemoryLink("cable" + slot, 256, 2048, ~0));
        }
        forwarder.adopt(snapshot(size, links, members, protection, mtu, nowNs));
        for (int slot = 0; slot < links; slot++) {
            protocol.addLink(slot);
            protocol.carrier(slot, true, nowNs);
        }
    }

    private Snapshot snapshot(int size, int links, int members, LinkProtection protection, int mtu, long nowNs) {
        Snapshot.Ports ports = Snapshot.Ports.empty(size);
        LegTable.Builder legs = new LegTable.Builder(size, 2 + links);
        @Nullable
        VlanMembership[] flooded = new @Nullable VlanMembership[size];
        int[] flags = new int[size];
        @Nullable
        PortLimits[] limits = new @Nullable PortLimits[size];
        StackTable.Builder stack = new StackTable.Builder(number, size, 2 + links, live);
        for (int index = 0; index < size; index++) {
            boolean isLag = index == size - 1;
            boolean isLink = index > 0 && index <= links;
            int remote = index <= links ? 0 : index - links;
            counters[index] = new PortCounters(1);
            ports.counters()[index] = counters[index];
            ports.membership()[index] = isLink ? VlanMembership.none() : VlanMembership.access(VLAN);
            ports.mtu()[index] = index == 0 || isLag ? 1500 : isLink ? mtu : 65_535;
            limits[index] = new PortLimits(Protection.NONE, RULES.rules(), nowNs);
            if (index <= links) {
                Device device = (isLink ? cables.get(index - 1) : port).device(index);
                devices.add(device);
                legs.device(index, device).port(index, index);
                state.carrier(index, 1);
                state.forwarding(index, 1);
            }
            if (isLag) {
                Device device = leg.device(index);
                devices.add(device);
                legs.device(1 + links, device).port(index, 1 + links);
                flooded[index] = ports.membership()[index];
                stack.port(index, LAG, 0).spread(index);
            } else if (isLink) {
                flags[index] = PortFlags.STACK;
                stack.link(index - 1, index, index, protection);
                stack.port(index, 1000 + 100 * number + index, 0);
            } else if (index == 0) {
                flooded[0] = ports.membership()[0];
                stack.port(0, number, 0);
            } else if (remote == number) {
                ports.membership()[index] = null;
            } else {
                stack.port(index, remote, remote);
                state.forwarding(index, 1);
            }
        }
        return new Snapshot(1, ports, legs.build(), state, FloodTable.of(flooded),
                new PortProtections(flags, limits, new MulticastGroups(), VlanSet.EMPTY), List.of(),
                ZoneTable.off(size), stack.build());
    }

    /** Forwards whatever waits on any port, hands control frames to the protocol, and does what is due. Returns the frames received. */
    int run(long nowNs) {
        int all = 0;
        for (int leg = 0; leg < devices.size(); leg++) {
            var queue = devices.get(leg).receiveQueues().getFirst();
            burst.clear();
            burst.leg = leg;
            all += queue.receive(burst, Burst.CAPACITY);
            forwarder.forward(burst, nowNs);
            burst.clear();
            queue.release();
        }
        punts.drainLinkControl(frame -> {
            byte[] bytes = frame.frame();
            int length = (bytes[StackFrame.MESSAGE_LENGTH] & 255) << 8 | bytes[StackFrame.MESSAGE_LENGTH + 1] & 255;
            protocol.receive(frame.port() - 1, bytes, StackFrame.MESSAGE, length, nowNs);
        });
        protocol.tick(nowNs);
        return all;
    }

    /** Sets the carrier of a stack link. */
    void carrier(int slot, boolean has, long nowNs) {
        state.carrier(slot + 1, has ? 1 : 0);
        state.forwarding(slot + 1, has ? 1 : 0);
        protocol.carrier(slot, has, nowNs);
    }

    /** The leg begins or ends to carry frames. @param told whether the other members are told */
    void leg(boolean carries, boolean told, long nowNs) {
        int index = counters.length - 1;
        state.carrier(index, carries ? 1 : 0);
        state.forwarding(index, carries ? 1 : 0);
        if (told) {
            protocol.lags(carries ? new TreeMap<>(Map.of(LAG, 7L)) : new TreeMap<>(), nowNs);
        }
    }

    /** Frames that this member dropped for a reason, on the way in or out, at any port. */
    long drops(DropReason reason) {
        return Arrays.stream(counters).mapToLong(each -> each.drops(reason)).sum();
    }

    /** The EtherType of a frame that left by a stack link. */
    static int type(byte[] frame) {
        return (frame[12] & 255) << 8 | frame[13] & 255;
    }

    /** Returns whether a frame has a VLAN tag. */
    static boolean isTagged(byte[] frame) {
        return EtherType.isVlan(type(frame));
    }

    @Override
    public void close() {
        forwarder.close();
        punts.close();
        burst.close();
        port.close();
        leg.close();
        cables.forEach(MemoryLink::close);
    }

    private final class Output implements StackOutput {
        @Override
        public void send(int link, byte[] message) {
            forwarder.inject(link + 1, StackProtocol.frame(number, message), 0);
        }

        @Override
        public void routes(StackRoutes routes) {
            live.routes(routes);
        }

        @Override
        public void keys(int link, int id, byte[] sendKey, byte[] receiveKey) {
            live.session(link, new StackSession(id, sendKey, receiveKey));
        }

        @Override
        public void event(StackEvent event) {
            // nobody reads it
        }
    }
}
