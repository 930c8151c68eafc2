package net.weft.vswitch.offload;

import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Offload;

/**
 * Produces one piece: the whole frame with its checksum completed, from the pseudo-header sum that the sender left in
 * the field, or for SCTP the CRC32c over the whole packet.
 */
final class ChecksumCompletion implements Pieces {
    private final SuperFrame frame;
    private final Crc32c crc = new Crc32c();
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
        if (Offload.isSctp(frame.offload)) {
            crc.complete(out, index, frame.l4, frame.end);
        } else if (Offload.needsChecksum(frame.offload)) {
            Checksums.complete(out, index, frame.l4, frame.end, frame.tcp);
        }
        return true;
    }
}
