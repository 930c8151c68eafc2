package net.weft.vswitch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.device.DeviceUnavailableException;
import net.weft.vswitch.device.MemoryLink;
import net.weft.vswitch.device.MemoryOpeners;
import org.jspecify.annotations.Nullable;

/** The forwarding code without threads: ports on memory links, one burst at a time, time by hand. */
final class TestSwitch implements AutoCloseable {
    final Map<String, MemoryLink> links = new LinkedHashMap<>();
    final List<PortCounters> counters = new ArrayList<>();
    final MacTable macs = new MacTable(300, 1);
    int nowSeconds;
    private final List<VlanMembership> memberships = new ArrayList<>();
    private final List<Device> devices = new ArrayList<>();
    private final List<Integer> macLimits = new ArrayList<>();
    private final List<Integer> mtus = new ArrayList<>();
    private final Forwarder forwarder = new Forwarder(0, macs);
    private final Burst burst = new Burst();
    private long epoch = 1;

    TestSwitch port(String name, VlanMembership membership) {
        return port(name, membership, 1500, 0, ~0);
    }

    TestSwitch port(String name, VlanMembership membership, int mtu, int macLimit, int offloads) {
        MemoryLink link = new MemoryLink(name, 1024, Burst.MAX_FRAME, offloads);
        try {
            devices.add(MemoryOpeners.open(link, devices.size()));
        } catch (DeviceUnavailableException e) {
            throw new IllegalStateException(e);
        }
        links.put(name, link);
        memberships.add(membership);
        macLimits.add(macLimit);
        mtus.add(mtu);
        counters.add(new PortCounters(1));
        publish();
        return this;
    }

    void membership(String name, VlanMembership membership) {
        memberships.set(number(name), membership);
        publish();
    }

    int number(String name) {
        return List.copyOf(links.keySet()).indexOf(name);
    }

    private void publish() {
        forwarder.adopt(new Snapshot(epoch++, memberships.toArray(new @Nullable VlanMembership[0]),
                devices.toArray(new @Nullable Device[0]), mtus.stream().mapToInt(Integer::intValue).toArray(),
                macLimits.stream().mapToInt(Integer::intValue).toArray(),
                counters.toArray(new @Nullable PortCounters[0])));
    }

    /** Sends one frame in and forwards it. */
    TestSwitch send(String port, byte[] frame) {
        return send(port, frame, 0);
    }

    TestSwitch send(String port, byte[] frame, long offload) {
        if (!link(port).send(frame, offload)) {
            throw new IllegalStateException(port + ": its ring is full");
        }
        run();
        return this;
    }

    /** Forwards whatever waits on any port. */
    int run() {
        int all = 0;
        for (Device device : devices) {
            for (var queue : device.receiveQueues()) {
                int received = queue.receive(burst, Burst.CAPACITY);
                forwarder.forward(burst, nowSeconds);
                burst.clear();
                queue.release();
                all += received;
            }
        }
        return all;
    }

    MemoryLink link(String port) {
        MemoryLink link = links.get(port);
        if (link == null) {
            throw new IllegalArgumentException(port);
        }
        return link;
    }

    /** The next frame that left by a port; empty when none did. */
    byte[] receive(String port) {
        return link(port).receive();
    }

    long drops(String port, DropReason reason) {
        return counters.get(number(port)).drops(reason);
    }

    @Override
    public void close() {
        forwarder.close();
        burst.close();
        links.values().forEach(MemoryLink::close);
    }
}
