package net.weft.lacp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LegNumbersTest {
    @Test
    void shouldNotRenumberByOrderOrRemoval() {
        LegNumbers numbers = new LegNumbers(List.of());
        assertThat(numbers.assign(List.of("b", "a"))).isEqualTo(Map.of("b", 1, "a", 2));
        assertThat(numbers.assign(List.of("a", "c", "b"))).isEqualTo(Map.of("b", 1, "a", 2, "c", 3));
        assertThat(numbers.assign(List.of("c"))).isEqualTo(Map.of("c", 3));
        assertThat(numbers.assign(List.of("d", "c", "a"))).isEqualTo(Map.of("a", 2, "c", 3, "d", 4));
    }

    @Test
    void shouldContinueFromWhatWasStored() {
        LegNumbers numbers = new LegNumbers(List.of());
        numbers.assign(List.of("a", "b", "c"));
        numbers.assign(List.of("c"));
        LegNumbers restarted = new LegNumbers(numbers.assignments());
        assertThat(restarted.assign(List.of("d", "b", "c"))).isEqualTo(Map.of("b", 2, "c", 3, "d", 4));
        assertThat(restarted.assignments()).containsExactlyInAnyOrder(new LegNumbers.Assignment("b", 2, true),
                new LegNumbers.Assignment("c", 3, true), new LegNumbers.Assignment("d", 4, true),
                new LegNumbers.Assignment("a", 1, false));
    }

    @Test
    void shouldReuseTheNumberThatHasBeenFreeLongestWhenAllAreUsed() {
        LegNumbers numbers = new LegNumbers(List.of());
        List<String> all = new ArrayList<>(IntStream.rangeClosed(1, 65_535).mapToObj(i -> "p" + i).toList());
        numbers.assign(all);
        all.remove("p700");
        numbers.assign(all);
        all.remove("p3");
        all.add("new");
        assertThat(numbers.assign(all)).containsEntry("new", 700);
        all.add("too many");
        all.add("really");
        assertThatThrownBy(() -> numbers.assign(all)).hasMessageContaining("expected at most 65535");
    }

    @Test
    void shouldRefuseStoredNumbersThatContradictEachOther() {
        assertThatThrownBy(() -> new LegNumbers(List.of(new LegNumbers.Assignment("a", 1, true),
                new LegNumbers.Assignment("b", 1, true)))).hasMessageContaining("one assignment");
        assertThatThrownBy(() -> new LegNumbers.Assignment("a", 0, true)).hasMessageContaining("0 is not in 1-65535");
    }
}
