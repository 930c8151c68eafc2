package net.weft.controller.member.remote;

import java.util.Optional;
import net.weft.v1.Fence;

/**
 * Decides whether a member takes the state that a controller offers, by what it has taken before: never that of another
 * fabric, of a generation before the newest, of another incarnation of it, of an older leader, or an older revision.
 */
final class Fencing {
    private Fencing() {
    }

    /**
     * Returns why the offer is refused; empty if it is taken.
     *
     * @param has what the member has; the default instance: nothing yet
     */
    static Optional<String> refusal(Fence has, Fence offered) {
        if (offered.getCluster().isEmpty() || offered.getGeneration() == 0) {
            return Optional.of("the controller does not say which fabric it is of");
        }
        if (has.getCluster().isEmpty()) {
            return Optional.empty();
        }
        if (!has.getCluster().equals(offered.getCluster())) {
            return Optional.of("the controller is of fabric " + offered.getCluster() + ", this member of "
                    + has.getCluster());
        }
        if (offered.getGeneration() != has.getGeneration()) {
            return offered.getGeneration() > has.getGeneration()
                    ? Optional.empty()
                    : Optional.of("the controller has generation " + offered.getGeneration()
                            + " of the fabric, which was restored since: generation " + has.getGeneration()
                            + " counts");
        }
        if (!has.getIncarnation().equals(offered.getIncarnation())) {
            return Optional
                    .of("the controller is another restore of the fabric: incarnation " + offered.getIncarnation()
                            + " of generation " + offered.getGeneration() + ", not " + has.getIncarnation());
        }
        if (offered.getTerm() < has.getTerm()) {
            return Optional.of("the controller does not lead any more: it has term " + offered.getTerm() + ", term "
                    + has.getTerm() + " has begun");
        }
        if (offered.getRevision() < has.getRevision()) {
            return Optional.of("the controller offers revision " + offered.getRevision() + ", this member has revision "
                    + has.getRevision());
        }
        return Optional.empty();
    }
}
