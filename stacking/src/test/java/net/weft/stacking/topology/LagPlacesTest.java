package net.weft.stacking.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.weft.stacking.control.MemberState.Adjacency;
import net.weft.stacking.control.MemberState.LagUse;
import net.weft.stacking.control.MemberState;
import net.weft.vswitch.stack.StackLags;
import org.junit.jupiter.api.Test;

/** Where the legs of LAGs are, in the chain 1 - 2 - 3 - 4. */
class LagPlacesTest {
    private static final int LAG = 12;

    private static MemberState state(int member, LagUse... lags) {
        List<Adjacency> links = switch (member) {
            case 1 -> List.of(new Adjacency(0, 2, 0));
            case 4 -> List.of(new Adjacency(0, 3, 1));
            default -> List.of(new Adjacency(0, member - 1, member == 2 ? 0 : 1), new Adjacency(1, member + 1, 0));
        };
        return new MemberState(member, 7L * member, 1, 100, 0, true, false, links, List.of(lags));
    }

    private static StackLags lags(int self, List<MemberState> states) {
        return Topology.of(self, states).routes().lags();
    }

    @Test
    void shouldLetOneMemberDeliverTheFloodsOfEachMember() {
        List<MemberState> states = List.of(state(1, new LagUse(LAG, 5)), state(2), state(3, new LagUse(LAG, 5)),
                state(4));
        for (int source = 1; source <= 4; source++) {
            int at = source;
            List<Integer> deliver = List.of(1, 2, 3, 4).stream()
                    .filter(member -> lags(member, states).delivers(LAG, at)).toList();
            assertThat(deliver).as("floods of %d", source).hasSize(1);
            assertThat(source % 2 == 0 || deliver.equals(List.of(source))).as("local first").isTrue();
        }
        assertThat(lags(2, states).links(LAG)).as("1 and 3 are as near").isEqualTo(0b11);
        assertThat(lags(4, states).links(LAG)).isEqualTo(0b1);
        assertThat(lags(3, states).links(LAG)).as("to 1").isEqualTo(0b1);
        assertThat(lags(1, states).delivers(99, 1)).as("a LAG that nobody uses").isFalse();
    }

    @Test
    void shouldCountLegsToThePartnerOfTheLowestMemberOnly() {
        LagPlaces places = Topology.of(2, List.of(state(1), state(2, new LagUse(LAG, 5)), state(3, new LagUse(LAG, 6)),
                state(4, new LagUse(LAG, 5)))).lags();
        assertThat(places.members(LAG)).containsExactly(2, 4);
        assertThat(places.partner(LAG)).isEqualTo(5);
        assertThat(places.first(LAG)).isEqualTo(2);
        assertThat(places.partner(1)).isZero();
    }

    @Test
    void shouldNameWhatIsKnown() {
        List<MemberState> one = List.of(state(1, new LagUse(LAG, 5)), state(2), state(3), state(4));
        List<MemberState> other = List.of(state(1, new LagUse(LAG, 6)), state(2), state(3), state(4));
        assertThat(lags(1, one).epoch()).isEqualTo(lags(4, one).epoch()).isNotEqualTo(lags(1, other).epoch());
        assertThat(Topology.of(1, one).digest()).as("no flood is lost for it")
                .isEqualTo(Topology.of(1, other).digest());
    }
}
