package net.weft.vswitch.trace;

import java.util.Arrays;
import java.util.Objects;
import net.weft.vswitch.burst.Burst;

/**
 * A frame as received by a port.
 *
 * @param bytes the frame from the destination address on, without frame check sequence; at most {@link Burst#MAX_FRAME}
 * @param offload {@link net.weft.vswitch.burst.Offload} word as received, 0 for a finished frame
 * @param tag outer tag that is not inline, as {@code (tpid << 16) | tci}; 0 if there is none or it is inline
 */
public record TracedFrame(byte[] bytes, long offload, int tag) {
    /** @throws IllegalArgumentException if the frame is longer than {@link Burst#MAX_FRAME} bytes */
    public TracedFrame {
        if (bytes.length > Burst.MAX_FRAME) {
            throw new IllegalArgumentException(
                    "a frame of " + bytes.length + " bytes: at most " + Burst.MAX_FRAME + " are possible");
        }
    }

    /** Returns a finished frame; its tags, if any, are inline. */
    public static TracedFrame of(byte[] bytes) {
        return new TracedFrame(bytes, 0, 0);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TracedFrame that && offload == that.offload && tag == that.tag
                && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Objects.hash(Arrays.hashCode(bytes), offload, tag);
    }
}
