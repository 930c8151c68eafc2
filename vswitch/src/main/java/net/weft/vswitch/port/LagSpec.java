package net.weft.vswitch.port;

/**
 * A port whose legs a link protocol controls (link aggregation): a leg carries frames only while the protocol says so.
 * @param port name of the port; its legs are the attachments that name it
 * @param fields what tells its flows apart
 */
public record LagSpec(String port, FlowFields fields) {
}
