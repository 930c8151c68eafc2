package net.weft.vswitch.burst;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DropReasonTest {
    /** What a remedy may begin with: something the reader does. */
    private static final Set<String> ACTIONS = Set.of("add", "change", "connect", "correct", "expect", "give", "let",
            "lower", "look", "raise", "remove", "replace", "see", "set", "switch", "unplug", "update", "use", "wait");

    @ParameterizedTest
    @EnumSource
    void shouldSayWhatHappenedAndWhatToDo(DropReason reason) {
        String what = reason.meaning().substring(0, reason.meaning().length() - reason.remedy().length());
        assertThat(what).as("what happened").hasSizeGreaterThan(20).endsWith("; ");
        assertThat(ACTIONS).as("the remedy begins with an action").contains(reason.remedy().split(" ")[0]);
        assertThat(reason.remedy()).hasSizeGreaterThan(20).doesNotEndWith(".");
    }

    @Test
    void shouldGiveNoTwoReasonsTheSameWords() {
        assertThat(Arrays.stream(DropReason.values()).map(DropReason::meaning)).doesNotHaveDuplicates();
        assertThat(Arrays.stream(DropReason.values()).map(DropReason::remedy)).doesNotHaveDuplicates();
        assertThat(Arrays.stream(DropReason.values()).map(DropReason::label)).doesNotHaveDuplicates();
    }
}
