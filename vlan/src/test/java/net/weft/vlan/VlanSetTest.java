package net.weft.vlan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import net.weft.testing.Seed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VlanSetTest {
    @Test
    void shouldReadIdsAndRanges() {
        VlanSet set = VlanSet.parse(List.of("10", "100-199", " 20 "));

        assertThat(set).hasToString("10,20,100-199").isEqualTo(VlanSet.parse("10, 20, 100 - 199"));
        assertThat(set.size()).isEqualTo(102);
        assertThat(set.contains(150)).isTrue();
        assertThat(set.contains(200)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"1|1", "4094|4094", "1-4094|1-4094", "5,4,3|3-5", "7,7|7", "63,64|63-64",
            "10-20,15-30|10-30", "1,3|1,3"})
    void shouldWriteTheShortestList(String text, String canonical) {
        assertThat(VlanSet.parse(text)).hasToString(canonical).hasSameHashCodeAs(VlanSet.parse(canonical));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"0|0 is not a VLAN ID (1-4094)", "4095|4095 is not a VLAN ID (1-4094)",
            "10,x|x is not", "-5|-5 is not", "10-|an empty text is not", "10,,20|an empty text is not",
            "1-2-3|2-3 is not", "+5|+5 is not", "99999999999999999999999|99999999999999999999... is not",
            "20-10|20-10 runs backwards: expected the lower VLAN ID first, 10-20", "١|١ is not"})
    void shouldNameWhatIsNoVlan(String text, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> VlanSet.parse(text)).withMessageStartingWith(message);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 4095, 4096, 8190, Integer.MIN_VALUE, Integer.MAX_VALUE, 0x1000_000a, 0x8100_000a})
    void shouldContainNothingOutsideTheRange(int vid) {
        assertThat(VlanSet.ALL.contains(vid)).isFalse();
    }

    @Test
    void shouldBehaveAsASortedSet() {
        Random random = Seed.random(VlanSetTest.class);
        for (int round = 0; round < 200; round++) {
            var left = new TreeSet<Integer>();
            var right = new TreeSet<Integer>();
            random.ints(random.nextInt(60), 1, 4095).forEach(left::add);
            random.ints(random.nextInt(60), 1, 4095).forEach(right::add);
            VlanSet a = VlanSet.of(left.stream().mapToInt(Integer::intValue).toArray());
            VlanSet b = VlanSet.of(right.stream().mapToInt(Integer::intValue).toArray());
            var both = new TreeSet<>(left);
            both.addAll(right);

            assertThat(a.vids().boxed()).containsExactlyElementsOf(left);
            assertThat(a.union(b).vids().boxed()).containsExactlyElementsOf(both);
            assertThat(a.size()).isEqualTo(left.size());
            assertThat(a.isEmpty()).isEqualTo(left.isEmpty());
            assertThat(a.equals(b)).isEqualTo(left.equals(right));
            if (!left.isEmpty()) {
                assertThat(VlanSet.parse(a.toString())).isEqualTo(a);
            }
        }
    }
}
