package net.weft.vswitch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.device.MemoryLink;
import net.weft.vswitch.forward.ZoningTest;
import net.weft.vswitch.port.AttachmentSpec;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.port.PortStatus;
import net.weft.zone.PortZones;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One port with several attachments, through the switch's threads. */
@Timeout(60)
class PortLegsTest {
    private static final int LEGS = 4;
    private static final int FLOWS = 400;
    private static final VlanMembership IN_10 = VlanMembership.access(10);

    @TempDir
    private Path state;
    private final MemoryLinks links = new MemoryLinks();
    private VirtualSwitch lab;
    private MemoryLink guest;

    @BeforeEach
    void start() {
        lab = new VirtualSwitch(new SwitchOptions(List.of(), false, state, 300, 1));
        guest = links.link("guest");
    }

    @AfterEach
    void stop() {
        lab.close();
        links.close();
    }

    private PortStatus status(String name) {
        return MemoryLinks.status(lab, name);
    }

    // ---- one port, several legs ------------------------------------------------------------------------------------

    private final List<MemoryLink> legs = new ArrayList<>();

    /** A guest in zone DMZ, and a port in the same zone with four legs. */
    private void aggregate() {
        AttachmentSpec[] attachments = new AttachmentSpec[LEGS];
        for (int n = 0; n < LEGS; n++) {
            legs.add(links.link("leg" + n));
            attachments[n] = new AttachmentSpec("leg" + n, new DeviceSpec.InMemory(legs.get(n)), List.of("po1"), true,
                    0);
        }
        lab.apply(SwitchConfig.of(List.of(
                PortSpec.of("guest", 0, new DeviceSpec.InMemory(guest), IN_10).zoned(PortZones.of(ZoningTest.DMZ),
                        null),
                PortSpec.of("po1", 70_000, new DeviceSpec.Attached("lag", "po1"), IN_10)
                        .zoned(PortZones.of(ZoningTest.DMZ), null)),
                ZoningTest.zoning()).attached(attachments));
        assertThat(status("po1").legs()).hasSize(LEGS).allMatch(leg -> leg.failure() == null);
        legs.getFirst().send(broadcast(2), 0);
        MemoryLinks.await(() -> guest.receive().length > 0);
    }

    private static byte[] broadcast(int from) {
        byte[] frame = Packets.udp(from, 9, 1, 1);
        Arrays.fill(frame, 0, 6, (byte) 0xFF);
        return frame;
    }

    private static byte[] flow(int number) {
        return Packets.udp(1, 2, 1000 + number, 53);
    }

    /** Sends one packet of each flow; the leg that each left by. */
    private int[] sendAll() {
        for (int flow = 0; flow < FLOWS; flow++) {
            byte[] frame = flow(flow);
            MemoryLinks.await(() -> guest.send(frame, 0));
        }
        int[] legOf = new int[FLOWS];
        Arrays.fill(legOf, -1);
        int[] missing = {FLOWS};
        MemoryLinks.await(() -> {
            for (int n = 0; n < LEGS; n++) {
                for (byte[] frame = legs.get(n).receive(); frame.length > 0; frame = legs.get(n).receive()) {
                    int flow = ((frame[34] & 0xFF) << 8 | frame[35] & 0xFF) - 1000;
                    assertThat(legOf[flow]).as("flow %d leaves once", flow).isEqualTo(-1);
                    legOf[flow] = n;
                    missing[0]--;
                }
            }
            return missing[0] == 0;
        });
        return legOf;
    }

    private static int[] shares(int[] legOf) {
        int[] shares = new int[LEGS];
        for (int leg : legOf) {
            shares[leg]++;
        }
        return shares;
    }

    @Test
    void shouldSpreadFlowsEvenlyAndKeepEachOnItsLeg() {
        aggregate();
        int[] first = sendAll();
        assertThat(sendAll()).isEqualTo(first);
        assertThat(Arrays.stream(shares(first)).boxed().toList())
                .allSatisfy(share -> assertThat(share).isBetween(70, 130));
        assertThat(status("po1").counters().txPackets()).isEqualTo(2 * FLOWS);
    }

    @Test
    void shouldFloodOnceAndNeverBackToThePortItCameFrom() {
        aggregate();
        guest.send(broadcast(1), 0);
        MemoryLinks.await(() -> legs.stream().mapToInt(MemoryLink::discard).sum() == 1);
        legs.get(1).send(broadcast(2), 0);
        MemoryLinks.await(() -> guest.receive().length > 0);
        assertThat(legs.stream().mapToInt(MemoryLink::discard).sum()).isZero();
    }

    /** The control of "nothing forgotten" is the change of zones at the end, which forgets the cached flows. */
    @Test
    void shouldMoveTheFlowsOfAFailedLegAloneWithoutSnapshotAndForgetNothing() {
        aggregate();
        int[] before = sendAll();
        long epoch = lab.snapshotEpoch();
        int flushes = lab.flowCacheFlushes();
        int entries = lab.macs().entries(lab.portIndex(70_000));

        long pulledNs = System.nanoTime();
        legs.get(2).carrier(false);
        MemoryLinks.await(() -> status("po1").legs().get(2).failure() != null);
        int[] after = sendAll();
        long lastNs = System.nanoTime();

        for (int flow = 0; flow < FLOWS; flow++) {
            assertThat(after[flow]).as("flow %d", flow).isNotEqualTo(2);
            if (before[flow] != 2) {
                assertThat(after[flow]).as("flow %d stays", flow).isEqualTo(before[flow]);
            }
        }
        assertThat(shares(after)).as("the failed leg's flows are spread").satisfies(
                share -> assertThat(Arrays.stream(share).filter(count -> count > 0).min().orElse(0))
                        .isGreaterThan(100));
        assertThat(status("po1").isUp()).isTrue();
        assertThat(lab.snapshotEpoch()).as("published").isEqualTo(epoch);
        assertThat(lab.flowCacheFlushes()).as("cached flows forgotten").isEqualTo(flushes);
        assertThat(lab.macs().entries(lab.portIndex(70_000))).as("MAC entries").isEqualTo(entries);
        System.out.println("PortLegsTest: leg failed, seen and all flows moved within " + (lastNs - pulledNs) / 1000
                + " us");

        legs.get(2).carrier(true);
        MemoryLinks.await(() -> status("po1").legs().get(2).failure() == null);
        assertThat(sendAll()).as("they move back").isEqualTo(before);
        assertThat(lab.snapshotEpoch()).isEqualTo(epoch);

        lab.apply(SwitchConfig.of(List.of(), ZoningTest.zoning()));
        assertThat(lab.snapshotEpoch()).isGreaterThan(epoch);
        MemoryLinks.await(() -> lab.flowCacheFlushes() > flushes);
    }

    @Test
    void shouldGoDownWithItsLastLegAndComeBackWithTheFirst() {
        aggregate();
        legs.forEach(leg -> leg.carrier(false));
        MemoryLinks.await(() -> status("po1").failure() != null);
        legs.get(3).carrier(true);
        MemoryLinks.await(() -> status("po1").failure() == null);
        guest.send(broadcast(1), 0);
        MemoryLinks.await(() -> legs.get(3).receive().length > 0);
    }
}
