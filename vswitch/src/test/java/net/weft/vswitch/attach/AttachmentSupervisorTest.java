package net.weft.vswitch.attach;

import static org.assertj.core.api.Assertions.assertThat;

import net.weft.vlan.VlanMembership;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.device.DeviceOpener;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.device.DeviceUnavailableException;
import net.weft.vswitch.port.AttachmentSpec;
import net.weft.vswitch.port.PortSpec;
import org.junit.jupiter.api.Test;

class AttachmentSupervisorTest {
    private static final long MILLI_NS = 1_000_000L;
    private static final long START_NS = 3_600_000 * MILLI_NS;

    /** A device that cannot be opened. */
    private static final class Broken implements DeviceOpener {
        @Override
        public Device open() throws DeviceUnavailableException {
            throw new DeviceUnavailableException(PortReason.NO_DEVICE, "no such luck");
        }

        @Override
        public int mtu() {
            return 1500;
        }

        @Override
        public void close() {
        }
    }

    private final PortSpec spec = PortSpec.of("p", 0, new DeviceSpec.Tap("t"), VlanMembership.access(1));
    private final AttachmentSupervisor port = new AttachmentSupervisor(AttachmentSpec.of(spec), 0,
            new int[]{0}, new Broken());

    @Test
    void shouldBackOffUpToASecond() {
        long nowNs = START_NS;
        long waitedMs = 0;
        for (long expectedMs : new long[]{100, 200, 400, 800, 1000, 1000}) {
            assertThat(port.due(nowNs)).isTrue();
            assertThat(port.open(nowNs)).isFalse();
            waitedMs = expectedMs;
            assertThat(port.due(nowNs + (waitedMs - 1) * MILLI_NS)).isFalse();
            nowNs += waitedMs * MILLI_NS;
        }
        assertThat(waitedMs).isEqualTo(1000);
    }

    @Test
    void shouldTryAtOnceWhenTheHostChangesLongAfterTheLastTry() {
        for (long nowNs = START_NS; nowNs < START_NS + 5_000 * MILLI_NS; nowNs += 1_000 * MILLI_NS) {
            port.open(nowNs);
        }
        long changedNs = START_NS + 4_500 * MILLI_NS;
        assertThat(port.due(changedNs)).isFalse();
        port.retryNow(changedNs);
        assertThat(port.due(changedNs)).isTrue();
    }

    /** A try that fails half-way makes and removes interfaces: what it tells of them must not set off the next at once. */
    @Test
    void shouldNotBeDrivenByTheChangesThatItsOwnTriesMake() {
        port.open(START_NS);
        port.retryNow(START_NS + MILLI_NS);
        assertThat(port.due(START_NS + 99 * MILLI_NS)).isFalse();
        assertThat(port.due(START_NS + 100 * MILLI_NS)).isTrue();
    }
}
