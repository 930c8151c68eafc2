package net.weft.vswitch.export;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import net.weft.packet.VlanTag;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.observe.SampledFrame;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.port.PortStatus;

/**
 * Exports sampled frames and port counters as sFlow version 5. Each sampled frame is exported within a second, with its
 * first bytes and its ingress and forwarding VLANs; each port's counters are exported at the configured interval. Each
 * port is a data source, identified by its number.
 */
final class SflowExporter implements Exporter {
    private static final int RAW_HEADER = 1;
    private static final int EXTENDED_SWITCH = 1001;
    private static final int GENERIC_COUNTERS = 1;
    private static final int ETHERNET = 1;
    private static final int ETHERNET_CSMACD = 6;
    private static final int FULL_DUPLEX = 1;
    private static final int FCS_BYTES = 4;
    /** The interface value of {@code input} and {@code output} for a frame from or to the agent itself. */
    private static final int INTERNAL = 0x3FFF_FFFF;
    private static final int DISCARDED = 1 << 30;
    private static final int MULTIPLE = 1 << 31;
    private static final int UNKNOWN = -1;
    private static final int FLOW_SAMPLE_BYTES = 32 + 8 + 16 + SampledFrame.HEAD_BYTES + 8 + 16;
    private static final int COUNTER_SAMPLE_BYTES = 12 + 8 + 88;

    private final ExportSettings.Sflow settings;
    private final SflowDatagram datagram;
    private final long startedNs;
    private final Map<Integer, Source> sources = new HashMap<>();
    private List<PortStatus> ports = List.of();
    private Moment now;
    private long lost;
    private long countersAtNs;

    /** The sequence numbers of one data source. */
    private static final class Source {
        int flowSamples;
        int counterSamples;
        PortCounters counters = PortCounters.none();
    }

    /** @param subAgent the member's ID */
    SflowExporter(ExportSettings.Sflow settings, int subAgent, Collector collector, Moment start) {
        this.settings = settings;
        now = start;
        startedNs = start.ns();
        countersAtNs = start.ns();
        datagram = new SflowDatagram(
                () -> settings.agent().or(() -> collector.localAddress(now.ns())).orElseGet(SflowExporter::none),
                subAgent, bytes -> collector.send(bytes, now.ns()));
    }

    private static InetAddress none() {
        return InetAddress.ofLiteral("0.0.0.0");
    }

    private void at(Moment moment) {
        now = moment;
        datagram.time((moment.ns() - startedNs) / 1_000_000);
    }

    @Override
    public void sampled(SampledFrame frame, Moment moment) {
        at(moment);
        Source source = sources.computeIfAbsent(frame.ingress(), _ -> new Source());
        ByteBuffer to = datagram.begin(SflowDatagram.FLOW_SAMPLE, FLOW_SAMPLE_BYTES);
        to.putInt(++source.flowSamples).putInt(frame.ingress()).putInt(settings.sampling())
                .putInt((int) source.counters.rxPackets()).putInt((int) lost);
        to.putInt(frame.ingress()).putInt(output(frame)).putInt(2);
        int length = frame.headLength();
        to.putInt(RAW_HEADER).putInt(16 + (length + 3 & ~3)).putInt(ETHERNET)
                .putInt(frame.wireLength() + FCS_BYTES).putInt(FCS_BYTES).putInt(length);
        SflowDatagram.opaque(to, frame.head());
        int priority = frame.tag() == 0 ? 0 : VlanTag.pcp(frame.tag());
        to.putInt(EXTENDED_SWITCH).putInt(16).putInt(frame.vid()).putInt(priority);
        to.putInt(frame.vid()).putInt(priority);
        datagram.end();
    }

    private static int output(SampledFrame frame) {
        return switch (frame.fate()) {
            case FORWARDED -> frame.egress();
            case FLOODED -> MULTIPLE;
            case CONSUMED -> INTERNAL;
            case DROPPED -> DISCARDED | code(frame.reason());
        };
    }

    /** Maps a drop reason to the nearest sFlow discard code. */
    private static int code(DropReason reason) {
        return switch (reason) {
            case GUARD_BPDU, MAC_LIMIT, NOT_MEMBER, LOOP -> 258;
            case RING_FULL -> 259;
            case RATE_LIMIT, STORM_LIMIT -> 261;
            case OVERSIZE -> 262;
            default -> 256;
        };
    }

    @Override
    public void tick(Moment moment, Counts counts, Supplier<List<PortStatus>> current) {
        at(moment);
        lost = counts.lost();
        ports = current.get();
        ports.forEach(port -> sources.computeIfAbsent(port.spec().number(), _ -> new Source()).counters = port
                .counters());
        if (moment.ns() - countersAtNs >= settings.counterSeconds() * 1_000_000_000L) {
            countersAtNs = moment.ns();
            ports.forEach(this::counters);
        }
        datagram.flush();
    }

    private void counters(PortStatus port) {
        int number = port.spec().number();
        PortCounters counted = port.counters();
        Source source = sources.computeIfAbsent(number, _ -> new Source());
        ByteBuffer to = datagram.begin(SflowDatagram.COUNTER_SAMPLE, COUNTER_SAMPLE_BYTES);
        to.putInt(++source.counterSamples).putInt(number).putInt(1);
        to.putInt(GENERIC_COUNTERS).putInt(88).putInt(number).putInt(ETHERNET_CSMACD).putLong(0).putInt(FULL_DUPLEX)
                .putInt((port.spec().enabled() ? 1 : 0) | (port.isUp() ? 2 : 0));
        to.putLong(counted.rxBytes()).putInt((int) counted.rxPackets()).putInt(UNKNOWN).putInt(UNKNOWN)
                .putInt((int) (drops(counted, true) + counted.missed())).putInt(0).putInt(UNKNOWN);
        to.putLong(counted.txBytes()).putInt((int) counted.txPackets()).putInt(UNKNOWN).putInt(UNKNOWN)
                .putInt((int) drops(counted, false)).putInt(0).putInt(0);
        datagram.end();
    }

    private static long drops(PortCounters counted, boolean ingress) {
        return Arrays.stream(DropReason.values())
                .mapToLong(reason -> ingress ? counted.ingressDrops(reason) : counted.egressDrops(reason)).sum();
    }

    /** Exports the counters once more, so that they include the last frames. */
    @Override
    public void finish(Moment moment, Counts counts) {
        at(moment);
        ports.forEach(this::counters);
        datagram.flush();
    }

    @Override
    public int flows() {
        return 0;
    }

    @Override
    public long evictedFlows() {
        return 0;
    }
}
