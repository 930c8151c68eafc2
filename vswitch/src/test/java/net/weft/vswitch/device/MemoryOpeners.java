package net.weft.vswitch.device;

import net.weft.vswitch.burst.Device;

/** Opens the near end of a memory link for tests that drive the forwarding code themselves. */
public final class MemoryOpeners {
    private MemoryOpeners() {
    }

    public static Device open(MemoryLink link, int port) throws DeviceUnavailableException {
        return new MemoryDevice(link, port);
    }
}
