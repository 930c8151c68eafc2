package net.weft.vswitch.export;

import static net.weft.vswitch.export.Traffic.A;
import static net.weft.vswitch.export.Traffic.ALL;
import static net.weft.vswitch.export.Traffic.B;
import static net.weft.vswitch.export.Traffic.ether;
import static net.weft.vswitch.export.Traffic.ipv4;
import static net.weft.vswitch.export.Traffic.ipv6;
import static net.weft.vswitch.export.Traffic.tagged;
import static net.weft.vswitch.export.Traffic.tcp;
import static net.weft.vswitch.export.Traffic.udp;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import net.weft.testing.Seed;
import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;
import net.weft.vswitch.InlineSwitch;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.export.Exporter.Counts;
import net.weft.vswitch.export.Exporter.Moment;
import net.weft.vswitch.observe.FrameSampling;
import net.weft.vswitch.port.PortCounters;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.port.PortStatus;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Frames through the switch, to records as another's decoder reads them. */
class IpfixExporterTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long EPOCH_MILLIS = 1_800_000_000_000L;
    private static final int DOMAIN = 3;
    private static final int SOURCE = 0x0a00_0001;
    private static final int DESTINATION = 0x0a00_0002;

    @AutoClose
    private final InlineSwitch lab = new InlineSwitch();
    @AutoClose
    private final Datagrams datagrams = new Datagrams();
    private final IpfixReader reader = new IpfixReader();
    private final ExportSettings.Ipfix settings = new ExportSettings.Ipfix(datagrams.endpoint(), 1, 60, 15);
    @AutoClose
    private final Collector collector = new Collector("export.ipfix", settings.collector());
    private IpfixExporter exporter = new IpfixExporter(settings, DOMAIN, 100, collector);
    @AutoClose
    private final FrameSampling sampling = lab.sample(1, 1);
    private long second;

    IpfixExporterTest() throws IOException {
    }

    @BeforeEach
    void ports() {
        lab.port("none", VlanMembership.access(99)).port("a", VlanMembership.access(10)).port("b",
                VlanMembership.trunk(VlanSet.of(10, 20), 0));
    }

    private Moment now() {
        return new Moment(second * SECOND_NS, EPOCH_MILLIS + second * 1000);
    }

    private void at(long seconds) {
        second = seconds;
        lab.nowNs(seconds * SECOND_NS);
    }

    private void tick() throws IOException {
        sampling.drain(frame -> exporter.sampled(frame, now()));
        exporter.tick(now(), new Counts(sampling.observed(), sampling.lost()), () -> List.of(status("a", 1),
                status("b", 2)));
        read();
    }

    private void read() throws IOException {
        for (byte[] datagram : datagrams.take()) {
            assertThat(datagram.length).isLessThanOrEqualTo(1400);
            reader.read(datagram, DOMAIN);
        }
    }

    private static PortStatus status(String name, int number) {
        return new PortStatus(
                new PortSpec(name, number, new DeviceSpec.Tap("t" + number), VlanMembership.access(1), true,
                        0, 0),
                null, 1500, PortCounters.none(), 0);
    }

    @Test
    void shouldTellOfAFlowWhatWasSent() throws IOException {
        at(1);
        lab.send("b", tagged(ether(ALL, B, 0x88b5, new byte[46]), 10));
        for (int n = 0; n < 5; n++) {
            at(10 + n);
            lab.send("a", ether(B, A, 0x0800, ipv4(17, SOURCE, DESTINATION, udp(1000, 53, 72))));
        }
        lab.send("a", ether(B, A, 0x0800, ipv4(6, SOURCE, DESTINATION, tcp(40000, 443, 2))));
        lab.send("a", ether(B, A, 0x0800, ipv4(6, SOURCE, DESTINATION, tcp(40000, 443, 0x11))));
        tick();
        assertThat(reader.of(256)).as("no flow has ended yet").isEmpty();
        at(40);
        tick();

        IpfixReader.Data dns = reader.of(256).stream().filter(flow -> flow.number(4) == 17).findFirst().orElseThrow();
        assertThat(dns.number(2)).as("packets").isEqualTo(5);
        assertThat(dns.number(1)).as("octets of IP").isEqualTo(5 * 100);
        assertThat(dns.number(352)).as("octets of Ethernet").isEqualTo(5 * 114);
        assertThat(dns.number(10)).as("ingress").isEqualTo(1);
        assertThat(dns.number(14)).as("egress").isEqualTo(2);
        assertThat(dns.number(58)).as("VLAN").isEqualTo(10);
        assertThat(dns.bytes(56)).isEqualTo(HexFormat.of().parseHex(A));
        assertThat(dns.bytes(80)).isEqualTo(HexFormat.of().parseHex(B));
        assertThat(dns.number(256)).isEqualTo(0x0800);
        assertThat(dns.number(89)).as("forwarded").isEqualTo(64);
        assertThat(dns.number(8)).isEqualTo(SOURCE);
        assertThat(dns.number(12)).isEqualTo(DESTINATION);
        assertThat(dns.number(5)).isEqualTo(0x10);
        assertThat(dns.number(7)).isEqualTo(1000);
        assertThat(dns.number(11)).isEqualTo(53);
        assertThat(dns.number(152)).isEqualTo(EPOCH_MILLIS + 10_000);
        assertThat(dns.number(153)).isEqualTo(EPOCH_MILLIS + 14_000);
        assertThat(dns.number(136)).as("idle").isEqualTo(1);
        assertThat(dns.number(302)).isEqualTo(1);

        IpfixReader.Data web = reader.of(256).stream().filter(flow -> flow.number(4) == 6).findFirst().orElseThrow();
        assertThat(web.number(2)).isEqualTo(2);
        assertThat(web.number(1)).as("octets of IP, without padding").isEqualTo(80);
        assertThat(web.number(352)).isEqualTo(120);
        assertThat(web.number(6)).as("SYN, ACK and FIN").isEqualTo(0x13);

        IpfixReader.Data hello = reader.of(258).getFirst();
        assertThat(hello.number(256)).isEqualTo(0x88b5);
        assertThat(hello.number(14)).as("flooded: no single egress").isZero();
        assertThat(hello.number(352)).isEqualTo(64);
    }

    @Test
    void shouldTellOfIpv6AndOfDrops() throws IOException {
        at(1);
        lab.send("a", ether(ALL, A, 0x86dd, ipv6(58, 1, 2, new byte[]{(byte) 128, 3, 0, 0, 0, 0, 0, 0})));
        lab.send("a", tagged(ether(ALL, A, 0x0800, ipv4(17, SOURCE, DESTINATION, udp(1, 2, 10))), 30));
        at(20);
        tick();
        IpfixReader.Data ping = reader.of(257).getFirst();
        assertThat(HexFormat.of().formatHex(ping.bytes(27))).isEqualTo("fd000000000000000000000000000001");
        assertThat(HexFormat.of().formatHex(ping.bytes(28))).isEqualTo("fd000000000000000000000000000002");
        assertThat(ping.number(4)).isEqualTo(58);
        assertThat(ping.number(5)).isEqualTo(0xa0);
        assertThat(ping.number(139)).isEqualTo(0x8003);
        assertThat(ping.number(1)).isEqualTo(48);
        IpfixReader.Data dropped = reader.of(256).getFirst();
        assertThat(dropped.number(89)).as("dropped").isEqualTo(128);
        assertThat(dropped.number(58)).as("the VLAN of its tag").isEqualTo(30);
        assertThat(dropped.number(7)).isEqualTo(1);
    }

    @Test
    void shouldSayHowItSamplesAndWhatInterfacesAreCalled() throws IOException {
        at(1);
        lab.send("a", ether(ALL, A, 0x88b5, new byte[46]));
        tick();
        IpfixReader.Data selector = reader.of(259).getFirst();
        assertThat(selector.number(302)).isEqualTo(1);
        assertThat(selector.number(304)).as("random n-out-of-N").isEqualTo(2);
        assertThat(selector.number(309)).isEqualTo(1);
        assertThat(selector.number(310)).isEqualTo(1);
        assertThat(selector.number(318)).as("observed").isEqualTo(1);
        assertThat(selector.number(319)).as("selected").isEqualTo(1);
        assertThat(reader.of(260).stream()
                .map(port -> port.number(10) + " " + new String(port.bytes(82), StandardCharsets.UTF_8)))
                .containsExactly("1 a", "2 b");
        assertThat(reader.templates()).isEqualTo(5);
        at(60);
        tick();
        assertThat(reader.templates()).as("not yet").isEqualTo(5);
        at(61);
        tick();
        assertThat(reader.templates()).as("sent again").isEqualTo(10);
    }

    @Test
    void shouldTellOfALongFlowNowAndThenAndOfTheRestAtTheEnd() throws IOException {
        byte[] frame = ether(ALL, A, 0x0800, ipv4(17, SOURCE, DESTINATION, udp(1, 2, 100)));
        for (int n = 0; n <= 130; n++) {
            at(n);
            lab.send("a", frame);
            tick();
        }
        assertThat(reader.of(256)).hasSize(2)
                .allSatisfy(flow -> assertThat(flow.number(136)).as("active").isEqualTo(2));
        exporter.finish(now(), new Counts(sampling.observed(), 0));
        read();
        assertThat(reader.of(256).getLast().number(136)).as("forced").isEqualTo(4);
        assertThat(reader.of(256).stream().mapToLong(flow -> flow.number(2)).sum()).isEqualTo(131);
        assertThat(reader.of(256).stream().mapToLong(flow -> flow.number(352)).sum()).isEqualTo(131L * 142);
    }

    /** A hundred flows fit: the one silent for longest makes room, and nothing it counted is lost. */
    @Test
    void shouldMakeRoomForNewFlows() throws IOException {
        at(1);
        for (int n = 0; n < 250; n++) {
            lab.send("a", ether(ALL, A, 0x0800, ipv4(17, SOURCE, n, udp(1, 2, 100))));
            lab.receive("b");
        }
        tick();
        assertThat(exporter.flows()).isEqualTo(100);
        assertThat(exporter.evictedFlows()).isEqualTo(150);
        assertThat(reader.of(256)).hasSize(150).allSatisfy(
                flow -> assertThat(flow.number(136)).as("lack of resources").isEqualTo(5));
        assertThat(reader.of(256).getFirst().number(12)).as("the oldest first").isZero();
        at(30);
        tick();
        assertThat(reader.of(256)).hasSize(250);
        assertThat(exporter.flows()).isZero();
    }

    /** Whatever a guest sends, the records stay readable. */
    @Test
    void shouldReadAnyFrame() throws IOException {
        long seed = Seed.of(IpfixExporterTest.class);
        SplittableRandom random = new SplittableRandom(seed);
        long sent = 0;
        for (int n = 0; n < 20_000; n++) {
            byte[] frame = new byte[random.nextInt(150)];
            random.nextBytes(frame);
            if (frame.length > 20) {
                frame[12] = (byte) (random.nextBoolean() ? 8 : 0x86);
                frame[13] = (byte) (frame[12] == 8 ? 0 : 0xdd);
                frame[14] = (byte) (random.nextBoolean() ? 0x45 : 0x60);
                frame[6] &= (byte) 0xfe;
            }
            lab.send("a", frame);
            lab.receive("b");
            sent++;
            if (n % 100 == 0) {
                at(n / 100);
                tick();
            }
        }
        exporter.finish(now(), new Counts(sampling.observed(), 0));
        tick();
        at(second + 20);
        tick();
        assertThat(reader.data.stream().filter(record -> record.template() < 259).mapToLong(flow -> flow.number(2))
                .sum()).as("seed %d", seed).isEqualTo(sent);
    }
}
