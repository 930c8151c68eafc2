package net.weft.controller.member.remote;

import static org.assertj.core.api.Assertions.assertThat;

import net.weft.v1.Fence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FencingTest {
    private static final Fence HAS = fence("aa", 3, "i", 7, 40);

    @Test
    void shouldTakeTheFirstOfferButNotAnEmptyOne() {
        assertThat(Fencing.refusal(Fence.getDefaultInstance(), HAS)).isEmpty();
        assertThat(Fencing.refusal(Fence.getDefaultInstance(), Fence.getDefaultInstance())).isPresent();
        assertThat(Fencing.refusal(HAS, Fence.getDefaultInstance())).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"aa,3,i,7,40", "aa,3,i,7,41", "aa,3,i,8,40", "aa,4,j,1,1", "aa,4,i,1,1"})
    void shouldTakeWhatIsNotOlder(String cluster, long generation, String incarnation, long term, long revision) {
        assertThat(Fencing.refusal(HAS, fence(cluster, generation, incarnation, term, revision))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"bb,9,i,9,99,fabric bb", "aa,2,i,9,99,generation 2", "aa,3,j,9,99,another restore",
            "aa,3,i,6,99,does not lead", "aa,3,i,7,39,revision 39", "aa,3,i,8,39,revision 39"})
    void shouldRefuseWhatIsForeignOrOlder(String cluster, long generation, String incarnation, long term, long revision,
            String why) {
        assertThat(Fencing.refusal(HAS, fence(cluster, generation, incarnation, term, revision))).get().asString()
                .contains(why);
    }

    private static Fence fence(String cluster, long generation, String incarnation, long term, long revision) {
        return Fence.newBuilder().setCluster(cluster).setGeneration(generation).setIncarnation(incarnation)
                .setTerm(term)
                .setRevision(revision).build();
    }
}
