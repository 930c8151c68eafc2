package net.weft.vswitch.export;

/**
 * The status of one export. Counters start at 0 when the export is started with its current settings.
 *
 * @param protocol {@code ipfix} or {@code sflow}
 * @param collector {@code HOST:PORT}
 * @param sampling one frame in this many is sampled
 * @param problem what keeps data from the collector and what to do, one sentence; empty when there is no problem
 * @param observed frames from which the samples were selected
 * @param samples frames sampled
 * @param lostSamples samples lost because the export was too slow
 * @param flows active flows; 0 for sFlow
 * @param evictedFlows flows exported early because the flow table was full
 * @param datagrams datagrams sent
 * @param bytes bytes of the datagrams sent
 * @param failedDatagrams datagrams not sent because the collector was unreachable or unresolved, or the socket full
 */
public record ExportStatus(String protocol, String collector, int sampling, String problem, long observed, long samples,
        long lostSamples, int flows, long evictedFlows, long datagrams, long bytes, long failedDatagrams) {
    /** {@code sending}, or {@code failing} while there is a problem. */
    public String state() {
        return problem.isEmpty() ? "sending" : "failing";
    }
}
