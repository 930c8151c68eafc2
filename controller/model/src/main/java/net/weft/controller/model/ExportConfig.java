package net.weft.controller.model;

import java.util.Optional;

/**
 * What the switch tells collectors of the traffic it carries.
 *
 * @param ipfix flows; empty: none
 * @param sflow sampled frames and counters; empty: none
 */
public record ExportConfig(Optional<Ipfix> ipfix, Optional<Sflow> sflow) {
    public static final ExportConfig NONE = new ExportConfig(Optional.empty(), Optional.empty());
    public static final int DEFAULT_SAMPLING = 1000;
    public static final int MAX_SAMPLING = 1_000_000;
    public static final int MAX_SECONDS = 3600;

    /**
     * Where it goes, by UDP.
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
     * Flows as IPFIX.
     *
     * @param sampling one frame of so many is looked at, 1-{@value #MAX_SAMPLING}
     * @param activeSeconds a flow that goes on is told as often, 1-{@value #MAX_SECONDS}
     * @param idleSeconds a flow silent for so long has ended, 1-{@value #MAX_SECONDS}
     */
    public record Ipfix(Endpoint collector, int sampling, int activeSeconds, int idleSeconds) {
        public static final int DEFAULT_ACTIVE_SECONDS = 60;
        public static final int DEFAULT_IDLE_SECONDS = 15;
    }

    /**
     * Samples and counters as sFlow.
     *
     * @param sampling one frame of so many is told, 1-{@value #MAX_SAMPLING}
     * @param counterSeconds how often each port's counters are told, 1-{@value #MAX_SECONDS}
     * @param agent address the switch is known by; empty: the one that datagrams leave from
     */
    public record Sflow(Endpoint collector, int sampling, int counterSeconds, Optional<String> agent) {
        public static final int DEFAULT_COUNTER_SECONDS = 30;
    }
}
