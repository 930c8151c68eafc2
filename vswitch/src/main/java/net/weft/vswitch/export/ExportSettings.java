package net.weft.vswitch.export;

import java.net.InetAddress;
import java.util.Optional;

/** What is exported, and where to; empty: not at all. */
public record ExportSettings(Optional<Ipfix> ipfix, Optional<Sflow> sflow) {
    public static final ExportSettings NONE = new ExportSettings(Optional.empty(), Optional.empty());

    /**
     * Who takes it, by UDP.
     *
     * @param host address, or a name that is resolved when it is first needed
     */
    public record Endpoint(String host, int port) {
        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /**
     * Flows (RFC 7011).
     *
     * @param sampling one frame of so many is looked at, 1: each
     * @param activeSeconds a flow that goes on is told of as often
     * @param idleSeconds a flow without frames for so long has ended
     */
    public record Ipfix(Endpoint collector, int sampling, int activeSeconds, int idleSeconds) {
    }

    /**
     * Frames and counters (sFlow version 5).
     *
     * @param sampling one frame of so many is told of, 1: each
     * @param counterSeconds how often each port's counters are told
     * @param agent the address this switch is known by; empty: the one that datagrams leave from
     */
    public record Sflow(Endpoint collector, int sampling, int counterSeconds, Optional<InetAddress> agent) {
    }
}
