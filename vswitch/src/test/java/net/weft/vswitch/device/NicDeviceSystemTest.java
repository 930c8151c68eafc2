package net.weft.vswitch.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import net.weft.linux.Interfaces;
import net.weft.linux.Memory;
import net.weft.linux.NetworkNamespace;
import net.weft.linux.PacketSocket;
import net.weft.linux.TestNetwork;
import net.weft.linux.TpacketDescriptor;
import net.weft.testing.Spin;
import net.weft.vswitch.burst.Burst;
import net.weft.vswitch.burst.Offload;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Frames longer than a slot of the ring, where the kernel is short of memory or the link is lost. */
@Tag("system")
@Timeout(60)
class NicDeviceSystemTest {
    private static final int SLOTS = 64;
    private static final int LONG = 4000;
    private static final int SHORT = 100;
    private static final int LITTLE = 4096;
    private static final int PLENTY = 1 << 22;

    private final long memory = Arena.ofAuto().allocate(8192, 64).address();

    /** What happens to a device under test on one end of a wire, frames coming from the other. */
    private interface Scene {
        void play(PacketSocket sender, PacketSocket packets, NicDevice device, Burst burst);
    }

    private static void onWire(int receiveBufferBytes, Scene scene) {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            namespace.run(() -> {
                TestNetwork.veth("left", "right");
                try (Interfaces interfaces = new Interfaces()) {
                    interfaces.mtu(TestNetwork.index("left"), 9000);
                    interfaces.mtu(TestNetwork.index("right"), 9000);
                }
                PacketSocket packets = PacketSocket.open(TestNetwork.index("right"),
                        new PacketSocket.Options(true, SLOTS, 2048, 0, false, receiveBufferBytes, 1 << 20));
                NicDevice device = new NicDevice("right", packets, 3);
                try (PacketSocket sender = PacketSocket.open(TestNetwork.index("left"),
                        new PacketSocket.Options(true, 0, 0, 0, false, 1 << 20, 1 << 20)); Burst burst = new Burst()) {
                    scene.play(sender, packets, device, burst);
                } finally {
                    device.close();
                }
            });
        }
    }

    private void send(PacketSocket sender, int bytes, int mark) {
        Memory.putLong(memory, 0);
        Memory.putShort(memory + 8, (short) 0);
        long frame = memory + Offload.HEADER_BYTES;
        Memory.putLong(frame, 0x0200_0000_0000_0002L);
        Memory.putInt(frame + 8, 0x0b00_0000);
        Memory.putShortBe(frame + 12, (short) 0x88b5);
        Memory.putInt(frame + 14, mark);
        assertThat(sender.socket().send(memory, Offload.HEADER_BYTES + bytes, 0)).isPositive();
    }

    private static void awaitSlot(PacketSocket packets, int slot) {
        Spin.until("a packet arrives",
                () -> TpacketDescriptor.status(packets.slot(slot)) != TpacketDescriptor.TP_STATUS_KERNEL);
    }

    @Test
    void shouldGoOnAfterABurstOfNothingButFramesThatTheKernelCutShort() {
        onWire(LITTLE, (sender, packets, device, burst) -> {
            for (int i = 0; i < SLOTS; i++) {
                send(sender, LONG, i);
            }
            awaitSlot(packets, SLOTS - 1);
            int whole = 0;
            int received = device.receive(burst, 1);
            while (received > 0) {
                whole += received;
                burst.clear();
                device.release();
                received = device.receive(burst, 1);
            }
            assertThat(whole).as("the control: some were cut short").isLessThan(SLOTS / 2);
            send(sender, SHORT, 99);
            do {
                burst.clear();
                received = device.receive(burst, Burst.CAPACITY);
            } while (received == 0 || burst.length[received - 1] != SHORT);
            assertThat(Memory.getInt(burst.head(received - 1) + 14)).isEqualTo(99);
            device.release();
            assertThat(device.takeMissed()).isEqualTo(SLOTS - whole);
        });
    }

    @Test
    void shouldFetchEachLongFrameIntoItsPlaceAlsoWhenTheLinkIsLost() {
        onWire(PLENTY, (sender, packets, device, burst) -> {
            for (int i = 0; i < 3; i++) {
                send(sender, LONG + i, i);
            }
            awaitSlot(packets, 2);
            try (Interfaces interfaces = new Interfaces()) {
                interfaces.down(TestNetwork.index("right"));
            }
            assertThat(device.receive(burst, Burst.CAPACITY)).isEqualTo(3);
            for (int i = 0; i < 3; i++) {
                assertThat(burst.length[i]).isEqualTo(LONG + i);
                assertThat(Memory.getInt(burst.head(i) + 14)).isEqualTo(i);
            }
            burst.clear();
            device.release();
            assertThat(device.takeMissed()).isZero();
        });
    }
}
