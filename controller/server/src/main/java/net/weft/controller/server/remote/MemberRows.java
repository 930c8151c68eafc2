package net.weft.controller.server.remote;

import java.util.Optional;
import net.weft.v1.Member;
import net.weft.v1.MemberState;

/** Describes the other members of a fabric for {@code show members}. */
public final class MemberRows {
    private final MemberSessions sessions;

    public MemberRows(MemberSessions sessions) {
        this.sessions = sessions;
    }

    /** Returns the row of a member of another process. */
    public Member of(int member, long newestRevision) {
        Member.Builder row = Member.newBuilder().setId(member).setRole("member").setNewestRevision(newestRevision);
        Optional<MemberSession> connected = sessions.session(member);
        if (connected.isEmpty()) {
            return row.setState("absent").setReason("it is not connected; a member that has joined goes on forwarding")
                    .build();
        }
        MemberSession session = connected.get();
        MemberState state = session.state();
        row.setVersion(session.version()).setRevision(state.getRunning()).setAddress(session.address())
                .setClockAheadMillis(session.clockAheadMillis()).setReady(state.getReady());
        if (session.isSilent()) {
            return row.setState("absent").setReason("nothing was heard of it for 5 s").build();
        }
        boolean current = state.getRunning() >= newestRevision && state.getReason().isEmpty();
        return row.setState(current ? "up" : "behind").setReason(state.getReason()).build();
    }
}
