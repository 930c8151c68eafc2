package net.weft.examples.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DistanceTest {
    @ParameterizedTest
    @CsvSource({"150,160,NEAR", "880,870,FAR", "500,560,FAR", "150,880,MIXED", "880,150,MIXED", "300,400,MIXED",
            "400,1400,MIXED", "Infinity,150,MIXED", "Infinity,Infinity,MIXED"})
    void shouldClassAWindowByBothTrips(double before, double after, Distance expected) {
        assertThat(Distance.of(before, after)).isEqualTo(expected);
    }
}
