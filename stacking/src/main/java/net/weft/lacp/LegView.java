package net.weft.lacp;

import java.util.Map;

/**
 * What is known about one leg at one time.
 *
 * @param number its LACP port number
 * @param actorChurn whether this end has not reached synchronization for 60 s
 * @param partnerChurn whether the partner has not
 * @param faults the numbers of PDUs that were dropped
 */
public record LegView(int number, String name, LegState state, Reason reason, PortInfo actor, PortInfo partner,
        boolean actorChurn, boolean partnerChurn, long lacpdusReceived, long lacpdusSent, long markersReceived,
        Map<PduFault, Long> faults) {
    public LegView {
        faults = Map.copyOf(faults);
    }
}
