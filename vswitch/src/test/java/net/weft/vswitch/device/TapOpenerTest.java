package net.weft.vswitch.device;

import static org.assertj.core.api.Assertions.assertThat;

import net.weft.linux.Errno;
import net.weft.linux.LinuxException;
import net.weft.vswitch.burst.DeviceFailure;
import net.weft.vswitch.burst.PortReason;
import org.junit.jupiter.api.Test;

class TapOpenerTest {
    @Test
    void shouldTellTheModeOfTheFileFromTheMissingCapability() {
        assertThat(failure(new LinuxException(Errno.EACCES, "open", "/dev/net/tun"))).isEqualTo(new DeviceFailure(
                PortReason.NO_PERMISSION,
                "/dev/net/tun: Weft may not open it; chmod 0666 /dev/net/tun as Debian has it,"
                        + " run as root, or allow the device in the container"));
        assertThat(failure(new LinuxException(Errno.EPERM, "ioctl", "TUNSETIFF tap device weft0"))).isEqualTo(
                new DeviceFailure(PortReason.NO_PERMISSION,
                        "weft0: making a tap device needs CAP_NET_ADMIN; run as root or inside `unshare -Urn`"));
    }

    /** The module is there if its file could be opened; what is not there is the tap. */
    @Test
    void shouldTellAMissingModuleFromATapThatWasDeleted() {
        assertThat(failure(new LinuxException(Errno.ENOENT, "open", "/dev/net/tun")).message())
                .contains("load the kernel module tun");
        assertThat(failure(new LinuxException(Errno.ENODEV, "RTM_NEWLINK", "interface 7"))).isEqualTo(
                new DeviceFailure(PortReason.NO_DEVICE,
                        "weft0: the tap device was deleted while it was set up; it is made anew"));
    }

    private static DeviceFailure failure(LinuxException cause) {
        return TapOpener.unavailable("weft0", cause).failure();
    }
}
