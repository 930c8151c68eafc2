package net.weft.vswitch.export;

import static net.weft.vswitch.export.Traffic.A;
import static net.weft.vswitch.export.Traffic.ALL;
import static net.weft.vswitch.export.Traffic.ether;
import static net.weft.vswitch.export.Traffic.ipv4;
import static net.weft.vswitch.export.Traffic.udp;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.SwitchOptions;
import net.weft.vswitch.VirtualSwitch;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.device.MemoryLink;
import net.weft.vswitch.port.PortSpec;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports of a running switch whose cables are in memory. */
class FlowExportTest {
    private static final int FRAMES = 100;

    @TempDir
    private Path state = Path.of("");
    private final MemoryLink a = new MemoryLink("a", 256, 2048, ~0);
    private final MemoryLink b = new MemoryLink("b", 256, 2048, ~0);
    @AutoClose
    private final Datagrams first = new Datagrams();
    @AutoClose
    private final Datagrams second = new Datagrams();
    private VirtualSwitch vswitch = new VirtualSwitch(new SwitchOptions(List.of(-1, -1), false, state, 300, 1));
    private FlowExport export = new FlowExport(vswitch, 1);

    FlowExportTest() throws IOException {
    }

    @BeforeEach
    void ports() {
        vswitch.apply(List.of(port("a", 1, a), port("b", 2, b)));
        await("ports are up", () -> vswitch.ports().stream().allMatch(port -> port.isUp()));
    }

    @AfterEach
    void end() {
        export.close();
        vswitch.close();
        a.close();
        b.close();
    }

    private static PortSpec port(String name, int number, MemoryLink link) {
        return new PortSpec(name, number, new DeviceSpec.InMemory(link), VlanMembership.access(10), true, 0, 0);
    }

    private static void await(String what, Callable<Boolean> wanted) {
        Awaitility.await(what).atMost(Duration.ofSeconds(20)).until(wanted);
    }

    private static ExportSettings settings(Datagrams ipfix, int sampling) throws IOException {
        return new ExportSettings(Optional.of(new ExportSettings.Ipfix(ipfix.endpoint(), sampling, 60, 15)),
                Optional.empty());
    }

    /** As many frames as were sent arrive, whatever exports do. */
    private void send() {
        byte[] frame = ether(ALL, A, 0x0800, ipv4(17, 1, 2, udp(1, 2, 100)));
        for (int n = 0; n < FRAMES; n++) {
            assertThat(a.send(frame, 0)).isTrue();
        }
        int[] received = {0};
        await("all frames arrive", () -> {
            while (b.receive().length > 0) {
                received[0]++;
            }
            return received[0] == FRAMES;
        });
    }

    private static long packets(Datagrams from) throws IOException {
        IpfixReader reader = new IpfixReader();
        for (byte[] datagram : from.take()) {
            reader.read(datagram, 1);
        }
        return reader.of(256).stream().mapToLong(flow -> flow.number(2)).sum();
    }

    @Test
    void shouldBeginChangeAndEndWhileFramesPass() throws IOException {
        send();
        export.apply(settings(first, 1));
        send();
        await("each frame is sampled", () -> export.status().getFirst().samples() == FRAMES);
        assertThat(export.status()).singleElement().satisfies(status -> {
            assertThat(status.protocol()).isEqualTo("ipfix");
            assertThat(status.observed()).isEqualTo(FRAMES);
            assertThat(status.flows()).isOne();
            assertThat(status.state()).isEqualTo("sending");
        });

        export.apply(settings(second, 1));
        assertThat(packets(first)).as("what the first collector is told when it is replaced").isEqualTo(FRAMES);
        send();
        send();
        await("each frame is sampled", () -> export.status().getFirst().samples() == 2 * FRAMES);
        export.apply(settings(second, 1));
        assertThat(export.status().getFirst().samples()).as("the same settings change nothing").isEqualTo(2 * FRAMES);
        export.apply(ExportSettings.NONE);
        assertThat(export.status()).isEmpty();
        assertThat(packets(second)).isEqualTo(2 * FRAMES);
        send();
        assertThat(first.take()).isEmpty();
    }

    /** The control of "each": one of ten is sampled where one of ten should be. */
    @Test
    void shouldSampleAsManyAsAskedFor() throws IOException {
        export.apply(settings(first, 10));
        send();
        await("all frames are seen", () -> export.status().getFirst().observed() == FRAMES);
        await("samples are taken", () -> export.status().getFirst().samples() >= FRAMES / 10 - 2);
        assertThat(export.status().getFirst().samples()).as("of two workers, each with blocks of its own")
                .isBetween(FRAMES / 10 - 2L, FRAMES / 10 + 2L);
    }
}
