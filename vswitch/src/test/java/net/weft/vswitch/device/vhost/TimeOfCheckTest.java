package net.weft.vswitch.device.vhost;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import net.weft.linux.Memory;
import net.weft.testing.Seed;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.InlineSwitch;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.device.MemoryLink;
import net.weft.vswitch.device.vhost.TestDriver.Buffer;
import net.weft.vswitch.device.vhost.TestDriver.Returned;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A guest that never stops rewriting what it has handed over: addresses, tags, lengths, protocols, the virtio-net header, its
 * descriptors. At whatever instant Weft reads, a frame that arrives in a second guest's memory must be one that Weft would let pass:
 * {@link Verdict} judges it anew and knows nothing of how it got there.
 */
class TimeOfCheckTest {
    private static final int FRAMES = Math.min(400_000, Integer.getInteger("weft.fuzz.frames", 10_000_000));
    /** Times that the rewriter must have been quick enough; on a processor that others use it takes longer. */
    private static final int ENOUGH = FRAMES / 1000;
    private static final int PATIENCE_FRAMES = 20 * FRAMES;
    private static final long FEATURES = VirtioNet.VERSION_1 | VirtioNet.MRG_RXBUF | VirtioNet.CSUM
            | VirtioNet.GUEST_CSUM | VirtioNet.GUEST_TSO4 | VirtioNet.GUEST_TSO6 | VirtioNet.GUEST_ECN
            | VirtioNet.GUEST_UFO | VirtioNet.GUEST_USO4 | VirtioNet.GUEST_USO6;
    private static final int BUFFER_BYTES = 4096;
    private static final int BURST = 16;
    private static final int SLOT = 8192;

    private final long seed = Seed.of(TimeOfCheckTest.class);
    private final Random random = new Random(seed);
    private final List<Rewriting> rewritings = new ArrayList<>();
    private final Map<Integer, Long> buffers = new HashMap<>();
    private volatile boolean stopping;
    private int evaluated;

    /** Bytes of a guest's memory that change between what is allowed and what is not. */
    private record Rewriting(long address, byte[] allowed, byte[] forbidden) {
        void write(byte[] bytes) {
            for (int n = 0; n < bytes.length; n++) {
                Memory.putByte(address + n, bytes[n]);
            }
        }

        boolean isAllowed() {
            return Memory.getByte(address) == allowed[0];
        }
    }

