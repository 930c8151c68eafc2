package net.weft.examples.bench.vhost;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import net.weft.examples.bench.run.Subject;

/** A switch that is measured, in one configuration. The order here is the order in a round. */
enum Peer implements Subject {
    WEFT("weft") {
        @Override
        VhostSwitch start(VhostBed bed) {
            return WeftVhost.start(bed);
        }
    },
    /** With zones, guards and 100 policies. */
    WEFT_ZONES("weft-zones") {
        @Override
        VhostSwitch start(VhostBed bed) {
            return WeftVhost.startZoned(bed, 100);
        }
    },
    /** With zones, guards and 10,000 policies. */
    WEFT_POLICIES("weft-policies") {
        @Override
        VhostSwitch start(VhostBed bed) {
            return WeftVhost.startZoned(bed, 10_000);
        }
    },
    OVS("ovs-dpdk") {
        @Override
        VhostSwitch start(VhostBed bed) {
            return OvsDpdk.start(bed, OvsDpdk.NORMAL);
        }
    },
    /** It forwards super-frames and partial checksums. */
    OVS_TSO("ovs-dpdk-tso") {
        @Override
        VhostSwitch start(VhostBed bed) {
            return OvsDpdk.start(bed, OvsDpdk.NORMAL, true);
        }
    },
    /** Every packet goes through the connection tracker. */
    OVS_CT("ovs-dpdk-ct") {
        @Override
        VhostSwitch start(VhostBed bed) {
            return OvsDpdk.start(bed, OvsDpdk.TRACKED);
        }
    },
    /** No switch: every frame that comes out of one socket goes into the other. */
    TESTPMD("testpmd") {
        @Override
        VhostSwitch start(VhostBed bed) {
            return TestpmdWire.start(bed);
        }
    },
    /** QEMU and the kernel's bridge, without vhost: for whole guests only. */
    BRIDGE("bridge") {
        @Override
        VhostSwitch start(VhostBed bed) {
            return GuestBridge.start(bed);
        }
    };

    private final String label;

    Peer(String label) {
        this.label = label;
    }

    abstract VhostSwitch start(VhostBed bed);

    @Override
    public String label() {
        return label;
    }

    @Override
    public Subject reference() {
        return WEFT;
    }

    /** The peers with these labels; all peers when there are none. */
    static Set<Peer> of(List<String> labels) {
        return labels.isEmpty()
                ? EnumSet.allOf(Peer.class)
                : labels.stream().map(Peer::of).collect(Collectors.toCollection(() -> EnumSet.noneOf(Peer.class)));
    }

    private static Peer of(String label) {
        return Arrays.stream(values()).filter(peer -> peer.label.equals(label.toLowerCase(Locale.ROOT))).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--only " + label + ": expected some of "
                        + Arrays.stream(values()).map(peer -> peer.label).collect(Collectors.joining(", "))));
    }
}
