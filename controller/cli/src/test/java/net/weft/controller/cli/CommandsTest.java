package net.weft.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

import net.weft.vswitch.burst.DropReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An instance with QEMU ports, which need no privilege, and commands against it as a person types them. */
class CommandsTest {
    @TempDir
    Path directory = Path.of("");
    private Path file = Path.of("");
    @SuppressWarnings("NullAway.Init")
    private Instance instance;

    private record Result(int status, String out, String err) {
    }

    @BeforeEach
    void start() throws IOException {
        file = Files.writeString(directory.resolve("fabric.yaml"), fabric(10));
        instance = Instance.start(options(Optional.of(file.toString())));
    }

    @AfterEach
    void stop() {
        instance.close();
    }

    private Instance.Options options(Optional<String> given) {
        return new Instance.Options(given, false, OptionalInt.empty(), directory.resolve("data"),
                directory.resolve("c"));
    }

    private String fabric(int vid) {
        return """
                tenants: {acme: {networks: {web: {vlan: %d}}}}
                ports:
                  web1: {type: qemu, transport: stream, socket: %s/web1, mode: server, network: acme/web}
                  db1: {type: qemu, transport: stream, socket: %s/db1, mode: client, trunk: {allowed: [20, 30-31]}, enabled: false}
                """
                .formatted(vid, directory, directory);
    }

    private Result weft(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--control");
        all.add("unix:" + directory.resolve("c"));
        int status = WeftCommand.run(new PrintWriter(out), new PrintWriter(err), all.toArray(new String[0]));
        return new Result(status, out.toString(), err.toString());
    }

    @Test
    void shouldShowPortsWithTheContractsColumns() {
        Result result = weft("show", "ports");
        assertThat(result.err()).isEmpty();
        assertThat(result.status()).isZero();
        assertThat(result.out().lines().map(line -> line.replaceAll(" +", " "))).containsExactly(
                "NAME MEMBER TYPE STATE REASON INTERFACE NETWORK ZONE RX-PACKETS TX-PACKETS RX-BYTES TX-BYTES DROPPED",
                "web1 1 qemu down waiting-for-guest 1/0/1 acme/web none 0 0 0 0 0",
                "db1 1 qemu disabled disabled 1/0/2 - none 0 0 0 0 0");
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
    void shouldBeReadyWhileAPortOnlyWaitsForItsGuest() {
        assertThat(instance.isReady()).isTrue();
    }

    @Test
    void shouldChangeZonesPoliciesAndNetworks() {
        assertThat(weft("zone", "add", "dmz").out()).isEqualTo("+ zone dmz\nrevision 2\n");
        assertThat(weft("zone", "add", "acme/lab", "intra=deny").out())
                .isEqualTo("+ zone acme/lab: intra deny\nrevision 3\n");
        assertThat(weft("network", "set", "acme/web", "zone=lab").out())
                .isEqualTo("~ network acme/web: zone - → lab\nrevision 4\n");
        assertThat(weft("policy", "add", "a", "from=dmz", "to=any", "match=tcp/22,icmp/echo", "action=allow").out())
                .isEqualTo(
                        "+ policy a: from [dmz], to any, match [tcp/22, icmp/echo], action allow, last\nrevision 5\n");
        Result shadowed = weft("policy", "add", "b", "from=any", "to=any", "action=drop", "before=a");
        assertThat(shadowed.out()).isEqualTo("+ policy b: from any, to any, action drop, before a\nrevision 6\n");
        assertThat(shadowed.err())
                .isEqualTo("weft: warning: policies[1]: policy a never matches: policy b matches all of it before\n");
        Result moved = weft("policy", "set", "b", "after=a");
        assertThat(moved.out()).isEqualTo("~ policies: a last → before b\nrevision 7\n");
        assertThat(moved.err()).isEmpty();
        assertThat(weft("zone", "remove", "lab").err()).isEqualTo("weft: zones.lab: there is no such zone\n");
        assertThat(weft("zone", "remove", "acme/lab").err())
                .isEqualTo("weft: tenants.acme.networks.web.zone: there is no zone lab\n");
        assertThat(weft("policy", "remove", "a").out()).isEqualTo("- policy a\nrevision 8\n");
        assertThat(weft("zone", "set", "dmz").status()).isEqualTo(2);
        assertThat(weft("policy").status()).isEqualTo(2);
        assertThat(weft("export").out()).contains("policies:", "zone: lab");
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
        assertThat(weft("show", "networks", "-o", "json").out()).contains("\"zone\":\"dmz\"");
    }

    @Test
    void shouldWarnWithTheLineWhatAFileHardlyMeans() throws IOException {
        Files.writeString(file, fabric(10) + "policies: [{name: p, from: any, to: any, action: drop}]\n");
        int line = (int) Files.readString(file).lines().count();
        Result result = weft("diff", "-f", file.toString());
        assertThat(result.status()).isZero();
        assertThat(result.err()).isEqualTo("weft: warning: " + file + ":" + line
                + ": policies: without zones no policy is judged; name some in zones\n");
    }

    @Test
    void shouldPlanApplyAndDiff() throws IOException {
        Files.writeString(file, fabric(11));
        Result dry = weft("apply", "-f", file.toString(), "--dry-run");
        assertThat(dry.out())
                .isEqualTo("~ network acme/web: vlan 10 → 11\ndry run: nothing was changed, revision 1 stands\n");
        assertThat(weft("diff", "-f", file.toString()).out()).isEqualTo("~ network acme/web: vlan 10 → 11\n");
        assertThat(weft("apply", "-f", file.toString()).out())
                .isEqualTo("~ network acme/web: vlan 10 → 11\nrevision 2\n");
        assertThat(weft("apply", "-f", file.toString()).out()).isEqualTo("no change, revision 2\n");
        assertThat(weft("diff", "-f", file.toString()).out()).isEmpty();
    }

    @Test
    void shouldNameFileLineAndPathOfEachFault() throws IOException {
        Path bad = Files.writeString(directory.resolve("bad.yaml"),
                "ports:\n  a: {type: tap, device: t0, access: 4095}\n  b: {type: nic, device: eth0, access: 10, colour: red}\n");
        Result result = weft("apply", "-f", bad.toString());
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err().lines()).hasSize(2).allMatch(line -> line.startsWith("weft: " + bad + ":"));
        assertThat(result.err()).contains(bad + ":2: ports.a.access: 4095 is not a VLAN ID (1-4094)",
                ":3: ports.b.colour: ");
        assertThat(weft("export").out()).contains("web1");
    }

