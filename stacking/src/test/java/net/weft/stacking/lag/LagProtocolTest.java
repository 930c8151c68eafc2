package net.weft.stacking.lag;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import net.weft.lacp.LacpMode;
import net.weft.lacp.LacpRate;
import net.weft.lacp.LagConfig;
import net.weft.lacp.LagEvent;
import net.weft.lacp.LagOutput;
import net.weft.lacp.LegConfig;
import net.weft.lacp.LegState;
import net.weft.lacp.LinkAggregation;
import net.weft.packet.MacAddress;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.Packets;
import net.weft.vswitch.SwitchConfig;
import net.weft.vswitch.SwitchOptions;
import net.weft.vswitch.VirtualSwitch;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.device.MemoryLink;
import net.weft.vswitch.port.AttachmentSpec;
import net.weft.vswitch.port.FlowFields;
import net.weft.vswitch.port.LagSpec;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.port.PortStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** LACP on the legs of a switch, through its threads; the partner is the library itself, driven by the test. */
@Timeout(60)
class LagProtocolTest {
    private static final int LEGS = 4;
    private static final int FLOWS = 1_000;
    private static final VlanMembership IN_10 = VlanMembership.access(10);
    private static final MacAddress SYSTEM = MacAddress.parse("02:57:00:00:00:01");
    private static final MacAddress PARTNER = MacAddress.parse("02:57:00:00:00:02");
    private static final MacAddress STRANGER = MacAddress.parse("02:57:00:00:00:03");

    @TempDir
    private Path state;
    private final List<MemoryLink> legs = new ArrayList<>();
    private final List<LagEvent> events = new ArrayList<>();
    private final Map<Integer, List<byte[]>> data = new TreeMap<>();
    private VirtualSwitch lab;
    private MemoryLink guest;

    @BeforeEach
    void start() {
        lab = new VirtualSwitch(new SwitchOptions(List.of(), false, state, 300, 1).speaking(
                ports -> new LagProtocol(ports, new SharedLags(), event -> {
                    synchronized (events) {
                        events.add(event);
                    }
                })));
        guest = new MemoryLink("guest", 2048, 2048, ~0);
        for (int n = 0; n < LEGS; n++) {
            legs.add(new MemoryLink("leg" + n, 2048, 2048, ~0));
        }
    }

    @AfterEach
    void stop() {
        lab.close();
        legs.forEach(MemoryLink::close);
        guest.close();
    }

    private void apply(LagConfig lag) {
        List<AttachmentSpec> attachments = lag.legs().stream().map(leg -> new AttachmentSpec(leg.name(),
                new DeviceSpec.InMemory(legs.get(leg.number() - 1)), List.of("po1"), true, 0)).toList();
        lab.protocols().ask(LagProtocol.class, lacp -> {
            lacp.withdraw(List.of(lag), System.nanoTime());
            return true;
        });
        lab.apply(SwitchConfig.of(List.of(PortSpec.of("guest", 0, new DeviceSpec.InMemory(guest), IN_10),
                PortSpec.of("po1", 9, new DeviceSpec.Attached("lag", "po1"), IN_10))).attached(attachments)
                .linked(List.of(new LagSpec("po1", FlowFields.L3_L4)), Set.of()));
        lab.protocols().ask(LagProtocol.class, lacp -> {
            lacp.configure(SYSTEM, List.of(lag), Set.of(), System.nanoTime());
            return true;
        });
    }

