package net.weft.controller.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BoundedStatusesTest {
    @Test
    void shouldLeaveWhatFitsAndCutWhatDoesNot() {
        String fits = "x".repeat(BoundedStatuses.MAX_DESCRIPTION);
        assertThat(BoundedStatuses.bounded(fits)).isSameAs(fits);
        assertThat(BoundedStatuses.bounded(fits + "x")).isEqualTo(fits + " ... (cut: too long for a status)");
    }

    @Test
    void shouldCountWhatTheEncodingMakesOfIt() {
        String percents = "%".repeat(BoundedStatuses.MAX_DESCRIPTION);
        assertThat(BoundedStatuses.bounded(percents))
                .startsWith("%".repeat(BoundedStatuses.MAX_DESCRIPTION / 3) + " ...");
        String faces = "\ud83d\ude00".repeat(BoundedStatuses.MAX_DESCRIPTION);
        assertThat(BoundedStatuses.bounded(faces).codePoints().filter(c -> c == 0x1F600).count())
                .as("twelve characters each, and none torn apart").isEqualTo(BoundedStatuses.MAX_DESCRIPTION / 12);
    }
}
