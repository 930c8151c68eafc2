package net.weft.vswitch;

import static net.weft.vswitch.Frames.untagged;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import net.weft.linux.Fd;
import net.weft.linux.Memory;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DeviceDecorator;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.burst.Scratch;
import net.weft.vswitch.burst.TransmitList;
import net.weft.vswitch.device.DeviceOpener;
import net.weft.vswitch.device.DeviceProvider;
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

/** One port with several attachments, and one attachment that serves several ports, through the switch's threads. */
@Timeout(60)
class PortLegsTest {
    private static final int LEGS = 4;
    private static final int FLOWS = 400;
    private static final VlanMembership IN_10 = VlanMembership.access(10);

    @TempDir
    private Path state;
    private final List<MemoryLink> links = new ArrayList<>();
    private VirtualSwitch lab;
    private MemoryLink guest;
    /** Frames that left by the shared device, by port index. */
    private final Map<Integer, Integer> left = new HashMap<>();

    @BeforeEach
    void start() {
        DeviceProvider provider = (spec, ports, _) -> spec instanceof Shared shared
                ? Optional.of(opener(shared, ports, left))
                : Optional.empty();
        lab = new VirtualSwitch(new SwitchOptions(List.of(), false, state, 300, 1).with(provider));
        guest = link("guest");
    }

    @AfterEach
    void stop() {
        lab.close();
        links.forEach(MemoryLink::close);
    }

    private MemoryLink link(String name) {
        MemoryLink link = new MemoryLink(name, 1024, 2048, ~0);
        links.add(link);
        return link;
    }

    private static void await(BooleanSupplier wanted) {
        while (!wanted.getAsBoolean()) {
            if (Thread.interrupted()) {
                throw new AssertionError("what the test waits for did not come");
            }
            Thread.onSpinWait();
        }
    }

    private PortStatus status(String name) {
        return lab.ports().stream().filter(port -> port.spec().name().equals(name)).findFirst().orElseThrow();
    }

    // ---- one port, several legs ------------------------------------------------------------------------------------

    private final List<MemoryLink> legs = new ArrayList<>();

