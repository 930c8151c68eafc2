package net.weft.vswitch.protocol;

import java.util.List;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.forward.PuntedFrame;
import net.weft.vswitch.port.PortFlags;
import net.weft.vswitch.port.PuntRule;
import net.weft.vswitch.port.PuntRule.Match;

/**
 * Detects loops: every {@value #PROBE_INTERVAL_NS} ns a probe leaves each port with probes enabled, in each of its
 * VLANs ({@value #VLANS_A_ROUND} of them a round, in turn). A probe that returns proves a loop between the port that
 * sent it and the port that received it. The one with the higher number is err-disabled, so that of several ports on
 * one loop the lowest stays up. An err-disabled port goes on sending and receiving probes, and is enabled {@value
 * #HOLD_NS} ns after the last probe was received.
 */
public final class LoopDetection implements LinkProtocol {
    static final long PROBE_INTERVAL_NS = 200_000_000L;
    static final long HOLD_NS = 10_000_000_000L;
    private static final int VLANS_A_ROUND = 32;
    private static final int PER_SECOND = 500;
    private static final int BURST = 250;

    private final ProtocolPorts ports;
    private final LoopProbe probe;
    private int round;

    /** @param probe the fabric's probes */
    public LoopDetection(ProtocolPorts ports, LoopProbe probe) {
        this.ports = ports;
        this.probe = probe;
    }

    @Override
    public List<PuntRule> rules() {
        return List.of(rule(probe));
    }

    /**
     * Returns the rule that traps this fabric's probes at ports with probes enabled. The frames are consumed, not
     * copied.
     */
    public static PuntRule rule(LoopProbe probe) {
        return new PuntRule("loop-detection",
                "a loop probe of this switch itself came back: of the two ports it left and came in by, "
                        + "the one with the higher number is shut; unplug one of them",
                new Match.Header(LoopProbe.DESTINATION, LoopProbe.ETHER_TYPE, PortFlags.LOOP_PROBES, LoopProbe.SWITCH,
                        probe.switchId()),
                true, false, PER_SECOND, BURST);
    }

    @Override
    public void receive(PuntedFrame punted, long nowNs) {
        ProtocolPort receiver = ports.at(punted.port());
        if (receiver != null) {
            probe.origin(punted.frame(), nowNs).ifPresent(origin -> loop(receiver, origin, punted.vid()));
        }
    }

    private void loop(ProtocolPort receiver, LoopProbe.Origin origin, int vid) {
        ProtocolPort sender = ports.all().stream().filter(port -> port.number() == origin.port()).findFirst()
                .orElse(receiver);
        ProtocolPort victim = sender.number() > receiver.number() ? sender : receiver;
        ports.errDisable(victim.index(), PortReason.LOOP_DETECTED,
                "a loop: the switch's own probe left by " + sender.spec().name() + " in VLAN " + origin.vid()
                        + " and came back by " + receiver.spec().name() + " in VLAN " + vid
                        + "; the port opens again when none has come back for 10 s",
                HOLD_NS);
    }

    @Override
    public long tick(long nowNs) {
        round++;
        for (ProtocolPort port : ports.all()) {
            if (port.spec().protection().loopProbes() && ports.hasLink(port.index())) {
                probe(port, nowNs);
            }
        }
        return PROBE_INTERVAL_NS;
    }

    private void probe(ProtocolPort port, long nowNs) {
        VlanMembership membership = port.spec().membership();
        int[] vids = membership.members().vids().toArray();
        int count = Math.min(vids.length, VLANS_A_ROUND);
        int first = vids.length > count ? round * count % vids.length : 0;
        for (int n = 0; n < count; n++) {
            int vid = vids[(first + n) % vids.length];
            ports.inject(port.index(), probe.frame(port.number(), vid, nowNs), membership.egressTag(vid, 0));
        }
    }
}
