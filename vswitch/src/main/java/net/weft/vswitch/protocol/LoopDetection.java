package net.weft.vswitch.protocol;

import java.security.SecureRandom;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.forward.punt.PuntedFrame;
import net.weft.vswitch.port.PortFlags;
import net.weft.vswitch.port.PuntRule.Match;
import net.weft.vswitch.port.PuntRule;
import net.weft.zone.AddressBinding;
import org.jspecify.annotations.Nullable;

/**
 * Detects loops, in this order:
 * <ol>
 * <li>Every {@value #PROBE_INTERVAL_NS} ns a probe leaves each port that carries frames and has no MAC guard, in each
 * of its VLANs, {@value #VLANS_A_ROUND} of them a round, in turn, and at most {@value #PROBES_A_ROUND} probes a round.
 * <li>A probe that returns suggests a loop between the port that sent it and the port that received it: a {@link
 * LoopSuspicion} sends more probes.
 * <li>When all of these have returned, {@link LoopEnds} chooses the end that is err-disabled, and {@link ShutTimes}
 * says for how long.
 * </ol>
 * Thread of the {@link ProtocolHost}.
 */
public final class LoopDetection implements LinkProtocol {
    static final long PROBE_INTERVAL_NS = 200_000_000L;
    private static final int VLANS_A_ROUND = 32;
    private static final int PROBES_A_ROUND = 512;
    /** The maximum number of loops that are being confirmed; returned probes of further ones are ignored. */
    private static final int MAX_SUSPICIONS = 256;
    private static final int PER_SECOND = 500;
    private static final int BURST = 250;
    private static final long NS_A_SECOND = 1_000_000_000L;

    /** The ports of a suspicion, by index. */
    private record Pair(int sender, int receiver) {
    }

    private final ProtocolPorts ports;
    private final LoopProbe probe;
    private final RandomGenerator random;
    private final Map<Pair, LoopSuspicion> suspicions = new LinkedHashMap<>();
    private final ShutTimes holds = new ShutTimes();
    /** The ports whose holds were retained last. */
    private List<ProtocolPort> retained = List.of();
    /** The VLAN position at which the next round of each port begins, by port number. */
    private final Map<Integer, Integer> nextVlan = new LinkedHashMap<>();
    private int firstPort;
    private long nextRoundNs;
    private boolean hasBegun;

    /** @param probe the fabric's probes */
    public LoopDetection(ProtocolPorts ports, LoopProbe probe) {
        this(ports, probe, new SecureRandom());
    }

