package net.weft.vswitch.offload;

import java.util.zip.CRC32C;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Offload;

/**
 * Computes the checksum of SCTP (RFC 9260, appendix A) over a frame in a burst. One thread; nothing is allocated after
 * construction.
 */
final class Crc32c {
    private static final int CHUNK = 4096;

    private final CRC32C crc = new CRC32C();
    private final byte[] chunk = new byte[CHUNK];

    /**
     * Writes the checksum of the SCTP packet from {@code l4} to {@code end} (exclusive), whose header lies in the head.
     */
    void complete(Burst burst, int frame, int l4, int end) {
        long field = burst.head(frame) + l4 + Offload.SCTP_CHECKSUM_OFFSET;
        Memory.putInt(field, 0);
        crc.reset();
        int head = Math.min(burst.headLength[frame], end);
        add(burst.head(frame) + l4, head - l4);
        int at = head;
        for (int n = 0; at < end; n++) {
            int bytes = Math.min(burst.bodyLength(frame, n), end - at);
            add(burst.bodyAddress(frame, n), bytes);
            at += bytes;
        }
        Memory.putIntBe(field, Integer.reverseBytes((int) crc.getValue()));
    }

    private void add(long address, int bytes) {
        for (int done = 0; done < bytes; done += CHUNK) {
            int part = Math.min(CHUNK, bytes - done);
            Memory.copy(address + done, chunk, 0, part);
            crc.update(chunk, 0, part);
        }
    }
}
