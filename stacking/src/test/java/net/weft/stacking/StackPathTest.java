package net.weft.stacking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.weft.testing.Seed;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.stack.LinkProtection;
import net.weft.vswitch.stack.StackFrame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Users' frames through members joined by memory links: the workers' own code and the stack protocol, on one thread. */
class StackPathTest {
    private static final long MS = InlineStack.MS;

    private static byte[] frame(int to, int from, int payload) {
        byte[] frame = new byte[14 + payload];
        for (int n = 0; n < 6; n++) {
            frame[n] = (byte) (to == 0 ? 255 : n == 0 ? 2 : n == 5 ? to : 0);
        }
        frame[6] = 2;
        frame[11] = (byte) from;
        frame[12] = (byte) 0x88;
        frame[13] = (byte) 0xB6 - 2;
        for (int n = 14; n < frame.length; n++) {
            frame[n] = (byte) (n * 7);
        }
        return frame;
    }

    private static Map<Integer, Integer> all(int count, int except) {
        Map<Integer, Integer> all = new TreeMap<>();
        for (int n = 1; n <= count; n++) {
            if (n != except) {
                all.put(n, 1);
            }
        }
        return all;
    }

    private static void verify(InlineStack stack, int count) {
        for (int from = 1; from <= count; from++) {
            assertThat(stack.send(from, frame(0, from, 100))).as("flood of %d", from).isEqualTo(all(count, from));
        }
        for (int from = 1; from <= count; from++) {
            for (int to = 1; to <= count; to++) {
                if (from != to) {
                    assertThat(stack.send(from, frame(to, from, 1500))).as("%d to %d", from, to)
                            .isEqualTo(Map.of(to, 1));
                }
            }
        }
        assertThat(stack.send(1, frame(99, 1, 46))).as("unknown").isEqualTo(all(count, 1));
    }

    @ParameterizedTest
    @EnumSource(LinkProtection.class)
    void shouldForwardAlongAChain(LinkProtection protection) {
        try (InlineStack stack = InlineStack.chain(4, protection)) {
            stack.run(300 * MS);
            verify(stack, 4);
        }
    }

    @ParameterizedTest
    @EnumSource(LinkProtection.class)
    void shouldForwardInARing(LinkProtection protection) {
        try (InlineStack stack = InlineStack.ring(5, protection)) {
            stack.run(300 * MS);
            verify(stack, 5);
        }
    }

    @Test
    void shouldForwardOverParallelLinksAndAroundACut() {
        try (InlineStack stack = new InlineStack(3, LinkProtection.AUTHENTICATED, 1, 2, 1, 2, 2, 3, 3, 1)) {
            stack.run(300 * MS);
            verify(stack, 3);
            stack.member(1).carrier(2, false, stack.nowNs);
            stack.member(3).carrier(1, false, stack.nowNs);
            stack.run(50 * MS);
            verify(stack, 3);
        }
    }

