package net.weft.controller.cli.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;

class ControlAddressTest {
    @Test
    void shouldPreferTheOptionToTheEnvironment() {
        Map<String, String> environment = Map.of("WEFT_CONTROL", "unix:/run/a");
        assertThat(ControlAddress.of(Optional.empty(), environment)).hasToString("unix:/run/a");
        assertThat(ControlAddress.of(Optional.of("unix:/run/b"), environment)).hasToString("unix:/run/b");
    }

    @Test
    void shouldSayWhatAnAddressLooksLike() {
        assertThatThrownBy(() -> ControlAddress.of(Optional.of("/run/a"), Map.of()))
                .isInstanceOf(FailedException.class).hasMessageContaining("expected unix:PATH");
    }

    /** Linux would cut it, or refuse it, where it is used. */
    @Test
    void shouldRefuseAPathThatIsLongerThanASocketsMayBe() {
        String longest = "unix:/" + "a".repeat(106);
        assertThat(ControlAddress.of(Optional.of(longest), Map.of())).hasToString(longest);
        assertThatThrownBy(() -> ControlAddress.of(Optional.of(longest + "b"), Map.of()))
                .isInstanceOf(FailedException.class).hasMessageContaining("108 bytes; expected at most 107");
        assertThatThrownBy(() -> ControlAddress.of(Optional.of("unix:/" + "\u00e4".repeat(54)), Map.of()))
                .isInstanceOf(FailedException.class).hasMessageContaining("109 bytes");
    }

    @Test
    void shouldKeepAUsersStateWhereTheEnvironmentSays() {
        assertThat(ControlAddress.userData(Map.of("HOME", "/home/ann")))
                .isEqualTo(Path.of("/home/ann/.local/state/weft"));
        assertThat(ControlAddress.userData(Map.of("HOME", "/home/ann", "XDG_STATE_HOME", "/state")))
                .isEqualTo(Path.of("/state/weft"));
    }
}
