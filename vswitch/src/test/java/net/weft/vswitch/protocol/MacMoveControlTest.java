package net.weft.vswitch.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.weft.packet.MacAddress;
import net.weft.packet.MacWord;
import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.fdb.MacTable;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.port.Protection;
import net.weft.vswitch.port.Protection.Bpdu;
import net.weft.vswitch.port.Protection.MacMove;
import net.weft.vswitch.port.SwitchEvent;
import net.weft.zone.AddressBinding;
import net.weft.zone.PortZones;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Moves of addresses, with the clock by hand. */
class MacMoveControlTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MAC = Long.reverseBytes(MacAddress.parse("02:00:00:00:00:0a").value()) >>> 16;
    private static final int VICTIM = 0;
    private static final int THIEF = 1;

    private final List<ProtocolPort> all = new ArrayList<>();
    private final List<Integer> shut = new ArrayList<>();
    private final List<String> events = new ArrayList<>();
    private final MacTable macs = new MacTable(300, 1);
    private final MacMoveControl control = new MacMoveControl(new Ports(), macs, event -> {
        assertThat(event.kind()).isEqualTo(SwitchEvent.Kind.MAC_MOVE);
        events.add(event.message());
    });
    private long nowNs = SECOND;

    private final class Ports implements ProtocolPorts {
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
            return true;
        }

        @Override
        public boolean hasLink(int index) {
            return true;
        }

        @Override
        public void inject(int index, byte[] frame, int tag) {
            throw new AssertionError("nothing is sent");
        }

        @Override
        public void inject(int index, int leg, byte[] frame, int tag) {
            throw new AssertionError("nothing is sent");
        }

        @Override
        public void errDisable(int index, PortReason reason, String message, long holdNs) {
            assertThat(reason).isEqualTo(PortReason.MAC_MOVE);
            assertThat(message).contains("victim").contains("thief").contains("02:00:00:00:00:0a in VLAN 10");
            shut.add(index);
        }
    }

    private void ports(MacMove action, VlanMembership membership, @Nullable AddressBinding binding) {
        Protection protection = new Protection(0, 0, 0, Bpdu.DROP, false, action, Set.of());
        for (String name : List.of("victim", "thief")) {
            PortSpec spec = PortSpec.of(name, all.size(), new DeviceSpec.Nic(name, false), membership).with(protection);
            all.add(new ProtocolPort(all.size(), name.equals("thief") ? spec.zoned(PortZones.NONE, binding) : spec));
        }
    }

    private int learn(int port) {
        return macs.learn(10, MAC, port, (int) (nowNs / SECOND), 0);
    }

    /** Victim and thief send in turn; ends with the thief. */
    private void quarrel(int moves) {
        learn(VICTIM);
        for (int n = 0; n < moves; n++) {
            learn(n % 2 == 0 ? THIEF : VICTIM);
            control.tick(nowNs);
            nowNs += SECOND / 10;
        }
    }

    @Test
    void shouldTellOfEachMoveWithBothPorts() {
        ports(MacMove.TELL, VlanMembership.access(10), null);
        quarrel(1);
        assertThat(events).containsExactly(MacWord.format(MAC) + " in VLAN 10 moved from victim to thief");
        quarrel(20);
        assertThat(shut).isEmpty();
        assertThat(learn(THIEF)).isEqualTo(MacTable.MOVED);
    }

    @Test
    void shouldHoldAnAddressOnItsFirstPortForTenSeconds() {
        ports(MacMove.HOLD, VlanMembership.access(10), null);
        quarrel(4);
        assertThat(learn(THIEF)).as("four moves").isEqualTo(MacTable.MOVED);
        control.tick(nowNs);
        assertThat(macs.lookup(10, MAC)).as("the fifth").isEqualTo(VICTIM);
        assertThat(learn(THIEF)).isEqualTo(MacTable.KEPT);
        assertThat(learn(VICTIM)).isEqualTo(MacTable.KNOWN);
        nowNs += 9 * SECOND;
        assertThat(learn(THIEF)).isEqualTo(MacTable.KEPT);
        nowNs += 2 * SECOND;
        control.tick(nowNs);
        assertThat(learn(THIEF)).isEqualTo(MacTable.MOVED);
        assertThat(events).anyMatch(event -> event.contains("stays on victim for 10 s"));
    }

    @Test
    void shouldShutTheNewcomerOnly() {
        ports(MacMove.SHUT, VlanMembership.access(10), null);
        quarrel(5);
        assertThat(shut).containsExactly(THIEF);
    }

    /** However the counting falls, the port that had the address first keeps it. */
    @Test
    void shouldHoldItOnItsFirstPortAgainAndAgain() {
        ports(MacMove.HOLD, VlanMembership.access(10), null);
        learn(VICTIM);
        for (int n = 0; n < 400; n++) {
            learn(THIEF);
            nowNs += SECOND / 7;
            control.tick(nowNs);
            learn(VICTIM);
            nowNs += SECOND / 3;
            control.tick(nowNs);
        }
        assertThat(events).filteredOn(event -> event.contains("stays on")).isNotEmpty()
                .allMatch(event -> event.contains("stays on victim"));
    }

    /** The control: a guest that has migrated there and back has done nothing wrong. */
    @Test
    void shouldDoNothingAboutFewMovesOrSlowOnes() {
        ports(MacMove.SHUT, VlanMembership.access(10), null);
        quarrel(4);
        nowNs += 11 * SECOND;
        quarrel(4);
        assertThat(shut).isEmpty();
        nowNs += 11 * SECOND;
        for (int n = 0; n < 40; n++) {
            nowNs += 6 * SECOND;
            quarrel(1);
        }
        assertThat(shut).isEmpty();
    }

    @Test
    void shouldShutNeitherATrunkNorWhoDeclaresTheAddress() {
        ports(MacMove.SHUT, VlanMembership.trunk(VlanSet.of(10), 0), null);
        quarrel(9);
        assertThat(shut).isEmpty();
        all.clear();
        ports(MacMove.SHUT, VlanMembership.access(10), new AddressBinding(
                Set.of(MacAddress.parse("02:00:00:00:00:0a")), List.of(), Set.of(), false));
        nowNs += 70 * SECOND;
        learn(VICTIM);
        control.tick(nowNs);
        nowNs += 70 * SECOND;
        quarrel(9);
        assertThat(shut).isEmpty();
    }

    @Test
    void shouldNotFloodTheLog() {
        ports(MacMove.TELL, VlanMembership.access(10), null);
        for (int mac = 1; mac <= 3000; mac++) {
            macs.learn(10, 0x100L * mac, VICTIM, 1, 0);
            macs.learn(10, 0x100L * mac, THIEF, 1, 0);
        }
        control.tick(nowNs);
        assertThat(events).hasSize(10);
        assertThat(macs.moves().lost()).isEqualTo(3000 - 1024);
    }
}
