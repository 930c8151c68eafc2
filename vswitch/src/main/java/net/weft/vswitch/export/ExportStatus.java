package net.weft.vswitch.export;

/**
 * How one export does. Counts are since it was started with these settings.
 *
 * @param protocol {@code ipfix} or {@code sflow}
 * @param collector {@code HOST:PORT}
 * @param sampling one frame of so many is sampled
 * @param problem what keeps data from the collector and what to do, a sentence; empty when nothing is known to
 * @param observed frames the samples were chosen from
 * @param samples frames sampled
 * @param lostSamples samples that the export was too slow for
 * @param flows flows under way, 0 for sFlow
 * @param evictedFlows flows told of early because there were too many
 * @param datagrams sent
 * @param bytes of those
 * @param failedDatagrams not sent: the collector was away, unknown or the socket full
 */
public record ExportStatus(String protocol, String collector, int sampling, String problem, long observed, long samples,
        long lostSamples, int flows, long evictedFlows, long datagrams, long bytes, long failedDatagrams) {
    /** {@code sending}, or {@code failing} while there is a problem. */
    public String state() {
        return problem.isEmpty() ? "sending" : "failing";
    }
}
