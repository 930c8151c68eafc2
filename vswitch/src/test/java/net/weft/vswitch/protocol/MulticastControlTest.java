package net.weft.vswitch.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.forward.MulticastGroups;
import net.weft.vswitch.forward.punt.PuntedFrame;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.snooping.GroupMessage;
import net.weft.vswitch.snooping.MessageParser;
import net.weft.vswitch.snooping.QueryFrame;
import org.junit.jupiter.api.Test;

/** Who is asked when, in VLAN 10 with ports 1 and 2. */
class MulticastControlTest {
    private static final long S = 1_000_000_000L;
    private static final byte[] MAC = {2, 0x57, 0, 0, 0, 1};
    private static final InetAddress GROUP = InetAddress.ofLiteral("239.1.2.3");

    private record Said(int port, boolean ipv6, Optional<InetAddress> group) {
    }

    private final List<Said> said = new ArrayList<>();
    private final Map<Integer, VlanMembership> up = new HashMap<>(
            Map.of(1, VlanMembership.access(10), 2, VlanMembership.access(10)));
    private final MulticastGroups groups = new MulticastGroups();
    private final MulticastControl control = new MulticastControl(groups, MAC, new ProtocolPorts() {
        @Override
        public List<ProtocolPort> all() {
            return up.keySet().stream().map(this::at).toList();
        }

        @Override
        public ProtocolPort at(int index) {
            return new ProtocolPort(index, PortSpec.of("p" + index, index, new DeviceSpec.Tap("t"),
                    Objects.requireNonNull(up.get(index))));
        }

        @Override
        public boolean isUp(int index) {
            return up.containsKey(index);
        }

        @Override
        public boolean hasLink(int index) {
            return isUp(index);
        }

        @Override
        public void errDisable(int index, PortReason reason, String message, long holdNs) {
            throw new AssertionError("multicast shuts no port");
        }

        @Override
        public void inject(int index, int leg, byte[] frame, int tag) {
            inject(index, frame, tag);
        }

        @Override
        public void inject(int port, byte[] frame, int tag) {
            GroupMessage.Query query = (GroupMessage.Query) MessageParser.parse(frame).orElseThrow();
            said.add(new Said(port, query.ipv6(), query.group()));
        }
    }, 0);

    private List<Said> saidUntil(long nowNs) {
        said.clear();
        control.tick(nowNs);
        return List.copyOf(said);
    }

    private void hears(int port, byte[] frame, long nowNs) {
        control.receive(new PuntedFrame(MulticastControl.RULE, port, -1, 10, frame), nowNs);
    }

    private static Said[] toAll(int... ports) {
        return IntStream.of(ports).boxed().flatMap(port -> List
                .of(new Said(port, false, Optional.empty()), new Said(port, true, Optional.empty())).stream())
                .toArray(Said[]::new);
    }

    /** IGMPv2; its checksums are those of the group 239.1.2.3. */
    private static byte[] version2(int type) {
        byte[] frame = QueryFrame.of(false, MAC, Optional.of(GROUP));
        byte[] message = {(byte) type, 0, 0, 0, (byte) 239, 1, 2, 3};
        int sum = type << 8;
        sum += (239 << 8 | 1) + 0x0203;
        sum = ~((sum & 0xFFFF) + (sum >>> 16));
        message[2] = (byte) (sum >>> 8);
        message[3] = (byte) sum;
        System.arraycopy(message, 0, frame, 38, 8);
        int header = ((frame[24] & 0xFF) << 8 | frame[25] & 0xFF) + 4;
        frame[17] -= 4;
        frame[24] = (byte) (header >>> 8);
        frame[25] = (byte) header;
        return frame;
    }

    @Test
    void shouldAskAtOnceThenTwiceSoonThenRarely() {
        assertThat(saidUntil(0)).isEmpty();
        control.queriers(Set.of(10), 0);
        assertThat(saidUntil(0)).containsExactlyInAnyOrder(toAll(1, 2));
        assertThat(saidUntil(31 * S)).isEmpty();
        assertThat(saidUntil(32 * S)).containsExactlyInAnyOrder(toAll(1, 2));
        assertThat(saidUntil(64 * S)).hasSize(4);
        assertThat(saidUntil(188 * S)).isEmpty();
        assertThat(saidUntil(190 * S)).hasSize(4);
        control.queriers(Set.of(), 190 * S);
        assertThat(saidUntil(1000 * S)).isEmpty();
    }

    @Test
    void shouldKeepStillWhileAnotherAsksAndTakeOverAtOnce() {
        control.queriers(Set.of(10), 0);
        saidUntil(0);
        byte[] other = QueryFrame.of(true, new byte[]{2, 0, 0, 0, 0, 1}, Optional.empty(), 10, 20);
        hears(2, other, S);
        assertThat(saidUntil(35 * S)).as("IPv4 only").containsExactlyInAnyOrder(new Said(1, false, Optional.empty()),
                new Said(2, false, Optional.empty()));
        assertThat(saidUntil(42 * S)).as("41 s after it was last heard").extracting(Said::ipv6).containsOnly(true);
    }

    @Test
    void shouldAskForAGroupThatOneOfSeveralHasLeft() {
        control.queriers(Set.of(10), 0);
        saidUntil(0);
        hears(1, version2(0x16), S);
        saidUntil(3 * S);
        assertThat(Objects.requireNonNull(groups.table().ports(10, 0x03_02_01_5E_00_01L, false)).numbers())
                .containsExactly(1);
        hears(1, version2(0x17), 4 * S);
        Said again = new Said(1, false, Optional.of(GROUP));
        assertThat(saidUntil(4 * S)).containsExactly(again);
        assertThat(saidUntil(4 * S + S / 2)).isEmpty();
        assertThat(saidUntil(5 * S)).containsExactly(again);
        assertThat(saidUntil(7 * S)).isEmpty();
        assertThat(Objects.requireNonNull(groups.table().ports(10, 0x03_02_01_5E_00_01L, false)).numbers()).isEmpty();
        hears(1, version2(0x17), 8 * S);
        assertThat(saidUntil(8 * S)).as("it had not joined").isEmpty();
    }

    /** RFC 4541, 2.1.1: its stations joined long ago, and the querier behind port 1 asks every two minutes. */
    @Test
    void shouldAskAPortThatComesUp() {
        saidUntil(0);
        hears(1, QueryFrame.of(false, MAC, Optional.empty()), 0);
        up.remove(2);
        assertThat(saidUntil(5 * S)).isEmpty();
        up.put(2, VlanMembership.access(10));
        assertThat(saidUntil(6 * S)).containsExactly(new Said(2, false, Optional.empty()));
        up.put(2, VlanMembership.access(20));
        assertThat(saidUntil(7 * S)).as("it is in VLAN 10 no longer").isEmpty();
    }

    @Test
    void shouldForgetWhatAPortWantedThatWentDown() {
        control.queriers(Set.of(10), 0);
        saidUntil(0);
        hears(1, version2(0x16), S);
        up.remove(1);
        saidUntil(4 * S);
        assertThat(control.vlans(4 * S)).anySatisfy(vlan -> assertThat(vlan.groups()).isEmpty())
                .hasSize(2);
        assertThat(Objects.requireNonNull(groups.table().ports(10, 0x03_02_01_5E_00_01L, false)).numbers()).isEmpty();
    }
}
