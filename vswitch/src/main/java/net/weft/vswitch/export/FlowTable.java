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
 * The flows under way, at most so many: a new one then takes the place of the one silent for longest, which is told of early.
 * One thread.
 */
final class FlowTable {
    /** IE 136. */
    static final int IDLE = 1;
    static final int ACTIVE = 2;
    static final int FORCED = 4;
    static final int LACK_OF_RESOURCES = 5;

    private final int capacity;
    private final long activeNs;
    private final long idleNs;
    private final Listener ended;
    private final FlowKey key = new FlowKey();
    /** The one silent for longest first. */
    private final LinkedHashMap<FlowKey, Flow> flows = new LinkedHashMap<>(1024, 0.75f, true);
    private volatile int size;
    private volatile long evicted;

    /** What one flow has counted since it was told of last. */
    static final class Flow {
        long packets;
        long octets;
        long layer2Octets;
        int tcpFlags;
        long startNs;
        long endNs;
    }

    /** Is told of flows. */
    interface Listener {
        /** @param reason IE 136 */
        void flow(FlowKey flowKey, Flow flow, int reason);
    }

    FlowTable(int capacity, long activeNs, long idleNs, Listener ended) {
        this.capacity = capacity;
        this.activeNs = activeNs;
        this.idleNs = idleNs;
        this.ended = ended;
    }

    /** Counts a frame. */
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
            tell(eldest.getKey(), eldest.getValue(), LACK_OF_RESOURCES);
        }
        Flow flow = new Flow();
        flow.endNs = Long.MIN_VALUE;
        flows.put(key.copy(), flow);
        size = flows.size();
        return flow;
    }

    /** Bytes of the IP packet, padding behind it left out; 0 of anything else. */
    private static long octets(SampledFrame frame, long parsed) {
        int l3 = HeaderParser.l3Offset(parsed);
        int rest = frame.wireLength() - l3;
        int type = HeaderParser.etherType(parsed);
        if (type != EtherType.IPV4 && type != EtherType.IPV6) {
            return 0;
        }
        int shortest = frame.wireLength() - frame.typeOffset() - 2 <= 46 ? said(frame, type, l3) : rest;
        return Math.min(rest, shortest);
    }

    /** Only a short frame may be padded; a super-frame's length field counts nothing. */
    private static int said(SampledFrame frame, int type, int l3) {
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

    /** Tells of the flows that have ended, and of those that have gone on for long. */
    void age(long nowNs) {
        for (Iterator<Map.Entry<FlowKey, Flow>> all = flows.entrySet().iterator(); all.hasNext();) {
            var entry = all.next();
            Flow flow = entry.getValue();
            if (nowNs - flow.endNs >= idleNs) {
                all.remove();
                tell(entry.getKey(), flow, IDLE);
            } else if (flow.packets > 0 && nowNs - flow.startNs >= activeNs) {
                tell(entry.getKey(), flow, ACTIVE);
            }
        }
        size = flows.size();
    }

    /** Tells of all, and forgets them. */
    void end() {
        flows.forEach((flowKey, flow) -> tell(flowKey, flow, FORCED));
        flows.clear();
        size = 0;
    }

    private void tell(FlowKey flowKey, @Nullable Flow flow, int reason) {
        if (flow != null && flow.packets > 0) {
            ended.flow(flowKey, flow, reason);
            flow.packets = 0;
            flow.octets = 0;
            flow.layer2Octets = 0;
            flow.tcpFlags = 0;
        }
    }

    /** Flows under way. Any thread. */
    int size() {
        return size;
    }

    /** Flows that had to make room. Any thread. */
    long evicted() {
        return evicted;
    }
}