    private static LagConfig lag(MacAddress mac, int count) {
        List<LegConfig> legs = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            legs.add(new LegConfig(n + 1, "leg" + n, LegConfig.DEFAULT_PRIORITY, mac, false));
        }
        return LagConfig.of("po1", 9, legs).withRate(LacpRate.FAST);
    }

    private List<LegState> states() {
        return lab.protocols().ask(LagProtocol.class, LagProtocol::status).orElseThrow().getFirst().view().legs()
                .stream().map(leg -> leg.state()).toList();
    }

    private PortStatus port() {
        return lab.ports().stream().filter(port -> port.spec().name().equals("po1")).findFirst().orElseThrow();
    }

    /** The partner's end of the legs. */
    private final class Partner implements LagOutput {
        private final LinkAggregation lacp;
        private final List<Integer> served;

        Partner(MacAddress mac, List<Integer> served) {
            this.served = served;
            lacp = new LinkAggregation(mac, this);
            lacp.configure(List.of(lag(mac, LEGS)), System.nanoTime());
            served.forEach(leg -> lacp.carrier(leg, true, System.nanoTime()));
        }

        /** Reads what came, and does what timers ask for. */
        void work() {
            for (int leg : served) {
                for (byte[] frame = legs.get(leg - 1).receive(); frame.length > 0; frame = legs.get(leg - 1)
                        .receive()) {
                    if (frame[12] == (byte) 0x88 && frame[13] == 0x09) {
                        lacp.receive(leg, MemorySegment.ofArray(frame), System.nanoTime());
                    } else {
                        data.computeIfAbsent(leg, _ -> new ArrayList<>()).add(frame);
                    }
                }
            }
            lacp.tick(System.nanoTime());
        }

        @Override
        public void send(int leg, byte[] frame) {
            legs.get(leg - 1).send(frame, 0);
        }

        @Override
        public void collecting(int leg, boolean on) {
        }

        @Override
        public void distributing(int leg, boolean on) {
        }

        @Override
        public void markerAnswered(int leg, int transaction) {
        }

        @Override
        public void event(LagEvent event) {
        }
    }

    private static void await(Partner partner, BooleanSupplier wanted) {
        await(List.of(partner), wanted);
    }

    private static void await(List<Partner> partners, BooleanSupplier wanted) {
        while (!wanted.getAsBoolean()) {
            if (Thread.interrupted()) {
                throw new AssertionError("what the test waits for did not come");
            }
            partners.forEach(Partner::work);
        }
    }

    /** Sends one packet of each flow; the leg that each left by. */
    private int[] sendAll(Partner partner) {
        data.clear();
        for (int flow = 0; flow < FLOWS; flow++) {
            byte[] frame = Packets.udp(1, 2, 1000 + flow, 53);
            await(partner, () -> guest.send(frame, 0));
        }
        await(partner, () -> data.values().stream().mapToInt(List::size).sum() == FLOWS);
        int[] legOf = new int[FLOWS];
        data.forEach((leg, frames) -> frames.forEach(
                frame -> legOf[((frame[34] & 0xFF) << 8 | frame[35] & 0xFF) - 1000] = leg));
        return legOf;
    }

    @Test
    void shouldSpreadAThousandFlowsAndMoveNoneOfALegThatStays() {
        apply(lag(SYSTEM, LEGS));
        Partner partner = new Partner(PARTNER, List.of(1, 2, 3, 4));
        await(partner, () -> states().stream().allMatch(LegState.DISTRIBUTING::equals));
        await(partner, () -> port().failure() == null);
        await(partner, () -> lab.protocols().ask(LagProtocol.class, LagProtocol::status).orElseThrow().getFirst()
                .waiting() == 0);
        long epoch = lab.snapshotEpoch();
        int[] before = sendAll(partner);
        for (int leg = 1; leg <= LEGS; leg++) {
            int of = leg;
            long share = Arrays.stream(before).filter(each -> each == of).count();
            assertThat(share).as("flows of leg %d", leg).isBetween(200L, 300L);
        }
        legs.get(1).carrier(false);
        partner.lacp.carrier(2, false, System.nanoTime());
        await(partner, () -> states().get(1) == LegState.DOWN);
        int[] after = sendAll(partner);
        for (int flow = 0; flow < FLOWS; flow++) {
            assertThat(after[flow]).isNotEqualTo(2);
            assertThat(before[flow] == 2 || before[flow] == after[flow]).as("flow %d", flow).isTrue();
        }
        assertThat(lab.snapshotEpoch()).as("published").isEqualTo(epoch);
        legs.get(1).carrier(true);
        partner.lacp.carrier(2, true, System.nanoTime());
        await(partner, () -> states().get(1) == LegState.DISTRIBUTING);
        await(partner, () -> lab.protocols().ask(LagProtocol.class, LagProtocol::status).orElseThrow().getFirst()
                .waiting() == 0);
        assertThat(sendAll(partner)).as("they are back").isEqualTo(before);
        assertThat(lab.snapshotEpoch()).isEqualTo(epoch);
    }

    @Test
    void shouldLetALegThatLeadsToAStrangerStandByAndNameHim() {
        apply(lag(SYSTEM, 3));
        Partner partner = new Partner(PARTNER, List.of(1, 2));
        await(partner, () -> states().subList(0, 2).stream().allMatch(LegState.DISTRIBUTING::equals));
        Partner stranger = new Partner(STRANGER, List.of(3));
        await(List.of(partner, stranger), () -> states().get(2) == LegState.STANDBY);
        synchronized (events) {
            assertThat(events).anySatisfy(event -> {
                assertThat(event.leg()).isEqualTo("leg2");
                assertThat(event.message()).contains("check the cabling", STRANGER.toString());
            });
        }
        int ingress = guest.discard();
        legs.get(2).send(Packets.udp(2, 1, 53, 1), 0);
        await(List.of(partner, stranger), () -> port().counters()
                .ingressDrops(net.weft.vswitch.burst.DropReason.LEG_STANDBY) == 1);
        assertThat(guest.discard()).isEqualTo(ingress);
    }

    @Test
    void shouldForwardAtOnceByAStaticLagAndTakeAddedAndRemovedLegs() {
        apply(lag(SYSTEM, 2).withMode(LacpMode.OFF));
        Partner silent = new Partner(PARTNER, List.of());
        await(silent, () -> states().equals(List.of(LegState.DISTRIBUTING, LegState.DISTRIBUTING)));
        apply(lag(SYSTEM, 3).withMode(LacpMode.OFF));
        await(silent, () -> states().size() == 3 && states().stream().allMatch(LegState.DISTRIBUTING::equals));
        LagConfig two = lag(SYSTEM, 3).withMode(LacpMode.OFF);
        apply(two.withLegs(two.legs().subList(1, 3)));
        await(silent, () -> states().equals(List.of(LegState.DISTRIBUTING, LegState.DISTRIBUTING)));
        assertThat(port().failure()).isNull();
        legs.getFirst().discard();
        guest.send(Packets.udp(1, 2, 1000, 53), 0);
        await(silent, () -> legs.get(1).discard() + legs.get(2).discard() == 1);
        assertThat(legs.getFirst().discard()).isZero();
    }

    /** The partner of leg 1 changes its key with each PDU as fast as it can; leg 2's LACPDUs are read all the same. */
    @Test
    void shouldKeepOtherLegsWhenAPartnerFlipsItsStateAtLineRate() {
        apply(lag(SYSTEM, 2));
        Partner partner = new Partner(PARTNER, List.of(1, 2));
        await(partner, () -> states().equals(List.of(LegState.DISTRIBUTING, LegState.DISTRIBUTING)));
        byte[][] last = {{}};
        while (last[0].length == 0) {
            last[0] = legs.getFirst().receive();
        }
        long until = System.nanoTime() + 5_000_000_000L;
        Partner well = new Partner(PARTNER, List.of(2));
        long sent = 0;
        while (System.nanoTime() - until < 0) {
            byte[] flipped = last[0].clone();
            flipped[33] = (byte) sent;
            sent += legs.getFirst().send(flipped, 0) ? 1 : 0;
            well.work();
        }
        assertThat(states().get(1)).isEqualTo(LegState.DISTRIBUTING);
        assertThat(sent).isGreaterThan(10_000);
    }
}
