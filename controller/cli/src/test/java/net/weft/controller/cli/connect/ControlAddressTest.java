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

    @Test
    void shouldKeepAUsersStateWhereTheEnvironmentSays() {
        assertThat(ControlAddress.userData(Map.of("HOME", "/home/ann")))
                .isEqualTo(Path.of("/home/ann/.local/state/weft"));
        assertThat(ControlAddress.userData(Map.of("HOME", "/home/ann", "XDG_STATE_HOME", "/state")))
                .isEqualTo(Path.of("/state/weft"));
    }
}
