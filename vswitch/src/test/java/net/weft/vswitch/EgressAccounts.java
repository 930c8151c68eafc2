package net.weft.vswitch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.port.PortCounters;

/** The law of the way out: every copy that was made for a port was sent there or dropped there, for a reason that was counted. */
public final class EgressAccounts {
    private EgressAccounts() {
    }

    /** @param ports all ports of a switch that has nothing under way */
    public static void assertBalance(Collection<PortCounters> ports) {
        long copies = 0;
        long accounted = 0;
        for (PortCounters port : ports) {
            copies += port.copies();
            accounted += port.txPackets();
            for (DropReason reason : DropReason.values()) {
                accounted += port.egressDrops(reason);
            }
        }
        assertThat(accounted).as("copies sent or dropped").isEqualTo(copies);
    }
}
