package net.weft.vswitch.forward;

import static net.weft.vswitch.Packets.mac;
import static net.weft.vswitch.Packets.udp;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.Frames;
import net.weft.vswitch.InlineSwitch;
import net.weft.vswitch.Packets;
import net.weft.zone.Action;
import net.weft.zone.ConnectionLimits;
import net.weft.zone.Match;
import net.weft.zone.Policy;
import net.weft.zone.PortZones;
import net.weft.zone.Timeouts;
import net.weft.zone.Zone;
import net.weft.zone.Zoning;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers to multicast queries, as of SSDP: host 1 asks a group, hosts 2 and 3 answer from their own addresses. */
class MulticastRepliesTest {
    private static final int USERS = 2;
    private static final int DEVICES = 3;
    private static final int SSDP = 1900;

    @AutoClose
    private final InlineSwitch fabric = new InlineSwitch();

    @BeforeEach
    void ports() {
        for (String name : List.of("user", "device", "other")) {
            fabric.port(name, VlanMembership.access(10));
        }
        for (int host = 1; host <= 3; host++) {
            fabric.send(List.of("user", "device", "other").get(host - 1), Frames.untagged(Frames.BROADCAST, mac(host)));
        }
        List.of("user", "device", "other").forEach(fabric::receiveAll);
    }

    private void policy(boolean replies) {
        Policy policy = new Policy(7, null, "ssdp", Set.of(USERS), Set.of(DEVICES),
                List.of(new Match(Match.Kind.UDP, SSDP, SSDP)), List.of(), List.of(), Action.ALLOW, false, false, false,
                false, replies);
        fabric.zoning(
                new Zoning(List.of(new Zone(USERS, null, "users", false), new Zone(DEVICES, null, "devices", false)),
                        List.of(policy), Map.of(), Timeouts.DEFAULT, new ConnectionLimits(64, 64, 64)),
                Map.of("user", PortZones.of(USERS), "device", PortZones.of(DEVICES)), Map.of());
    }

    /** From 10.10.0.1:4000 to 239.255.255.250:1900. */
    private static byte[] query() {
        byte[] frame = Packets.ipv4(1, 2, 17, 0, ByteBuffer.allocate(12).putShort((short) 4000).putShort((short) SSDP)
                .putShort((short) 12).array());
        return ByteBuffer.wrap(frame).put(new byte[]{1, 0, 0x5e, 0x7f, (byte) 0xff, (byte) 0xfa})
                .put(30, InetAddress.ofLiteral("239.255.255.250").getAddress()).array();
    }

    private boolean passes(String from, String to, byte[] frame) {
        List.of("user", "device", "other").forEach(fabric::receiveAll);
        fabric.send(from, frame);
        return fabric.receive(to).length > 0;
    }

    @Test
    void shouldLetAnswersPassFromTheZoneThatWasAskedToTheAddressThatAsked() {
        policy(true);
        assertThat(passes("device", "user", udp(2, 1, SSDP, 4000))).as("before the question").isFalse();
        assertThat(passes("user", "device", query())).isTrue();
        assertThat(passes("user", "device", query())).as("asked again").isTrue();
        assertThat(passes("device", "user", udp(2, 1, SSDP, 4000))).isTrue();
        assertThat(passes("device", "user", udp(2, 1, 50_000, 4000))).as("from another port of it").isTrue();
        assertThat(passes("device", "user", udp(2, 1, SSDP, 4001))).as("to another port").isFalse();
        assertThat(passes("other", "user", udp(3, 1, SSDP, 4000))).as("from a zone that was not asked").isFalse();
        assertThat(passes("device", "user", Packets.tcp(2, 1, SSDP, 4000, Packets.SYN, 1, 0))).as("no UDP").isFalse();
        assertThat(Objects.requireNonNull(fabric.zones().connections()).size()).as("one query").isOne();
        fabric.nowSeconds(29);
        assertThat(passes("device", "user", udp(2, 1, SSDP, 4000))).isTrue();
        fabric.nowSeconds(31);
        assertThat(passes("device", "user", udp(2, 1, SSDP, 4000))).as("too late").isFalse();
    }

    /** The control. */
    @Test
    void shouldLetNoAnswerPassWithoutTheKey() {
        policy(false);
        assertThat(passes("user", "device", query())).isTrue();
        assertThat(passes("device", "user", udp(2, 1, SSDP, 4000))).isFalse();
        assertThat(Objects.requireNonNull(fabric.zones().connections()).size()).isZero();
    }

    @Test
    void shouldForgetTheQuestionWhenThePoliciesChange() {
        policy(true);
        assertThat(passes("user", "device", query())).isTrue();
        policy(false);
        policy(true);
        assertThat(passes("device", "user", udp(2, 1, SSDP, 4000))).isFalse();
    }
}
