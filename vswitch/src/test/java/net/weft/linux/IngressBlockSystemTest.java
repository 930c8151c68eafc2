package net.weft.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A host that answers ARP for 10.9.0.2 stands behind {@code right}; questions come from {@code left}. */
@Tag("system")
class IngressBlockSystemTest {
    private static final PacketSocket.Options OPTIONS = new PacketSocket.Options(false, 0, 0, 0, false, 1 << 20,
            1 << 20);
    private static final int ARP_BYTES = 42;
    private static final int HOST = 0x0a09_0002;

    private final long memory = Arena.ofAuto().allocate(256, 8).address();

    /** The control is the same question after the block is gone: its answer is the first that arrives. */
    @Test
    void shouldMakeTheHostDeafWhileThePacketSocketHears() {
        inNamespace(() -> {
            TestNetwork.veth("left", "right");
            TestNetwork.address(TestNetwork.index("right"), new byte[]{10, 9, 0, 2});
            try (PacketSocket left = PacketSocket.open(TestNetwork.index("left"), OPTIONS);
                    PacketSocket tap = PacketSocket.open(TestNetwork.index("right"), OPTIONS)) {
                ask(left, 0x0a09_0001);
                assertThat(questionSeen(tap)).isEqualTo(0x0a09_0001);
                assertThat(answerTo(left)).isEqualTo(0x0a09_0001);
                try (IngressBlock block = IngressBlock.install("right")) {
                    assertThat(block.device()).isEqualTo("right");
                    assertThat(IngressBlock.installed()).containsExactly("right");
                    ask(left, 0x0a09_0003);
                    assertThat(questionSeen(tap)).isEqualTo(0x0a09_0003);
                }
                assertThat(IngressBlock.installed()).isEmpty();
                ask(left, 0x0a09_0004);
                assertThat(questionSeen(tap)).isEqualTo(0x0a09_0004);
                assertThat(answerTo(left)).isEqualTo(0x0a09_0004);
            }
        });
    }

    @Test
    void shouldRefuseADeviceThatAnotherHoldsOrThatIsNotThere() {
        inNamespace(() -> {
            TestNetwork.veth("left", "right");
            try (IngressBlock first = IngressBlock.install("right")) {
                assertThatThrownBy(() -> IngressBlock.install("right")).isInstanceOfSatisfying(LinuxException.class,
                        e -> {
                            assertThat(e.errno()).isEqualTo(Errno.EPERM);
                            assertThat(e.about()).contains("device right");
                        });
                assertThatThrownBy(() -> IngressBlock.remove("right")).isInstanceOf(LinuxException.class);
                first.close();
                first.close();
            }
            assertThatThrownBy(() -> IngressBlock.install("absent")).isInstanceOfSatisfying(LinuxException.class,
                    e -> assertThat(e.errno()).isEqualTo(Errno.ENODEV));
            assertThat(IngressBlock.installed()).isEmpty();
        });
    }

    @Test
    void shouldOutliveItsDeviceAndBeInstalledAnew() {
        inNamespace(() -> {
            TestNetwork.veth("left", "right");
            IngressBlock.install("right").close();
            try (IngressBlock _ = IngressBlock.install("right")) {
                TestNetwork.delete(TestNetwork.index("right"));
            }
            assertThat(IngressBlock.installed()).isEmpty();
            TestNetwork.veth("left", "right");
            IngressBlock.install("right").close();
            assertThat(IngressBlock.installed()).isEmpty();
        });
    }

    /** The kernel closes the descriptors of a killed process, which is all that happens here. */
    @Test
    void shouldVanishWithTheProcess() {
        inNamespace(() -> {
            TestNetwork.veth("left", "right");
            try (IngressBlock block = IngressBlock.install("right")) {
                assertThat(IngressBlock.installed()).containsExactly("right");
                block.fd().close();
                assertThat(IngressBlock.installed()).isEmpty();
            }
        });
    }

    /** As a killed process on an older kernel would leave it: a table that nobody owns. */
    @Test
    void shouldReplaceAndRemoveWhatWasLeftBehind() {
        inNamespace(() -> {
            TestNetwork.veth("left", "right");
            IngressBlock.installUnowned("right");
            assertThat(IngressBlock.installed()).containsExactly("right");
            IngressBlock.install("right").close();
            assertThat(IngressBlock.installed()).isEmpty();
            IngressBlock.installUnowned("right");
            IngressBlock.remove("right");
            assertThat(IngressBlock.installed()).isEmpty();
            IngressBlock.remove("right");
        });
    }

    private static void inNamespace(Runnable test) {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            namespace.run(test);
        }
    }

    /** An ARP request (RFC 826) for the host, broadcast. */
    private void ask(PacketSocket from, int sender) {
        Memory.fill(memory, ARP_BYTES, (byte) 0);
        Memory.fill(memory, 6, (byte) 0xff);
        Memory.putLongBe(memory + 6, 0x0200_0000_0001_0806L);
        Memory.putLongBe(memory + 14, 0x0001_0800_0604_0001L);
        Memory.putShortBe(memory + 22, (short) 0x0200);
        Memory.putIntBe(memory + 24, 1);
        Memory.putIntBe(memory + 28, sender);
        Memory.putIntBe(memory + 38, HOST);
        assertThat(from.socket().send(memory, ARP_BYTES, 0)).isEqualTo(ARP_BYTES);
    }

    private int questionSeen(PacketSocket tap) {
        receive(tap);
        assertThat(Memory.getShortBe(memory + 20)).isEqualTo((short) 1);
        return Memory.getIntBe(memory + 28);
    }

    /** Whom the host answers. */
    private int answerTo(PacketSocket asker) {
        receive(asker);
        assertThat(Memory.getShortBe(memory + 20)).isEqualTo((short) 2);
        assertThat(Memory.getIntBe(memory + 28)).isEqualTo(HOST);
        return Memory.getIntBe(memory + 38);
    }

    private void receive(PacketSocket socket) {
        assertThat(socket.fd().poll(Fd.POLLIN, 5000)).isEqualTo(Fd.POLLIN);
        assertThat(socket.socket().receive(memory, 256, 0)).isGreaterThanOrEqualTo(ARP_BYTES);
    }
}