    /** A guest in zone DMZ, and a port in the same zone with four legs. */
    private void aggregate() {
        AttachmentSpec[] attachments = new AttachmentSpec[LEGS];
        for (int n = 0; n < LEGS; n++) {
            legs.add(link("leg" + n));
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
        await(() -> guest.receive().length > 0);
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
            await(() -> guest.send(frame, 0));
        }
        int[] legOf = new int[FLOWS];
        Arrays.fill(legOf, -1);
        int[] missing = {FLOWS};
        await(() -> {
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
        await(() -> legs.stream().mapToInt(MemoryLink::discard).sum() == 1);
        legs.get(1).send(broadcast(2), 0);
        await(() -> guest.receive().length > 0);
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
        await(() -> status("po1").legs().get(2).failure() != null);
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
        await(() -> status("po1").legs().get(2).failure() == null);
        assertThat(sendAll()).as("they move back").isEqualTo(before);
        assertThat(lab.snapshotEpoch()).isEqualTo(epoch);

        lab.apply(SwitchConfig.of(List.of(), ZoningTest.zoning()));
        assertThat(lab.snapshotEpoch()).isGreaterThan(epoch);
        await(() -> lab.flowCacheFlushes() > flushes);
    }

    @Test
    void shouldGoDownWithItsLastLegAndComeBackWithTheFirst() {
        aggregate();
        legs.forEach(leg -> leg.carrier(false));
        await(() -> status("po1").failure() != null);
        legs.get(3).carrier(true);
        await(() -> status("po1").failure() == null);
        guest.send(broadcast(1), 0);
        await(() -> legs.get(3).receive().length > 0);
    }

    // ---- one device, several ports ---------------------------------------------------------------------------------

    /** What serves two ports: a frame belongs to the port whose place the last byte of its source or destination MAC says. */
    private record Shared(MemoryLink link) implements DeviceSpec {
        @Override
        public String type() {
            return "shared";
        }

        @Override
        public String label() {
            return link.name();
        }
    }

    /** Stands for a socket with many peers. */
    private static final class SharedDevice implements DeviceDecorator, ReceiveQueue {
        private final Device device;
        private final int[] ports;
        /** Frames that left, by port index. */
        private final Map<Integer, Integer> left;

        SharedDevice(Device device, int[] ports, Map<Integer, Integer> left) {
            this.device = device;
            this.ports = ports;
            this.left = left;
        }

        @Override
        public Device delegate() {
            return device;
        }

        @Override
        public List<ReceiveQueue> receiveQueues() {
            return List.of(this);
        }

        private ReceiveQueue queue() {
            return device.receiveQueues().getFirst();
        }

        @Override
        public int receive(Burst burst, int budget) {
            int received = queue().receive(burst, budget);
            for (int i = 0; i < received; i++) {
                burst.port[i] = ports[Memory.getByte(burst.head(i) + 11) & 1];
            }
            return received;
        }

        @Override
        public int transmit(Burst burst, TransmitList list, int from, Scratch scratch) {
            int sent = device.transmit(burst, list, from, scratch);
            synchronized (left) {
                for (int n = from; n < from + sent; n++) {
                    left.merge(list.port[n], 1, Integer::sum);
                }
            }
            return sent;
        }

        @Override
        public void release() {
            queue().release();
        }

        @Override
        public Fd fd() {
            return queue().fd();
        }

        @Override
        public boolean arm() {
            return queue().arm();
        }

        @Override
        public void disarm() {
            queue().disarm();
        }

        @Override
        public void close() {
            device.close();
        }
    }

    @Test
    void shouldServeTwoPortsOfTwoVlansByOneDevice() {
        MemoryLink peers = link("peers");
        MemoryLink ten = link("ten");
        MemoryLink twenty = link("twenty");
        lab.apply(SwitchConfig.of(List.of(
                PortSpec.of("ten", 1, new DeviceSpec.InMemory(ten), IN_10),
                PortSpec.of("twenty", 2, new DeviceSpec.InMemory(twenty), VlanMembership.access(20)),
                PortSpec.of("alice", 3, new DeviceSpec.Attached("vpn", "alice"), IN_10),
                PortSpec.of("bob", 4, new DeviceSpec.Attached("vpn", "bob"), VlanMembership.access(20))))
                .attached(new AttachmentSpec("office", new Shared(peers), List.of("alice", "bob"), true, 0)));

        peers.send(untagged(Frames.BROADCAST, Packets.mac(2)), 0);
        await(() -> ten.receive().length > 0);
        assertThat(twenty.discard()).as("alice is in VLAN 10 alone").isZero();
        peers.send(untagged(Frames.BROADCAST, Packets.mac(3)), 0);
        await(() -> twenty.receive().length > 0);
        assertThat(ten.discard()).as("bob is in VLAN 20 alone").isZero();
        assertThat(status("alice").counters().rxPackets()).isOne();
        assertThat(status("bob").counters().rxPackets()).isOne();

        ten.send(untagged(Packets.mac(2), Packets.mac(9)), 0);
        twenty.send(untagged(Packets.mac(3), Packets.mac(9)), 0);
        await(() -> status("alice").counters().txPackets() == 1 && status("bob").counters().txPackets() == 1);
        synchronized (left) {
            assertThat(left).containsOnly(Map.entry(lab.portIndex(3), 1), Map.entry(lab.portIndex(4), 1));
        }
        assertThat(peers.discard()).isEqualTo(2);

        peers.carrier(false);
        assertThat(status("alice").isUp()).as("the test's opener has no carrier").isTrue();
    }

    private static DeviceOpener opener(Shared shared, int[] ports, Map<Integer, Integer> left) {
        return new DeviceOpener() {
            @Override
            public Device open() {
                return new SharedDevice(shared.link().device(ports[0]), ports, left);
            }

            @Override
            public int mtu() {
                return 1500;
            }

            @Override
            public void close() {
            }
        };
    }

    private record Unheard(String label) implements DeviceSpec {
        @Override
        public String type() {
            return "unheard";
        }
    }

    @Test
    void shouldSayWhyADeviceTypeThatNobodyKnowsIsNotOpened() {
        lab.apply(SwitchConfig
                .of(List.of(PortSpec.of("alice", 3, new DeviceSpec.Attached("vpn", "alice"), IN_10)))
                .attached(new AttachmentSpec("office", new Unheard("peers"), List.of("alice"), true, 0)));
        assertThat(Objects.requireNonNull(status("alice").failure()).message())
                .isEqualTo("peers: this switch opens no devices of type unheard for 1 port");
    }
}
