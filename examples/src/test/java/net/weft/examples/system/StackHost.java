package net.weft.examples.system;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import net.weft.examples.lab.Namespace;
import net.weft.stacking.StackProtocol;
import net.weft.stacking.StackSettings;
import net.weft.stacking.StackView;
import net.weft.stacking.lag.SharedLags;
import net.weft.stacking.link.LinkTimes;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.SwitchConfig;
import net.weft.vswitch.SwitchOptions;
import net.weft.vswitch.VirtualSwitch;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.stack.LinkProtection;
import net.weft.vswitch.stack.StackLinkSpec;
import net.weft.vswitch.stack.StackSpec;
import net.weft.zone.Zoning;

/**
 * One member of a stack: a switch with its threads in a namespace, with an access port for one guest, configured by objects. Ports are
 * numbered as in a fabric: the guest's port of member N is N.
 */
final class StackHost implements AutoCloseable {
    private static final int VLAN = 10;

    private final int member;
    private final VirtualSwitch vswitch;

    /**
     * Starts a member.
     *
     * @param members numbers of all members are 1 to this
     * @param guest device of the guest's port
     * @param links devices of the stack links by their names, in the order of their slots
     */
    StackHost(Namespace namespace, Path state, int member, int members, String guest,
            SequencedMap<String, DeviceSpec> links,
            LinkProtection protection, LinkTimes times) {
        this.member = member;
        vswitch = namespace.call(() -> new VirtualSwitch(SwitchOptions.defaults(state)
                .speaking(ports -> new StackProtocol(ports, new SharedLags(), _ -> {
                }))));
        List<PortSpec> ports = new ArrayList<>();
        List<StackLinkSpec> specs = new ArrayList<>();
        for (int n = 1; n <= members; n++) {
            DeviceSpec device = n == member ? new DeviceSpec.Nic(guest, false) : new DeviceSpec.Remote(n);
            ports.add(PortSpec.of("guest" + n, n, device, VlanMembership.access(VLAN)));
        }
        for (String link : links.keySet()) {
            specs.add(new StackLinkSpec(link, specs.size(), protection));
            ports.add(PortSpec.of(link, 1000 * member + specs.size(), links.get(link),
                    VlanMembership.none()));
        }
        vswitch.apply(SwitchConfig.of(ports, Zoning.OFF).stacked(new StackSpec(member, specs)));
        vswitch.protocols().ask(StackProtocol.class, protocol -> {
            protocol.configure(new StackSettings(member, 100, times), new byte[32], specs, System.nanoTime());
            return true;
        });
    }

    VirtualSwitch vswitch() {
        return vswitch;
    }

    /** The stack as the member sees it. */
    StackView view() {
        return vswitch.protocols().ask(StackProtocol.class, StackProtocol::view).flatMap((Optional<StackView> it) -> it)
                .orElseThrow();
    }

    @Override
    public String toString() {
        return "member " + member + " " + vswitch.ports().stream().flatMap(port -> Arrays.stream(DropReason.values())
                .filter(reason -> port.counters().drops(reason) > 0)
                .map(reason -> port.spec().name() + " " + reason.label() + " " + port.counters().drops(reason)))
                .toList();
    }

    @Override
    public void close() {
        vswitch.close();
    }
}
