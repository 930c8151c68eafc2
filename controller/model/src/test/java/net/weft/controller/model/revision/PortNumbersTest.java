package net.weft.controller.model.revision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.MembershipConfig;
import net.weft.controller.model.PortConfig;
import net.weft.controller.model.ProtectionConfig;
import net.weft.controller.model.RandomFabric;
import net.weft.testing.Seed;
import org.junit.jupiter.api.Test;

class PortNumbersTest {
    private static FabricConfig ports(String... names) {
        SequencedMap<String, PortConfig> ports = new LinkedHashMap<>();
        for (String name : names) {
            ports.put(name, new PortConfig(name, 1, new DeviceConfig.Tap(name), new MembershipConfig.Access(1),
                    OptionalInt.empty(), OptionalInt.empty(), true, Optional.empty(), ProtectionConfig.NONE));
        }
        FabricConfig empty = FabricConfig.empty();
        return new FabricConfig(empty.name(), empty.systemMac(), empty.members(), empty.export(), empty.connections(),
                empty.tenants(), empty.zones(), empty.policies(), ports);
    }

    @Test
    void shouldNumberInTheOrderOfTheFirstFileOnly() {
        PortNumbers first = PortNumbers.NONE.assign(ports("b", "a"));
        assertThat(first.byName()).containsExactlyInAnyOrderEntriesOf(Map.of("b", 1, "a", 2));
        assertThat(first.assign(ports("new", "a", "b")).byName())
                .containsExactlyInAnyOrderEntriesOf(Map.of("b", 1, "a", 2, "new", 3));
        assertThat(first.interfaceName(ports("a").ports().firstEntry().getValue())).isEqualTo("1/0/2");
    }

    @Test
    void shouldGiveARemovedPortItsNumberBack() {
        PortNumbers numbers = PortNumbers.NONE.assign(ports("a", "b")).assign(ports("a")).assign(ports("c"));
        assertThat(numbers.of("c")).isEqualTo(3);
        assertThat(numbers.assign(ports("b")).of("b")).isEqualTo(2);
    }

    @Test
    void shouldReuseTheNumberOfARemovedPortOnlyWhenAllAreGiven() {
        Map<String, Integer> full = new HashMap<>();
        for (int i = 1; i <= PortNumbers.MAX; i++) {
            full.put("p" + i, i);
        }
        full.remove("p7");
        PortNumbers numbers = new PortNumbers(full).assign(ports("p1", "p2", "new"));
        assertThat(numbers.of("new")).isEqualTo(3);
        assertThat(numbers.byName()).doesNotContainKey("p3");
        assertThatThrownBy(() -> new PortNumbers(full).assign(ports(full.keySet().toArray(new String[0])))
                .assign(ports(withOne(full)))).isInstanceOf(IllegalArgumentException.class);
    }

    private static String[] withOne(Map<String, Integer> full) {
        Map<String, Integer> more = new HashMap<>(full);
        more.put("x", 0);
        more.put("y", 0);
        return more.keySet().toArray(new String[0]);
    }

    @Test
    void shouldNeverChangeANumberNorGiveOneTwice() {
        long seed = Seed.of(PortNumbersTest.class);
        System.out.println("PortNumbersTest: seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        PortNumbers numbers = PortNumbers.NONE;
        for (int i = 0; i < 300; i++) {
            FabricConfig config = new RandomFabric(random).next();
            PortNumbers next = numbers.assign(config);
            assertThat(next.byName()).as("seed %d", seed).containsAllEntriesOf(numbers.byName());
            assertThat(next.byName().keySet()).containsAll(config.ports().keySet());
            assertThat(next.byName().values()).as("seed %d", seed).doesNotHaveDuplicates();
            numbers = next;
        }
    }
}
