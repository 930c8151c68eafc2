package net.weft.vswitch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.attach.LegSelection;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.device.MemoryLink;
import net.weft.vswitch.forward.LegBuckets;
import net.weft.vswitch.forward.punt.PuntedFrame;
import net.weft.vswitch.port.AttachmentSpec;
import net.weft.vswitch.port.FlowFields;
import net.weft.vswitch.port.LagSpec;
import net.weft.vswitch.port.LegCounters;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.port.PortStatus;
import net.weft.vswitch.port.PuntRule;
import net.weft.vswitch.protocol.LinkProtocol;
import net.weft.vswitch.protocol.ProtocolPorts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A port whose legs a link protocol controls, through the switch's threads; the test is the protocol. */
@Timeout(60)
class LagPortTest {
    private static final VlanMembership IN_10 = VlanMembership.access(10);

    @TempDir
    private Path state;
    private final MemoryLinks links = new MemoryLinks();
    private final Hand hand = new Hand();
    private VirtualSwitch lab;
    private MemoryLink guest;
    private List<MemoryLink> legs = List.of();

    /** A protocol that does what the test says. */
    private static final class Hand implements LinkProtocol {
        @SuppressWarnings("NullAway.Init")
        private volatile ProtocolPorts ports;

        @Override
        public List<PuntRule> rules() {
            return List.of();
        }

        @Override
        public void receive(PuntedFrame frame, long nowNs) {
        }

        @Override
        public long tick(long nowNs) {
            return NOTHING_DUE_NS;
        }
    }

    @BeforeEach
    void start() {
        lab = new VirtualSwitch(new SwitchOptions(List.of(), false, state, 300, 1).speaking(ports -> {
            hand.ports = ports;
            return hand;
        }));
        guest = links.link("guest");
        legs = List.of(links.link("leg0"), links.link("leg1"));
        lab.apply(SwitchConfig.of(List.of(PortSpec.of("guest", 0, new DeviceSpec.InMemory(guest), IN_10),
                PortSpec.of("po1", 7, new DeviceSpec.Attached("lag", "po1"), IN_10))).attached(leg(0), leg(1))
                .linked(List.of(new LagSpec("po1", FlowFields.L3_L4)), java.util.Set.of()));
    }

    private AttachmentSpec leg(int n) {
        return new AttachmentSpec("leg" + n, new DeviceSpec.InMemory(legs.get(n)), List.of("po1"), true, 0);
    }

    @AfterEach
    void stop() {
        lab.close();
        links.close();
    }

    private PortStatus status() {
        return MemoryLinks.status(lab, "po1");
    }

    private LegSelection selection() {
        return java.util.Objects.requireNonNull(hand.ports.legs(lab.portIndex(7)));
    }

    /** All buckets on one leg, the other one next. */
    private void use(int slot) {
        byte[] order = new byte[LegBuckets.BUCKETS * 2];
        for (int bucket = 0; bucket < LegBuckets.BUCKETS; bucket++) {
            order[2 * bucket] = (byte) slot;
            order[2 * bucket + 1] = (byte) (1 - slot);
            selection().buckets().move(bucket, slot);
        }
        selection().buckets().prefer(order);
    }

    private static byte[] packet(int number) {
        return Packets.udp(1, 2, 1000 + number, 53);
    }

    private long leg(int n, int cell) {
        return java.util.Objects.requireNonNull(status().legs().get(n).counters()).sum(cell);
    }

    @Test
    void shouldCarryNothingUntilTheProtocolSaysSo() {
        assertThat(status().failure()).isNotNull();
        guest.send(packet(0), 0);
        legs.getFirst().send(Packets.udp(2, 1, 53, 1), 0);
        MemoryLinks.await(() -> status().counters().ingressDrops(DropReason.LEG_STANDBY) == 1);
        assertThat(leg(0, LegCounters.STANDBY)).isOne();
        assertThat(legs.get(0).discard() + legs.get(1).discard() + guest.discard()).isZero();

        use(1);
        selection().collecting(0, true);
        legs.getFirst().send(Packets.udp(2, 1, 53, 1), 0);
        MemoryLinks.await(() -> guest.discard() == 1);
        selection().distributing(1, true);
        MemoryLinks.await(() -> status().failure() == null);
        guest.send(packet(0), 0);
        MemoryLinks.await(() -> legs.get(1).receive().length > 0);
        assertThat(legs.get(0).discard()).isZero();
        assertThat(leg(1, LegCounters.TX_PACKETS)).isOne();
        assertThat(leg(0, LegCounters.RX_PACKETS)).isEqualTo(2);
    }

