package net.weft.vswitch.export;

import static net.weft.vswitch.export.Traffic.A;
import static net.weft.vswitch.export.Traffic.ALL;
import static net.weft.vswitch.export.Traffic.B;
import static net.weft.vswitch.export.Traffic.ether;
import static net.weft.vswitch.export.Traffic.ipv4;
import static net.weft.vswitch.export.Traffic.tagged;
import static net.weft.vswitch.export.Traffic.udp;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;
import net.weft.vswitch.InlineSwitch;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.export.Exporter.Counts;
import net.weft.vswitch.export.Exporter.Moment;
import net.weft.vswitch.observe.FrameSampling;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.port.PortStatus;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SflowExporterTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int SUB_AGENT = 2;

    @AutoClose
    private final InlineSwitch lab = new InlineSwitch();
    @AutoClose
    private final Datagrams datagrams = new Datagrams();
    private final SflowReader reader = new SflowReader();
    @AutoClose
    private final Collector collector = new Collector("export.sflow", datagrams.endpoint());
    private SflowExporter exporter = exporter(Optional.empty());
    @AutoClose
    private final FrameSampling sampling = lab.sample(1, 1);
    private Moment now = new Moment(0, 0);

    SflowExporterTest() throws IOException {
    }

    private SflowExporter exporter(Optional<InetAddress> agent) throws IOException {
        return new SflowExporter(new ExportSettings.Sflow(datagrams.endpoint(), 400, 30, agent), SUB_AGENT, collector,
                new Moment(0, 0));
    }

    @BeforeEach
    void ports() {
        lab.port("none", VlanMembership.access(99)).port("a", VlanMembership.access(10)).port("b",
                VlanMembership.trunk(VlanSet.of(10, 20), 0));
    }

    private List<InetAddress> tick(int second) throws IOException {
        now = new Moment(second * SECOND_NS, second * 1000L);
        exporter.tick(now, new Counts(sampling.observed(), 7), () -> List.of(status("a", 1), status("b", 2)));
        sampling.drain(frame -> exporter.sampled(frame, now));
        exporter.tick(now, new Counts(sampling.observed(), 7), () -> List.of(status("a", 1), status("b", 2)));
        List<InetAddress> agents = new ArrayList<>();
        for (byte[] datagram : datagrams.take()) {
            assertThat(datagram.length).isLessThanOrEqualTo(1400);
            agents.add(reader.read(datagram, SUB_AGENT));
        }
        return agents;
    }

    private PortStatus status(String name, int number) {
        return new PortStatus(new PortSpec(name, number, new DeviceSpec.Tap("t" + number), VlanMembership.access(1),
                true, 0, 0), null, 1500, lab.counters().get(number), 0);
    }

    @Test
    void shouldTellOfEachSample() throws IOException {
        byte[] hello = tagged(ether(ALL, B, 0x88b5, new byte[46]), 0x600a);
        byte[] answer = ether(B, A, 0x0800, ipv4(17, 1, 2, udp(1, 2, 1000)));
        byte[] odd = ether(B, A, 0x88b5, new byte[49]);
        byte[] foreign = tagged(ether(ALL, A, 0x88b5, new byte[46]), 30);
        lab.send("b", hello).send("a", answer).send("a", odd).send("a", foreign);
        List<InetAddress> agents = tick(1);

        assertThat(agents).containsOnly(InetAddress.ofLiteral("127.0.0.1"));
        assertThat(reader.flows).hasSize(4);
        SflowReader.Flow first = reader.flows.getFirst();
        assertThat(first.header()).isEqualTo(hello);
        assertThat(first).usingRecursiveComparison().isEqualTo(new SflowReader.Flow(1, 2, 400, 1, 7, 2, 1 << 31, 1,
                hello.length + 4, 4, hello, 10, 3, 10, 3));
        assertThat(reader.flows.get(1)).usingRecursiveComparison().isEqualTo(new SflowReader.Flow(1, 1, 400, 3, 7, 1, 2,
                1, answer.length + 4, 4, Arrays.copyOf(answer, 128), 10, 0, 10, 0));
        assertThat(reader.flows.get(2).header()).as("63 bytes, padded on the wire").isEqualTo(odd);
        assertThat(reader.flows.get(2).sequence()).isEqualTo(2);
        assertThat(reader.flows.get(3).output()).as("discarded by configuration").isEqualTo(1 << 30 | 258);
    }

    @Test
    void shouldTellCountersEachInterval() throws IOException {
        lab.send("a", ether(ALL, A, 0x88b5, new byte[46])).send("a", new byte[3]);
        tick(29);
        assertThat(reader.counters).isEmpty();
        tick(30);
        tick(31);
        assertThat(reader.counters).containsExactly(
                new SflowReader.Counters(1, 1, 1, 6, 3, 63, 2, 1, 0, 0, 0),
                new SflowReader.Counters(1, 2, 2, 6, 3, 0, 0, 0, 64, 1, 0));
        exporter.finish(now, new Counts(2, 7));
        for (byte[] datagram : datagrams.take()) {
            reader.read(datagram, SUB_AGENT);
        }
        assertThat(reader.counters).as("the last word").hasSize(4);
    }

    @Test
    void shouldSplitManySamplesAndBeKnownByTheAddressGiven() throws IOException {
        InetAddress agent = InetAddress.ofLiteral("2001:db8::9");
        exporter = exporter(Optional.of(agent));
        for (int n = 0; n < 100; n++) {
            lab.send("a", ether(ALL, A, 0x88b5, new byte[200]));
            lab.receive("b");
        }
        assertThat(tick(1)).containsOnly(agent).hasSizeGreaterThan(10);
        assertThat(reader.flows).hasSize(100);
        assertThat(reader.flows.getLast().sequence()).isEqualTo(100);
        assertThat(reader.flows.getLast().pool()).isEqualTo(100);
    }
}
