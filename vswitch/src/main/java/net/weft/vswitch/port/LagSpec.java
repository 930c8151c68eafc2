package net.weft.vswitch.port;

/**
 * A port whose legs a link protocol controls (link aggregation): a leg carries frames only while the protocol says so.
 * @param port name of the port; its legs are the attachments that name it
 * @param fields what tells its flows apart
 * @param isSpread whether it has legs at other members of the stack, too
 */
public record LagSpec(String port, FlowFields fields, boolean isSpread) {
    /** Creates a link aggregation with legs at this member only. */
    public LagSpec(String port, FlowFields fields) {
        this(port, fields, false);
    }
}
