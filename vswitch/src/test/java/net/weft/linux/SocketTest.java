package net.weft.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final Arena arena = Arena.ofConfined();
    private final long memory = arena.allocate(4096, 8).address();

    @AfterEach
    void free() {
        arena.close();
    }

    @Test
    void shouldConnectAStreamAndSeeItsEnd() {
        SocketAddress address = SocketAddress.unix(directory.resolve("s").toString());
        try (Socket listener = Socket.open(Socket.AF_UNIX, Socket.SOCK_STREAM, 0);
                Socket client = Socket.open(Socket.AF_UNIX, Socket.SOCK_STREAM, 0)) {
            listener.bind(address);
            assertThatThrownBy(() -> client.connect(address)).isInstanceOfSatisfying(LinuxException.class,
                    e -> assertThat(e.errno()).isEqualTo(Errno.ECONNREFUSED));
            listener.listen(4);
            assertThat(listener.accept()).isNull();
            assertThat(client.connect(address)).isTrue();
            try (Socket server = Objects.requireNonNull(listener.accept())) {
                assertThat(server.receive(memory, 16, 0)).isEqualTo(-Errno.EAGAIN);
                Memory.putInt(memory, 99);
                assertThat(client.send(memory, 4, 0)).isEqualTo(4);
                assertThat(server.fd().poll(Fd.POLLIN, 1000)).isEqualTo(Fd.POLLIN);
                assertThat(server.receive(memory + 64, 16, 0)).isEqualTo(4);
                assertThat(Memory.getInt(memory + 64)).isEqualTo(99);
                client.close();
                assertThat(server.receive(memory, 16, 0)).isZero();
                assertThat(server.send(memory, 4, 0)).isEqualTo(-Errno.EPIPE);
            }
        }
    }

    @Test
    void shouldReportAnAddressInUse() {
        SocketAddress address = SocketAddress.unix(directory.resolve("s").toString());
        try (Socket first = Socket.open(Socket.AF_UNIX, Socket.SOCK_DGRAM, 0);
                Socket second = Socket.open(Socket.AF_UNIX, Socket.SOCK_DGRAM, 0)) {
            first.bind(address);
            assertThatThrownBy(() -> second.bind(address)).hasMessageContaining(address.toString())
                    .hasMessageContaining("EADDRINUSE");
        }
    }

    @Test
    void shouldRefuseAPathThatDoesNotFit() {
        assertThat(SocketAddress.unix("x".repeat(107)).bytes()).isEqualTo(110);
        assertThatThrownBy(() -> SocketAddress.unix("ä".repeat(54))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("108 bytes").hasMessageContaining("107");
        assertThatThrownBy(() -> SocketAddress.unix("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SocketAddress.unix("a\0b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldMoveManyDatagramsOfSeveralSegmentsInOneCall() {
        SocketAddress left = SocketAddress.unix(directory.resolve("left").toString());
        SocketAddress right = SocketAddress.unix(directory.resolve("right").toString());
        MessageVector out = new MessageVector(arena, 4, 2, 0);
        MessageVector in = new MessageVector(arena, 8, 2, 0);
        try (Socket sender = Socket.open(Socket.AF_UNIX, Socket.SOCK_DGRAM, 0);
                Socket receiver = Socket.open(Socket.AF_UNIX, Socket.SOCK_DGRAM, 0)) {
            sender.bind(left);
            receiver.bind(right);
            for (int i = 0; i < 4; i++) {
                Memory.putLong(memory + i * 16L, 100 + i);
                out.segment(i, 0, memory + i * 16L, 8);
                out.segment(i, 1, memory, i);
                out.segments(i, 2);
                out.address(i, right);
            }
            for (int i = 0; i < 8; i++) {
                in.segment(i, 0, memory + 1024 + i * 16L, 4);
                in.segment(i, 1, memory + 2048 + i * 16L, i == 3 ? 5 : 12);
                in.segments(i, 2);
            }
            assertThat(out.send(sender, 1, 3, 0)).isEqualTo(3);
            assertThat(out.send(sender, 0, 1, 0)).isEqualTo(1);
            assertThat(in.receiveAddresses(receiver, 0, 8, 0)).isEqualTo(4);
            assertThat(new int[]{in.length(0), in.length(1), in.length(2), in.length(3)}).containsExactly(9, 10, 11, 8);
            assertThat(Memory.getInt(memory + 1024)).isEqualTo(101);
            assertThat(Memory.getInt(memory + 1024 + 48)).isEqualTo(100);
            assertThat(in.addressBytes(0)).isEqualTo(left.bytes());
            assertThat(in.receive(receiver, 0, 8, 0)).isEqualTo(-Errno.EAGAIN);
            assertThat(out.send(sender, 3, 1, 0)).isEqualTo(1);
            assertThat(in.receive(receiver, 3, 1, 0)).isEqualTo(1);
            assertThat(in.flags(3) & Socket.MSG_TRUNC).isEqualTo(Socket.MSG_TRUNC);
            assertThat(in.length(3)).isEqualTo(9);
        }
    }

    @Test
    void shouldSendUdpToAnAddress() {
        try (Socket six = Socket.open(Socket.AF_INET6, Socket.SOCK_DGRAM, 0);
                Socket four = Socket.open(Socket.AF_INET, Socket.SOCK_DGRAM, 0)) {
            four.bind(SocketAddress.inet(new InetSocketAddress("127.0.0.1", 0)));
            six.option(Socket.SOL_SOCKET, Socket.SO_RCVBUF, 65536);
            assertThat(six.option(Socket.SOL_SOCKET, Socket.SO_RCVBUF)).isEqualTo(131072);
            six.bind(SocketAddress.inet(new InetSocketAddress("::1", 0)));
            assertThat(six.error()).isZero();
        }
        assertThatThrownBy(() -> SocketAddress.inet(InetSocketAddress.createUnresolved("nowhere.test", 1)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("nowhere.test");
    }

    @Test
    void shouldPassOpenFilesWithBytes() {
        Socket[] pair = Socket.pair(Socket.SOCK_STREAM);
        try (Socket left = pair[0];
                Socket right = pair[1];
                EventFd first = new EventFd();
                EventFd second = new EventFd()) {
            Memory.putInt(memory, 7);
            assertThat(FdPassing.send(left, memory, 4, List.of(first.fd(), second.fd()))).isEqualTo(4);
            FdPassing.Received received = FdPassing.receive(right, memory + 8, 100, 8);
            assertThat(received.bytes()).isEqualTo(4);
            assertThat(received.truncated()).isFalse();
            assertThat(Memory.getInt(memory + 8)).isEqualTo(7);
            assertThat(received.files()).hasSize(2);
            try (EventFd same = new EventFd(received.files().get(1)); Fd other = received.files().get(0)) {
                assertThat(other.number()).isNotEqualTo(first.fd().number());
                same.signal();
                assertThat(second.drain()).isEqualTo(1);
                assertThat(first.drain()).isZero();
            }
        }
    }

    @Test
    void shouldKeepWhatFitsAndSayThatMoreCame() {
        Socket[] pair = Socket.pair(Socket.SOCK_STREAM);
        try (Socket left = pair[0]; Socket right = pair[1]; EventFd event = new EventFd()) {
            assertThat(FdPassing.send(left, memory, 1, List.of(event.fd(), event.fd(), event.fd(), event.fd())))
                    .isEqualTo(1);
            FdPassing.Received received = FdPassing.receive(right, memory, 1, 2);
            assertThat(received.truncated()).isTrue();
            assertThat(received.files()).hasSize(2);
            received.files().forEach(Fd::close);
            assertThat(FdPassing.send(left, memory, 1, List.of())).isEqualTo(1);
            assertThat(FdPassing.receive(right, memory, 1, 2)).isEqualTo(new FdPassing.Received(1, List.of(), false));
        }
    }
}
