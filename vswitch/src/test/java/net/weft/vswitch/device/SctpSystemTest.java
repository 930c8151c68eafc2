package net.weft.vswitch.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import net.weft.linux.Ethtool;
import net.weft.linux.Fd;
import net.weft.linux.Memory;
import net.weft.linux.NetworkNamespace;
import net.weft.linux.PacketSocket;
import net.weft.linux.TestNetwork;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.SwitchOptions;
import net.weft.vswitch.VirtualSwitch;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.burst.Offload;
import net.weft.vswitch.port.PortSpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A host behind a veth sends SCTP, whose CRC32c it leaves to the veth. */
@Tag("system")
@Timeout(60)
class SctpSystemTest {
    private static final int SCTP_AT = 34;
    private static final int LENGTH = 134;

    @TempDir
    private Path state = Path.of("");
    private final long memory = Arena.ofAuto().allocate(4096, 64).address();

    /** A packet of 88 bytes of SCTP's data and its header, broadcast. */
    private static byte[] frame() {
        ByteBuffer frame = ByteBuffer.allocate(LENGTH);
        frame.putLong(0xffff_ffff_ffff_0200L).putInt(1).putShort((short) 0x0800);
        frame.putInt(0x4500_0000 | LENGTH - 14).putInt(0).putInt(0x4084_0000).putInt(0x0a09_0001).putInt(0x0a09_0002);
        frame.putShort((short) 40000).putShort((short) 9).putInt(0x1234_5678).putInt(0);
        while (frame.hasRemaining()) {
            frame.put((byte) frame.position());
        }
        return frame.array();
    }

    private static byte[] completed() {
        byte[] frame = frame();
        CRC32C crc = new CRC32C();
        crc.update(frame, SCTP_AT, LENGTH - SCTP_AT);
        ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN).putInt(SCTP_AT + 8, (int) crc.getValue());
        return frame;
    }

    /** As Linux hands it to the veth: open, which a virtio-net header says. */
    private void send(PacketSocket host) {
        Memory.putLong(memory, Offload.NEEDS_CSUM | (long) SCTP_AT << 48);
        Memory.putShort(memory + 8, (short) 8);
        Memory.copy(frame(), 0, memory + 10, LENGTH);
        assertThat(host.socket().send(memory, 10 + LENGTH, 0)).isEqualTo(10 + LENGTH);
    }

    private byte[] receive(PacketSocket host) {
        byte[] frame = {};
        while (!isOurs(frame)) {
            assertThat(host.fd().poll(Fd.POLLIN, 5000)).isEqualTo(Fd.POLLIN);
            frame = new byte[(int) host.socket().receive(memory, 4096, 0)];
            Memory.copy(memory, frame, 0, frame.length);
        }
        return frame;
    }

    /** The tap's own host speaks, too: IPv6, when it comes up. */
    private static boolean isOurs(byte[] frame) {
        return frame.length > SCTP_AT && frame[12] == 8 && frame[13] == 0;
    }

    private static byte[] receive(MemoryLink link) {
        byte[] frame = link.receive();
        while (!isOurs(frame)) {
            Thread.onSpinWait();
            frame = link.receive();
        }
        return frame;
    }

    @Test
    void shouldCompleteTheChecksumWhereTheEgressCannotAndCarryItWhereItCan() {
        MemoryLink cannot = new MemoryLink("cannot", 16, 2048, ~Device.SCTP_CHECKSUM);
        MemoryLink can = new MemoryLink("can", 16, 2048, ~0);
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            namespace.run(() -> {
                TestNetwork.veth("left", "host1");
                TestNetwork.veth("right", "host2");
                try (Ethtool ethtool = new Ethtool()) {
                    assertThat(ethtool.features("host1").get("tx-checksum-sctp"))
                            .as("the premise: a veth takes open CRC32c").isEqualTo(new Ethtool.Feature(true, true));
                }
                try (VirtualSwitch lab = new VirtualSwitch(SwitchOptions.defaults(state));
                        PacketSocket host1 = open("host1", true);
                        PacketSocket host2 = open("host2", false)) {
                    lab.apply(List.of(port("left", 1, new DeviceSpec.Nic("left", false)),
                            port("right", 2, new DeviceSpec.Nic("right", false)),
                            port("tap", 3, new DeviceSpec.Tap("tap0")),
                            port("cannot", 4, new DeviceSpec.InMemory(cannot)),
                            port("can", 5, new DeviceSpec.InMemory(can))));
                    try (PacketSocket tap = open("tap0", false)) {
                        send(host1);
                        assertThat(receive(host2)).as("by a nic").isEqualTo(completed());
                        assertThat(receive(tap)).as("by a tap").isEqualTo(completed());
                        assertThat(receive(cannot)).isEqualTo(completed());
                        assertThat(receive(can)).as("as it came").isEqualTo(frame());
                        assertThat(Arrays.equals(frame(), completed())).as("the control").isFalse();
                        assertThat(lab.ports().getFirst().counters().ingressDrops(DropReason.BAD_OFFLOAD)).isZero();
                    }
                }
            });
        } finally {
            cannot.close();
            can.close();
        }
    }

    private static PortSpec port(String name, int number, DeviceSpec device) {
        return PortSpec.of(name, number, device, VlanMembership.access(10));
    }

    private static PacketSocket open(String device, boolean header) {
        return PacketSocket.open(TestNetwork.index(device),
                new PacketSocket.Options(header, 0, 0, 0, false, 1 << 20, 1 << 20));
    }
}
