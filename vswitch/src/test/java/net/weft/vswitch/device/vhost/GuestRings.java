package net.weft.vswitch.device.vhost;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.weft.linux.Memory;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.ReceiveQueue;
import net.weft.vswitch.burst.Scratch;
import net.weft.vswitch.burst.TransmitList;
import net.weft.vswitch.device.vhost.TestDriver.Buffer;
import org.junit.jupiter.api.AfterEach;

/** A guest in memory, its card, and a burst to carry frames between them, for tests of either ring. */
class GuestRings {
    static final long FEATURES = VirtioNet.VERSION_1 | VirtioNet.MRG_RXBUF | VirtioNet.INDIRECT_DESC
            | VirtioNet.GUEST_CSUM | VirtioNet.CSUM;

    static final int AT = TestGuest.BUFFERS;

    final boolean packed;

    final TestGuest guest;

    final Burst burst = new Burst();

    final Scratch scratch = new Scratch();

    final Random random = new Random(1);

    VhostUserDevice device;

    GuestRings(boolean packed) {
        this.packed = packed;
        guest = new TestGuest(packed);
        device = guest.device(FEATURES);
    }

    @AfterEach
    void close() {
        assertThat(guest.isUntouchedAround()).isTrue();
        device.close();
        guest.close();
        burst.close();
        scratch.close();
    }

    ReceiveQueue queue() {
        return device.receiveQueues().getFirst();
    }

    byte[] frame(int bytes) {
        byte[] frame = new byte[bytes];
        random.nextBytes(frame);
        return frame;
    }

    byte[] received(int index) {
        byte[] bytes = new byte[burst.length[index]];
        Memory.copy(burst.head(index), bytes, 0, burst.headLength[index]);
        int at = burst.headLength[index];
        for (int n = 0; n < burst.bodyCount(index); n++) {
            Memory.copy(burst.bodyAddress(index, n), bytes, at, burst.bodyLength(index, n));
            at += burst.bodyLength(index, n);
        }
        assertThat(at).isEqualTo(bytes.length);
        return bytes;
    }

    /** Puts header and frame into the guest's memory and chains descriptors of these lengths over them. */
    void send(byte[] frame, int... pieces) {
        guest.write(AT, new byte[12]);
        guest.write(AT + 12, frame);
        int at = AT;
        Buffer[] chain = new Buffer[pieces.length];
        for (int n = 0; n < pieces.length; n++) {
            chain[n] = new Buffer(TestGuest.BASE + at, pieces[n], 0);
            at += pieces[n];
        }
        assertThat(at - AT).isEqualTo(12 + frame.length);
        guest.driver(1).offer(chain);
    }

    int deliver(byte[] frame, long offload, int tag) {
        burst.clear();
        Memory.copy(frame, 0, burst.area(0), frame.length);
        burst.add(burst.area(0), frame.length, 3, offload, 0);
        TransmitList list = new TransmitList();
        list.add(0, tag, 0);
        return device.transmit(burst, list, 0, scratch);
    }

    /** Another run of the same rings, as after a restart. */
    void renew(long features) {
        device.close();
        device = guest.device(features, device.base(0), device.base(1));
    }
}
