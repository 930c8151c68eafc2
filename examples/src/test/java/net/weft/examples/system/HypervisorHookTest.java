package net.weft.examples.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.weft.examples.hypervisor.HypervisorHook;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Project;
import net.weft.examples.lab.WeftProcess;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hook of a hypervisor's tool stack and that of libvirt against a running switch. */
@Tag("system")
class HypervisorHookTest {
    private static final int LIMIT_SECONDS = 60;

    @TempDir
    Path directory = Path.of("");
    @AutoClose
    private final Lab lab = Lab.open("hook");
    @SuppressWarnings("NullAway.Init")
    private WeftProcess weft;

    private record Result(int status, String text) {
    }

    @BeforeEach
    void start() {
        weft = WeftProcess.start(lab, lab.namespace("switch"),
                "tenants: {acme: {networks: {web: {vlan: 10}}}}\nports: {}\n");
    }

    private Result hook(String... words) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(text, true, StandardCharsets.UTF_8);
        String[] all = new String[words.length + 1];
        all[0] = lab.path("control.sock").toString();
        System.arraycopy(words, 0, all, 1, words.length);
        return new Result(HypervisorHook.run(stream, stream, all), text.toString(StandardCharsets.UTF_8));
    }

    @Test
    void shouldPlugAndUnplug() {
        String[] plug = {"plug", "vm1", "type=vhost-user", "socket=" + directory.resolve("vm1"), "mode=server",
                "network=acme/web", "mac=52:54:00:00:00:01"};
        Result plugged = hook(plug);
        assertThat(plugged.text()).isEqualTo("revision 2, 1/0/1 " + directory.resolve("vm1") + " waiting-for-guest\n");
        assertThat(plugged.status()).isZero();
        assertThat(directory.resolve("vm1")).exists();
        assertThat(hook(plug).text()).as("again").startsWith("revision 2, ");
        assertThat(weft.weft("history", "--limit", "1").out()).contains("(hypervisor-hook)", "plugged");
        assertThat(hook("unplug", "vm1")).isEqualTo(new Result(0, "revision 3\n"));
        assertThat(hook("unplug", "vm1")).isEqualTo(new Result(0, "revision 3\n"));
        assertThat(weft.show("ports")).isEmpty();
    }

    @Test
    void shouldSayWhatIsWrongByTheExitStatus() {
        Result refused = hook("plug", "vm1", "type=vhost-user", "socket=/tmp/x", "mode=server", "access=4095", "mtu=1");
        assertThat(refused.status()).isOne();
        assertThat(refused.text()).contains("ports.vm1.access: 4095 is not a VLAN ID", "ports.vm1.mtu: ");
        assertThat(hook("plug", "vm1").status()).isEqualTo(2);
        weft.weft("network", "add", "acme/db", "vlan=20", "--confirm-within", "1h").orThrow();
        assertThat(hook("unplug", "vm1").status()).as("nothing to do").isZero();
        Result later = hook("plug", "vm1", "type=vhost-user", "socket=" + directory.resolve("x"), "mode=server",
                "access=10");
        assertThat(later.status()).isEqualTo(75);
        assertThat(later.text()).contains("waits to be confirmed");
    }

    /** Calls the hook as libvirt does. */
    private Result libvirt(String xml, String... words) throws IOException, InterruptedException {
        Path in = Files.writeString(directory.resolve("domain.xml"), xml);
        ProcessBuilder builder = new ProcessBuilder(Project.root().resolve("examples/libvirt/hook").toString());
        builder.command().addAll(List.of(words));
        builder.environment().put("WEFT", Project.root().resolve("weft").toString());
        builder.environment().put("WEFT_CONTROL", "unix:" + lab.path("control.sock"));
        builder.environment().put("WEFT_RESIDENT", "0");
        Process process = builder.redirectInput(in.toFile()).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), text);
    }

    private String domain(String port) {
        return """
                <domain type='qemu'>
                  <name>web3</name>
                  <metadata><weft:ports xmlns:weft='urn:weft:libvirt:1'><weft:port %s/></weft:ports></metadata>
                  <devices>
                    <interface type='network'><mac address='52:54:00:00:00:02'/><source network='default'/></interface>
                    <interface type='vhostuser'>
                      <mac address='52:54:00:00:00:03'/>
                      <source type='unix' path='%s' mode='client'/>
                      <model type='virtio'/>
                    </interface>
                  </devices>
                </domain>
                """.formatted(port, directory.resolve("web3"));
    }

    @Test
    void shouldServeLibvirt() throws Exception {
        String xml = domain("network='acme/web'");
        assertThat(libvirt(xml, "web3", "prepare", "begin", "-")).isEqualTo(new Result(0, ""));
        assertThat(directory.resolve("web3")).as("QEMU can connect").exists();
        assertThat(weft.show("ports")).singleElement().satisfies(port -> {
            assertThat(port.path("name").asString()).isEqualTo("web3");
            assertThat(port.path("network").asString()).isEqualTo("acme/web");
            assertThat(port.path("reason").asString()).isEqualTo("waiting-for-guest");
        });
        assertThat(weft.weft("export").out()).contains("52:54:00:00:00:03");
        assertThat(libvirt(xml, "web3", "started", "begin", "-")).isEqualTo(new Result(0, ""));
        assertThat(libvirt(xml, "web3", "reconnect", "begin", "-")).isEqualTo(new Result(0, ""));
        assertThat(libvirt(xml, "web3", "release", "end", "-")).isEqualTo(new Result(0, ""));
        assertThat(weft.show("ports")).isEmpty();
        Result refused = libvirt(domain("network='acme/none'"), "web3", "prepare", "begin", "-");
        assertThat(refused.status()).as("libvirt does not start the domain").isOne();
        assertThat(refused.text()).contains("weft: domain web3: ", "acme/none");
        Result unknown = libvirt(domain("network='acme/web' interface='52:54:00:00:00:02'"), "web3", "prepare", "begin",
                "-");
        assertThat(unknown.text()).contains("expected interface= the MAC address of one of the 1 interfaces");
        assertThat(libvirt("<domain/>", "other", "prepare", "begin", "-").status()).as("a domain without ports")
                .isZero();
    }
}
