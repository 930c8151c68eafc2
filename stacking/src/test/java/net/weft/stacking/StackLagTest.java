package net.weft.stacking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.weft.vswitch.stack.LinkProtection;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * A link aggregation with legs at several members of a stack: the workers' own code and the stack protocol, on one thread. Station 77 is
 * behind the link aggregation; a negative number in a result is the leg of that member.
 */
class StackLagTest {
    private static final long MS = InlineStack.MS;
    private static final int PARTNER = 77;

    /** 1 - 2 - 3 - 4 - 1; the link aggregation has legs at 1 and 2. */
    @AutoClose
    private final InlineStack stack = InlineStack.ring(4, LinkProtection.AUTHENTICATED);

    private static byte[] frame(int to, int from) {
        byte[] frame = new byte[80];
        for (int n = 0; n < 6; n++) {
            frame[n] = (byte) (to == 0 ? 255 : n == 0 ? 2 : n == 5 ? to : 0);
        }
        frame[6] = 2;
        frame[11] = (byte) from;
        frame[12] = (byte) 0x88;
        frame[13] = (byte) 0xB4;
        return frame;
    }

    private static Map<Integer, Integer> once(int... places) {
        Map<Integer, Integer> once = new TreeMap<>();
        for (int place : places) {
            once.put(place, 1);
        }
        return once;
    }

    private void start() {
        stack.run(300 * MS);
        legs(true, 1, 2);
        stack.run(50 * MS);
    }

    private void legs(boolean carry, int... members) {
        for (int member : members) {
            stack.member(member).leg(carry, true, stack.nowNs);
        }
    }

    @Test
    void shouldSendAFloodByTheLegOfTheMemberWhereItEnteredOrElseOfOneOther() {
        start();
        assertThat(stack.send(1, frame(0, 1))).isEqualTo(once(2, 3, 4, -1));
        assertThat(stack.send(2, frame(0, 2))).isEqualTo(once(1, 3, 4, -2));
        int designated = stack.member(3).protocol.view().topology().lags().designated(900);
        assertThat(stack.send(3, frame(0, 3))).isEqualTo(once(1, 2, 4, -designated));
        assertThat(stack.send(4, frame(0, 4))).isEqualTo(once(1, 2, 3, -designated));
    }

    @Test
    void shouldNotSendBackWhatCameFromTheLag() {
        start();
        assertThat(stack.sendByLeg(1, frame(0, PARTNER))).isEqualTo(once(1, 2, 3, 4));
        assertThat(stack.sendByLeg(2, frame(0, PARTNER))).isEqualTo(once(1, 2, 3, 4));
        assertThat(stack.sendByLeg(2, frame(PARTNER, 78))).as("to a station behind it").isEmpty();
        assertThat(stack.sendByLeg(2, frame(99, PARTNER))).as("to nobody known").isEqualTo(once(1, 2, 3, 4));
    }

    @Test
    void shouldPreferTheLocalLegThenTheNearest() {
        start();
        stack.sendByLeg(2, frame(0, PARTNER));
        for (int member = 1; member <= 4; member++) {
            stack.send(member, frame(0, member));
        }
        assertThat(stack.send(1, frame(PARTNER, 1))).isEqualTo(once(-1));
        assertThat(stack.send(2, frame(PARTNER, 2))).isEqualTo(once(-2));
        assertThat(stack.send(3, frame(PARTNER, 3))).as("2 is a neighbour of 3").isEqualTo(once(-2));
        assertThat(stack.send(4, frame(PARTNER, 4))).as("1 is a neighbour of 4").isEqualTo(once(-1));
        assertThat(stack.sendByLeg(1, frame(3, PARTNER))).isEqualTo(once(3));
        assertThat(stack.sendByLeg(2, frame(1, PARTNER))).isEqualTo(once(1));
    }

    @Test
    void shouldCrossTheStackWhenTheLastLocalLegFailsBeforeAnybodyIsTold() {
        start();
        stack.sendByLeg(1, frame(0, PARTNER));
        stack.member(1).leg(false, false, stack.nowNs);
        assertThat(stack.send(1, frame(PARTNER, 1))).isEqualTo(once(-2));
        assertThat(stack.send(4, frame(PARTNER, 4))).as("by 1, which passes it on").isEqualTo(once(-2));
        assertThat(stack.send(1, frame(0, 1))).as("a flood is lost on the LAG until others know")
                .isEqualTo(once(2, 3, 4));
        legs(false, 1);
        stack.run(50 * MS);
        assertThat(stack.send(1, frame(0, 1))).isEqualTo(once(2, 3, 4, -2));
        legs(false, 2);
        stack.run(50 * MS);
        assertThat(stack.send(1, frame(PARTNER, 1))).as("no leg is left").isEmpty();
        assertThat(stack.send(1, frame(0, 1))).isEqualTo(once(2, 3, 4));
    }

    /** A member that has a leg, but has not heard of the others' yet, delivers no flood of theirs: lost, never doubled. */
    @Test
    void shouldDoubleNoFloodWhileMembersKnowDifferentLegs() {
        start();
        legs(false, 2);
        stack.run(50 * MS);
        stack.member(2).leg(true, true, stack.nowNs); // its news has not left yet
        Map<Integer, Integer> got = stack.send(3, frame(0, 3));
        assertThat(got.getOrDefault(-1, 0) + got.getOrDefault(-2, 0)).as("legs %s", got).isLessThanOrEqualTo(1);
        stack.run(50 * MS);
        for (int from : List.of(1, 2, 3, 4)) {
            Map<Integer, Integer> all = stack.send(from, frame(0, from));
            assertThat(all.getOrDefault(-1, 0) + all.getOrDefault(-2, 0)).as("%s", all).isEqualTo(1);
        }
    }
}