    @Test
    void shouldWarnThatAWorkersChangeWaitsForTheNextStart() throws IOException {
        Files.writeString(file, "members: {1: {workers: {poll: always}}}\n" + fabric(10));
        String warning = "weft: warning: member 1: the workers change takes effect at the next weft up\n";
        assertThat(weft("diff", "-f", file.toString()).err()).isEqualTo(warning);
        Result applied = weft("apply", "-f", file.toString());
        assertThat(applied.err()).isEqualTo(warning);
        assertThat(applied.status()).isZero();
        assertThat(applied.out()).endsWith("revision 2\n");
        assertThat(weft("port", "set", "web1", "mtu=1400").err()).isEmpty();
    }

    @Test
    void shouldKeepRefusingAStoreWithoutAReadableRevision() throws IOException {
        instance.close();
        Files.write(directory.resolve("data/revisions/0000000001.json"), new byte[0]);
        for (int start = 0; start < 2; start++) {
            assertThatThrownBy(() -> Instance.start(options(Optional.empty()))).as("start " + start)
                    .hasMessageContaining("or begin anew with -f FILE");
        }
        instance = Instance.start(options(Optional.of(file.toString())));
        assertThat(weft("show", "ports", "-o", "json").out()).contains("web1");
    }

    @Test
    void shouldEditOnePort() {
        assertThat(weft("port", "set", "web1", "access=40").out()).startsWith("~ port web1: ").endsWith("revision 2\n");
        assertThat(weft("show", "vlans", "--port", "web1", "-o", "json").out()).contains("\"vid\":40");
        assertThat(weft("port", "remove", "db1").out()).isEqualTo("- port db1\nrevision 3\n");
        assertThat(weft("port", "remove", "db1").err()).isEqualTo("weft: ports.db1: there is no such port\n");
        assertThat(weft("port", "add", "x", "type=tap").status()).isEqualTo(1);
        assertThat(weft("port", "set", "web1", "access=41", "--base", "1").err())
                .isEqualTo("weft: the newest revision is 3, not 1; look at `weft diff` and try again\n");
    }

