package net.weft.vswitch.device.vhost;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Scratch;
import net.weft.vswitch.burst.TransmitList;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** Two workers transmit into one guest's ring at once: both frames arrive, each whole, in buffers of their own. */
@JCStressTest
@Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "both frames, the first worker's before")
@Outcome(id = "1, 1, 2", expect = ACCEPTABLE, desc = "both frames, the second worker's before")
@Outcome(expect = FORBIDDEN, desc = "a frame lost, mixed or in a buffer twice")
@State
public class RingClaimStress {
    private static final int FRAME_BYTES = 60;
    private static final int WRITE = 2;
    private static final ThreadLocal<Sender> SENDERS = ThreadLocal.withInitial(Sender::new);

    private final StressedRing ring = new StressedRing();
    private final GuestReceiveRing queue = new GuestReceiveRing(StressedRing.DEVICE,
            VhostUserDevice.queue(StressedRing.DEVICE, ring.setup(VirtioNet.VERSION_1), true), VirtioNet.VERSION_1);

    /** One worker's burst of one frame, which is the worker's mark all over. */
    private static final class Sender {
        private final Burst burst = new Burst();
        private final TransmitList list = new TransmitList();
        private final Scratch scratch = new Scratch();

        private int send(GuestReceiveRing to, byte mark) {
            burst.clear();
            list.count = 0;
            int frame = burst.begin(FRAME_BYTES, 0, 0, 0);
            burst.headLength[frame] = FRAME_BYTES;
            Memory.fill(burst.head(frame), FRAME_BYTES, mark);
            list.add(frame, 0, 0);
            return to.transmit(burst, list, 0, scratch);
        }
    }

    public RingClaimStress() {
        for (int n = 0; n < StressedRing.SIZE; n++) {
            ring.offerBuffer(n, WRITE);
        }
        ring.publish(StressedRing.SIZE);
    }

    @Actor
    public void first(III_Result result) {
        result.r1 = SENDERS.get().send(queue, (byte) 1);
    }

    @Actor
    public void second(III_Result result) {
        result.r2 = SENDERS.get().send(queue, (byte) 2);
    }

    @Arbiter
    public void look(III_Result result) {
        int first = mark(0);
        int second = mark(1);
        boolean whole = ring.usedIndex() == 2 && first + second == 3 && first > 0 && second > 0;
        result.r3 = whole ? first : -1;
    }

    /** Returns the byte that frame {@code n} consists of; -1 if bytes are mixed or in the wrong buffer. */
    private int mark(int n) {
        int mark = ring.bufferByte(n, 12);
        for (int at = 12; at < 12 + FRAME_BYTES; at++) {
            if (ring.bufferByte(n, at) != mark) {
                return -1;
            }
        }
        return ring.usedDescriptor(n) == n ? mark : -1;
    }
}
