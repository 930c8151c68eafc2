package net.weft.vswitch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.port.PortStatus;
import net.weft.vswitch.port.SwitchEvent;
import net.weft.vswitch.port.SwitchEvents;
import net.weft.vswitch.zoning.Policies;
import org.junit.jupiter.api.Test;

class ConnectionLimitWatchTest {
    private static final long SECOND = 1_000_000_000L;
    private final SwitchEvents events = new SwitchEvents();
    private final List<SwitchEvent> told = new ArrayList<>();
    private final ConnectionLimitWatch watch = new ConnectionLimitWatch(events);
    private final PortCounters counters = new PortCounters(1);
    private final PortStatus port = new PortStatus(
            PortSpec.of("web1", 3, new DeviceSpec.Tap("t"), VlanMembership.access(10)), null, 1500, counters, 0);

    ConnectionLimitWatchTest() {
        events.listen(told::add);
    }

    private int look(long atSeconds, int drops) {
        counters.row(0)[PortCounters.ingressDrop(DropReason.CONNECTION_LIMIT.ordinal())] += drops;
        watch.look(List.of(port), Policies.OFF, number -> 0, atSeconds * SECOND);
        return told.size();
    }

    @Test
    void shouldTellAtOnceAndThenOnceAMinuteWhileItGoesOn() {
        assertThat(look(0, 0)).as("nothing was dropped").isZero();
        assertThat(look(1, 5)).isOne();
        assertThat(told.getFirst().kind()).isEqualTo(SwitchEvent.Kind.CONNECTION_LIMIT);
        assertThat(told.getFirst().subject()).isEqualTo("web1");
        assertThat(told.getFirst().message()).contains("5 packets").contains("connection-limit");
        for (int second = 2; second < 61; second++) {
            assertThat(look(second, 100)).isOne();
        }
        assertThat(look(61, 100)).isEqualTo(2);
        assertThat(told.getLast().message()).contains("6000 packets");
        assertThat(look(500, 0)).as("no longer").isEqualTo(2);
    }
}
