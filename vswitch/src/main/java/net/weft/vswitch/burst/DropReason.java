package net.weft.vswitch.burst;

import java.util.Locale;

/**
 * Why a frame went no further. Each reason has a counter per port and a sentence that says what it means and what to do.
 * The order is part of no contract; the labels are.
 */
public enum DropReason {
    /** Not a frame. */
    MALFORMED("the frame is too short, comes from an impossible source address, or has headers that "
            + "contradict themselves",
            "see which station sends it with `weft trace --live`, and mend its driver or program"),
    /** Larger than an MTU. */
    OVERSIZE("the frame is larger than the MTU of the port it came in by or leaves by",
            "raise `mtu` there or lower the sender's"),
    /** For the nearest bridge only. */
    RESERVED_ADDRESS("its destination 01:80:c2:00:00:0x is for the nearest bridge only and is never forwarded "
            + "(802.1Q 8.6.3)",
            "expect it from a neighbour that speaks LLDP, LACP or pause; to be rid of it, switch that off "
                    + "there"),
    /** In a VLAN that is not the port's. */
    NOT_MEMBER("the port is not a member of the frame's VLAN",
            "add the VLAN to the port (`trunk`, `access`, `network`) or correct the sender's tag; see `weft "
                    + "show vlans`"),
    /** With a tag that could hop VLANs. */
    DOUBLE_TAG("a second VLAN tag where it could carry the frame into another VLAN: inside a priority tag on "
            + "an access port, or behind a tag that is to be removed",
            "let the sender use one tag, or make the port it leaves by a tagged member of the outer VLAN"),
    /** With a virtio-net header that lies. */
    BAD_OFFLOAD("its virtio-net header does not match its headers: checksum or segment fields point elsewhere",
            "switch that offload off at the sender (`ethtool -K DEVICE tx off`) or update its driver"),
    /** For a station on the side it came from. */
    SAME_PORT("its destination was learned on the port it came from, so there is nowhere to send it",
            "expect some where several stations share the port; many mean a hub or a loop behind it: "
                    + "compare `weft show macs`"),
    /** For nobody. */
    NO_DESTINATION("no other port of its VLAN could take it",
            "give the VLAN a second port, or bring its others up; see `weft show vlans` and `weft show "
                    + "ports`"),
    /** Spanning tree where it may not pass. */
    GUARD_BPDU("a bridge's spanning tree frame (BPDU), which `bpdu` or `guard: strict` does not let through this port",
            "switch spanning tree off on the bridge behind it, or pass the frames on with `bpdu: forward` and `guard: off`"),
    /** One of a storm. */
    STORM_LIMIT("the port sends more broadcast, multicast or unknown frames a second than its `storm-limit`",
            "look for a loop or a broken station behind it, or raise the limit"),
    /** More than may be. */
    RATE_LIMIT("more bits a second than the `rate-limit` of the port it came in by or leaves by",
            "raise the limit, or let the sender send less"),
    /** On a port shut because of a loop. */
    LOOP("the port is shut because it closes a loop, and nothing passes it until the loop is gone",
            "unplug one of the two ports that `weft show ports -o json` names"),
    /** A control frame for which the queue of its protocol had no room. */
    PUNT_QUEUE_FULL("control frames waited for their protocol in a queue that was full",
            "look with `weft show workers` whether the host has processor time left for the switch's protocols"),
    /** A control frame that is longer than any that its protocol sends. */
    PUNT_TOO_LONG("the control frame is longer than any that its protocol sends (2048 bytes)",
            "look behind the port for the station that sends it; the frame is broken or made to harm"),
    /** A control frame too many. */
    PUNT_LIMIT("control frames (IGMP, MLD, PIM) came faster than the switch looks at them",
            "look behind the port for the station that sends more than 500 of them a second"),
    /** Multicast nobody has joined. */
    NO_LISTENER("multicast that no station of its VLAN has joined, where no multicast router is there to take it",
            "expect it where senders outlive their receivers; else see with `weft show multicast` whether the receiver's "
                    + "join has arrived"),
    /** With headers longer than what is looked at. */
    HEADER_TOO_LONG("its headers do not end within the first 512 bytes",
            "let the sender use fewer extension headers, or finish such frames itself (`ethtool -K DEVICE "
                    + "tx off`)"),
    /** From one station too many. */
    MAC_LIMIT("the port already has as many addresses as its `mac-limit` allows",
            "see with `weft show macs` whose they are, and raise the limit if all of them belong there"),
    /** From a MAC address that is not the port's. */
    GUARD_MAC("it claims a source MAC address that is not among the port's `mac`, or that another port has declared and holds",
            "give the guest its configured address, or list the other one (`mac`; `shared-macs` on both ports where two use it)"),
    /** From an IP address that is not the port's. */
    GUARD_IP("it claims an IP address (its source, or what ARP or neighbour discovery announces) that is not among the "
            + "port's `ips`, or that another port has declared",
            "correct the address inside the guest, or list this one too (`ips`; `shared-ips` on both ports where two use "
                    + "it)"),
    /** From a DHCP server where none may be. */
    GUARD_DHCP("it is from a DHCP server, which a guarded port must not be",
            "switch the server off in that guest, or give the port the role (`guard: {mode: strict, dhcp-server: true}`)"),
    /** From a router where none may be. */
    GUARD_RA("it is a router advertisement, which a guarded port must not send",
            "switch router advertisements off in that guest, or give the port the role (`guard: {mode: strict, router: true}`)"),
    /** From a querier where none may be. */
    GUARD_QUERIER("it is an IGMP or MLD query, which a guarded port must not send",
            "switch the querier off in that guest, or give the port the role (`guard: {mode: strict, querier: true}`)"),
    /** Between zones that are apart. */
    ZONE_DENIED("no policy lets it pass from its zone to the zone it was going to",
            "add a policy that allows it; `weft trace` shows both zones, and `weft show zones --matrix` what is allowed"),
    /** By a policy that says drop. */
    POLICY_DROP("a policy with `action: drop` matches it",
            "see with `weft trace` which one, and change it or put one that allows this before it"),
    /** By a policy that says reject. */
    POLICY_REJECT("a policy with `action: reject` matches it, and its sender was told",
            "change the policy that `weft trace` names, or put one that allows this before it"),
    /** Of no connection. */
    INVALID_STATE(
            "it belongs to no connection that was let begin, or is not what its connection expects (a sequence number "
                    + "out of its window, a reply nobody waits for, flags that contradict each other)",
            "let the application connect anew; where replies take another way (direct server return) use `stateless` in "
                    + "policies for both directions: `midstream` does not help there"),
    /** A part of a datagram that cannot be judged. */
    FRAGMENT("a fragment whose first part did not come in time or was not let pass, or that overlaps another",
            "let the sender use smaller packets; see with `weft trace --live` who sends such fragments"),
    /** Of one connection too many. */
    CONNECTION_LIMIT("its port, its network or the switch already has as many connections as it may",
            "see with `weft show connections` whose they are, and raise `connections` if all of them are wanted"),
    /** For a receiver that is too slow. */
    RING_FULL("the receiver did not take frames as fast as they came; it is overloaded or stalled",
            "give it more processor time or queues, or hold its senders back with `rate-limit`"),
    /** What the device does not send. */
    REFUSED("the kernel or the guest's driver refused this frame: it is larger or otherwise not as the "
            + "device can send it",
            "give the device at the other end the same MTU as the port, and look into that system's log"),
    /** By a port that is not up. */
    PORT_DOWN("the port it came in by or was to leave by is not up",
            "remove the cause that `weft show ports` gives as its reason");

    /** Number of reasons: the size of a row of counters. */
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

    /** What happened and what to do, in one sentence. */
    public String meaning() {
        return what + "; " + remedy;
    }

    /** The part of {@link #meaning} that says what to do, an imperative. */
    public String remedy() {
        return remedy;
    }
}
