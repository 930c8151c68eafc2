package net.weft.vswitch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import net.weft.testing.Spin;
import net.weft.vswitch.device.MemoryLink;
import net.weft.vswitch.port.PortStatus;

/** The in-memory links of a test, which are closed together, and what such tests ask of a running switch. */
final class MemoryLinks implements AutoCloseable {
    private static final int FRAMES = 1024;
    private static final int FRAME_BYTES = 2048;

    private final List<MemoryLink> links = new ArrayList<>();

    /** Makes a link that carries all offloads. */
    MemoryLink link(String name) {
        MemoryLink link = new MemoryLink(name, FRAMES, FRAME_BYTES, ~0);
        links.add(link);
        return link;
    }

    /** Waits for what the switch's threads do. */
    static void await(BooleanSupplier wanted) {
        Spin.until("what the test waits for", wanted);
    }

    /** Returns the status of a port that the switch has. */
    static PortStatus status(VirtualSwitch lab, String port) {
        return lab.ports().stream().filter(each -> each.spec().name().equals(port)).findFirst().orElseThrow();
    }

    @Override
    public void close() {
        links.forEach(MemoryLink::close);
    }
}
