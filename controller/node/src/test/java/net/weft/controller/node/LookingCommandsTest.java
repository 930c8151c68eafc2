package net.weft.controller.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import net.weft.controller.node.RunningWeft.Result;
import net.weft.vswitch.burst.DropReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that look at an instance, against one as a person types them. */
class LookingCommandsTest {
    @TempDir
    Path directory = Path.of("");
    @SuppressWarnings("NullAway.Init")
    private RunningWeft running;

    @BeforeEach
    void start() throws IOException {
        running = new RunningWeft(directory);
    }

    @AfterEach
    void stop() {
        running.close();
    }

    private Result weft(String... arguments) {
        return running.weft(arguments);
    }

    @Test
    void shouldShowPortsWithTheContractsColumns() {
        Result result = weft("show", "ports");
        assertThat(result.err()).isEmpty();
        assertThat(result.status()).isZero();
        assertThat(result.out().lines().map(line -> line.replaceAll(" +", " "))).containsExactly(
                "NAME STATE REASON VLAN TYPE NETWORK ZONE", "web1 down waiting-for-guest 10 qemu acme/web none",
                "db1 disabled disabled 20,30-31 qemu - none");
        assertThat(weft("show", "ports", "-o", "wide").out().lines().map(line -> line.replaceAll(" +", " "))
                .map(line -> line.replace(directory.toString(), "DIR"))).containsExactly(
                        "NAME STATE REASON VLAN TYPE NETWORK ZONE MEMBER INTERFACE RX-PACKETS TX-PACKETS RX-BYTES TX-BYTES"
                                + " DROPPED MTU MACS GUARD DEVICE",
                        "web1 down waiting-for-guest 10 qemu acme/web none 1 1/0/1 0 0 0 0 0 0 0 off DIR/web1",
                        "db1 disabled disabled 20,30-31 qemu - none 1 1/0/2 0 0 0 0 0 0 0 off DIR/db1");
        assertThat(weft("show", "ports", "-o", "json").out()).contains("\"name\":", "\"member\":1", "\"type\":",
                "\"state\":", "\"reason\":", "\"interface\":\"1/0/1\"", "\"network\":", "\"zone\":",
                "\"rx-packets\":", "\"tx-packets\":", "\"rx-bytes\":", "\"tx-bytes\":", "\"dropped\":");
    }

    @Test
    void shouldFitPortsIntoEightyColumns() {
        weft("port", "set", "db1", "trunk={allowed: [20, 30-31, 100-199, 300, 400-499], native: 20}", "enabled=true");
        weft("port", "add", "a-port-with-a-rather-long-name-of-40-bytes", "type=qemu", "transport=stream",
                "socket=" + directory + "/l", "mode=server", "network=acme/web");
        String table = weft("show", "ports").out();
        assertThat(table.lines()).allMatch(line -> line.length() <= 80);
        assertThat(table).contains("a-port-with-a-rather-long-name-of-40-bytes  down   waiting-for-guest");
        assertThat(weft("show", "ports", "-o", "wide").out()).contains("VLAN", "20,30-31,100-199,…");
        weft("port", "remove", "a-port-with-a-rather-long-name-of-40-bytes");
        assertThat(weft("show", "ports").out().lines()).as("usual names leave room for all of it")
                .allMatch(line -> line.length() <= 80).first().asString().endsWith("NETWORK   ZONE");
    }

    @Test
    void shouldFilterAndWriteJson() {
        assertThat(weft("show", "vlans", "--vlan", "30", "-o", "json").out())
                .isEqualTo("[{\"vid\":30,\"network\":\"\",\"ports\":[\"db1\"],\"untagged-ports\":[]}]\n");
        assertThat(weft("show", "ports", "--state", "down", "-o", "json").out()).contains("\"name\":\"web1\"")
                .doesNotContain("db1\"");
        assertThat(weft("show", "macs", "-o", "json").out()).isEqualTo("[]\n");
        assertThat(weft("show", "multicast", "-o", "json").out()).isEqualTo("[]\n");
    }

    @Test
    void shouldShowNetworksAsYaml() {
        assertThat(weft("show", "networks", "-o", "yaml").out()).isEqualTo("""
                ---
                - tenant: acme
                  name: web
                  vlan: 10
                  zone: none
                  subnets: []
                  ports:
                  - web1
                """);
    }

