package net.weft.vswitch.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import net.weft.linux.Interfaces;
import net.weft.linux.NetworkNamespace;
import net.weft.linux.TestNetwork;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.SwitchOptions;
import net.weft.vswitch.VirtualSwitch;
import net.weft.vswitch.port.PortSpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What ports are told of the host's interfaces. */
@Tag("system")
@Timeout(60)
class HostLinksSystemTest {
    @TempDir
    private Path state;

    @Test
    void shouldTellBothNamesOfAnInterfaceThatIsRenamed() throws InterruptedException {
        BlockingQueue<String> changed = new LinkedBlockingQueue<>();
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            HostLinks links = namespace.call(() -> {
                TestNetwork.veth("left", "right");
                HostLinks open = new HostLinks(changed::add);
                try (Interfaces interfaces = new Interfaces()) {
                    interfaces.down(TestNetwork.index("left"));
                }
                TestNetwork.rename(TestNetwork.index("left"), "other");
                return open;
            });
            try (links) {
                boolean former = false;
                boolean present = false;
                while (!former || !present) {
                    String name = changed.take();
                    former |= name.equals("left") && links.find("left") == null;
                    present |= name.equals("other");
                }
                assertThat(links.find("other")).isNotNull();
            }
        }
    }

    @Test
    void shouldNotTakeANewTapForDownBecauseOfWhatItWasBefore() {
        ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            VirtualSwitch lab = namespace.call(() -> new VirtualSwitch(SwitchOptions.defaults(state)));
            try (lab) {
                lab.onPortChange(status -> told.add(status.state() + " " + status.failure()));
                for (int round = 0; round < 20; round++) {
                    lab.apply(List.of(PortSpec.of("guest", 1, new DeviceSpec.Tap("tap-test"),
                            VlanMembership.access(10))));
                    lab.apply(List.of());
                }
            }
        }
        assertThat(told).isNotEmpty().containsOnly("up null");
    }
}