    @Test
    void shouldSendNothingReadableWhereLinksAreSealed() {
        for (LinkProtection protection : LinkProtection.values()) {
            try (InlineStack stack = InlineStack.chain(2, protection)) {
                stack.run(300 * MS);
                byte[] secret = frame(0, 1, 100);
                List<byte[]> seen = new ArrayList<>();
                stack.tap = (from, to, bytes) -> {
                    seen.add(bytes);
                    return List.of(bytes);
                };
                assertThat(stack.send(1, secret)).isEqualTo(Map.of(2, 1));
                boolean isReadable = seen.stream()
                        .anyMatch(bytes -> new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1)
                                .contains(new String(secret, 14, 80, java.nio.charset.StandardCharsets.ISO_8859_1)));
                assertThat(isReadable).as("%s", protection).isEqualTo(protection != LinkProtection.SEALED);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(LinkProtection.class)
    void shouldRefuseWhatIsRepeatedOrChanged(LinkProtection protection) {
        Random random = Seed.random(StackPathTest.class);
        try (InlineStack stack = InlineStack.chain(2, protection)) {
            stack.run(300 * MS);
            stack.tap = (from, to, bytes) -> isData(bytes) ? List.of(bytes, bytes) : List.of(bytes);
            int copies = protection == LinkProtection.NONE ? 2 : 1;
            assertThat(stack.send(1, frame(0, 1, 100))).isEqualTo(Map.of(2, copies));
            assertThat(stack.member(2).drops(DropReason.REPLAYED)).isEqualTo(protection == LinkProtection.NONE ? 0 : 1);
            stack.tap = (from, to, bytes) -> {
                if (isData(bytes)) {
                    bytes[14 + random.nextInt(bytes.length - 14)] ^= (byte) (1 << random.nextInt(8));
                }
                return List.of(bytes);
            };
            for (int n = 0; n < 500 && protection != LinkProtection.NONE; n++) {
                assertThat(stack.send(1, frame(0, 1, 100))).isEmpty();
            }
        }
    }

    /** Whatever arrives on a stack port, nothing but a frame with the right seal reaches anybody. */
    @ParameterizedTest
    @EnumSource(LinkProtection.class)
    void shouldSurviveAnyFrame(LinkProtection protection) {
        Random random = Seed.random(StackPathTest.class);
        try (InlineStack stack = InlineStack.ring(3, protection)) {
            stack.run(300 * MS);
            List<byte[]> seen = new ArrayList<>();
            stack.tap = (from, to, bytes) -> {
                seen.add(bytes.clone());
                return List.of(bytes);
            };
            stack.send(1, frame(0, 1, 100));
            stack.run(40 * MS);
            stack.tap = (from, to, bytes) -> List.of(bytes);
            for (int n = 0; n < 20_000; n++) {
                byte[] bytes = seen.get(random.nextInt(seen.size())).clone();
                for (int change = 1 + random.nextInt(3); change > 0; change--) {
                    bytes[14 + random.nextInt(Math.min(bytes.length - 14, 80))] = (byte) random.nextInt();
                }
                if (random.nextInt(3) == 0) {
                    bytes = java.util.Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length + 20));
                }
                stack.member(2).cables.get(0).send(bytes, 0);
                stack.settle();
                int out = stack.members.values().stream().mapToInt(member -> member.port.discard()).sum();
                if (protection != LinkProtection.NONE) {
                    assertThat(out).as("frame %d", n).isZero();
                }
                assertThat(out).isLessThanOrEqualTo(3);
            }
            stack.run(200 * MS);
            verify(stack, 3);
        }
    }

    /** A second cable into the same parent cannot make a second copy, because only one link is the parent's. */
    @Test
    void shouldAcceptFloodsFromTheParentOnly() {
        try (InlineStack stack = InlineStack.ring(3, LinkProtection.NONE)) {
            stack.run(300 * MS);
            List<byte[]> seen = new ArrayList<>();
            stack.tap = (from, to, bytes) -> {
                if (isData(bytes) && to == 2) {
                    seen.add(bytes.clone());
                }
                return List.of(bytes);
            };
            assertThat(stack.send(1, frame(0, 1, 100))).isEqualTo(all(3, 1));
            assertThat(seen).hasSize(1);
            int wrong = 1; // link 0 of member 2 leads to member 1, link 1 to member 3
            stack.member(2).cables.get(wrong).send(seen.getFirst(), 0);
            stack.settle();
            assertThat(stack.member(2).port.discard()).isZero();
            assertThat(stack.member(2).drops(DropReason.STACK_TOPOLOGY)).isEqualTo(1);
            stack.member(2).cables.get(0).send(seen.getFirst(), 0);
            stack.settle();
            assertThat(stack.member(2).port.discard()).as("the control: by the parent's link it is accepted")
                    .isEqualTo(1);
        }
    }

    private static boolean isData(byte[] bytes) {
        return bytes[StackFrame.KIND] == StackFrame.DATA;
    }
}
