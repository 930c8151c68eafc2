package net.weft.vswitch.device.vhost;

import static org.assertj.core.api.Assertions.assertThat;

import net.weft.vswitch.device.vhost.SleepModel.Mistake;
import net.weft.vswitch.device.vhost.SleepModel.Notification;
import net.weft.vswitch.device.vhost.SleepModel.Result;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** No interleaving loses a wake-up; with a line of the code left out some do, so the search would find them. */
@Timeout(240)
class SleepModelTest {
    @ParameterizedTest
    @EnumSource
    void shouldReachNoStateInWhichAWakeUpIsLost(Notification notification) {
        Result result = new SleepModel(notification, Mistake.NONE, 2).explore();
        System.out.println("sleep model, " + notification + ": " + result.states() + " states");
        assertThat(result.trace()).isEmpty();
        assertThat(result.states()).isGreaterThan(10_000);
    }

    @ParameterizedTest
    @CsvSource({"SPLIT_FLAGS, NO_LOOK_AFTER_ARMING", "SPLIT_EVENT_INDEX, NO_LOOK_AFTER_ARMING",
            "PACKED_FLAGS, NO_LOOK_AFTER_ARMING", "PACKED_EVENT_INDEX, NO_LOOK_AFTER_ARMING", "SPLIT_FLAGS, NO_FENCE",
            "SPLIT_EVENT_INDEX, NO_FENCE", "PACKED_FLAGS, NO_FENCE", "PACKED_EVENT_INDEX, NO_FENCE",
            "SPLIT_FLAGS, DRAIN_AFTER_THE_LOOK", "SPLIT_EVENT_INDEX, DRAIN_AFTER_THE_LOOK",
            "PACKED_FLAGS, DRAIN_AFTER_THE_LOOK", "PACKED_EVENT_INDEX, DRAIN_AFTER_THE_LOOK",
            "SPLIT_FLAGS, NO_LOOK_FOR_ANNOUNCEMENTS"})
    void shouldFindTheLostWakeUpOfAMistake(Notification notification, Mistake mistake) {
        Result result = new SleepModel(notification, mistake, 2).explore();
        System.out.println("sleep model, " + notification + " with " + mistake + ": lost after "
                + result.trace().size() + " steps: " + String.join(" · ", result.trace()));
        assertThat(result.trace()).isNotEmpty();
    }
}
