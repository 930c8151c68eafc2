package net.weft.vswitch.burst;

import java.util.Locale;

/**
 * Why a frame went no further. Each reason has a counter per port and a sentence that says what it means and what to do.
 * The order is part of no contract; the labels are.
 */
public enum DropReason {
    MALFORMED(
            "the frame is too short, has an impossible source address, or headers that contradict themselves"), OVERSIZE(
                    "the frame is larger than the MTU of the port it came in by or leaves by; raise `mtu` or lower the guest's"), RESERVED_ADDRESS(
                            "its destination 01:80:c2:00:00:0x is for the nearest bridge only and is never forwarded (802.1Q 8.6.3)"), NOT_MEMBER(
                                    "the port is not a member of the frame's VLAN; see `weft show vlans`"), DOUBLE_TAG(
                                            "a second VLAN tag where it could carry the frame into another VLAN: inside a priority tag on an access port,"
                                                    + " or behind a tag that is to be removed"), BAD_OFFLOAD(
                                                            "its virtio-net header does not match its headers: checksum or segment fields point elsewhere"), SAME_PORT(
                                                                    "its destination was learned on the port it came from, so there is nowhere to send it"), NO_DESTINATION(
                                                                            "no other port of its VLAN could take it; see `weft show vlans`"), GUARD_BPDU(
                                                                                    "a bridge's spanning tree frame (BPDU), which `bpdu` does not let through this port; `bpdu: forward` passes it on"), STORM_LIMIT(
                                                                                            "the port sends more broadcast, multicast or unknown frames a second than its `storm-limit`; look for a loop or a broken station behind it"), RATE_LIMIT(
                                                                                                    "more bits a second than the `rate-limit` of the port it came in by or leaves by"), LOOP(
                                                                                                            "the port is shut because it closes a loop, and nothing passes it until the loop is gone; see `weft show ports`"), HEADER_TOO_LONG(
                                                                                                                    "its headers do not end within the first 512 bytes"), MAC_LIMIT(
                                                                                                                            "the port already has as many addresses as its `mac-limit` allows"), RING_FULL(
                                                                                                                                    "the receiver did not take frames as fast as they came; it is overloaded or stalled"), REFUSED(
                                                                                                                                            "the kernel or the guest's driver refused this frame: it is larger or otherwise not as the device can send it"), PORT_DOWN(
                                                                                                                                                    "the port it was to leave by is not up; see the reason in `weft show ports`");

    /** Number of reasons: the size of a row of counters. */
    public static final int COUNT = values().length;

    private static final DropReason[] VALUES = values();

    private final String label = name().toLowerCase(Locale.ROOT).replace('_', '-');
    private final String meaning;

    DropReason(String meaning) {
        this.meaning = meaning;
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
        return meaning;
    }
}