    @Test
    void shouldListWhatAnApplyWouldUndo() {
        assertThat(weft("port", "set", "web1", "mtu=9000").status()).isZero();
        Result refused = weft("apply", "-f", file.toString());
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains("port web1: mtu 9000 → -, made by command in revision 2", "--prune");
        assertThat(weft("apply", "-f", file.toString(), "--prune").out()).endsWith("revision 3\n");
    }

    @Test
    void shouldExportWhatAppliesAsNoChange() throws IOException {
        Path exported = Files.writeString(directory.resolve("exported.yaml"), weft("export").out());
        assertThat(weft("diff", "-f", exported.toString()).out()).isEmpty();
    }

    @Test
    void shouldRunWhatWasCommittedLastWhenStartedWithoutFile() {
        assertThat(weft("port", "remove", "db1").status()).isZero();
        instance.close();
        instance = Instance.start(options(Optional.empty()));
        assertThat(weft("show", "ports", "-o", "json").out()).contains("web1").doesNotContain("db1\"");
        instance.close();
        instance = Instance.start(options(Optional.of(file.toString())));
        assertThat(weft("show", "ports", "-o", "json").out()).as("the file is the one last given")
                .doesNotContain("db1\"");
    }

    @Test
    void shouldRefuseASecondInstance() {
        assertThatThrownBy(() -> Instance.start(options(Optional.empty())))
                .hasMessageContaining("another weft is running with this data directory");
        Instance.Options otherData = new Instance.Options(Optional.empty(), false, OptionalInt.empty(),
                directory.resolve("data2"), directory.resolve("c"));
        assertThatThrownBy(() -> Instance.start(otherData)).hasMessageContaining("another weft is running here");
    }

    @Test
    void shouldSayThatNobodyRuns() {
        instance.close();
        Result result = weft("show", "ports");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).isEqualTo("weft: unix:" + directory.resolve("c") + ": no weft is running here (no such"
                + " socket); start one with `weft up`, or say where it is with --control\n");
    }

    @Test
    void shouldEndWithTwoOnWrongUsage() {
        assertThat(weft("show", "nonsense").status()).isEqualTo(2);
        assertThat(weft("apply").status()).isEqualTo(2);
        assertThat(weft("port", "set", "web1", "access").status()).isEqualTo(2);
        assertThat(weft("show", "ports", "-o", "xml").status()).isEqualTo(2);
    }

    @Test
    void shouldRefuseControlOverTcpByName() {
        StringWriter err = new StringWriter();
        assertThat(WeftCommand.run(new PrintWriter(new StringWriter()), new PrintWriter(err), "export", "--control",
                "127.0.0.1:4791")).isEqualTo(1);
        assertThat(err.toString()).contains("not supported yet");
    }

    @Test
    void shouldExplainTheHost() {
        Result result = weft("doctor", "-f", file.toString());
        assertThat(result.out().lines()).allMatch(line -> line.matches("(ok|warn|fail) +.+"));
        assertThat(result.out()).contains("revision 1", "port web1", "waits for its guest", "jdk");
    }

    @Test
    void shouldLookAtTheDatagramQueueOnlyWhereAPortUsesIt() throws IOException {
        assertThat(weft("doctor", "-f", file.toString()).out()).doesNotContain("max_dgram_qlen");
        Files.writeString(file, "ports: {a: {type: qemu, transport: dgram, local: %s/a, remote: %s/b, access: 10}}\n"
                .formatted(directory, directory));
        assertThat(weft("doctor", "-f", file.toString()).out()).contains("max_dgram_qlen");
    }

    @Test
    void shouldHelpWithExamplesForEveryCommand() {
        for (String command : List.of("up", "apply", "diff", "export", "port", "show", "doctor", "completion",
                "example")) {
            assertThat(weft(command, "--help").out()).as(command).contains("Examples:");
        }
        assertThat(
                WeftCommand.run(new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()), "completion"))
                .isZero();
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
}
