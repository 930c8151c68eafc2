package net.weft.vswitch.export;

/**
 * An information element of IANA's IPFIX registry, as templates here use it (RFC 5102, 5477 and the registry itself).
 *
 * @param id number
 * @param bytes length in a record; {@value #VARIABLE} for a variable length, which each record states
 */
record Element(int id, int bytes) {
    static final int VARIABLE = 0xFFFF;

    static final Element OCTET_DELTA_COUNT = new Element(1, 8);
    static final Element PACKET_DELTA_COUNT = new Element(2, 8);
    static final Element PROTOCOL_IDENTIFIER = new Element(4, 1);
    static final Element IP_CLASS_OF_SERVICE = new Element(5, 1);
    static final Element TCP_CONTROL_BITS = new Element(6, 2);
    static final Element SOURCE_TRANSPORT_PORT = new Element(7, 2);
    static final Element SOURCE_IPV4_ADDRESS = new Element(8, 4);
    static final Element INGRESS_INTERFACE = new Element(10, 4);
    static final Element DESTINATION_TRANSPORT_PORT = new Element(11, 2);
    static final Element DESTINATION_IPV4_ADDRESS = new Element(12, 4);
    static final Element EGRESS_INTERFACE = new Element(14, 4);
    static final Element SOURCE_IPV6_ADDRESS = new Element(27, 16);
    static final Element DESTINATION_IPV6_ADDRESS = new Element(28, 16);
    static final Element ICMP_TYPE_CODE_IPV4 = new Element(32, 2);
    static final Element SOURCE_MAC_ADDRESS = new Element(56, 6);
    static final Element VLAN_ID = new Element(58, 2);
    static final Element DESTINATION_MAC_ADDRESS = new Element(80, 6);
    static final Element INTERFACE_NAME = new Element(82, VARIABLE);
    static final Element FORWARDING_STATUS = new Element(89, 1);
    static final Element FLOW_END_REASON = new Element(136, 1);
    static final Element ICMP_TYPE_CODE_IPV6 = new Element(139, 2);
    static final Element FLOW_START_MILLISECONDS = new Element(152, 8);
    static final Element FLOW_END_MILLISECONDS = new Element(153, 8);
    static final Element ETHERNET_TYPE = new Element(256, 2);
    static final Element SELECTOR_ID = new Element(302, 8);
    static final Element SELECTOR_ALGORITHM = new Element(304, 2);
    static final Element SAMPLING_SIZE = new Element(309, 4);
    static final Element SAMPLING_POPULATION = new Element(310, 4);
    static final Element SELECTOR_ID_TOTAL_PKTS_OBSERVED = new Element(318, 8);
    static final Element SELECTOR_ID_TOTAL_PKTS_SELECTED = new Element(319, 8);
    static final Element LAYER2_OCTET_DELTA_COUNT = new Element(352, 8);
}
