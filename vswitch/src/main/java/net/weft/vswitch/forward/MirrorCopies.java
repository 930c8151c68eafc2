package net.weft.vswitch.forward;

import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.TransmitList;

/** Where one worker makes the copies that its mirrors send. Their bodies stay where the originals' are. */
final class MirrorCopies implements AutoCloseable {
    final Burst burst = new Burst();
    final TransmitList list = new TransmitList();
    final Transmitter transmitter = new Transmitter();

    @Override
    public void close() {
        transmitter.close();
        burst.close();
    }
}
