package net.weft.vswitch.export;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import net.weft.packet.EtherType;
import net.weft.packet.HeaderParser;
import net.weft.packet.IpProtocol;
import net.weft.packet.NetworkOrder;
import net.weft.packet.Tcp;
import net.weft.vswitch.observe.SampledFrame;
import org.jspecify.annotations.Nullable;

/**
 * The table of active flows, with a fixed capacity. When it is full, the flow that was idle longest is exported early
 * and replaced. One thread.
 */
final class FlowTable {
    /** Values of flowEndReason (IE 136). */
    static final int IDLE = 1;
    static final int ACTIVE = 2;
    static final int FORCED = 4;
    static final int LACK_OF_RESOURCES = 5;

    private final int capacity;
    private final long activeNs;
    private final long idleNs;
    private final Listener ended;
    private final FlowKey key = new FlowKey();
    /** Flows in access order: the flow that was idle longest is first. */
    private final LinkedHashMap<FlowKey, Flow> flows = new LinkedHashMap<>(1024, 0.75f, true);
    private volatile int size;
    private volatile long evicted;

    /** The counters of one flow since it was last exported. */
    static final class Flow {
        long packets;
        long octets;
        long layer2Octets;
        int tcpFlags;
        long startNs;
        long endNs;
    }

    /** Receives each flow that is due for export. */
    interface Listener {
        /** @param reason flowEndReason (IE 136) */
        void flow(FlowKey flowKey, Flow flow, int reason);
    }

    FlowTable(int capacity, long activeNs, long idleNs, Listener ended) {
        this.capacity = capacity;
        this.activeNs = activeNs;
        this.idleNs = idleNs;
        this.ended = ended;
    }

    /** Counts a sampled frame in its flow. */
    void add(SampledFrame frame) {
        long parsed = key.read(frame);
        Flow flow = flows.get(key);
        if (flow == null) {
            flow = begin();
        }
        if (flow.packets == 0) {
            flow.startNs = frame.timeNs();
        }
        flow.packets++;
        flow.layer2Octets += frame.wireLength();
        flow.octets += octets(frame, parsed);
        flow.tcpFlags |= tcpFlags(frame, parsed);
        flow.endNs = Math.max(flow.endNs, frame.timeNs());
    }

    private Flow begin() {
        if (flows.size() >= capacity) {
            var eldest = flows.pollFirstEntry();
            evicted = evicted + 1;
            emit(eldest.getKey(), eldest.getValue(), LACK_OF_RESOURCES);
        }
        Flow flow = new Flow();
        flow.endNs = Long.MIN_VALUE;
        flows.put(key.copy(), flow);
        size = flows.size();
        return flow;
    }

    /** Returns the bytes of the IP packet without Ethernet padding; 0 for a frame that is not IP. */
    private static long octets(SampledFrame frame, long parsed) {
        int l3 = HeaderParser.l3Offset(parsed);
        int rest = frame.wireLength() - l3;
        int type = HeaderParser.etherType(parsed);
        if (type != EtherType.IPV4 && type != EtherType.IPV6) {
            return 0;
        }
        int shortest = frame.wireLength() - frame.typeOffset() - 2 <= 46 ? statedLength(frame, type, l3) : rest;
        return Math.min(rest, shortest);
    }

    /** Returns the IP length field. Only a short frame may be padded; the length field of a super-frame is ignored. */
    private static int statedLength(SampledFrame frame, int type, int l3) {
        if (frame.headLength() < l3 + 6) {
            return frame.wireLength() - l3;
        }
        return type == EtherType.IPV4
                ? NetworkOrder.getU16(frame.head(), l3 + 2)
                : 40 + NetworkOrder.getU16(frame.head(), l3 + 4);
    }

    private static int tcpFlags(SampledFrame frame, long parsed) {
        return HeaderParser.isL4Complete(parsed) && HeaderParser.protocol(parsed) == IpProtocol.TCP
                ? Tcp.flags(frame.head(), HeaderParser.l4Offset(parsed))
                : 0;
    }

    /** Exports the flows that reached their idle or active timeout. */
    void age(long nowNs) {
        for (Iterator<Map.Entry<FlowKey, Flow>> all = flows.entrySet().iterator(); all.hasNext();) {
            var entry = all.next();
            Flow flow = entry.getValue();
            if (nowNs - flow.endNs >= idleNs) {
                all.remove();
                emit(entry.getKey(), flow, IDLE);
            } else if (flow.packets > 0 && nowNs - flow.startNs >= activeNs) {
                emit(entry.getKey(), flow, ACTIVE);
            }
        }
        size = flows.size();
    }

    /** Exports all flows and clears the table. */
    void end() {
        flows.forEach((flowKey, flow) -> emit(flowKey, flow, FORCED));
        flows.clear();
        size = 0;
    }

    private void emit(FlowKey flowKey, @Nullable Flow flow, int reason) {
        if (flow != null && flow.packets > 0) {
            ended.flow(flowKey, flow, reason);
            flow.packets = 0;
            flow.octets = 0;
            flow.layer2Octets = 0;
            flow.tcpFlags = 0;
        }
    }

    /** Number of active flows. Any thread. */
    int size() {
        return size;
    }

    /** Number of flows evicted because the table was full. Any thread. */
    long evicted() {
        return evicted;
    }
}
