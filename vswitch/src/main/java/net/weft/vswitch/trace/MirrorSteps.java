package net.weft.vswitch.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.forward.Mirror;
import net.weft.vswitch.forward.Snapshot;
import net.weft.vswitch.port.Mirroring;
import net.weft.vswitch.trace.Trace.Setting;
import net.weft.vswitch.trace.Trace.Stage;
import net.weft.vswitch.trace.Trace.Step;
import org.jspecify.annotations.Nullable;

/**
 * Describes the copies that {@link Mirror}s would make of a traced frame: as received, even if it is dropped
 * afterwards, and as sent.
 */
final class MirrorSteps {
    private MirrorSteps() {
    }

    /**
     * Returns a trace with the mirror steps appended.
     *
     * @param current the workers' snapshot, which includes the mirrors
     * @param burst the burst with the one traced frame, after forwarding
     * @param verdict the forwarder's verdict on the frame
     */
    static Trace added(Trace trace, Snapshot current, Burst burst, int verdict, IntFunction<String> names) {
        List<Step> steps = new ArrayList<>(trace.steps());
        for (Mirroring mirroring : current.mirrors) {
            String from = names.apply(mirroring.from());
            int before = steps.size();
            if (burst.port[0] == mirroring.from() && Mirror.isSendable(burst, 0, verdict)) {
                steps.add(made(from, "came in", mirroring, names));
            }
            if (trace.exits().stream().anyMatch(exit -> exit.reason() == null && exit.port().equals(from))) {
                steps.add(made(from, "left", mirroring, names));
            }
            Step lost = steps.size() == before ? null : lost(mirroring, current, burst, names.apply(mirroring.to()));
            if (lost != null) {
                steps.add(lost);
            }
        }
        return new Trace(trace.ingress(), trace.verdict(), trace.reason(), trace.consumer(), trace.vid(), steps,
                trace.exits(), trace.policy());
    }

    private static Step made(String from, String how, Mirroring mirroring, IntFunction<String> names) {
        return new Step(Stage.MIRROR, from, Setting.MIRROR, "a copy of it, as it " + how + ", goes to "
                + names.apply(mirroring.to()) + (mirroring.vid() == 0 ? "" : " in VLAN " + mirroring.vid()), null);
    }

    /** Returns the step that drops the copy, or null. */
    private static @Nullable Step lost(Mirroring mirroring, Snapshot current, Burst burst, String to) {
        int number = mirroring.to();
        if (!current.links.isUp(number)) {
            return new Step(Stage.MIRROR, to, Setting.PORT, to + " is not up", DropReason.PORT_DOWN);
        }
        int mtu = current.mtu[number];
        return Mirror.isTooLarge(burst, 0, mtu, mirroring.vid() != 0)
                ? new Step(Stage.MIRROR, to, Setting.MTU,
                        burst.length[0] + " bytes, more than MTU " + mtu + " and its headers", DropReason.OVERSIZE)
                : null;
    }
}
