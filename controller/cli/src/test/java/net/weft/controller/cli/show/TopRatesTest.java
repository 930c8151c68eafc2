package net.weft.controller.cli.show;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import net.weft.v1.Drop;
import net.weft.v1.Port;
import org.junit.jupiter.api.Test;

class TopRatesTest {
    private static final TopRates.Look BEFORE = new TopRates.Look(0,
            List.of(port("a", 100, 6400, 0), port("b", 0, 0, 0)),
            List.of(), List.of());
    private static final TopRates.Look NOW = new TopRates.Look(2_000_000_000L,
            List.of(port("a", 300, 19_200, 0), port("b", 2000, 128_000, 7)),
            List.of(Drop.newBuilder().setPort("b").setReason("not-member").setPackets(7).setMeaning("why").build()),
            List.of());

    private static Port port(String name, long packets, long bytes, long dropped) {
        return Port.newBuilder().setName(name).setState("up").setRxPackets(packets).setRxBytes(bytes)
                .setDropped(dropped).build();
    }

    @Test
    void shouldGiveRatesOfASecondBusiestFirst() {
        assertThat(TopRates.between(BEFORE, NOW)).containsExactly(
                new TopRates.Row("b", "up", 1000, 512_000, 0, 0, 4, List.of("not-member")),
                new TopRates.Row("a", "up", 100, 51_200, 0, 0, 0, List.of()));
    }

    @Test
    void shouldShowPortsAndWhatIsDropped() {
        assertThat(TopScreen.lines(BEFORE, NOW)).contains("b not-member 4/s: why")
                .first().asString().startsWith("ports 2, up 2   received 1.10k/s 563kb/s   dropped 4/s");
    }

    @Test
    void shouldShortenAmounts() {
        assertThat(List.of(0L, 999L, 1000L, 12_345L, 123_456L, 9_999_999_999L).stream().map(TopScreen::amount))
                .containsExactly("0", "999", "1.00k", "12.3k", "123k", "10.00G");
    }
}
