package net.weft.examples.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import net.weft.examples.bench.run.Subject;

/** A switch that is measured, in one configuration. The order here is the order in a round. */
enum Contender implements Subject {
    WEFT("weft") {
        @Override
        Candidate start(Bed bed) {
            return WeftCandidate.start(bed, 1);
        }
    },
    BRIDGE("bridge") {
        @Override
        Candidate start(Bed bed) {
            return BridgeCandidate.start(bed);
        }
    },
    OVS("ovs") {
        @Override
        Candidate start(Bed bed) {
            return OvsCandidate.start(bed, false, 0);
        }
    },
    OVS_TSO("ovs-tso") {
        @Override
        Candidate start(Bed bed) {
            return OvsCandidate.start(bed, true, 0);
        }
    },
    WEFT_VLAN("weft-vlan") {
        @Override
        Candidate start(Bed bed) {
            return WeftCandidate.start(bed, VLAN);
        }
    },
    OVS_VLAN("ovs-vlan") {
        @Override
        Candidate start(Bed bed) {
            return OvsCandidate.start(bed, false, VLAN);
        }
    },
    OVS_TSO_VLAN("ovs-tso-vlan") {
        @Override
        Candidate start(Bed bed) {
            return OvsCandidate.start(bed, true, VLAN);
        }
    };

    /** The VLAN of both access ports of a contender with VLANs. */
    static final int VLAN = 10;

    final String label;

    Contender(String label) {
        this.label = label;
    }

    @Override
    public String label() {
        return label;
    }

    /** Starts it on a fresh topology; it forwards when this returns. */
    abstract Candidate start(Bed bed);

    /** The Weft that it is compared with: the one with the same VLAN settings. */
    @Override
    public Contender reference() {
        return label.endsWith("-vlan") ? WEFT_VLAN : WEFT;
    }

    /** The contenders without VLANs. */
    static List<Contender> plain() {
        return Arrays.stream(values()).filter(contender -> contender.reference() == WEFT).toList();
    }

    static Contender of(String label) {
        return Arrays.stream(values()).filter(contender -> contender.label.equals(label.toLowerCase(Locale.ROOT)))
                .findFirst().orElseThrow(() -> new IllegalArgumentException(
                        "'" + label + "' is no switch to measure; expected some of " + Arrays.stream(values())
                                .map(contender -> contender.label).collect(Collectors.joining(", "))));
    }
}