    @Test
    void shouldSayWhyItDoesNotCapture() throws IOException {
        Path kept = Files.writeString(directory.resolve("kept.pcapng"), "kept");
        Result unknown = weft("capture", "--port", "web9", "-w", kept.toString());
        assertThat(unknown.err()).isEqualTo("weft: there is no port web9; there are web1, db1\n");
        assertThat(unknown.status()).isEqualTo(1);
        assertThat(weft("capture", "--port", "web1", "--filter", "tcp prot 443", "-w", kept.toString()).err())
                .startsWith("weft: filter tcp prot 443: ").contains("syntax error").hasLineCount(1);
        assertThat(kept).hasContent("kept");
        assertThat(weft("capture", "--port", "web1", "--format", "erf", "-w", "x").status()).isEqualTo(2);
        assertThat(weft("capture", "--port", "web1", "--count", "-1", "-w", "x").status()).isEqualTo(2);
        assertThat(weft("capture", "--port", "web1", "-w", directory + "/none/x").err())
                .contains("there is no such directory");
        Result full = weft("capture", "--port", "web1", "-w", "/dev/full");
        assertThat(full.err()).contains("/dev/full: No space left on device").doesNotContain("Exception");
        assertThat(full.status()).isEqualTo(1);
    }

    @Test
    void shouldShowZonesPoliciesAndConnections() {
        assertThat(weft("show", "zones", "-o", "json").out()).isEqualTo("[]\n");
        assertThat(weft("show", "connections", "-o", "json").out()).isEqualTo("[]\n");
        weft("zone", "add", "dmz");
        weft("network", "set", "acme/web", "zone=dmz");
        weft("policy", "add", "in", "from=none", "to=dmz", "match=tcp/443", "action=allow");
        weft("policy", "add", "out", "from=dmz", "to=none", "action=reject");
        assertThat(weft("show", "zones").out().lines().map(line -> line.replaceAll(" +", " "))).containsExactly(
                "NAME TENANT PORTS INTRA POLICIES DROPPED", "none - db1 allow 2 0", "local - - allow 0 0",
                "dmz - web1 allow 2 0");
        assertThat(weft("show", "zones", "--matrix").out().lines().map(line -> line.replaceAll(" +", " ")))
                .containsExactly("FROM NONE LOCAL DMZ", "none allow deny 1+deny", "local deny allow deny",
                        "dmz reject deny allow");
        assertThat(weft("show", "zones", "--matrix", "-o", "json").out()).contains(
                "{\"from\":\"none\",\"to\":\"dmz\",\"policies\":[\"in\"],\"otherwise\":\"deny\",\"decided-by\":\"\"}");
        assertThat(weft("show", "policies").out().lines().map(line -> line.replaceAll(" +", " "))).containsExactly(
                "NAME TENANT FROM TO MATCH ACTION PACKETS BYTES CONNECTIONS LAST-HIT",
                "in - none dmz tcp/443 allow 0 0 0 -", "out - dmz none any reject 0 0 0 -");
        assertThat(weft("show", "policies", "--action", "reject", "-o", "json").out()).contains("\"name\":\"out\"",
                "\"last-hit\":\"\"").doesNotContain("\"in\"");
        assertThat(weft("show", "connections").out().replaceAll(" +", " "))
                .isEqualTo("PROTOCOL SOURCE DESTINATION STATE FROM TO POLICY PACKETS BYTES NETWORK\n");
        assertThat(weft("show", "connections", "--zone", "dmx").err()).isEqualTo("weft: there is no zone dmx\n");
        assertThat(weft("connections", "kill", "--zone", "dmz").out()).isEqualTo("0 connections ended\n");
        assertThat(weft("connections", "kill", "--all").out()).isEqualTo("0 connections ended\n");
        assertThat(weft("connections", "kill").status()).isEqualTo(2);
        assertThat(weft("connections", "kill", "--all", "--vlan", "10").status()).isEqualTo(2);
        assertThat(weft("connections", "kill", "--zone", "dmz", "--address", ""))
                .satisfies(result -> assertThat(result.status()).isEqualTo(2))
                .satisfies(result -> assertThat(result.err()).startsWith("--address is empty; leave it out for any\n"));
        assertThat(weft("connections", "kill", "--zone", "dmz", "--vlan", "0").err())
                .startsWith("--vlan 0: expected 1 to 4094\n");
        assertThat(weft("show", "connections", "--service", "65536").err())
                .startsWith("--service 65536: expected 1 to 65535\n");
        assertThat(weft("show", "connections", "--limit", "0").status()).isEqualTo(2);
        assertThat(weft("show", "networks", "-o", "json").out()).contains("\"zone\":\"dmz\"");
    }

