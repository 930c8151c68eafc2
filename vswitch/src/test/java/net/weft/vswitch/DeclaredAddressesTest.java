package net.weft.vswitch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import net.weft.packet.MacAddress;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.device.MemoryLink;
import net.weft.vswitch.port.AttachmentSpec;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.port.PortStatus;
import net.weft.vswitch.port.Protection;
import net.weft.zone.AddressBinding;
import net.weft.zone.PortZones;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A port that declares a MAC address and is reached by two links, and another that claims it, through the switch's threads. */
@Timeout(60)
class DeclaredAddressesTest {
    private static final VlanMembership IN_10 = VlanMembership.access(10);
    private static final VlanMembership IN_20 = VlanMembership.access(20);

    @TempDir
    private Path state;
    private final MemoryLinks links = new MemoryLinks();
    private final MemoryLink one = links.link("one");
    private final MemoryLink two = links.link("two");
    private final MemoryLink other = links.link("other");
    private final MemoryLink listener = links.link("listener");
    private VirtualSwitch lab;

    @BeforeEach
    void start() {
        lab = new VirtualSwitch(new SwitchOptions(List.of(), false, state, 300, 1));
        apply(List.of(owner(IN_10), other(IN_10), listener(IN_10)));
        one.send(claim(), 0);
        MemoryLinks.await(() -> listener.receive().length > 0);
    }

    private void apply(List<PortSpec> ports) {
        List<AttachmentSpec> attachments = new ArrayList<>();
        if (ports.getFirst().name().equals("owner")) {
            attachments.add(new AttachmentSpec("one", new DeviceSpec.InMemory(one), List.of("owner"), true, 0));
            attachments.add(new AttachmentSpec("two", new DeviceSpec.InMemory(two), List.of("owner"), true, 0));
        }
        lab.apply(SwitchConfig.of(ports).attached(attachments.toArray(AttachmentSpec[]::new)));
    }

    private PortSpec other(VlanMembership membership) {
        return PortSpec.of("other", 6, new DeviceSpec.InMemory(other), membership);
    }

    private PortSpec listener(VlanMembership membership) {
        return PortSpec.of("listener", 7, new DeviceSpec.InMemory(listener), membership);
    }

    private static PortSpec owner(VlanMembership membership) {
        return PortSpec.of("owner", 5, new DeviceSpec.Attached("lag", "owner"), membership).zoned(PortZones.NONE,
                new AddressBinding(Set.of(MacAddress.parse(Packets.mac(1))), List.of()))
                .with(new Protection(0, 0, 0, Protection.Bpdu.GUARD, false));
    }

    @AfterEach
    void stop() {
        lab.close();
        links.close();
    }

    private PortStatus status(String name) {
        return MemoryLinks.status(lab, name);
    }

    private static byte[] claim() {
        byte[] frame = Packets.udp(1, 9, 1, 1);
        Arrays.fill(frame, 0, 6, (byte) 0xFF);
        return frame;
    }

    /** Whether the switch lets another port use the address. */
    private boolean mayClaim() {
        long refused = status("other").counters().ingressDrops(DropReason.GUARD_MAC);
        other.send(claim(), 0);
        boolean[] passed = {false};
        MemoryLinks.await(() -> {
            passed[0] = listener.receive().length > 0;
            return passed[0] || status("other").counters().ingressDrops(DropReason.GUARD_MAC) > refused;
        });
        return passed[0];
    }

    @Test
    void shouldBeHeldUntilTheLastLegIsDownAndAgainOnceTheGuestIsHeard() {
        one.carrier(false);
        MemoryLinks.await(() -> status("owner").legs().getFirst().failure() != null);
        assertThat(mayClaim()).as("one leg is up").isFalse();

        two.carrier(false);
        MemoryLinks.await(() -> status("owner").failure() != null);
        assertThat(mayClaim()).as("no leg is up").isTrue();

        one.carrier(true);
        MemoryLinks.await(() -> status("owner").failure() == null);
        assertThat(mayClaim()).as("the guest was not heard yet").isTrue();
        one.send(claim(), 0);
        MemoryLinks.await(() -> listener.receive().length > 0);
        assertThat(mayClaim()).as("the guest was heard").isFalse();
    }

    @Test
    void shouldBeFreeWhileTheOwnerIsErrDisabled() {
        assertThat(mayClaim()).isFalse();
        one.send(Frames.frame("01:80:c2:00:00:00", Packets.mac(1), 46, 38, 0x4242, 0x0300), 0);
        MemoryLinks.await(() -> status("owner").failure() != null);
        assertThat(mayClaim()).isTrue();
    }

    @Test
    void shouldFollowTheVlansOfItsPort() {
        assertThat(mayClaim()).isFalse();
        apply(List.of(owner(IN_20), other(IN_20), listener(IN_20)));
        assertThat(mayClaim()).as("all are in another VLAN").isFalse();
        apply(List.of(owner(IN_10), other(IN_20), listener(IN_20)));
        assertThat(mayClaim()).as("the owner has left the VLAN").isTrue();
    }

    @Test
    void shouldEndWithItsPort() {
        assertThat(mayClaim()).isFalse();
        apply(List.of(other(IN_10), listener(IN_10)));
        assertThat(mayClaim()).isTrue();
    }
}