    /** @param random source of nonces, which outsiders must not be able to predict */
    LoopDetection(ProtocolPorts ports, LoopProbe probe, RandomGenerator random) {
        this.ports = ports;
        this.probe = probe;
        this.random = random;
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
                "a loop probe of this switch itself came back: when three more do, one end of the loop is shut, "
                        + "guests before tunnels and these before trunks; unplug one of them",
                new Match.Header(LoopProbe.DESTINATION, LoopProbe.ETHER_TYPE, PortFlags.LOOP_PROBES, LoopProbe.SWITCH,
                        probe.switchId()),
                true, false, PER_SECOND, BURST);
    }

    // ---- returned probes -------------------------------------------------------------------------------------------

    @Override
    public void receive(PuntedFrame punted, long nowNs) {
        ProtocolPort receiver = ports.at(punted.port());
        if (receiver != null && mayLoop(receiver, nowNs)) {
            probe.origin(punted.frame(), nowNs).ifPresent(origin -> returned(receiver, punted.vid(), origin, nowNs));
        }
    }

    private void returned(ProtocolPort receiver, int vid, LoopProbe.Origin origin, long nowNs) {
        ProtocolPort sender = numbered(origin.port());
        if (sender == null || !mayLoop(sender, nowNs)) {
            return;
        }
        Pair pair = new Pair(sender.index(), receiver.index());
        LoopSuspicion suspicion = suspicions.get(pair);
        if (origin.nonce() != LoopProbe.SEARCHING) {
            if (suspicion != null && !suspicion.isOver(nowNs) && suspicion.confirms(origin.nonce(), vid)) {
                suspicions.remove(pair);
                shut(suspicion, nowNs);
            }
        } else if (suspicion == null && suspicions.size() < MAX_SUSPICIONS) {
            suspicions.put(pair, new LoopSuspicion(sender, origin.vid(), receiver, vid, random, nowNs));
            confirm(nowNs);
        }
    }

    private @Nullable ProtocolPort numbered(int number) {
        for (ProtocolPort port : ports.all()) {
            if (port.number() == number) {
                return port;
            }
        }
        return null;
    }

    private void shut(LoopSuspicion loop, long nowNs) {
        ProtocolPort victim = LoopEnds.victim(loop.sender, loop.receiver);
        long holdNs = holds.begin(victim.number(), nowNs);
        suspicions.keySet().removeIf(pair -> pair.sender == victim.index() || pair.receiver == victim.index());
        ports.errDisable(victim.index(), PortReason.LOOP_DETECTED, "a loop: " + loop.words() + ", " + (1
                + LoopSuspicion.PROBES) + " of them within a second; " + victim.spec().name()
                + " is shut and opens again in "
                + holdNs / NS_A_SECOND + " s. Take one of the cables away, or give the ports of a guest that joins two "
                + "VLANs on purpose `loop-probes: off`", holdNs);
    }

    /** Returns whether a loop through the port is looked for, and the port forwards frames. */
    private boolean mayLoop(ProtocolPort port, long nowNs) {
        AddressBinding binding = port.spec().binding();
        return port.spec().protection().loopProbes() && ports.isUp(port.index())
                && (binding == null || !binding.isStrict() || binding.macs().isEmpty())
                && !(port.spec().device() instanceof DeviceSpec.PcapFiles) && !holds.isBeingShut(port.number(), nowNs);
    }

    // ---- sending ---------------------------------------------------------------------------------------------------

    @Override
    public long tick(long nowNs) {
        suspicions.values().removeIf(suspicion -> suspicion.isOver(nowNs));
        confirm(nowNs);
        if (!hasBegun || nowNs - nextRoundNs >= 0) {
            hasBegun = true;
            nextRoundNs = nowNs + PROBE_INTERVAL_NS;
            round(nowNs);
        }
        return dueInNs(nowNs);
    }

    @Override
    public long dueInNs(long nowNs) {
        boolean sending = suspicions.values().stream().anyMatch(LoopSuspicion::isSending);
        long round = Math.max(0, nextRoundNs - nowNs);
        return sending ? Math.min(LoopSuspicion.INTERVAL_NS / 10, round) : round;
    }

    private void confirm(long nowNs) {
        for (Iterator<LoopSuspicion> each = suspicions.values().iterator(); each.hasNext();) {
            LoopSuspicion suspicion = each.next();
            long nonce = suspicion.takeDue(nowNs);
            if (nonce != LoopProbe.SEARCHING) {
                send(suspicion.sender, suspicion.sentVid, nonce, nowNs);
            }
        }
    }

    private void round(long nowNs) {
        List<ProtocolPort> all = ports.all();
        int left = PROBES_A_ROUND;
        int visited = 0;
        while (visited < all.size() && left > 0) {
            ProtocolPort port = all.get((firstPort + visited++) % all.size());
            left -= mayLoop(port, nowNs) ? probe(port, nowNs) : 0;
        }
        firstPort = visited < all.size() ? (firstPort + visited) % all.size() : 0;
        if (nextVlan.size() > all.size()) {
            nextVlan.keySet().retainAll(all.stream().map(ProtocolPort::number).collect(Collectors.toSet()));
        }
        if (!all.isEmpty() && all != retained) {
            retained = all;
            holds.retain(all.stream().map(ProtocolPort::number).collect(Collectors.toSet()));
        }
    }

    /** Sends the probes of one round by a port; returns their number. */
    private int probe(ProtocolPort port, long nowNs) {
        int[] vids = port.spec().membership().members().vids().toArray();
        int count = Math.min(vids.length, VLANS_A_ROUND);
        int first = vids.length > count ? nextVlan.getOrDefault(port.number(), 0) : 0;
        for (int n = 0; n < count; n++) {
            send(port, vids[(first + n) % vids.length], LoopProbe.SEARCHING, nowNs);
        }
        if (vids.length > count) {
            nextVlan.put(port.number(), (first + count) % vids.length);
        }
        return count;
    }

    private void send(ProtocolPort port, int vid, long nonce, long nowNs) {
        VlanMembership membership = port.spec().membership();
        if (membership.isMember(vid)) {
            ports.inject(port.index(), probe.frame(port.number(), vid, nonce, nowNs), membership.egressTag(vid, 0));
        }
    }
}
