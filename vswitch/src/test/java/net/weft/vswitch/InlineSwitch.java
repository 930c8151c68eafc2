package net.weft.vswitch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.device.MemoryLink;
import net.weft.vswitch.fdb.MacTable;
import net.weft.vswitch.forward.Forwarder;
import net.weft.vswitch.forward.LinkState;
import net.weft.vswitch.forward.MulticastGroups;
import net.weft.vswitch.forward.Snapshot;
import net.weft.vswitch.forward.punt.PuntQueues;
import net.weft.vswitch.forward.punt.PuntRules;
import net.weft.vswitch.forward.punt.PuntedFrame;
import net.weft.vswitch.observe.Capture;
import net.weft.vswitch.observe.FrameSampler;
import net.weft.vswitch.observe.FrameSampling;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.port.PortFlags;
import net.weft.vswitch.port.PortLimits;
import net.weft.vswitch.port.Protection;
import net.weft.vswitch.port.PuntRule;
import net.weft.vswitch.port.VlanCounters;
import net.weft.vswitch.protocol.AddressSightings;
import net.weft.vswitch.protocol.BpduGuard;
import net.weft.vswitch.protocol.FabricKey;
import net.weft.vswitch.protocol.LoopDetection;
import net.weft.vswitch.protocol.LoopProbe;
import net.weft.vswitch.protocol.MulticastControl;
import net.weft.vswitch.snooping.GroupTable;
import net.weft.vswitch.trace.Trace;
import net.weft.vswitch.trace.TracedFrame;
import net.weft.vswitch.trace.Tracer;
import net.weft.vswitch.zoning.Zones;
import net.weft.zone.AddressBinding;
import net.weft.zone.PortZones;
import net.weft.zone.Zoning;
import org.jspecify.annotations.Nullable;

/**
 * The workers' forwarding code on the caller's thread: ports on memory links, one burst at a time, the clock by hand. For tests,
 * benchmarks and tracing, where a frame's way must be seen from end to end.
 * <p>
 * Ports are numbered from 0 in the order they were made. One thread only.
 */
public final class InlineSwitch implements AutoCloseable {
    private static final int FRAMES = 1024;
    private static final int MTU = 1500;
    /** Fixed, so that one input always takes one way. */
    private static final long SEED = 1;

    private final Map<String, MemoryLink> links = new LinkedHashMap<>();
    private final InlinePorts ports = new InlinePorts();
    private final MacTable macs = new MacTable(SwitchOptions.DEFAULT_AGEING_SECONDS, SEED);
    private final MulticastGroups groups = new MulticastGroups();
    private final LoopProbe probe = new LoopProbe(new FabricKey(new byte[FabricKey.BYTES]));
    private final PuntRules rules = puntRules(probe);
    private final PuntQueues punts = new PuntQueues(rules);
    private final LinkState linkState = new LinkState();
    private final Forwarder forwarder = new Forwarder(0, macs, punts);
    private final Burst burst = new Burst();
    private @Nullable Tracer tracer;
    private @Nullable FrameSampler sampler;
    private Snapshot snapshot = Snapshot.empty();
    private final Zones zones = new Zones(null, () -> List.of(forwarder().zones()));
    private long nowNs;
    /** The ports' devices by number, so that a round over them allocates nothing. */
    private List<Device> devices = List.of();

    /** The rules of all link protocols, with the probes of a fabric. */
    public static PuntRules puntRules(LoopProbe probe) {
        List<PuntRule> all = new ArrayList<>(BpduGuard.RULES);
        all.add(LoopDetection.rule(probe));
        all.add(MulticastControl.RULE);
        all.add(AddressSightings.RULE);
        return new PuntRules(all);
    }

    /** A port without limits for frames of up to 1500 bytes, whose far end takes every offload. */
    public InlineSwitch port(String name, VlanMembership membership) {
        return port(name, membership, MTU, 0, ~0);
    }

