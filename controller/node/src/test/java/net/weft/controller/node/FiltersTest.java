package net.weft.controller.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import net.weft.controller.node.RunningWeft.Result;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Filters of listings that name what does not exist. */
class FiltersTest {
    @TempDir
    static Path directory = Path.of("");
    @SuppressWarnings("NullAway.Init")
    private static RunningWeft running;

    @BeforeAll
    static void start() throws IOException {
        running = new RunningWeft(directory);
        running.weft("zone", "add", "acme/lab");
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"show ports --port nope", "show macs --port nope", "show vlans --port nope",
            "show drops --port nope", "show counters --port nope", "show counters --by vlan --port nope",
            "show counters --by worker --port nope", "show migrations --port nope", "show connections --port nope",
            "connections kill --port nope", "trace --from nope arp 10.0.0.1 > 10.0.0.2"})
    void shouldRefuseAPortThatDoesNotExist(String line) {
        Result result = running.weft(line.split(" "));
        assertThat(result.status()).isOne();
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("weft: there is no port nope");
    }

    @ParameterizedTest
    @ValueSource(strings = {"show macs --vlan 4000", "show vlans --vlan 4000", "show networks --vlan 4000",
            "show multicast --vlan 4000", "show connections --vlan 4000", "show networks --tenant nope",
            "show policies --tenant nope", "show zones --tenant nope", "show zones --matrix --tenant nope",
            "show policies --zone nope", "show connections --zone nope", "show connections --policy nope",
            "show connections --network acme/nope", "show drops --reason nope"})
    void shouldRefuseWhatDoesNotExist(String line) {
        Result result = running.weft(line.split(" "));
        assertThat(result.status()).as(line).isOne();
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).startsWith("weft: there is no ").hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"show macs --vlan 5000", "show vlans --vlan 0", "show networks --vlan -1",
            "show multicast --vlan 4095", "show connections --vlan 5000", "show ports --state upp",
            "show ports --type tpa", "show policies --action alow", "show export --protocol netflow",
            "show macs --mac 02:00", "capture --port web1 --count 0 -w x", "capture --port web1 --snaplen 0 -w x"})
    void shouldRefuseWhatCannotExist(String line) {
        Result result = running.weft(line.split(" "));
        assertThat(result.status()).as(line).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains(": expected ");
    }

    /** The controls: the same options with what exists, and with what may come to exist any time. */
    @ParameterizedTest
    @ValueSource(strings = {"show ports --port web1 --state down --type qemu", "show macs --port web1 --vlan 30",
            "show vlans --port db1 --vlan 30", "show drops --port web1 --reason not-member",
            "show counters --port web1", "show networks --tenant acme --vlan 10", "show multicast --vlan 10",
            "show policies --tenant acme --zone lab --action drop", "show zones --tenant acme",
            "show connections --vlan 10 --port web1", "show export --protocol ipfix",
            "show macs --mac 02:00:00:00:0a:01", "show migrations --port web1"})
    void shouldAnswerForWhatExists(String line) {
        assertThat(running.weft(line.split(" "))).as(line).satisfies(result -> {
            assertThat(result.err()).isEmpty();
            assertThat(result.status()).isZero();
        });
    }

    @Test
    void shouldListWhatThereIs() {
        assertThat(running.weft("show", "ports", "--port", "nope").err())
                .isEqualTo("weft: there is no port nope; there are web1, db1\n");
        assertThat(running.weft("show", "vlans", "--vlan", "4000").err())
                .isEqualTo("weft: there is no VLAN 4000; there are 10, 20, 30, 31\n");
    }
}
