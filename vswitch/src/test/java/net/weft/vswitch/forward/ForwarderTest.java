package net.weft.vswitch.forward;

import static net.weft.vswitch.Frames.BROADCAST;
import static net.weft.vswitch.Frames.frame;
import static net.weft.vswitch.Frames.tagged;
import static net.weft.vswitch.Frames.untagged;
import static org.assertj.core.api.Assertions.assertThat;

import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;
import net.weft.vswitch.InlineSwitch;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.device.MemoryLink;
import net.weft.vswitch.port.PortCounters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ForwarderTest {
    private static final String A = "02:00:00:00:00:0a";
    private static final String B = "02:00:00:00:00:0b";
    private static final String C = "02:00:00:00:00:0c";

    private final InlineSwitch lab = new InlineSwitch();

    @BeforeEach
    void twoGuestsInVlan10OneInVlan20AndATrunk() {
        lab.port("a", VlanMembership.access(10)).port("b", VlanMembership.access(10))
                .port("c", VlanMembership.access(20))
                .port("t", VlanMembership.trunk(VlanSet.of(10, 20, 30), 30));
    }

    @AfterEach
    void accountsBalance() {
        long in = 0;
        long accounted = 0;
        for (PortCounters port : lab.counters()) {
            in += port.copies();
            accounted += port.txPackets();
            for (DropReason reason : DropReason.values()) {
                accounted += port.egressDrops(reason);
            }
        }
        assertThat(accounted).as("copies sent or dropped").isEqualTo(in);
        lab.close();
    }

    @Test
    void shouldFloodABroadcastToTheVlanExceptIngressAndTagItOnTheTrunk() {
        lab.send("a", untagged(BROADCAST, A));
        assertThat(lab.receive("b")).isEqualTo(untagged(BROADCAST, A));
        assertThat(lab.receive("t")).isEqualTo(tagged(BROADCAST, A, 10));
        assertThat(lab.receive("a")).isEmpty();
        assertThat(lab.receive("c")).isEmpty();
    }

    @Test
    void shouldSendUnicastToTheLearnedPortOnly() {
        lab.send("b", untagged(BROADCAST, B)).send("a", untagged(B, A));
        assertThat(lab.receive("t")).isEqualTo(tagged(BROADCAST, B, 10));
        assertThat(lab.receive("a")).isEqualTo(untagged(BROADCAST, B));
        assertThat(lab.receive("b")).isEqualTo(untagged(B, A));
        assertThat(lab.receive("t")).isEmpty();
    }

    @Test
    void shouldFloodUnknownUnicast() {
        lab.send("a", untagged(B, A));
        assertThat(lab.receive("b")).isNotEmpty();
        assertThat(lab.receive("t")).isNotEmpty();
        assertThat(lab.receive("c")).isEmpty();
    }

    @Test
    void shouldFollowAStationThatMoves() {
        lab.send("b", untagged(BROADCAST, B)).send("t", tagged(BROADCAST, B, 10));
        lab.receive("b");
        lab.receive("t");
        lab.send("a", untagged(B, A));
        assertThat(lab.receive("t")).isEqualTo(tagged(B, A, 10));
        assertThat(lab.receive("b")).isEmpty();
    }

    @Test
    void shouldStripTheTagTowardsAnAccessPortAndKeepPriorityBetweenTrunks() {
        lab.port("u", VlanMembership.trunk(VlanSet.of(10), 0));
        lab.send("t", tagged(BROADCAST, C, 5 << 13 | 10));
        assertThat(lab.receive("a")).isEqualTo(untagged(BROADCAST, C));
        assertThat(lab.receive("u")).isEqualTo(tagged(BROADCAST, C, 5 << 13 | 10));
    }

    @Test
    void shouldPutUntaggedFramesOfATrunkIntoItsNativeVlan() {
        lab.port("n", VlanMembership.access(30));
        lab.send("t", untagged(BROADCAST, C));
        assertThat(lab.receive("n")).isEqualTo(untagged(BROADCAST, C));
        lab.send("n", untagged(BROADCAST, A));
        assertThat(lab.receive("t")).isEqualTo(untagged(BROADCAST, A));
        assertThat(lab.receive("a")).isEmpty();
    }

    @Test
    void shouldDropTaggedFramesOnAccessPortsAndForeignVlansOnTrunks() {
        lab.send("a", tagged(BROADCAST, A, 10)).send("a", tagged(BROADCAST, A, 20)).send("t", tagged(BROADCAST, C, 40))
                .send("t", tagged(BROADCAST, C, 4095));
        assertThat(lab.drops("a", DropReason.NOT_MEMBER)).isEqualTo(2);
        assertThat(lab.drops("t", DropReason.NOT_MEMBER)).isEqualTo(2);
        assertThat(lab.receive("b")).isEmpty();
    }

    @Test
    void shouldTreatAPriorityTagAsUntagged() {
        lab.send("a", tagged(BROADCAST, A, 6 << 13));
        assertThat(lab.receive("b")).isEqualTo(untagged(BROADCAST, A));
        assertThat(lab.receive("t")).as("priority survives").isEqualTo(tagged(BROADCAST, A, 6 << 13 | 10));
    }

    @Test
    void shouldNotLetASecondTagHopIntoAnotherVlan() {
        lab.send("a", frame(BROADCAST, A, 46, 0x8100, 0, 0x8100, 20, 0x0800));
        assertThat(lab.drops("a", DropReason.DOUBLE_TAG)).isOne();
        lab.port("u", VlanMembership.trunk(VlanSet.of(10, 20), 10));
        lab.send("t", frame(BROADCAST, C, 46, 0x8100, 10, 0x8100, 20, 0x0800));
        assertThat(lab.drops("u", DropReason.DOUBLE_TAG)).isOne();
        assertThat(lab.receive("u")).isEmpty();
    }

    @Test
    void shouldNotForwardReservedAddressesNorLearnGroupSources() {
        for (int last = 0; last < 16; last++) {
            lab.send("a", untagged("01:80:c2:00:00:%02x".formatted(last), A));
        }
        assertThat(lab.drops("a", DropReason.RESERVED_ADDRESS)).isEqualTo(16);
        lab.send("a", untagged(B, "03:00:00:00:00:01")).send("a", untagged(B, "00:00:00:00:00:00"));
        assertThat(lab.drops("a", DropReason.MALFORMED)).isEqualTo(2);
        assertThat(lab.receive("b")).isEmpty();
        lab.send("a", untagged("01:80:c2:00:00:10", A));
        assertThat(lab.receive("b")).as("the next address is an ordinary group").isNotEmpty();
    }

    @Test
    void shouldDropRuntsOversizeAndTruncatedTags() {
        lab.send("a", new byte[13]).send("a", new byte[0]).send("a", frame(BROADCAST, A, 0, 0x8100, 10));
        assertThat(lab.drops("a", DropReason.MALFORMED)).isEqualTo(3);
        lab.send("a", frame(BROADCAST, A, 1501, 0x0800));
        assertThat(lab.drops("a", DropReason.OVERSIZE)).isOne();
        lab.send("a", frame(BROADCAST, A, 1500, 0x0800)).send("t", frame(BROADCAST, C, 1500, 0x8100, 10, 0x0800));
        assertThat(lab.receive("b")).hasSize(1514);
        assertThat(lab.receive("b")).hasSize(1514);
        assertThat(lab.receive("t")).hasSize(1518);
    }

    @Test
    void shouldDropWhatIsTooLargeForTheEgressPort() {
        lab.port("j", VlanMembership.access(10), 9000, 0, ~0);
        lab.send("j", frame(BROADCAST, C, 9000, 0x0800));
        assertThat(lab.drops("a", DropReason.OVERSIZE)).isOne();
        assertThat(lab.drops("j", DropReason.OVERSIZE)).isZero();
    }

    @Test
    void shouldSayWhenThereIsNowhereToGo() {
        lab.send("a", untagged(BROADCAST, A)).send("a", untagged(A, A));
        assertThat(lab.drops("a", DropReason.SAME_PORT)).isOne();
        lab.port("alone", VlanMembership.access(99)).send("alone", untagged(BROADCAST, C));
        assertThat(lab.drops("alone", DropReason.NO_DESTINATION)).isOne();
    }

    @Test
    void shouldEnforceAMacLimitByDropping() {
        lab.port("l", VlanMembership.access(10), 1500, 1, ~0);
        lab.send("l", untagged(BROADCAST, B)).send("l", untagged(BROADCAST, C));
        assertThat(lab.drops("l", DropReason.MAC_LIMIT)).isOne();
        assertThat(lab.receive("a")).isEqualTo(untagged(BROADCAST, B));
        assertThat(lab.receive("a")).isEmpty();
    }

    @Test
    void shouldKeepTheOrderOfFramesWhoseVerdictChangesWithinABurst() {
        lab.link("a").send(untagged(B, A), 0);
        lab.link("b").send(untagged(BROADCAST, B), 0);
        lab.link("a").send(frame(B, A, 60, 0x0800), 0);
        lab.run();
        lab.run();
        assertThat(lab.receive("b")).hasSize(60);
        assertThat(lab.receive("b")).hasSize(74);
    }

    @Test
    void shouldCountAFullReceiverPerPort() {
        for (int i = 0; i < 1100; i++) {
            lab.send("a", untagged(BROADCAST, A));
            lab.receive("t");
        }
        assertThat(lab.drops("b", DropReason.RING_FULL)).isEqualTo(1100 - 1024);
        assertThat(lab.drops("t", DropReason.RING_FULL)).isZero();
    }

    @Test
    void shouldTellAFrameThatCannotBeSentFromOneThatFindsNoRoom() {
        int room = 16;
        lab.port(new MemoryLink("small", room, 512, 0), VlanMembership.access(40), 1500, 0)
                .port("sender", VlanMembership.access(40));
        byte[] datagram = frame(BROADCAST, A, 958, 0x0800, 0x4500, 986, 0, 0, 0x4011, 0, 0x0a00, 1, 0x0a00, 2, 1000,
                2000, 966, 0);
        lab.send("sender", datagram, Offload.of(Offload.NEEDS_CSUM, Offload.GSO_NONE, 0, 34, 6, 0));
        assertThat(lab.drops("small", DropReason.REFUSED)).as("completed in software, then too long").isOne();
        for (int n = 0; n <= room; n++) {
            lab.send("sender", untagged(BROADCAST, A));
        }
        assertThat(lab.drops("small", DropReason.REFUSED)).isOne();
        assertThat(lab.drops("small", DropReason.RING_FULL)).isOne();
    }
}