    /**
     * A port for frames of any length.
     *
     * @param mtu largest layer-3 packet, bytes
     * @param macLimit stations it may have, 0 for no limit
     * @param offloads what the far end takes unfinished: {@link Device} bits
     */
    public InlineSwitch port(String name, VlanMembership membership, int mtu, int macLimit, int offloads) {
        return port(new MemoryLink(name, FRAMES, Burst.MAX_FRAME, offloads), membership, mtu, macLimit);
    }

    /** A port on a link of the caller's making; the switch closes it. */
    public InlineSwitch port(MemoryLink link, VlanMembership membership, int mtu, int macLimit) {
        if (links.putIfAbsent(link.name(), link) != null) {
            throw new IllegalArgumentException("there is a port " + link.name() + " already");
        }
        return add(link.name(), link.device(ports.size()), membership, mtu, macLimit);
    }

    /**
     * A port on a device of the caller's making, who closes it. Frames that it receives must carry the port's number: that of
     * the ports before it.
     */
    public InlineSwitch port(String name, Device device, VlanMembership membership, int mtu) {
        return add(name, device, membership, mtu, 0);
    }

    private InlineSwitch add(String name, Device device, VlanMembership membership, int mtu, int macLimit) {
        ports.add(new InlinePort(name, device, membership, mtu, macLimit, rules.rules(), nowNs));
        devices = ports.devices();
        publish();
        return this;
    }

    /** Makes a port a link aggregation of its own device and of further ones, whose links the caller closes. */
    public InlineSwitch lag(String port, List<MemoryLink> further) {
        ports.named(port).furtherLegs = further.stream().map(link -> link.device(ports.number(port))).toList();
        publish();
        return this;
    }

    /** Gives a port another membership. */
    public void membership(String port, VlanMembership membership) {
        ports.named(port).membership = membership;
        publish();
    }

    /**
     * Has frames judged.
     *
     * @param inZones zones by port; those not named are in none
     * @param bound what ports may call themselves; those not named anything
     */
    public void zoning(Zoning wished, Map<String, PortZones> inZones, Map<String, AddressBinding> bound) {
        ports.zoning(wished, inZones, bound);
        publish();
    }

    /** Returns the zone filter and its counters. */
    public Zones zones() {
        return zones;
    }

    private Forwarder forwarder() {
        return forwarder;
    }

    /** Takes a port's leg away, as when its device fails; its stations stay known. */
    public void down(String port) {
        down(port, true);
    }

    /** Takes a port's leg away, or gives it back. */
    public void down(String port, boolean isDown) {
        ports.named(port).down = isDown;
        publish();
    }

    /** Shuts a port: {@link PortFlags}. */
    public void shut(String port, int flags) {
        ports.named(port).shut = flags;
        publish();
    }

    /** Gives a port other protections. */
    public InlineSwitch protect(String port, Protection protection) {
        ports.named(port).limits = new PortLimits(protection, rules.rules(), nowNs);
        publish();
        return this;
    }

    /** Copies what a port receives and sends to another: in a VLAN of their own (RSPAN), or with 0 as they are (SPAN). */
    public InlineSwitch mirror(String port, String to, int vid) {
        ports.mirror(port, to, vid);
        publish();
        return this;
    }

    /** Copies the frames of ports from now on, until it is closed; one capture at a time. */
    public Capture capture(int snapLength, String... ports) {
        Capture capture = new Capture(Arrays.stream(ports).mapToInt(this::number).toArray(), 1, snapLength,
                ended -> forwarder.capture(List.of()));
        forwarder.capture(List.copyOf(capture.taps(0)));
        return capture;
    }

    /** The port's number, which frames of a {@link #forward burst} carry. */
    public int number(String port) {
        return ports.number(port);
    }

    /** Sets the clock, seconds, never negative. */
    public void nowSeconds(int seconds) {
        nowNs = seconds * 1_000_000_000L;
    }

    /** Sets the clock, nanoseconds. */
    public void nowNs(long nanoseconds) {
        nowNs = nanoseconds;
    }

