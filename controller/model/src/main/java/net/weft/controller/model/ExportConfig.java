package net.weft.controller.model;

import java.util.Optional;

/**
 * The traffic export of the switch: flow records and samples sent to collectors.
 *
 * @param ipfix export of flow records; empty: off
 * @param sflow export of frame samples and counters; empty: off
 */
public record ExportConfig(Optional<Ipfix> ipfix, Optional<Sflow> sflow) {
    public static final ExportConfig NONE = new ExportConfig(Optional.empty(), Optional.empty());
    public static final int DEFAULT_SAMPLING = 1000;
    public static final int MAX_SAMPLING = 1_000_000;
    public static final int MAX_SECONDS = 3600;

    /**
     * The UDP endpoint of a collector.
     *
     * @param host address or name
     */
    public record Endpoint(String host, int port) {
        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /**
     * Export of flow records by IPFIX.
     *
     * @param sampling one in so many frames is metered, 1-{@value #MAX_SAMPLING}
     * @param activeSeconds interval at which a flow that goes on is reported, 1-{@value #MAX_SECONDS}
     * @param idleSeconds a flow without frames for so long has ended, 1-{@value #MAX_SECONDS}
     */
    public record Ipfix(Endpoint collector, int sampling, int activeSeconds, int idleSeconds) {
        public static final int DEFAULT_ACTIVE_SECONDS = 60;
        public static final int DEFAULT_IDLE_SECONDS = 15;
    }

    /**
     * Export of frame samples and counters by sFlow.
     *
     * @param sampling one in so many frames is sampled, 1-{@value #MAX_SAMPLING}
     * @param counterSeconds interval at which the counters of each port are exported, 1-{@value #MAX_SECONDS}
     * @param agent agent address of the switch; empty: the source address of the datagrams
     */
    public record Sflow(Endpoint collector, int sampling, int counterSeconds, Optional<String> agent) {
        public static final int DEFAULT_COUNTER_SECONDS = 30;
    }
}
