package net.weft.vswitch.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.weft.linux.Interfaces;
import net.weft.linux.NetworkNamespace;
import net.weft.linux.PacketSocket;
import net.weft.linux.Socket;
import net.weft.linux.SocketAddress;
import net.weft.linux.TestNetwork;
import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;
import net.weft.vswitch.SwitchOptions;
import net.weft.vswitch.VirtualSwitch;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.port.MirrorTarget;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.port.PortStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Frames around the MTU of a port, with every tag that Weft can put before them, by each type of device: what fits arrives on the other
 * side, and what does not is counted as oversize and as nothing else.
 */
@Tag("system")
@Timeout(60)
class MtuEdgesSystemTest {
    private static final int MTU = 1504;
    private static final int OWN = 1500;
    private static final int[] EDGES = {-1, 0, 1, 4, 8};
    private static final int QINQ = 0x88a8;
    private static final int DOT1Q = 0x8100;
    private static final int TYPE = 0x88b5;

    /** The sender's VLAN carries customers' tags, so that all of a frame behind the outer tag is payload. */
    private static final VlanMembership TUNNEL = VlanMembership.tunnel(200);

    private static final List<VlanMembership> EGRESSES = List.of(TUNNEL,
            VlanMembership.trunk(VlanSet.parse("200"), 0, VlanSet.parse("200"), QINQ),
            VlanMembership.trunk(VlanSet.parse("200"), 0, VlanSet.parse("200"), DOT1Q));
    /** A customer's tags. */
    private static final List<int[]> TAGS = List.of(new int[]{}, new int[]{DOT1Q}, new int[]{QINQ},
            new int[]{DOT1Q, DOT1Q}, new int[]{QINQ, DOT1Q});

    @TempDir
    private Path state = Path.of("");
    private final MemoryLink sender = new MemoryLink("sender", 1024, 4096, 0);

    @AfterEach
    void close() {
        sender.close();
    }

    private record Expected(List<Integer> lengths, long oversize) {
    }

    /** Sends all edges, and says what must come of them where {@code mtu} is kept. */
    private Expected send(VlanMembership egress, int mtu) {
        List<Integer> lengths = new ArrayList<>();
        long oversize = 0;
        for (int[] tags : TAGS) {
            for (int edge : EDGES) {
                int payload = mtu + edge;
                byte[] frame = frame(payload, tags);
                assertThat(sender.send(frame, 0)).isTrue();
                int outer = egress.isTunnel() ? 0 : 4;
                int inner = egress.isTunnel() && tags.length > 0 ? 4 : 0;
                if (payload - inner <= mtu) {
                    lengths.add(frame.length + outer);
                } else {
                    oversize++;
                }
            }
        }
        return new Expected(lengths, oversize);
    }

    /** @param payload bytes behind the MAC addresses and the first type */
    private static byte[] frame(int payload, int... tags) {
        ByteBuffer frame = ByteBuffer.allocate(14 + payload);
        frame.putLong(0xffff_ffff_ffff_0200L).putInt(0x0000_0001);
        for (int tag : tags) {
            frame.putShort((short) tag).putShort((short) 7);
        }
        return frame.putShort((short) TYPE).array();
    }

    private void edges(VirtualSwitch lab, DeviceSpec device, int portMtu, int keptMtu, VlanMembership egress,
            ArrivedLengths receiver) {
        lab.apply(List.of(new PortSpec("in", 1, new DeviceSpec.InMemory(sender), TUNNEL, true, 9000, 0),
                new PortSpec("out", 2, device, egress, true, portMtu, 0)));
        PortStatus out = lab.ports().getLast();
        while (!out.isUp()) {
            Thread.onSpinWait();
            out = lab.ports().getLast();
        }
        assertThat(out.mtu()).isEqualTo(keptMtu);
        long before = out.counters().egressDrops(DropReason.OVERSIZE);
        Expected expected = send(egress, keptMtu);
        assertThat(receiver.lengths(expected.lengths.size())).as("%s by %s", egress, device)
                .containsExactlyInAnyOrderElementsOf(expected.lengths);
        PortStatus after = lab.ports().getLast();
        while (after.counters().egressDrops(DropReason.OVERSIZE) - before < expected.oversize) {
            Thread.onSpinWait();
            after = lab.ports().getLast();
        }
        assertThat(after.counters().egressDrops(DropReason.REFUSED)).isZero();
        assertThat(after.counters().egressDrops(DropReason.OVERSIZE) - before).isEqualTo(expected.oversize);
    }

