package net.weft.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("system")
class LinkSystemTest {
    @Test
    void shouldReadAndChangeADevice() {
        inNamespace(() -> {
            TestNetwork.veth("left", "right");
            int index = TestNetwork.index("left");
            TestNetwork.address(index, new byte[]{10, 9, 0, 1});
            try (Interfaces interfaces = new Interfaces()) {
                interfaces.mtu(index, 9000);
                interfaces.mac(index, 0x02_00_5e_10_20_30L);
                interfaces.down(index);
                Link down = Objects.requireNonNull(interfaces.find(index));
                assertThat(down.up()).isFalse();
                assertThat(down.mtu()).isEqualTo(9000);
                assertThat(down.mac()).isEqualTo(0x02_00_5e_10_20_30L);
                assertThat(down.kind()).isEqualTo("veth");
                assertThat(down.type()).isEqualTo(Link.ARPHRD_ETHER);
                assertThat(down.master()).isZero();
                interfaces.up(index);
                Link up = Objects.requireNonNull(interfaces.find("left"));
                assertThat(up.up()).isTrue();
                assertThat(up.carrier()).isTrue();
                assertThat(interfaces.addresses(index)).extracting(Interfaces.Address::toString)
                        .containsExactly("10.9.0.1/24");
                assertThat(interfaces.addresses(TestNetwork.index("right"))).isEmpty();
                assertThatThrownBy(() -> interfaces.mtu(index, 70_000)).isInstanceOf(LinuxException.class)
                        .hasMessageContaining("EINVAL");
            }
        });
    }

    @Test
    void shouldSwitchIpv6OfOneDevice() {
        inNamespace(() -> {
            TestNetwork.veth("left", "right");
            assertThat(Interfaces.ipv6Disabled("left")).isTrue();
            Interfaces.ipv6Disabled("left", false);
            assertThat(Interfaces.ipv6Disabled("left")).isFalse();
            assertThat(Interfaces.ipv6Disabled("right")).isTrue();
        });
    }

    @Test
    void shouldSwitchOffloads() {
        inNamespace(() -> {
            TestNetwork.veth("left", "right");
            try (Ethtool ethtool = new Ethtool()) {
                assertThat(ethtool.driver("left")).isEqualTo("veth");
                assertThat(ethtool.speedMbps("left")).isEqualTo(10_000);
                assertThat(ethtool.features("left")).containsKeys(Ethtool.LRO, Ethtool.GRO, Ethtool.GRO_FRAGLIST);
                for (boolean on : new boolean[]{true, false}) {
                    assertThat(ethtool.feature("left", Ethtool.GRO_FRAGLIST, on)).isTrue();
                    assertThat(ethtool.features("left").get(Ethtool.GRO_FRAGLIST))
                            .isEqualTo(new Ethtool.Feature(on, true));
                }
                assertThat(ethtool.feature("left", Ethtool.LRO, false)).isTrue();
                assertThat(ethtool.feature("left", "no-such-feature", true)).isFalse();
                assertThatThrownBy(() -> ethtool.driver("absent")).hasMessageContaining("device absent")
                        .hasMessageContaining("ENODEV");
            }
        });
    }

    @Test
    void shouldTellOfEachChange() {
        inNamespace(() -> {
            try (LinkMonitor monitor = new LinkMonitor(); Interfaces interfaces = new Interfaces()) {
                assertThat(events(monitor)).isEmpty();
                TestNetwork.veth("left", "right");
                int index = TestNetwork.index("left");
                await(monitor, index, link -> link.carrier() && link.operState() == Link.OPER_UP);
                interfaces.mtu(index, 1400);
                await(monitor, index, link -> link.mtu() == 1400);
                interfaces.down(TestNetwork.index("right"));
                await(monitor, index, link -> link.up() && !link.carrier());
                TestNetwork.delete(index);
                assertThat(events(monitor)).filteredOn(LinkMonitor.Event.Deleted.class::isInstance)
                        .map(event -> ((LinkMonitor.Event.Deleted) event).link().name())
                        .containsExactlyInAnyOrder("left", "right");
            }
        });
    }

    /** Waits until the monitor tells that a device is as it should be; the kernel tells of carriers with some delay. */
    private static void await(LinkMonitor monitor, int index, Predicate<Link> expected) {
        while (events(monitor).stream().noneMatch(
                event -> event instanceof LinkMonitor.Event.Changed(Link link) && link.index() == index
                        && expected.test(link))) {
            assertThat(monitor.fd().poll(Fd.POLLIN, 5000)).isPositive();
        }
    }

    private static List<LinkMonitor.Event> events(LinkMonitor monitor) {
        List<LinkMonitor.Event> events = new ArrayList<>();
        monitor.drain(events::add);
        return events;
    }

    private static void inNamespace(Runnable test) {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            namespace.run(test);
        }
    }
}
