package net.weft.vswitch.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.port.Protection;
import org.jspecify.annotations.Nullable;

/** The ports of a switch as loop detection sees them; it records what leaves and which port is shut. */
final class LoopPorts implements ProtocolPorts {
    /** A frame that left by a port in a VLAN; 0: untagged. */
    record Sent(int port, int vid, byte[] frame) {
    }

    final List<ProtocolPort> all = new ArrayList<>();
    final Deque<Sent> sent = new ArrayDeque<>();
    final Map<Integer, Long> shutForNs = new HashMap<>();
    final List<String> messages = new ArrayList<>();

    void add(String name, DeviceSpec device, VlanMembership membership, Protection protection) {
        all.add(new ProtocolPort(all.size(),
                PortSpec.of(name, all.size(), device, membership).with(protection)));
    }

    @Override
    public List<ProtocolPort> all() {
        return all;
    }

    @Override
    public @Nullable ProtocolPort at(int index) {
        return index < all.size() ? all.get(index) : null;
    }

    @Override
    public boolean isUp(int index) {
        return !shutForNs.containsKey(index);
    }

    @Override
    public boolean hasLink(int index) {
        return true;
    }

    @Override
    public void inject(int index, byte[] frame, int tag) {
        int vid = tag == 0 ? 0 : tag & 0xFFF;
        sent.add(new Sent(index, vid, frame));
    }

    @Override
    public void inject(int index, int leg, byte[] frame, int tag) {
        throw new AssertionError("probes leave by ports");
    }

    @Override
    public void errDisable(int index, PortReason reason, String message, long holdNs) {
        assertThat(reason).isEqualTo(PortReason.LOOP_DETECTED);
        shutForNs.put(index, holdNs);
        messages.add(message);
    }

    String only() {
        assertThat(shutForNs).hasSize(1);
        return all.get(shutForNs.keySet().iterator().next()).spec().name();
    }
}
