package net.weft.vswitch.carrier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatchedMemberTest {
    private static final long SILENCE = WatchedMember.SILENCE_NS;

    private final MemoryCarriers carriers = new MemoryCarriers("leg1", "leg2", "st1", "other");
    private final WatchedMember member = new WatchedMember(carriers, "net:1");

    @BeforeEach
    void watch() {
        member.line("watch net:1 leg1 leg2 st1 gone");
    }

    @Test
    void shouldLowerTheDevicesInOrderWhenTheConnectionEnds() {
        member.ended();
        assertThat(carriers.log()).containsExactly("-leg1", "-leg2", "-st1");
        assertThat(carriers.isUp("other")).isTrue();
        assertThat(member.isWatched()).isFalse();
    }

    @Test
    void shouldLeaveThemAsTheyAreAfterAPlannedEnd() {
        member.line("leave");
        member.ended();
        assertThat(member.silence(2 * SILENCE)).isEmpty();
        assertThat(carriers.log()).isEmpty();
    }

    @Test
    void shouldLowerThemOnceWhenTheMemberIsSilent() {
        assertThat(member.silence(SILENCE - 1)).isEmpty();
        member.line("beat");
        assertThat(member.silence(SILENCE - 1)).as("a beat begins anew").isEmpty();
        assertThat(carriers.log()).isEmpty();
        assertThat(member.silence(1)).isEqualTo("lowered leg1 leg2 st1");
        assertThat(member.silence(SILENCE)).isEmpty();
        assertThat(carriers.log()).containsExactly("-leg1", "-leg2", "-st1");
    }

    @Test
    void shouldRaiseOnlyWhatItHasLowered() {
        var unused = member.silence(SILENCE);
        member.line("raise st1 other");
        assertThat(carriers.log()).endsWith("-st1", "+st1");
        assertThat(carriers.isUp("leg1")).as("fenced until the member asks for it").isFalse();
        member.line("raise leg1 leg2");
        assertThat(carriers.isUp("leg1")).isTrue();
        assertThat(carriers.log()).doesNotContain("+other");
    }

    @Test
    void shouldLowerAgainWhatHasComeBack() {
        var unused = member.silence(SILENCE);
        member.line("raise st1");
        assertThat(member.silence(SILENCE)).isEqualTo("lowered leg1 leg2 st1");
        assertThat(carriers.log()).endsWith("+st1", "-st1");
    }

    @Test
    void shouldRaiseWhatIsNotWatchedAnyMore() {
        var unused = member.silence(SILENCE);
        member.line("watch net:1 leg1");
        assertThat(carriers.isUp("leg2")).isTrue();
        assertThat(carriers.isUp("leg1")).isFalse();
    }

    @Test
    void shouldGoOnWithTheOthersWhenOneCannotBeLowered() {
        carriers.refuse("leg1");
        member.ended();
        assertThat(carriers.log()).containsExactly("-leg2", "-st1");
    }

    @Test
    void shouldRefuseAMemberOfAnotherNamespaceAndUnknownWords() {
        WatchedMember stranger = new WatchedMember(carriers, "net:2");
        assertThatThrownBy(() -> stranger.line("watch net:1 leg1")).hasMessageContaining("net:1")
                .hasMessageContaining("net:2");
        stranger.ended();
        assertThatThrownBy(() -> member.line("shoot leg1")).hasMessageContaining("shoot");
        assertThatThrownBy(() -> member.line("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> member.line("watch")).isInstanceOf(IllegalArgumentException.class);
        assertThat(carriers.log()).isEmpty();
    }
}
