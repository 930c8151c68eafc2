package net.weft.vswitch.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import net.weft.linux.Interfaces;
import net.weft.linux.Link;
import net.weft.linux.NetworkNamespace;
import net.weft.linux.TestNetwork;
import net.weft.linux.Tun;
import net.weft.packet.MacAddress;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.SwitchOptions;
import net.weft.vswitch.VirtualSwitch;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.port.PortStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a tap keeps when Weft ends and starts again. */
@Tag("system")
@Timeout(60)
class TapStoreSystemTest {
    @TempDir
    private Path state = Path.of("");

    private interface Scene {
        void play() throws IOException;
    }

    private static void inNamespace(Scene scene) {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            namespace.call(() -> {
                scene.play();
                return true;
            });
        }
    }

    private void inSwitch(boolean persist, Scene scene) throws IOException {
        try (VirtualSwitch lab = new VirtualSwitch(SwitchOptions.defaults(state))) {
            lab.apply(List.of(PortSpec.of("host", 1, new DeviceSpec.Tap("weft0", persist), VlanMembership.access(10))));
            PortStatus port = lab.ports().getFirst();
            assertThat(port.failure()).isNull();
            scene.play();
        }
    }

    private static @Nullable Link link() {
        try (Interfaces interfaces = new Interfaces()) {
            return interfaces.find("weft0");
        }
    }

    private static long mac() {
        return Objects.requireNonNull(link()).mac();
    }

    @Test
    void shouldKeepItsMacOverARestart() {
        inNamespace(() -> {
            long[] first = {0};
            inSwitch(false, () -> first[0] = mac());
            assertThat(link()).as("it ends with Weft").isNull();
            inSwitch(false, () -> assertThat(mac()).isEqualTo(first[0]));
            Files.writeString(state.resolve("taps/weft0"), "mac 02:00:00:00:00:77\n");
            inSwitch(false, () -> assertThat(mac()).isEqualTo(MacAddress.parse("02:00:00:00:00:77").value()));
            Files.writeString(state.resolve("taps/weft0"), "mac 01:00:5e:00:00:77\nleft what\n");
            inSwitch(false, () -> assertThat(mac()).as("none that Linux would refuse").isNotZero());
        });
    }

    @Test
    void shouldStayWithItsAddressesWherePersistIsSaid() {
        inNamespace(() -> {
            long[] first = {0};
            int[] index = {0};
            inSwitch(true, () -> {
                first[0] = mac();
                index[0] = TestNetwork.index("weft0");
                TestNetwork.address(index[0], new byte[]{10, 9, 0, 1});
            });
            assertThat(link()).isNotNull().satisfies(left -> assertThat(left.carrier()).isFalse());
            inSwitch(true, () -> {
                assertThat(TestNetwork.index("weft0")).isEqualTo(index[0]);
                assertThat(mac()).isEqualTo(first[0]);
                assertThat(Objects.requireNonNull(link()).carrier()).isTrue();
                try (Interfaces interfaces = new Interfaces()) {
                    assertThat(interfaces.addresses(index[0])).extracting(Interfaces.Address::address)
                            .contains(InetAddress.getByAddress(new byte[]{10, 9, 0, 1}));
                }
            });
            inSwitch(false, () -> assertThat(TestNetwork.index("weft0")).as("taken over").isEqualTo(index[0]));
            assertThat(link()).as("and gone, as nobody wants it to stay any more").isNull();
            inSwitch(true, () -> assertThat(mac()).as("made anew, as after a reboot").isEqualTo(first[0]));
        });
    }

    /** The control: what somebody else made is not taken for Weft's own. */
    @Test
    void shouldRefuseAnInterfaceThatIsAnothers() {
        inNamespace(() -> {
            try (Tun other = Tun.create("weft0");
                    VirtualSwitch lab = new VirtualSwitch(SwitchOptions.defaults(state))) {
                for (boolean persist : new boolean[]{true, false}) {
                    lab.apply(List.of(PortSpec.of("host", 1, new DeviceSpec.Tap("weft0", persist),
                            VlanMembership.access(10))));
                    assertThat(Objects.requireNonNull(lab.ports().getFirst().failure()).reason())
                            .isEqualTo(PortReason.DEVICE_IN_USE);
                }
                other.persistent(true);
                other.close();
                lab.apply(List.of());
                lab.apply(
                        List.of(PortSpec.of("host", 1, new DeviceSpec.Tap("weft0", false), VlanMembership.access(10))));
                assertThat(Objects.requireNonNull(lab.ports().getFirst().failure()).message()).contains("exists");
            }
            TestNetwork.delete(TestNetwork.index("weft0"));
            TestNetwork.veth("weft0", "peer");
            try (VirtualSwitch lab = new VirtualSwitch(SwitchOptions.defaults(state))) {
                lab.apply(
                        List.of(PortSpec.of("host", 1, new DeviceSpec.Tap("weft0", true), VlanMembership.access(10))));
                assertThat(Objects.requireNonNull(lab.ports().getFirst().failure()).reason())
                        .isEqualTo(PortReason.DEVICE_IN_USE);
            }
        });
    }

    /** A container gives it a name of its own, and it goes on; another interface of its old name is none of its business. */
    @Test
    void shouldGoOnUnderAnotherName() {
        inNamespace(() -> {
            try (VirtualSwitch lab = new VirtualSwitch(SwitchOptions.defaults(state))) {
                lab.apply(List.of(PortSpec.of("host", 1, new DeviceSpec.Tap("weft0"), VlanMembership.access(10))));
                int index = TestNetwork.index("weft0");
                TestNetwork.rename(index, "eth0");
                TestNetwork.veth("weft0", "peer");
                try (Interfaces interfaces = new Interfaces()) {
                    interfaces.down(TestNetwork.index("weft0"));
                    interfaces.down(index);
                    while (lab.ports().getFirst().isUp()) {
                        Thread.onSpinWait();
                    }
                    interfaces.up(index);
                    while (!lab.ports().getFirst().isUp()) {
                        Thread.onSpinWait();
                    }
                }
            }
        });
    }
}
