package net.weft.vswitch.burst;

import java.util.Locale;

/**
 * The reasons for which a frame is dropped. Each reason has a counter per port and a sentence that says what it means
 * and what to do. The labels are a contract; the order is not.
 */
public enum DropReason {
    /** The frame is not a valid Ethernet frame. */
    MALFORMED("the frame is too short, comes from an impossible source address, or has headers that "
            + "contradict themselves",
            "see which station sends it with `weft trace --live`, and mend its driver or program"),
    /** The frame exceeds an MTU. */
    OVERSIZE("the frame is larger than the MTU of the port it came in by or leaves by",
            "raise `mtu` there or lower the sender's"),
    /** The destination address is reserved for the nearest bridge. */
    RESERVED_ADDRESS("its destination 01:80:c2:00:00:0x is for the nearest bridge only and is never forwarded "
            + "(802.1Q 8.6.3)",
            "expect it from a neighbour that speaks LLDP, LACP or pause; to be rid of it, switch that off "
                    + "there"),
    /** The leg of a link aggregation by which the frame came in is not in use. */
    LEG_STANDBY("it came in by a leg of a link aggregation that is not in use",
            "see `weft show lags --legs`, which says why the leg stands by; compare the cabling and the partner's bond"),
    /** The port is not a member of the frame's VLAN. */
    NOT_MEMBER("the port is not a member of the frame's VLAN",
            "add the VLAN to the port (`trunk`, `access`, `network`) or correct the sender's tag; see `weft "
                    + "show vlans`"),
    /** The frame has a second tag that could carry it into another VLAN. */
    DOUBLE_TAG("a second VLAN tag where it could carry the frame into another VLAN: inside a priority tag on "
            + "an access port, or behind a tag that is to be removed",
            "let the sender use one tag, or make the port it leaves by a tagged member of the outer VLAN"),
    /** The virtio-net header does not match the frame. */
    BAD_OFFLOAD("its virtio-net header does not match its headers: checksum or segment fields point elsewhere",
            "switch that offload off at the sender (`ethtool -K DEVICE tx off`) or update its driver"),
    /** The destination is behind the ingress port. */
    SAME_PORT("its destination was learned on the port it came from, so there is nowhere to send it",
            "expect some where several stations share the port; many mean a hub or a loop behind it: "
                    + "compare `weft show macs`"),
    /** No port of the VLAN can send the frame. */
    NO_DESTINATION("no other port of its VLAN could take it",
            "give the VLAN a second port, or bring its others up; see `weft show vlans` and `weft show "
                    + "ports`"),
    /** The frame is a BPDU on a port that does not forward BPDUs. */
    GUARD_BPDU("a bridge's spanning tree frame (BPDU), which `bpdu` or `guard: strict` does not let through this port",
            "switch spanning tree off on the bridge behind it, or pass the frames on with `bpdu: forward` and `guard: off`"),
    /** The frame exceeds the storm limit of the port. */
    STORM_LIMIT("the port sends more broadcast, multicast or unknown frames a second than its `storm-limit` "
            + "(by default 20,000, multicast not counted)",
            "look for a loop or a broken station behind it, or raise the limit (`storm-limit: N`, `off` for none)"),
    /** The frame exceeds a rate limit. */
    RATE_LIMIT("more bits a second than the `rate-limit` of the port it came in by or leaves by",
            "raise the limit, or let the sender send less"),
    /** The port is err-disabled because of a loop. */
    LOOP("the port is shut because it closes a loop, and nothing passes it until the loop is gone",
            "unplug one of the two ports that `weft show ports -o json` names"),
    /** A control frame for which the queue of its protocol had no room. */
    PUNT_QUEUE_FULL("control frames waited for their protocol in a queue that was full",
            "look with `weft show workers` whether the host has processor time left for the switch's protocols"),
    /** A control frame that is longer than any that its protocol sends. */
    PUNT_TOO_LONG("the control frame is longer than any that its protocol sends (2048 bytes)",
            "look behind the port for the station that sends it; the frame is broken or made to harm"),
    /** The control frame exceeds the punt policer of its port, or a limit of what one VPN peer or network may begin. */
    PUNT_LIMIT(
            "control frames (IGMP, MLD, PIM), VPN handshakes, or packets of or for VPN peers that somebody had to be asked for first, "
                    + "came faster than they are looked at",
            "look behind the port for the station that sends more than 500 control frames a second, or for the VPN peer that scans "
                    + "addresses"),
    /** No port has joined the multicast group, and no multicast router is present. */
    NO_LISTENER("multicast that no station of its VLAN has joined, where no multicast router is there to take it",
            "expect it where senders outlive their receivers; else see with `weft show multicast` whether the receiver's "
                    + "join has arrived"),
    /** The headers are longer than the part of the frame that is parsed. */
    HEADER_TOO_LONG("its headers do not end within the first 512 bytes",
            "let the sender use fewer extension headers, or finish such frames itself (`ethtool -K DEVICE "
                    + "tx off`)"),
    /** The port has reached its limit of MAC addresses. */
    MAC_LIMIT("the port already has as many addresses as its `mac-limit` allows",
            "see with `weft show macs` whose they are, and raise the limit if all of them belong there"),
    /** The source MAC address moved here too often, and stays on its previous port for now or has the port shut. */
    MAC_MOVE(
            "its source address moved to this port again and again, so it stays where it was for 10 s (`mac-move: hold`), "
                    + "or the port is shut (`mac-move: shut`)",
            "look for the two stations that use one address; `weft show macs` and the log name both ports"),
    /** The source MAC address is not bound to the port, or another port holds it. */
    GUARD_MAC(
            "it claims a source MAC address that is not among the port's `mac`, or that another port has declared and holds",
            "give the guest its configured address, or list the other one (`mac`; `shared-macs` on both ports where two use it)"),
    /** The source or announced IP address is not bound to the port, or another port has declared it. */
    GUARD_IP("it claims an IP address (its source, or what ARP or neighbour discovery announces) that is not among the "
            + "port's `ips`, or that another port has declared",
            "correct the address inside the guest, or list this one too (`ips`; `shared-ips` on both ports where two use "
                    + "it)"),
    /** The frame is a DHCP server's message on a guarded port. */
    GUARD_DHCP("it is from a DHCP server, which a guarded port must not be",
            "switch the server off in that guest, or give the port the role (`guard: {mode: strict, dhcp-server: true}`)"),
    /** The frame is a router advertisement on a guarded port. */
    GUARD_RA("it is a router advertisement, which a guarded port must not send",
            "switch router advertisements off in that guest, or give the port the role (`guard: {mode: strict, router: true}`)"),
    /** The frame is an IGMP or MLD query on a guarded port. */
    GUARD_QUERIER("it is an IGMP or MLD query, which a guarded port must not send",
            "switch the querier off in that guest, or give the port the role (`guard: {mode: strict, querier: true}`)"),
    /** No policy allows traffic between the two zones. */
    ZONE_DENIED("no policy lets it pass from its zone to the zone it was going to",
            "add a policy that allows it; `weft trace` shows both zones, and `weft show zones --matrix` what is allowed"),
    /** A policy with {@code action: drop} matched the frame. */
    POLICY_DROP("a policy with `action: drop` matches it",
            "see with `weft trace` which one, and change it or put one that allows this before it"),
    /** A policy with {@code action: reject} matched the frame. */
    POLICY_REJECT("a policy with `action: reject` matches it, and its sender was told",
            "change the policy that `weft trace` names, or put one that allows this before it"),
    /** The frame belongs to no tracked connection, or is invalid in its connection's state. */
    INVALID_STATE(
            "it belongs to no connection that was let begin, or is not what its connection expects (a sequence number "
                    + "out of its window, a reply nobody waits for, flags that contradict each other)",
            "let the application connect anew; where replies take another way (direct server return) use `stateless` in "
                    + "policies for both directions: `midstream` does not help there"),
    /** The frame is an IP fragment that cannot be assigned to a connection. */
    FRAGMENT("a fragment whose first part did not come in time or was not let pass, or that overlaps another",
            "let the sender use smaller packets; see with `weft trace --live` who sends such fragments"),
    /** A limit of connections is reached. */
    CONNECTION_LIMIT("its port, its network or the switch already has as many connections as it may",
            "see with `weft show connections` whose they are, and raise `connections` if all of them are wanted"),
    /** The frame cannot pass a VPN tunnel, which carries IP unicast only. */
    L3_ONLY("it is broadcast, multicast, ARP or not IP, and was to go to VPN peers, who get IP unicast only; the gateway answers ARP and "
            + "neighbour discovery in their name",
            "expect it: every broadcast of a network with peers is counted here"),
    /** A packet from or to a VPN peer for whose destination nobody is responsible. */
    NO_ROUTE(
            "nobody is responsible for its destination: it lies in no subnet of the peer's network and in nobody's `allowed-ips`, or the "
                    + "packet was sent to a peer that does not have that address",
            "correct the route at the sender, or give the network a `next-hop`, or the peer that has it behind it `allowed-ips`"),
    /** A packet for a VPN peer that cannot be reached. */
    NO_SESSION("the VPN peer it was to go to has no session: it was never heard, or did not answer for 5 seconds",
            "see with `weft show vpn` when it was last heard; behind a NAT it needs `keepalive`"),
    /** A packet from a VPN peer whose source address is not the peer's. */
    WRONG_SOURCE("its VPN peer sent it from an address that is neither among the peer's `ips` nor its `allowed-ips`",
            "correct `Address` in the peer's configuration, or list the network behind it in `allowed-ips`"),
    /** A datagram whose authentication failed. */
    NOT_AUTHENTICATED(
            "its authentication failed: it was changed on its way, or its sender has not the key that it pretends to have",
            "expect a few on an open port; many are somebody who tries"),
    /** A datagram that was received before. */
    REPLAYED("it was received before, or so long after its successors that nobody can tell",
            "expect a few from networks that duplicate or reorder; many are somebody who replays"),
    /** A datagram under keys that are too old, or for a peer whose time has ended. */
    EXPIRED("its keys are older than 180 seconds, or its VPN peer has expired",
            "see with `weft show vpn` whether the peer has expired; keys renew themselves with the next packet"),
    /** A frame on a stack link that is none of the stack's, or names a port that is not where it says. */
    STACK_FOREIGN(
            "it came by a stack link and is no frame of this stack, or it names a port that this member does not know",
            "see with `weft show stack` where the cable leads; after a change of the configuration expect a few, until every member has it"),
    /** A frame on a stack link that does not come by the way that the present topology gives it. */
    STACK_TOPOLOGY(
            "it came by another stack link than the present topology says, under another topology, or it took too many links",
            "expect some when a member or a link of the stack comes or goes; many are a sign of a cabling mistake: `weft show stack`"),
    /** A frame that was cut for a stack link, of which a piece was lost. */
    STACK_PIECES("it was cut to fit a stack link, and not all of its pieces arrived",
            "see `weft show drops` at the other end of the link, and whether the path between loses packets; a link whose MTU is 82 bytes larger cuts nothing"),
    /** The transmit queue of the device is full. */
    RING_FULL("the receiver did not take frames as fast as they came; it is overloaded or stalled",
            "give it more processor time or queues, or hold its senders back with `rate-limit`"),
    /** The device refused the frame. */
    REFUSED("the kernel or the guest's driver refused this frame: it is larger or otherwise not as the "
            + "device can send it",
            "give the device at the other end the same MTU as the port, and look into that system's log"),
    /** The ingress or egress port is down. */
    PORT_DOWN("the port it came in by or was to leave by is not up",
            "remove the cause that `weft show ports` gives as its reason");

    /** Number of reasons, which is the size of a row of counters. */
    public static final int COUNT = values().length;

    private static final DropReason[] VALUES = values();

    private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');
    private final String what;
    private final String remedy;

    DropReason(String what, String remedy) {
        this.what = what;
        this.remedy = remedy;
    }

    /** The reason with this ordinal. */
    public static DropReason of(int ordinal) {
        return VALUES[ordinal];
    }

    /** The word users see, for example {@code not-member}. */
    public String label() {
        return label;
    }

    /** One sentence that says what happened and what to do. */
    public String meaning() {
        return what + "; " + remedy;
    }

    /** The part of {@link #meaning} that says what to do, an imperative. */
    public String remedy() {
        return remedy;
    }
}