    @Test
    void shouldStopALegAtOnceAndStartItOnlyWhenTheProtocolSaysSoAnew() {
        use(0);
        selection().distributing(0, true);
        selection().distributing(1, true);
        MemoryLinks.await(() -> status().failure() == null);
        legs.getFirst().carrier(false);
        MemoryLinks.await(() -> selection().distributing() == 0b10);
        guest.send(packet(1), 0);
        MemoryLinks.await(() -> legs.get(1).receive().length > 0);
        legs.getFirst().carrier(true);
        MemoryLinks.await(() -> selection().legs().getFirst().hasLink());
        assertThat(selection().distributing()).isEqualTo(0b10);
        assertThat(selection().legs().getFirst().losses()).isOne();
        guest.send(packet(1), 0);
        MemoryLinks.await(() -> legs.get(1).receive().length > 0);
        assertThat(legs.getFirst().discard()).isZero();
    }

    /** The control is the second half: without the hold the frames of the bucket are not delayed. */
    @Test
    void shouldHoldTheFramesOfABucketAndReleaseThemInOrderOnItsNewLeg() {
        use(0);
        selection().distributing(0, true);
        selection().distributing(1, true);
        guest.send(packet(1), 0);
        MemoryLinks.await(() -> legs.get(0).receive().length > 0);
        LegBuckets buckets = selection().buckets();
        for (int bucket = 0; bucket < LegBuckets.BUCKETS; bucket++) {
            buckets.hold(bucket, true);
        }
        for (int n = 0; n < 20; n++) {
            byte[] frame = packet(1);
            frame[frame.length - 1] = (byte) n;
            MemoryLinks.await(() -> guest.send(frame, 0));
        }
        MemoryLinks.await(() -> lab.ports().getFirst().counters().copies() == 21);
        assertThat(legs.get(0).discard() + legs.get(1).discard()).as("left while held").isZero();
        for (int bucket = 0; bucket < LegBuckets.BUCKETS; bucket++) {
            buckets.move(bucket, 1);
            buckets.hold(bucket, false);
        }
        for (int n = 0; n < 20; n++) {
            byte[][] got = {{}};
            MemoryLinks.await(() -> (got[0] = legs.get(1).receive()).length > 0);
            assertThat(got[0][got[0].length - 1]).isEqualTo((byte) n);
        }
        guest.send(packet(1), 0);
        MemoryLinks.await(() -> legs.get(1).receive().length > 0);
        assertThat(legs.get(0).discard()).isZero();
        assertThat(status().counters().txPackets()).isEqualTo(22);
    }

    @Test
    void shouldLoseNothingAndKeepTheOrderWhenMoreIsHeldThanThereIsRoom() {
        use(0);
        selection().distributing(0, true);
        LegBuckets buckets = selection().buckets();
        for (int bucket = 0; bucket < LegBuckets.BUCKETS; bucket++) {
            buckets.hold(bucket, true);
        }
        int frames = 600;
        int next = 0;
        for (int n = 0; n < frames; n++) {
            byte[] frame = packet(1);
            frame[frame.length - 2] = (byte) (n >>> 8);
            frame[frame.length - 1] = (byte) n;
            while (!guest.send(frame, 0)) {
                next = drained(next);
            }
        }
        while (next < frames) {
            next = drained(next);
        }
    }

    private int drained(int next) {
        byte[] got = legs.get(0).receive();
        if (got.length == 0) {
            Thread.onSpinWait();
            return next;
        }
        assertThat((got[got.length - 2] & 0xFF) << 8 | got[got.length - 1] & 0xFF).isEqualTo(next);
        return next + 1;
    }

    @Test
    void shouldKeepMacEntriesAndSlotsWhenALegLeaves() {
        use(1);
        selection().distributing(1, true);
        selection().collecting(1, true);
        legs.get(1).send(Packets.udp(2, 1, 53, 1), 0);
        MemoryLinks.await(() -> lab.macs().entries(lab.portIndex(7)) == 1);
        lab.apply(SwitchConfig.of(List.of(PortSpec.of("guest", 0, new DeviceSpec.InMemory(guest), IN_10),
                PortSpec.of("po1", 7, new DeviceSpec.Attached("lag", "po1"), IN_10))).attached(leg(1))
                .linked(List.of(new LagSpec("po1", FlowFields.L3_L4)), java.util.Set.of()));
        assertThat(selection().legs()).extracting(LegSelection.Leg::slot).containsExactly(1);
        assertThat(selection().distributing()).isEqualTo(0b10);
        assertThat(lab.macs().entries(lab.portIndex(7))).isOne();
        guest.send(packet(3), 0);
        MemoryLinks.await(() -> legs.get(1).receive().length > 0);
    }
}
