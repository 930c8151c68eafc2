package net.weft.vswitch.forward;

import static net.weft.vswitch.Frames.BROADCAST;
import static net.weft.vswitch.Frames.frame;
import static net.weft.vswitch.Frames.tagged;
import static net.weft.vswitch.Frames.untagged;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.weft.testing.Seed;
import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;
import net.weft.vswitch.EgressAccounts;
import net.weft.vswitch.InlineSwitch;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.device.MemoryLink;
import net.weft.vswitch.observe.Capture;
import net.weft.vswitch.trace.Trace;
import net.weft.vswitch.trace.TracedFrame;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MirrorTest {
    private static final String A = "02:00:00:00:00:0a";
    private static final String B = "02:00:00:00:00:0b";
    private static final int RSPAN = 900;

    private final InlineSwitch lab = new InlineSwitch();

    @BeforeEach
    void twoPortsATrunkAndOneToLookFrom() {
        lab.port("a", VlanMembership.access(10)).port("b", VlanMembership.access(10))
                .port("t", VlanMembership.trunk(VlanSet.of(10, 20), 0)).port("spy", VlanMembership.access(10));
    }

    @AfterEach
    void accountsBalance() {
        EgressAccounts.assertBalance(lab.counters());
        lab.close();
    }

    @Test
    void shouldCopyWhatComesInAndGoesOutAndSendNothingElse() {
        lab.mirror("a", "spy", 0);
        lab.send("a", untagged(BROADCAST, A)).send("b", untagged(A, B)).send("b", untagged(BROADCAST, B))
                .send("t", tagged(BROADCAST, "02:00:00:00:00:0c", 20));
        assertThat(lab.receiveAll("spy")).containsExactly(untagged(BROADCAST, A), untagged(A, B),
                untagged(BROADCAST, B));
        assertThat(lab.receiveAll("a")).containsExactly(untagged(A, B), untagged(BROADCAST, B));
        assertThat(lab.receiveAll("b")).containsExactly(untagged(BROADCAST, A));
    }

    @Test
    void shouldTakeNothingInByThePortThatIsMirroredTo() {
        lab.mirror("a", "spy", 0);
        lab.send("spy", untagged(BROADCAST, B));
        assertThat(lab.receiveAll("a")).isEmpty();
        assertThat(lab.drops("spy", DropReason.NOT_MEMBER)).isEqualTo(1);
        assertThat(lab.macs().entries(lab.number("spy"))).isZero();
    }

    @Test
    void shouldCopyFramesAsTheyAreOnTheWireOfTheMirroredPort() {
        lab.mirror("t", "spy", 0);
        lab.send("a", untagged(BROADCAST, A)).send("t", tagged(A, B, 0xE00A));
        assertThat(lab.receiveAll("spy")).containsExactly(tagged(BROADCAST, A, 10), tagged(A, B, 0xE00A));
    }

    @Test
    void shouldPutCopiesIntoAVlanOfTheirOwnInFrontOfTheirTag() {
        lab.membership("spy", VlanMembership.trunk(VlanSet.of(20), 0));
        lab.mirror("t", "spy", RSPAN).mirror("a", "spy", RSPAN);
        lab.send("a", untagged(BROADCAST, A));
        assertThat(lab.receiveAll("spy")).containsExactlyInAnyOrder(tagged(BROADCAST, A, RSPAN),
                frame(BROADCAST, A, 46, 0x8100, RSPAN, 0x8100, 10, 0x0800));
        lab.send("t", tagged(BROADCAST, B, 20));
        assertThat(lab.receiveAll("spy")).as("goes on as a port of its own").containsExactlyInAnyOrder(
                tagged(BROADCAST, B, 20),
                frame(BROADCAST, B, 46, 0x8100, RSPAN, 0x8100, 20, 0x0800));
    }

    @Test
    void shouldCopyWhatIsDroppedButNotWhatClaimsAWrongOffload() {
        lab.mirror("a", "spy", 0);
        lab.send("a", tagged(BROADCAST, A, 10)).send("a", new byte[13]);
        lab.send("a", tagged(BROADCAST, A, 10), Offload.of(Offload.NEEDS_CSUM, Offload.GSO_NONE, 0, 30, 6, 40));
        lab.send("a", untagged(BROADCAST, A), Offload.of(Offload.NEEDS_CSUM, Offload.GSO_NONE, 0, 30, 6, 40));
        assertThat(lab.receiveAll("spy")).containsExactly(tagged(BROADCAST, A, 10));
    }

    @Test
    void shouldDeliverTheOriginalsWhenTheMirrorIsFullOrDown() {
        try (InlineSwitch narrow = new InlineSwitch()) {
            narrow.port("a", VlanMembership.access(10)).port("b", VlanMembership.access(10))
                    .port(new MemoryLink("spy", 4, 2048, 0), VlanMembership.none(), 1500, 0).mirror("a", "spy", 0);
            for (int n = 0; n < 20; n++) {
                narrow.send("a", untagged(BROADCAST, A));
            }
            assertThat(narrow.link("b").discard()).isEqualTo(20);
            assertThat(narrow.drops("spy", DropReason.RING_FULL)).isEqualTo(16);
            narrow.down("spy");
            narrow.send("a", untagged(BROADCAST, A));
            assertThat(narrow.link("b").discard()).isEqualTo(1);
            assertThat(narrow.drops("spy", DropReason.PORT_DOWN)).isEqualTo(1);
        }
    }

    @Test
    void shouldDropCopiesThatAreTooLargeForTheMirror() {
        try (InlineSwitch wide = new InlineSwitch()) {
            wide.port("a", VlanMembership.access(10), 9000, 0, ~0).port("b", VlanMembership.access(10), 9000, 0, ~0)
                    .port("spy", VlanMembership.none()).mirror("a", "spy", 0);
            wide.send("a", frame(BROADCAST, A, 5000, 0x0800));
            assertThat(wide.receive("b")).hasSize(5014);
            assertThat(wide.drops("spy", DropReason.OVERSIZE)).isEqualTo(1);
        }
    }

    private List<String> copiesTold(String from, byte[] frame) {
        return lab.trace(from, TracedFrame.of(frame)).steps().stream()
                .filter(step -> step.stage() == Trace.Stage.MIRROR).map(step -> step.port() + ": " + step.text())
                .toList();
    }

    @Test
    void shouldTellInATraceOfEachCopyThatIsMade() {
        assertThat(copiesTold("a", untagged(BROADCAST, A))).isEmpty();
        lab.membership("spy", VlanMembership.trunk(VlanSet.of(30), 0));
        lab.mirror("a", "spy", RSPAN).mirror("b", "spy", RSPAN);
        assertThat(copiesTold("a", untagged(BROADCAST, A))).containsExactly(
                "a: a copy of it, as it came in, goes to spy in VLAN 900",
                "b: a copy of it, as it left, goes to spy in VLAN 900");
        assertThat(lab.receiveAll("spy")).as("a trace sends none").isEmpty();
        lab.send("a", untagged(BROADCAST, A));
        assertThat(lab.receiveAll("spy")).hasSize(2);

        assertThat(copiesTold("a", tagged(BROADCAST, A, 10))).as("dropped").containsExactly(
                "a: a copy of it, as it came in, goes to spy in VLAN 900");
        lab.send("a", tagged(BROADCAST, A, 10));
        assertThat(lab.receiveAll("spy")).hasSize(1);

        assertThat(copiesTold("a", new byte[13])).isEmpty();
        lab.send("a", new byte[13]);
        assertThat(lab.receiveAll("spy")).isEmpty();

        lab.down("spy");
        assertThat(copiesTold("a", tagged(BROADCAST, A, 10)))
                .containsExactly("a: a copy of it, as it came in, goes to spy in VLAN 900", "spy: spy is not up");
    }

    @Test
    void shouldTellInATraceOfACopyThatIsTooLarge() {
        try (InlineSwitch wide = new InlineSwitch()) {
            wide.port("a", VlanMembership.access(10), 9000, 0, ~0).port("b", VlanMembership.access(10), 9000, 0, ~0)
                    .port("spy", VlanMembership.none()).mirror("a", "spy", 0);
            assertThat(wide.trace("a", TracedFrame.of(frame(BROADCAST, A, 5000, 0x0800))).steps().getLast().text())
                    .isEqualTo("5014 bytes, more than MTU 1500 and its headers");
        }
    }

    /** A port whose device never came has an MTU of 0. */
    @Test
    void shouldCountCopiesForAPortThatIsDownAsThat() {
        try (InlineSwitch gone = new InlineSwitch()) {
            gone.port("a", VlanMembership.access(10)).port("b", VlanMembership.access(10))
                    .port("spy", VlanMembership.none(), 0, 0, 0).mirror("a", "spy", 0).down("spy");
            gone.send("a", untagged(BROADCAST, A));
            assertThat(gone.drops("spy", DropReason.PORT_DOWN)).isEqualTo(1);
        }
    }

    /** Bodies beyond the head, bursts of many frames: a copy is the frame. */
    @Test
    void shouldCopyFramesOfAnyLength() {
        lab.mirror("a", "spy", 0);
        long seed = Seed.of(MirrorTest.class);
        Random random = new Random(seed);
        List<byte[]> sent = new ArrayList<>();
        for (int n = 0; n < 600; n++) {
            byte[] frame = frame(BROADCAST, A, random.nextInt(1500), 0x0800);
            sent.add(frame);
            assertThat(lab.link("a").send(frame, 0)).isTrue();
        }
        lab.run();
        while (lab.run() > 0) {
            // the rest
        }
        assertThat(lab.receiveAll("spy")).as("seed " + seed).usingElementComparator(Arrays::compare)
                .containsExactlyElementsOf(sent);
    }

    @Test
    void shouldShowCopiesToACaptureOfTheMirror() {
        lab.mirror("a", "spy", 0);
        try (Capture capture = lab.capture(100, "spy")) {
            lab.send("a", untagged(BROADCAST, A));
            assertThat(capture.seen(0)).isEqualTo(1);
            Capture.Captured copy = capture.next();
            assertThat(copy).isNotNull().matches(Capture.Captured::outbound);
        }
    }
}
