package net.weft.examples.bench;

import net.weft.examples.lab.Host;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;

/**
 * The topology for each switch: a namespace of its own, from which a cable (a veth pair) leads to each of two hosts,
 * which are namespaces too. The switch's ends are called {@code a} and {@code b}. The hosts' programs run on any
 * processor.
 */
record Bed(Lab lab, Namespace fabric, Host a, Host b, Conditions conditions) {
    /**
     * The same for every switch.
     *
     * @param switchCpu the processor that switches in userspace keep to, or {@link #ANY_CPU}
     * @param congestion TCP's congestion control, as {@code iperf3 -C} takes it. A host whose own choice paces its flows
     *            (BBR) measures its timers, not the switch.
     */
    record Conditions(int switchCpu, String congestion) {
        static final int ANY_CPU = -1;

        boolean pinned() {
            return switchCpu != ANY_CPU;
        }
    }

    private static final int ATTEMPTS = 20;

    /** Addresses are from 198.18.0.0/15, set aside for benchmarks (RFC 2544, C.2.2). */
    static Bed in(Lab lab, Conditions conditions) {
        Namespace fabric = lab.namespace("fabric");
        return new Bed(lab, fabric, lab.host("a", fabric, "198.18.0.1/24"), lab.host("b", fabric, "198.18.0.2/24"),
                conditions);
    }

    /**
     * @throws IllegalStateException when no echo request is answered, so that a switch that does not forward is never
     *            measured
     */
    void checkForwarding(Contender contender) {
        if (!a.reaches(b.address(), ATTEMPTS)) {
            throw new IllegalStateException(contender.label + " forwards nothing: no answer to " + ATTEMPTS + " pings");
        }
    }
}
