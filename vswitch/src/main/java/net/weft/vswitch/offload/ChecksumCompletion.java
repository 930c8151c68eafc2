package net.weft.vswitch.offload;

import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Offload;

/** One piece: the whole frame, with its checksum completed from the pseudo-header sum that the sender left in the field. */
final class ChecksumCompletion implements Pieces {
    private final SuperFrame frame;
    private boolean done;

    ChecksumCompletion(SuperFrame frame) {
        this.frame = frame;
    }

    @Override
    public void start(int mtu) {
        done = false;
    }

    @Override
    public boolean append(Burst out) {
        if (done) {
            return false;
        }
        done = true;
        int index = frame.share(out);
        if (Offload.needsChecksum(frame.offload)) {
            Checksums.complete(out, index, frame.l4, frame.end, frame.tcp);
        }
        return true;
    }
}
