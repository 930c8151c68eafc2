package net.weft.stacking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.weft.testing.Seed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random faults on random stacks; {@code -Dweft.stack.sequences=10000} runs as many as the proof does. */
class StackFuzzTest {
    private static final int SEQUENCES = Integer.getInteger("weft.stack.sequences", 60);
    private static final int CONTROL = 1000;

    @Test
    void shouldNeitherLoopNorDuplicateNorLoseForGood() {
        long first = Seed.of(StackFuzzTest.class);
        for (long seed = first; seed < first + SEQUENCES; seed++) {
            List<String> faults = StackFuzz.run(seed, null);
            assertThat(faults).as("-Dweft.seed=%d", seed).isEmpty();
        }
    }

    /** The control: without any one of the rules the model finds a fault. */
    @ParameterizedTest
    @EnumSource(Rule.class)
    void shouldFindWhatARuleIsFor(Rule off) {
        long first = Seed.of(StackFuzzTest.class);
        long found = -1;
        for (long seed = first; seed < first + CONTROL && found < 0; seed++) {
            found = StackFuzz.run(seed, off).isEmpty() ? -1 : seed - first;
        }
        System.out.println("without " + off + " a fault shows in sequence " + found);
        assertThat(found).as("sequences without %s until a fault shows", off).isNotNegative();
    }
}
