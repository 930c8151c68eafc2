package net.weft.vswitch.export;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;
import net.weft.vswitch.observe.SampledFrame;
import net.weft.vswitch.port.PortStatus;

/**
 * Exports flows as IPFIX over UDP (RFC 7011). Sampled frames are counted per flow; a flow is exported when it has ended
 * and at each active timeout. The counters cover sampled frames only: options records describe how frames are sampled
 * (RFC 5477) and the name of each interface. Templates and options are sent at the start, every {@value #REFRESH_NS} ns
 * (RFC 7011 §8.1), and each second while the collector is unreachable, so that it can decode the first datagram that it
 * receives.
 */
final class IpfixExporter implements Exporter {
    static final int MAX_FLOWS = 65_536;
    static final long REFRESH_NS = 60_000_000_000L;
    /** Random n-out-of-N sampling (RFC 5477 §8.2). */
    static final int RANDOM_N_OUT_OF_N = 2;
    static final int SAMPLING = 259;
    static final int INTERFACE = 260;
    /** The ID of the only selector. */
    static final long SELECTOR = 1;

    private static final List<Element> SAMPLING_ELEMENTS = List.of(Element.SELECTOR_ID, Element.SELECTOR_ALGORITHM,
            Element.SAMPLING_SIZE, Element.SAMPLING_POPULATION, Element.SELECTOR_ID_TOTAL_PKTS_OBSERVED,
            Element.SELECTOR_ID_TOTAL_PKTS_SELECTED);
    private static final int SAMPLING_BYTES = 34;
    private static final List<Element> INTERFACE_ELEMENTS = List.of(Element.INGRESS_INTERFACE, Element.INTERFACE_NAME);

    private final ExportSettings.Ipfix settings;
    private final Collector collector;
    private final IpfixMessage message;
    private final FlowTable flows;
    private Moment now = new Moment(0, 0);
    private long selected;
    private long refreshedNs;
    private boolean refreshed;
    private boolean readable;

    /**
     * @param domain observation domain ID: the member's ID
     * @param capacity largest number of active flows
     */
    IpfixExporter(ExportSettings.Ipfix settings, int domain, int capacity, Collector collector) {
        this.settings = settings;
        this.collector = collector;
        message = new IpfixMessage(domain, datagram -> collector.send(datagram, now.ns()));
        flows = new FlowTable(capacity, settings.activeSeconds() * 1_000_000_000L,
                settings.idleSeconds() * 1_000_000_000L, this::emit);
    }

    @Override
    public void sampled(SampledFrame frame, Moment moment) {
        at(moment);
        selected++;
        flows.add(frame);
    }

    private void at(Moment moment) {
        now = moment;
        message.time(moment.epochMillis());
    }

    @Override
    public void tick(Moment moment, Counts counts, Supplier<List<PortStatus>> ports) {
        at(moment);
        if (!refreshed || moment.ns() - refreshedNs >= REFRESH_NS || !collector.problem().isEmpty()) {
            refreshed = true;
            refreshedNs = moment.ns();
            describe(counts, ports.get());
        }
        flows.age(moment.ns());
        message.flush();
    }

    private void describe(Counts counts, List<PortStatus> ports) {
        templates();
        sampling(counts);
        for (PortStatus port : ports) {
            byte[] name = IpfixMessage.text(port.spec().name());
            message.record(INTERFACE, 4 + name.length).putInt(port.spec().number()).put(name);
        }
    }

    private void templates() {
        readable = true;
        for (FlowTemplate template : FlowTemplate.values()) {
            message.template(template.id(), template.elements());
        }
        message.optionsTemplate(SAMPLING, 1, SAMPLING_ELEMENTS);
        message.optionsTemplate(INTERFACE, 1, INTERFACE_ELEMENTS);
    }

    private void sampling(Counts counts) {
        message.record(SAMPLING, SAMPLING_BYTES).putLong(SELECTOR).putShort((short) RANDOM_N_OUT_OF_N).putInt(1)
                .putInt(settings.sampling()).putLong(counts.observed()).putLong(selected);
    }

    private void emit(FlowKey key, FlowTable.Flow flow, int reason) {
        if (!readable) {
            templates();
        }
        FlowTemplate template = key.template();
        ByteBuffer record = message.record(template.id(), template.recordBytes());
        record.put(key.bytes(), 0, template.keyBytes()).putLong(flow.packets).putLong(flow.layer2Octets)
                .putLong(now.epochMillis(flow.startNs)).putLong(now.epochMillis(flow.endNs)).put((byte) reason)
                .putLong(SELECTOR);
        if (template.isIp()) {
            record.putLong(flow.octets).putShort((short) flow.tcpFlags);
        }
    }

    @Override
    public void finish(Moment moment, Counts counts) {
        at(moment);
        if (!readable || !collector.problem().isEmpty()) {
            templates();
        }
        flows.end();
        sampling(counts);
        message.flush();
    }

    @Override
    public int flows() {
        return flows.size();
    }

    @Override
    public long evictedFlows() {
        return flows.evicted();
    }
}