    @Test
    void shouldTraceAPacketAndNameTheLineResponsible() {
        Result result = weft("trace", "--from", "web1",
                "arp 10.0.0.1 > 10.0.0.2 vlan 20 src-mac 02:00:00:00:00:0a");
        assertThat(result.err()).isEmpty();
        assertThat(result.status()).isZero();
        assertThat(result.out()).contains("web1  vlan      the frame has tag 0x8100 vid 20 priority 0",
                "dropped, not-member", "line 3, ports.web1.network: web1: {type: qemu",
                "line 1, tenants.acme.networks.web.vlan: tenants:",
                "drop: not-member: the port is not a member of the frame's VLAN");
    }

    /** The sentences of {@code show drops} and {@code trace} send nobody to a command that does not exist. */
    @Test
    void shouldKnowEachCommandThatADropReasonNames() {
        List<String> commands = Arrays.stream(DropReason.values())
                .flatMap(reason -> Pattern.compile("`weft ([a-z ]+)").matcher(reason.meaning()).results())
                .map(found -> found.group(1).strip()).distinct().toList();
        assertThat(commands).contains("show ports", "show macs");
        for (String command : commands) {
            String[] words = (command + " --help").split(" ");
            assertThat(weft(words).status()).as(command).isZero();
        }
    }

    @Test
    void shouldTraceAsJson() {
        Result result = weft("trace", "--from", "web1", "arp", "10.0.0.1", ">", "10.0.0.2", "-o", "json");
        assertThat(result.out()).startsWith(
                "{\"port\":\"web1\",\"verdict\":\"drop\",\"reason\":\"no-destination\",\"meaning\":\"no other port")
                .contains(
                        "\"policy\":\"\",\"vlan\":10,\"network\":\"acme/web\",\"egress\":[],\"stages\":[{\"stage\":\"receive\"");
        assertThat(result.out().lines()).hasSize(1);
    }

    @Test
    void shouldRefuseToTraceWhatIsNoPacketOrPort() {
        assertThat(weft("trace", "--from", "none", "arp 10.0.0.1 > 10.0.0.2"))
                .isEqualTo(new Result(1, "", "weft: there is no port none; there are web1, db1\n"));
        assertThat(weft("trace", "--from", "web1", "arp 10.0.0.1 > there").err()).contains("\"there\" is no address");
        assertThat(weft("trace", "--from", "web1", "--pcap", directory.resolve("none").toString()))
                .satisfies(result -> assertThat(result.status()).isOne())
                .satisfies(result -> assertThat(result.err()).contains("there is no such file"));
        assertThat(weft("trace", "--from", "web1").status()).isEqualTo(2);
        assertThat(weft("trace", "--from", "web1", "--live", "--count", "0").status()).isEqualTo(2);
    }

    @Test
    void shouldShowWhatIsExported() {
        assertThat(weft("show", "export", "-o", "json")).isEqualTo(new Result(0, "[]\n", ""));
        assertThat(weft("show", "export").out()).startsWith("PROTOCOL  COLLECTOR  STATE  SAMPLING  SAMPLES");
    }

    @Test
    void shouldCountByVlanAndWorker() {
        assertThat(weft("show", "counters", "--by", "vlan", "-o", "json").out())
                .startsWith("[{\"vid\":10,\"network\":\"acme/web\",\"packets\":0,\"bytes\":0}");
        assertThat(weft("show", "counters", "--by", "worker", "-o", "json").out()).isEqualTo(
                "[{\"id\":0,\"rx-packets\":0,\"rx-bytes\":0,\"tx-packets\":0,\"tx-bytes\":0,\"dropped\":0,\"stalls\":0}]\n");
    }

    @Test
    void shouldShowWhoChangedWhatAndWhen() {
        weft("port", "set", "web1", "mtu=1400");
        assertThat(weft("show", "events", "--kind", "revision", "-o", "json").out()).contains("\"kind\":\"revision\"",
                "\"subject\":\"revision 2\",\"who\":\"" + System.getProperty("user.name") + "\",\"message\":"
                        + "\"port set web1: ~ port web1: mtu - → 1400\"");
        assertThat(weft("show", "events", "--port", "web1").out()).contains("waiting-for-guest");
        assertThat(weft("show", "events", "--port", "nope").err()).startsWith("weft: there is no port nope");
        assertThat(weft("show", "events", "--kind", "x").status()).isEqualTo(2);
    }
}
