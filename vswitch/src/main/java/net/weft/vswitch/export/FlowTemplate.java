package net.weft.vswitch.export;

import java.util.ArrayList;
import java.util.List;

/** The templates of flow records: the fields of the {@link FlowKey} first, then the counters. */
enum FlowTemplate {
    IPV4(256, ip(Element.ICMP_TYPE_CODE_IPV4, Element.SOURCE_IPV4_ADDRESS, Element.DESTINATION_IPV4_ADDRESS)), IPV6(257,
            ip(Element.ICMP_TYPE_CODE_IPV6, Element.SOURCE_IPV6_ADDRESS, Element.DESTINATION_IPV6_ADDRESS)),
    /** The template for frames that are not IP, or whose IP header is invalid. */
    LAYER2(258, List.of());

    private static final List<Element> LINK = List.of(Element.INGRESS_INTERFACE, Element.EGRESS_INTERFACE,
            Element.VLAN_ID, Element.SOURCE_MAC_ADDRESS, Element.DESTINATION_MAC_ADDRESS, Element.ETHERNET_TYPE,
            Element.FORWARDING_STATUS);
    private static final List<Element> COUNTED = List.of(Element.PACKET_DELTA_COUNT, Element.LAYER2_OCTET_DELTA_COUNT,
            Element.FLOW_START_MILLISECONDS, Element.FLOW_END_MILLISECONDS, Element.FLOW_END_REASON,
            Element.SELECTOR_ID);
    private static final List<Element> COUNTED_OF_IP = List.of(Element.OCTET_DELTA_COUNT, Element.TCP_CONTROL_BITS);

    /** Bytes of the longest key. */
    static final int MAX_KEY_BYTES = IPV6.keyBytes();

    private final int id;
    private final List<Element> network;

    FlowTemplate(int id, List<Element> network) {
        this.id = id;
        this.network = network;
    }

    private static List<Element> ip(Element icmp, Element source, Element destination) {
        return List.of(Element.PROTOCOL_IDENTIFIER, Element.IP_CLASS_OF_SERVICE, Element.SOURCE_TRANSPORT_PORT,
                Element.DESTINATION_TRANSPORT_PORT, icmp, source, destination);
    }

    /** The template ID, which is the set ID of its data records. */
    int id() {
        return id;
    }

    boolean isIp() {
        return this != LAYER2;
    }

    private List<Element> key() {
        List<Element> key = new ArrayList<>(LINK);
        key.addAll(network);
        return key;
    }

    /** All fields of a record, in order. */
    List<Element> elements() {
        List<Element> elements = key();
        elements.addAll(COUNTED);
        if (isIp()) {
            elements.addAll(COUNTED_OF_IP);
        }
        return elements;
    }

    /** Total bytes of the key fields. */
    int keyBytes() {
        return key().stream().mapToInt(Element::bytes).sum();
    }

    /** Total bytes of a record. */
    int recordBytes() {
        return elements().stream().mapToInt(Element::bytes).sum();
    }
}
