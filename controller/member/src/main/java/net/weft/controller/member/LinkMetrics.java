package net.weft.controller.member;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import net.weft.lacp.LegState;
import net.weft.lacp.LegView;
import net.weft.stacking.lag.LagStatus;
import net.weft.vswitch.port.LegCounters;

/** The metrics of link aggregations and neighbours. They are read at each scrape. */
final class LinkMetrics {
    private final MemberAgent agent;
    private final PrometheusRegistry registry;

    private LinkMetrics(MemberAgent agent, PrometheusRegistry registry) {
        this.agent = agent;
        this.registry = registry;
    }

    static void register(MemberAgent agent, PrometheusRegistry registry) {
        LinkMetrics metrics = new LinkMetrics(agent, registry);
        metrics.lags();
        metrics.legs();
        metrics.traffic("weft_leg_receive_packets_total", "Frames received by the leg", LegCounters.RX_PACKETS);
        metrics.traffic("weft_leg_receive_bytes_total", "Bytes received by the leg", LegCounters.RX_BYTES);
        metrics.traffic("weft_leg_transmit_packets_total", "Frames sent by the leg", LegCounters.TX_PACKETS);
        metrics.traffic("weft_leg_transmit_bytes_total", "Bytes sent by the leg", LegCounters.TX_BYTES);
        metrics.traffic("weft_leg_standby_packets_total", "Frames received while the leg did not collect",
                LegCounters.STANDBY);
        metrics.lacp("weft_leg_lacpdus_received_total", "LACPDUs read", LegView::lacpdusReceived);
        metrics.lacp("weft_leg_lacpdus_sent_total", "LACPDUs sent", LegView::lacpdusSent);
        CounterWithCallback.builder().name("weft_leg_lacp_faults_total").help("Refused slow-protocol frames, by reason")
                .labelNames("lag", "leg", "reason").callback(cells -> metrics.each((lag, leg) -> leg.faults()
                        .forEach((fault, count) -> cells.call(count, lag, leg.name(),
                                fault.name().toLowerCase(Locale.ROOT).replace('_', '-')))))
                .register(registry);
        GaugeWithCallback.builder().name("weft_neighbors").help("Neighbours that LLDP knows on the port")
                .labelNames("port").callback(cells -> agent.links().neighborCounts()
                        .forEach((port, count) -> cells.call(count, port)))
                .register(registry);
    }

    private interface EachLeg {
        void accept(String lag, LegView leg);
    }

    private void each(EachLeg consumer) {
        for (LagStatus lag : agent.links().lags()) {
            lag.view().legs().forEach(leg -> consumer.accept(lag.config().name(), leg));
        }
    }

    private void lags() {
        GaugeWithCallback.builder().name("weft_lag_up").help("1 if a leg of the LAG distributes").labelNames("lag")
                .callback(cells -> agent.links().lags()
                        .forEach(lag -> cells.call(lag.view().up() ? 1 : 0, lag.config().name())))
                .register(registry);
        GaugeWithCallback.builder().name("weft_lag_waiting_buckets")
                .help("Buckets that wait to move to a leg that came back").labelNames("lag")
                .callback(cells -> agent.links().lags()
                        .forEach(lag -> cells.call(lag.waiting(), lag.config().name())))
                .register(registry);
    }

    private void legs() {
        GaugeWithCallback.builder().name("weft_leg_state").help("1 for the state that the leg is in")
                .labelNames("lag", "leg", "state").callback(cells -> each((lag, leg) -> List.of(LegState.values())
                        .forEach(state -> cells.call(state == leg.state() ? 1 : 0, lag, leg.name(), state.word()))))
                .register(registry);
    }

    private void traffic(String name, String help, int cell) {
        CounterWithCallback.builder().name(name).help(help).labelNames("lag", "leg")
                .callback(cells -> agent.vswitch().ports().forEach(port -> port.legs().forEach(leg -> {
                    LegCounters counters = leg.counters();
                    if (counters != null) {
                        cells.call(counters.sum(cell), port.spec().name(), leg.name());
                    }
                }))).register(registry);
    }

    private void lacp(String name, String help, ToLongFunction<LegView> value) {
        CounterWithCallback.builder().name(name).help(help).labelNames("lag", "leg")
                .callback(cells -> each((lag, leg) -> cells.call(value.applyAsLong(leg), lag, leg.name())))
                .register(registry);
    }
}
