package net.weft.vswitch.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import net.weft.linux.Socket;
import net.weft.vswitch.burst.PortReason;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixSocketsTest {
    @TempDir
    Path directory = Path.of("");

    private PosixFileAttributes bound(DeviceSpec.SocketAccess access) throws IOException, DeviceUnavailableException {
        Path path = directory.resolve("s");
        try (Socket socket = UnixSockets.bind(Socket.SOCK_STREAM, path.toString(), access)) {
            assertThat(socket.fd().isOpen()).isTrue();
            return Files.readAttributes(path, PosixFileAttributes.class);
        }
    }

    @Test
    void shouldGiveASocketItsMode() throws Exception {
        assertThat(bound(DeviceSpec.SocketAccess.DEFAULT).permissions())
                .isEqualTo(PosixFilePermissions.fromString("rw-rw----"));
        assertThat(bound(new DeviceSpec.SocketAccess(null, null, 0602)).permissions())
                .isEqualTo(PosixFilePermissions.fromString("rw-----w-"));
    }

    @Test
    @Tag("system")
    void shouldGiveASocketToAnotherUserAndGroup() throws Exception {
        PosixFileAttributes attributes = bound(new DeviceSpec.SocketAccess("nobody", "nogroup", 0660));
        assertThat(attributes.owner().getName()).isEqualTo("nobody");
        assertThat(attributes.group().getName()).isEqualTo("nogroup");
        attributes = bound(new DeviceSpec.SocketAccess("65533", "65532", 0660));
        assertThat(attributes.owner().getName()).isEqualTo("65533");
        assertThat(attributes.group().getName()).isEqualTo("65532");
    }

    @Test
    void shouldLeaveNoSocketForAGroupThatIsNotThere() {
        assertThatThrownBy(() -> bound(new DeviceSpec.SocketAccess(null, "no-such-group", 0660)))
                .isInstanceOfSatisfying(DeviceUnavailableException.class, e -> {
                    assertThat(e.failure().reason()).isEqualTo(PortReason.NO_PERMISSION);
                    assertThat(e.failure().message()).isEqualTo(directory.resolve("s")
                            + ": socket-group no-such-group: this host has none of that name; create it or name another");
                });
        assertThat(directory.resolve("s")).as("what nobody may use is not left").doesNotExist();
    }

    /** No right is missing for it. */
    @Test
    void shouldSayThatAPathIsTooLong() {
        String path = "/" + "a".repeat(107);
        assertThatThrownBy(() -> UnixSockets.bind(Socket.SOCK_STREAM, path, DeviceSpec.SocketAccess.DEFAULT))
                .isInstanceOfSatisfying(DeviceUnavailableException.class, e -> {
                    assertThat(e.failure().reason()).isEqualTo(PortReason.NO_DEVICE);
                    assertThat(e.failure().message()).contains("has 108 bytes; expected 1 to 107");
                });
    }

    /** It waits for nobody: no guest could connect. */
    @Test
    void shouldSayThatThereIsNoDirectory() {
        directory = directory.resolve("none");
        assertThatThrownBy(() -> bound(DeviceSpec.SocketAccess.DEFAULT))
                .isInstanceOfSatisfying(DeviceUnavailableException.class, e -> {
                    assertThat(e.failure().reason()).isEqualTo(PortReason.NO_DEVICE);
                    assertThat(e.failure().message()).isEqualTo(
                            directory.resolve("s") + ": its directory does not exist: mkdir -p " + directory);
                });
    }
}
