package net.weft.controller.server;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** Why a client cannot go on behind a token, and what it does then. */
final class ResumeRefusals {
    private static final int LONGEST = 64;
    private static final String ADVICE = ". Follow from the token of a new ListEvents, and then read anew what is to be known";

    private ResumeRefusals() {
    }

    static StatusRuntimeException unreadable(String token) {
        return Status.INVALID_ARGUMENT.withDescription("token: `"
                + (token.length() > LONGEST ? token.substring(0, LONGEST) + " ..." : token)
                + "` is none; expected that of an event or of ListEvents").asRuntimeException();
    }

    static StatusRuntimeException unknown(String token) {
        return Status.FAILED_PRECONDITION
                .withDescription("token: these events have none, so that there is no resuming behind "
                        + token)
                .asRuntimeException();
    }

    /** @throws StatusRuntimeException if a token is not one of this process, or of before a restore, or ahead of it */
    static void check(WatchToken wanted, WatchToken now) {
        if (!wanted.cluster().equals(now.cluster())) {
            throw foreign("it is of fabric " + wanted.cluster() + ", this is fabric " + now.cluster());
        }
        if (wanted.member() != now.member()) {
            throw foreign(
                    "it is of " + process(wanted.member()) + ", these are the events of " + process(now.member()));
        }
        if (!wanted.incarnation().equals(now.incarnation())) {
            throw foreign("a backup was restored since or before: it is of incarnation " + wanted.incarnation()
                    + ", now there is " + now.incarnation());
        }
        if (wanted.position() > now.position() || wanted.revision() > now.revision()) {
            throw gap("it is of position " + wanted.position() + " and revision " + wanted.revision()
                    + ", and the newest here are " + now.position() + " and " + now.revision()
                    + ": what came after these was lost");
        }
    }

    private static String process(long member) {
        return member == 0 ? "the controller" : "member " + member;
    }

    static StatusRuntimeException tooOld(long position, long dropped) {
        return gap("it is of position " + position + ", and the events up to " + dropped + " are not kept any more");
    }

    static StatusRuntimeException lost(long position) {
        return gap("there is no event of position " + position + " any more: it was lost when weft was killed");
    }

    private static StatusRuntimeException foreign(String why) {
        return Status.FAILED_PRECONDITION.withDescription("token: " + why + ADVICE).asRuntimeException();
    }

    private static StatusRuntimeException gap(String why) {
        return Status.OUT_OF_RANGE.withDescription("token: " + why + ADVICE).asRuntimeException();
    }
}
