package net.weft.vswitch.protocol;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.attach.PortSupervisor;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.forward.LoopProbe;
import net.weft.vswitch.forward.PuntedFrame;
import net.weft.vswitch.worker.ControlThread;
import net.weft.vswitch.worker.WorkerThread;
import org.jspecify.annotations.Nullable;

/**
 * What the switch does with frames itself. Workers punt them through a {@code PuntQueue} each; here, on the control thread, they
 * are looked at, ports are shut and opened, and frames of the switch's own go back through a worker.
 * <p>
 * <b>Loops.</b> Every {@value #PROBE_TICKS} ticks a probe leaves by each port that probes, in each of its VLANs ({@value #VLANS_A_ROUND} of them a
 * round, in turn). One that comes back proves a loop between the port it left by and the one it came in by: the one with the
 * higher number is shut, so that of several ports on one loop the lowest stays. A shut port goes on probing and listening, and is
 * opened {@value #LOOP_HOLD_NS} ns after a probe was last seen.
 * <p>
 * <b>Multicast.</b> Reports and queries go to {@link MulticastControl}.
 * <p>
 * <b>Spanning tree.</b> A port that guards against it is shut by a BPDU, until none has come for {@value #BPDU_HOLD_NS} ns.
 */
public final class PortProtocols {
    static final int PROBE_TICKS = 2;
    static final long LOOP_HOLD_NS = 10_000_000_000L;
    static final long BPDU_HOLD_NS = 30_000_000_000L;
    private static final int VLANS_A_ROUND = 32;

    private final Map<String, PortSupervisor> ports;
    private final List<WorkerThread> workers;
    private final ControlThread control;
    private final Steps steps;
    private final LoopProbe probe;
    private final MulticastControl multicast;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private int ticks;
    private int round;

    /** What the switch does for a protocol. */
    public interface Steps {
        /** A port was shut or opened: publishes, forgets its stations, tells listeners. */
        void changed(PortSupervisor port);
    }

    /**
     * @param ports of the switch by name
     * @param workers whose frames are taken; filled before there are ports
     * @param probe what is sent to find loops
     * @param multicast who takes what stations say of groups
     */
    public PortProtocols(Map<String, PortSupervisor> ports, List<WorkerThread> workers, ControlThread control,
            LoopProbe probe,
            MulticastControl multicast, Steps steps) {
        this.ports = ports;
        this.workers = workers;
        this.probe = probe;
        this.multicast = multicast;
        this.control = control;
        this.steps = steps;
    }

    /** A worker has punted. Any thread; one task at a time is enough for all of them. */
    public void punted() {
        if (scheduled.compareAndSet(false, true)) {
            control.execute("taking punted frames", () -> {
                scheduled.set(false);
                workers.forEach(worker -> worker.punts().drain(this::take));
                multicast.show(System.nanoTime());
            });
        }
    }

    private void take(PuntedFrame punted) {
        PortSupervisor port = port(punted.port());
        if (port == null) {
            return;
        }
        long nowNs = System.nanoTime();
        switch (punted.kind()) {
            case BPDU -> shut(port, PortReason.BPDU_GUARD, "a bridge spoke spanning tree here (VLAN " + punted.vid()
                    + "), which `bpdu: guard` forbids; the port opens again when it has been silent for 30 s", nowNs,
                    BPDU_HOLD_NS);
            case GROUP_MESSAGE -> multicast.take(punted, nowNs);
            case LOOP_PROBE -> probe.origin(punted.frame(), nowNs)
                    .ifPresent(origin -> loop(port, origin, punted.vid(), nowNs));
        }
    }

    private void loop(PortSupervisor receiver, LoopProbe.Origin origin, int vid, long nowNs) {
        PortSupervisor sender = Optional.ofNullable(port(origin.port())).orElse(receiver);
        PortSupervisor victim = sender.spec().number() > receiver.spec().number() ? sender : receiver;
        shut(victim, PortReason.LOOP_DETECTED,
                "a loop: the switch's own probe left by " + sender.spec().name() + " in VLAN " + origin.vid()
                        + " and came back by " + receiver.spec().name() + " in VLAN " + vid
                        + "; the port opens again when none has come back for 10 s",
                nowNs, LOOP_HOLD_NS);
    }

    private void shut(PortSupervisor port, PortReason reason, String message, long nowNs, long holdNs) {
        if (port.quarantine.saw(reason, message, nowNs, holdNs)) {
            steps.changed(port);
        }
    }

    private @Nullable PortSupervisor port(int number) {
        return ports.values().stream().filter(port -> port.spec().number() == number).findFirst().orElse(null);
    }

    /** Sends what is due and opens what may be. */
    public void tick(long nowNs) {
        for (PortSupervisor port : List.copyOf(ports.values())) {
            if (port.quarantine.ends(nowNs)) {
                steps.changed(port);
            }
        }
        if (++ticks % PROBE_TICKS == 0) {
            round++;
            ports.values().stream().filter(port -> port.spec().protection().loopProbes() && port.device() != null)
                    .forEach(port -> probe(port, nowNs));
        }
    }

    private void probe(PortSupervisor port, long nowNs) {
        VlanMembership membership = port.spec().membership();
        int[] vids = membership.members().vids().toArray();
        int count = Math.min(vids.length, VLANS_A_ROUND);
        int first = vids.length > count ? round * count % vids.length : 0;
        int number = port.spec().number();
        for (int n = 0; n < count; n++) {
            int vid = vids[(first + n) % vids.length];
            byte[] frame = probe.frame(number, vid, nowNs);
            workers.get(number % workers.size()).inject(number, frame, membership.egressTag(vid, 0));
        }
    }
}
