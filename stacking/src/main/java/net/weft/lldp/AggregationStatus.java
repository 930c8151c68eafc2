package net.weft.lldp;

/**
 * A Link Aggregation TLV (IEEE 802.1AX-2014, annex F).
 *
 * @param capable whether the link can be aggregated
 * @param active whether it is
 * @param portNumber the number of the aggregation, 0 when it is not active
 */
public record AggregationStatus(boolean capable, boolean active, int portNumber) {
    static final int CAPABLE = 1;
    static final int ACTIVE = 2;

    int statusBits() {
        return (capable ? CAPABLE : 0) | (active ? ACTIVE : 0);
    }
}