    /** Removes the connections that have expired, of up to 8192, once the clock has gone on by 8 s. */
    public void age() {
        forwarder.age(nowNs);
    }

    /** Sets the multicast groups. */
    public void multicast(GroupTable table) {
        groups.show(table);
    }

    /** Frames that were handed to the control thread, which nobody is here. */
    public List<PuntedFrame> punted() {
        List<PuntedFrame> taken = new ArrayList<>();
        punts.drainLinkControl(taken::add);
        punts.drainOthers(taken::add, Integer.MAX_VALUE);
        return taken;
    }

    /** Sends one finished frame in and forwards it. */
    public InlineSwitch send(String port, byte[] frame) {
        return send(port, frame, 0);
    }

    /**
     * Sends one frame in and forwards it.
     *
     * @param offload {@link net.weft.vswitch.burst.Offload} word, 0 for a finished frame
     */
    public InlineSwitch send(String port, byte[] frame, long offload) {
        if (!link(port).send(frame, offload)) {
            throw new IllegalStateException(port + ": its ring is full");
        }
        run();
        return this;
    }

    /** Forwards whatever waits on any port; returns the number of frames. */
    public int run() {
        int all = 0;
        for (Device device : devices) {
            for (var queue : device.receiveQueues()) {
                int received = queue.receive(burst, Burst.CAPACITY);
                forward(burst);
                burst.clear();
                queue.release();
                all += received;
            }
        }
        forwarder.forwardReleased(nowNs);
        return all;
    }

    /** Forwards a burst of the caller's making, whose frames name the ports they came in by. Allocates nothing. */
    public void forward(Burst received) {
        forwarder.forward(received, nowNs);
        if (sampler != null) {
            sampler.observe(received, snapshot, nowNs);
        }
    }

    /**
     * Samples what is forwarded from now on, as {@link VirtualSwitch#sample} does.
     *
     * @param seed of the choice
     */
    public FrameSampling sample(int population, long seed) {
        FrameSampling sampling = new FrameSampling(population, 1, seed, _ -> sampler = null);
        sampler = sampling.of(0);
        return sampling;
    }

    /** Traces a frame, without any effect. */
    public Trace trace(String port, TracedFrame frame) {
        if (tracer == null) {
            tracer = new Tracer(SwitchOptions.DEFAULT_AGEING_SECONDS, SEED, rules, () -> List.of(punts));
        }
        return tracer.trace(snapshot, macs, number(port), frame, nowNs, ports::name, leg -> "leg" + leg);
    }

    /** The next frame that left by a port; empty when none did. */
    public byte[] receive(String port) {
        return link(port).receive();
    }

    /** The frames that left by a port, in their order, since it was last asked. */
    public List<byte[]> receiveAll(String port) {
        List<byte[]> frames = new ArrayList<>();
        for (byte[] frame = receive(port); frame.length > 0; frame = receive(port)) {
            frames.add(frame);
        }
        return frames;
    }

    /** The far end of a port. */
    public MemoryLink link(String port) {
        MemoryLink link = links.get(port);
        if (link == null) {
            throw new IllegalArgumentException("port " + port + " is on no memory link; those are " + links.keySet());
        }
        return link;
    }

    /** Returns the counters of each port, by number. */
    public List<PortCounters> counters() {
        return ports.counters();
    }

    /** Frames that a port dropped for this reason, on the way in or out. */
    public long drops(String port, DropReason reason) {
        return ports.named(port).counters.drops(reason);
    }

    /** Returns the counters of each VLAN. */
    public VlanCounters vlans() {
        return new VlanCounters(List.of(forwarder.vlanRow()));
    }

    /** The stations learned. */
    public MacTable macs() {
        return macs;
    }

    private void publish() {
        snapshot = ports.snapshot(zones, groups, linkState);
        forwarder.adopt(snapshot);
    }

    @Override
    public void close() {
        if (tracer != null) {
            tracer.close();
        }
        forwarder.close();
        punts.close();
        burst.close();
        links.values().forEach(MemoryLink::close);
        zones.close();
    }
}