    private interface Scene {
        void play(VirtualSwitch lab) throws IOException;
    }

    private void inNamespace(Scene scene) {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            namespace.call(() -> {
                TestNetwork.veth("left", "right");
                mtu("right", 9000);
                try (VirtualSwitch lab = new VirtualSwitch(SwitchOptions.defaults(state))) {
                    scene.play(lab);
                }
                return true;
            });
        }
    }

    private static void mtu(String device, int bytes) {
        try (Interfaces interfaces = new Interfaces()) {
            interfaces.mtu(TestNetwork.index(device), bytes);
        }
    }

    private static PacketSocket open(String device) {
        return PacketSocket.open(TestNetwork.index(device),
                new PacketSocket.Options(false, 0, 0, 0, false, 1 << 22, 1 << 20));
    }

    @Test
    void shouldCarryWhatFitsByANicThatHasTheMtu() {
        inNamespace(lab -> {
            mtu("left", MTU);
            try (PacketSocket right = open("right")) {
                for (VlanMembership egress : EGRESSES) {
                    edges(lab, new DeviceSpec.Nic("left", false), 0, MTU, egress, ArrivedLengths.hears(right));
                }
            }
        });
    }

    @Test
    void shouldGiveANicTheMtuThatItsPortIsToHave() {
        inNamespace(lab -> {
            try (PacketSocket right = open("right"); Interfaces interfaces = new Interfaces()) {
                for (VlanMembership egress : EGRESSES) {
                    edges(lab, new DeviceSpec.Nic("left", false), MTU, MTU, egress, ArrivedLengths.hears(right));
                }
                lab.apply(List.of());
                assertThat(interfaces.links()).filteredOn(link -> link.name().equals("left"))
                        .allSatisfy(link -> assertThat(link.mtu()).isEqualTo(OWN)).hasSize(1);
            }
        });
    }

    /** The host's own settings are left alone, so 802.1ad is four bytes short; it is counted as what it is. */
    @Test
    void shouldCountWhatASharedNicDoesNotTakeAsOversize() {
        inNamespace(lab -> {
            DeviceSpec shared = new DeviceSpec.Nic("left", true);
            try (PacketSocket right = open("right")) {
                lab.apply(List.of(new PortSpec("in", 1, new DeviceSpec.InMemory(sender), TUNNEL, true, 9000, 0),
                        new PortSpec("out", 2, shared, EGRESSES.get(1), true, 0, 0)));
                assertThat(sender.send(frame(OWN), 0)).isTrue();
                assertThat(sender.send(frame(OWN - 4), 0)).isTrue();
                assertThat(ArrivedLengths.hears(right).lengths(1)).containsExactly(14 + OWN);
                assertThat(lab.ports().getLast().counters().egressDrops(DropReason.OVERSIZE)).isEqualTo(1);
                assertThat(lab.ports().getLast().counters().egressDrops(DropReason.REFUSED)).isZero();
            }
        });
    }

    /** A copy has the tag of the mirrored port's wire, and with RSPAN another before it. */
    @Test
    void shouldCarryMirroredFramesOfFullSizeByANic() {
        inNamespace(lab -> {
            try (PacketSocket right = open("right")) {
                for (int vid : new int[]{0, 900}) {
                    lab.apply(List.of(
                            new PortSpec("in", 1, new DeviceSpec.InMemory(sender), EGRESSES.get(1), true, 9000, 0)
                                    .mirroredTo(new MirrorTarget(2, vid)),
                            PortSpec.of("spy", 2, new DeviceSpec.Nic("left", false), VlanMembership.access(4000))));
                    long before = lab.ports().getLast().counters().egressDrops(DropReason.OVERSIZE);
                    assertThat(sender.send(tagged(OWN), 0)).isTrue();
                    assertThat(sender.send(tagged(OWN + 1), 0)).isTrue();
                    assertThat(ArrivedLengths.hears(right).lengths(1))
                            .containsExactly(14 + 4 + OWN + (vid == 0 ? 0 : 4));
                    PortStatus spy = lab.ports().getLast();
                    assertThat(spy.counters().egressDrops(DropReason.OVERSIZE) - before).isEqualTo(1);
                    assertThat(spy.counters().egressDrops(DropReason.REFUSED)).isZero();
                }
            }
        });
    }

    private static byte[] tagged(int payload) {
        byte[] frame = frame(payload + 4, QINQ);
        frame[15] = (byte) 200;
        return frame;
    }

    @Test
    void shouldFollowANewMtuOfANicAndKeepRoomForATag() {
        inNamespace(lab -> {
            try (PacketSocket right = open("right")) {
                DeviceSpec nic = new DeviceSpec.Nic("left", false);
                edges(lab, nic, 0, OWN, EGRESSES.get(1), ArrivedLengths.hears(right));
                mtu("left", 2000);
                while (lab.ports().getLast().mtu() != 2000) {
                    Thread.onSpinWait();
                }
                edges(lab, nic, 0, 2000, EGRESSES.get(1), ArrivedLengths.hears(right));
            }
        });
    }

    @Test
    void shouldCarryWhatFitsByATap() {
        inNamespace(lab -> {
            DeviceSpec tap = new DeviceSpec.Tap("tap0", true);
            lab.apply(List.of(new PortSpec("out", 2, tap, TUNNEL, true, MTU, 0)));
            try (PacketSocket host = open("tap0")) {
                for (VlanMembership egress : EGRESSES) {
                    edges(lab, tap, MTU, MTU, egress, ArrivedLengths.hears(host));
                }
            }
        });
    }

    /** libpcap sends without telling why it could not: what the kernel would not take is not handed to it. */
    @Test
    void shouldLoseNothingUnseenByALivePcapPort() {
        inNamespace(lab -> {
            mtu("left", MTU);
            try (PacketSocket right = open("right")) {
                edges(lab, new DeviceSpec.PcapLive("left"), 0, MTU, EGRESSES.get(2), ArrivedLengths.hears(right));
                lab.apply(List.of(new PortSpec("in", 1, new DeviceSpec.InMemory(sender), TUNNEL, true, 9000, 0),
                        new PortSpec("out", 2, new DeviceSpec.PcapLive("left"), EGRESSES.get(1), true, 0, 0)));
                long before = lab.ports().getLast().counters().egressDrops(DropReason.OVERSIZE);
                assertThat(sender.send(frame(MTU), 0)).isTrue();
                assertThat(sender.send(frame(MTU - 4), 0)).isTrue();
                assertThat(ArrivedLengths.hears(right).lengths(1)).containsExactly(14 + MTU);
                assertThat(lab.ports().getLast().counters().egressDrops(DropReason.OVERSIZE) - before).isEqualTo(1);
            }
        });
    }

    @Test
    void shouldRecordWhatFitsInAFile() {
        inNamespace(lab -> {
            for (int n = 0; n < EGRESSES.size(); n++) {
                Path file = state.resolve("out" + n + ".pcapng");
                edges(lab, new DeviceSpec.PcapFiles(null, false, 1, file.toString()), MTU, MTU, EGRESSES.get(n),
                        expected -> ArrivedLengths.recorded(file, expected));
            }
        });
    }

    @Test
    void shouldCarryWhatFitsToQemu() {
        inNamespace(lab -> {
            for (VlanMembership egress : EGRESSES) {
                Path path = state.resolve("stream");
                DeviceSpec stream = new DeviceSpec.QemuStream(path.toString(), true, DeviceSpec.SocketAccess.DEFAULT);
                lab.apply(List.of(new PortSpec("out", 2, stream, egress, true, MTU, 0)));
                try (Socket qemu = Socket.open(Socket.AF_UNIX, Socket.SOCK_STREAM, 0)) {
                    assertThat(qemu.connect(SocketAddress.unix(path.toString()))).isTrue();
                    edges(lab, stream, MTU, MTU, egress, expected -> ArrivedLengths.streamed(qemu, expected));
                }
            }
        });
    }
}
