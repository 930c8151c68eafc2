package net.weft.vswitch.forward;

import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.TransmitList;

/**
 * The burst in which one worker builds the copies that its mirrors send. The copies share the bodies of the originals.
 */
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
