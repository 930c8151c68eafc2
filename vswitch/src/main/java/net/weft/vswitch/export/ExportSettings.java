package net.weft.vswitch.export;

import java.net.InetAddress;
import java.util.Optional;

/** The settings of the IPFIX and sFlow exports; an empty value disables that export. */
public record ExportSettings(Optional<Ipfix> ipfix, Optional<Sflow> sflow) {
    public static final ExportSettings NONE = new ExportSettings(Optional.empty(), Optional.empty());

    /**
     * The UDP endpoint of a collector.
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
     * Settings of the IPFIX flow export (RFC 7011).
     *
     * @param sampling one frame in this many is sampled; 1: every frame
     * @param activeSeconds active timeout: how often a continuing flow is exported, seconds
     * @param idleSeconds idle timeout: a flow without frames for this long is exported and removed, seconds
     */
    public record Ipfix(Endpoint collector, int sampling, int activeSeconds, int idleSeconds) {
    }

    /**
     * Settings of the sFlow version 5 export of frames and counters.
     *
     * @param sampling one frame in this many is sampled; 1: every frame
     * @param counterSeconds interval at which each port's counters are exported, seconds
     * @param agent the agent address; empty: the source address of the datagrams
     */
    public record Sflow(Endpoint collector, int sampling, int counterSeconds, Optional<InetAddress> agent) {
    }
}
