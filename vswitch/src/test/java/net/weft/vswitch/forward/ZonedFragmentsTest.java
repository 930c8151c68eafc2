package net.weft.vswitch.forward;

import static net.weft.vswitch.Packets.mac;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.Frames;
import net.weft.vswitch.InlineSwitch;
import net.weft.vswitch.Packets;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.port.Protection;
import net.weft.zone.Action;
import net.weft.zone.Match;
import net.weft.zone.PortZones;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Datagrams of two fragments, many of them: from host 1 to host 2, which alone may have them, or to nobody known. */
class ZonedFragmentsTest {
    private static final int LATER_BYTES = 1400;

    @AutoClose
    private final InlineSwitch lab = new InlineSwitch();

    @BeforeEach
    void ports() {
        lab.nowSeconds(100);
        lab.port("web", VlanMembership.access(10)).port("db", VlanMembership.access(10))
                .port("shop", VlanMembership.access(10)).port("db2", VlanMembership.access(10));
        lab.send("web", Frames.untagged(Frames.BROADCAST, mac(1)));
        lab.send("db", Frames.untagged(Frames.BROADCAST, mac(2)));
        for (String port : List.of("web", "db", "shop", "db2")) {
            drain(port);
        }
        lab.zoning(ZoningTest.zoning(ZoningTest.policy(1, Set.of(ZoningTest.DMZ), Set.of(ZoningTest.DATA), Match.ANY,
                Action.ALLOW)),
                Map.of("web", PortZones.of(ZoningTest.DMZ), "db", PortZones.of(ZoningTest.DATA), "db2",
                        PortZones.of(ZoningTest.DATA)),
                Map.of());
    }

    private int drain(String port) {
        return lab.receiveAll(port).size();
    }

    /** All that is held is looked at. */
    private void settle() {
        for (int turn = 0; turn < 32; turn++) {
            lab.run();
        }
    }

    private static byte[] first(int to, int id) {
        return identified(Packets.ipv4(1, to, 17, 0x2000, ByteBuffer.allocate(64).putShort((short) 4000)
                .putShort((short) 53).putShort((short) (64 + LATER_BYTES)).array()), id);
    }

    private static byte[] later(int to, int id) {
        return identified(Packets.ipv4(1, to, 17, 8, new byte[LATER_BYTES]), id);
    }

    private static byte[] identified(byte[] frame, int id) {
        return ByteBuffer.wrap(frame).putShort(18, (short) id).array();
    }

    @Test
    void shouldLetFloodedFragmentsPassHoweverManyThereWere() {
        int nobody = 9;
        for (int id = 0; id < 5000; id++) {
            lab.nowNs(200_000_000_000L + id * 20_000L);
            boolean inOrder = id % 50 > 0;
            lab.send("web", inOrder ? first(nobody, id) : later(nobody, id));
            lab.send("web", inOrder ? later(nobody, id) : first(nobody, id));
            settle();

            assertThat(drain("db")).as("parts of datagram %d", id).isEqualTo(2);
            assertThat(drain("db2")).as("parts of datagram %d at the other port of the zone", id).isEqualTo(2);
        }
        assertThat(drain("shop")).isZero();
    }

    @Test
    void shouldChargeWhatWasHeldOnce() {
        lab.protect("web", new Protection(64, 1_000_000, 0, Protection.Bpdu.DROP, false));
        int datagrams = 100;
        for (int to : new int[]{2, 9}) {
            int sent = to == 9 ? 30 : datagrams;
            for (int id = 0; id < sent; id++) {
                lab.send("web", later(to, id));
            }
            for (int id = 0; id < sent; id++) {
                lab.send("web", first(to, id));
                lab.run();
            }
            settle();

            assertThat(lab.drops("web", DropReason.RATE_LIMIT)).isZero();
            assertThat(lab.drops("web", DropReason.STORM_LIMIT)).isZero();
            assertThat(drain("db")).isEqualTo(2 * sent);
            lab.nowSeconds(110);
        }
    }
}