    @Test
    void shouldJudgeSpecimens() {
        for (Specimen specimen : Specimen.ALL) {
            byte[] whole = Arrays.copyOf(specimen.header(), Specimen.HEADER_BYTES + specimen.frame().length);
            System.arraycopy(specimen.frame(), 0, whole, Specimen.HEADER_BYTES, specimen.frame().length);
            assertThat(Verdict.fault(whole)).isEmpty();
            for (Specimen.Field field : specimen.fields()) {
                byte[] forged = whole.clone();
                System.arraycopy(field.forbidden(), 0, forged, field.offset(), field.forbidden().length);
                assertThat(Verdict.fault(forged)).as("%d: %s", field.offset(), Arrays.toString(field.forbidden()))
                        .isNotEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldLetOutNothingThatItWouldNotLetIn(boolean packed) throws InterruptedException {
        try (TestGuest attacker = new TestGuest(packed);
                TestGuest victim = new TestGuest(packed);
                InlineSwitch fabric = new InlineSwitch()) {
            attacker.port = 0;
            VhostUserDevice from = attacker.device(FEATURES);
            VhostUserDevice to = victim.device(FEATURES);
            fabric.port("attacker", from, VlanMembership.access(10), 1500)
                    .port("victim", to, VlanMembership.access(10), 1500)
                    .port(new MemoryLink("outsider", 64, 2048, 0), VlanMembership.access(20), 1500, 0);
            for (int n = 0; n < 2 * BURST; n++) {
                offer(victim, TestGuest.BASE + TestGuest.BUFFERS + (long) n * BUFFER_BYTES);
            }
            for (int n = 0; n < Specimen.ALL.size(); n++) {
                place(attacker, n);
            }
            run(attacker, victim, fabric, from);
            from.close();
            to.close();
        }
    }

    private void run(TestGuest attacker, TestGuest victim, InlineSwitch fabric, VhostUserDevice from)
            throws InterruptedException {
        Thread rewriter = Thread.ofPlatform().daemon().start(() -> rewrite(attacker));
        int sent = 0;
        long changed = 0;
        try {
            for (; sent < FRAMES || changed <= ENOUGH && sent < PATIENCE_FRAMES; sent += BURST) {
                for (int n = 0; n < BURST; n++) {
                    send(attacker, random.nextInt(Specimen.ALL.size()));
                }
                List<Rewriting> allowed = rewritings.stream().filter(Rewriting::isAllowed).toList();
                fabric.run();
                changed += allowed.stream().filter(rewriting -> !rewriting.isAllowed()).count();
                assertThat(from.failure()).as("seed %d", seed).isNull();
                evaluate(victim);
            }
        } finally {
            stopping = true;
            rewriter.join();
        }
        System.out.printf(
                "seed %d: %,d frames sent, %,d arrived; %,d times something was allowed before a burst and not after%n",
                seed, sent, evaluated,
                changed);
        assertThat(fabric.receive("outsider")).as("VLAN 20").isEmpty();
        // a source that is half rewritten can be the victim's own address, which is then learned at the attacker's port
        long turnedBack = fabric.drops("attacker", DropReason.SAME_PORT);
        assertThat(evaluated).as("arrived").isPositive();
        assertThat(evaluated + turnedBack).as("arrived or turned back").isBetween(sent / 100L, sent * 99L / 100);
        assertThat(changed).as("control: what is allowed before a burst is forbidden after it")
                .isGreaterThan(ENOUGH);
        for (DropReason reason : List.of(DropReason.RESERVED_ADDRESS, DropReason.MALFORMED, DropReason.NOT_MEMBER,
                DropReason.BAD_OFFLOAD)) {
            assertThat(fabric.drops("attacker", reason)).as("control: it tried %s", reason).isPositive();
        }
    }

    private void offer(TestGuest victim, long address) {
        buffers.put(victim.driver(0).offer(new Buffer(address, BUFFER_BYTES, TestDriver.WRITE)), address);
    }

    private void place(TestGuest attacker, int n) {
        Specimen specimen = Specimen.ALL.get(n);
        long at = TestGuest.BUFFERS + (long) n * SLOT;
        attacker.write(at, specimen.header());
        attacker.write(at + Specimen.HEADER_BYTES, specimen.frame());
        for (Specimen.Field field : specimen.fields()) {
            rewritings.add(new Rewriting(attacker.here(at + field.offset()),
                    attacker.read(at + field.offset(), field.forbidden().length), field.forbidden()));
        }
    }

    /** Three buffers: the header, a piece of the frame that ends within its headers, the rest. */
    private void send(TestGuest attacker, int n) {
        int bytes = Specimen.ALL.get(n).frame().length;
        int first = 20 + random.nextInt(40);
        long at = TestGuest.BASE + TestGuest.BUFFERS + (long) n * SLOT;
        attacker.driver(1).offer(new Buffer(at, Specimen.HEADER_BYTES, 0),
                new Buffer(at + Specimen.HEADER_BYTES, first, 0),
                new Buffer(at + Specimen.HEADER_BYTES + first, bytes - first, 0));
    }

    private void rewrite(TestGuest attacker) {
        Random own = new Random(seed + 1);
        while (!stopping) {
            if (own.nextInt(8) == 0) {
                long descriptor = attacker.here(TestGuest.DESCRIPTORS[1]) + 16L * own.nextInt(TestGuest.SIZE);
                Memory.putInt(descriptor + 8, own.nextInt(1500));
            } else {
                Rewriting next = rewritings.get(own.nextInt(rewritings.size()));
                next.write(next.forbidden);
                for (int pause = own.nextInt(200); pause > 0; pause--) {
                    Thread.onSpinWait();
                }
                next.write(next.allowed);
            }
        }
    }

    /** Each frame in the victim's memory; its buffer is offered again. */
    private void evaluate(TestGuest victim) {
        List<Returned> returned = victim.driver(0).returned();
        for (; evaluated < returned.size(); evaluated++) {
            Returned one = returned.get(evaluated);
            long address = Objects.requireNonNull(buffers.get(one.id()));
            byte[] seen = victim.read(address - TestGuest.BASE, one.bytes());
            assertThat(Verdict.fault(seen)).as("seed %d", seed).isEmpty();
            assertThat(seen[10]).as("buffers of the frame").isEqualTo((byte) 1);
            offer(victim, address);
        }
    }
}
