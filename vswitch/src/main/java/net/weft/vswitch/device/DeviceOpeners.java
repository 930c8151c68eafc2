package net.weft.vswitch.device;

import java.nio.file.Path;
import java.util.function.Consumer;
import net.weft.vswitch.burst.Device;

/** From a {@link DeviceSpec} to its {@link DeviceOpener}, and what openers share: the journal of changed host settings. */
public final class DeviceOpeners implements AutoCloseable {
    /** MTU of a port whose device has none of its own. */
    public static final int DEFAULT_MTU = 1500;

    private final HostLinks links;
    private final NicJournal journal;
    private final TapStore taps;
    private final Consumer<String> hostChanged;

    /**
     * @param state directory for what must be undone after a crash, and for the addresses of taps; what an earlier run left is undone now
     * @param hostChanged told the label of each interface or socket that appears, vanishes or changes; any thread
     */
    public DeviceOpeners(Path state, Consumer<String> hostChanged) {
        this.hostChanged = hostChanged;
        journal = new NicJournal(state.resolve("nics"));
        journal.undoAll();
        taps = new TapStore(state.resolve("taps"));
        links = new HostLinks(hostChanged);
    }

    /**
     * @param port number that received frames carry
     * @param mtu asked for, 0: the device's own
     */
    public DeviceOpener opener(DeviceSpec spec, int port, int mtu) {
        int socketMtu = mtu == 0 ? DEFAULT_MTU : mtu;
        return switch (spec) {
            case DeviceSpec.Tap tap -> new TapOpener(tap, port, socketMtu, links, taps);
            case DeviceSpec.Nic nic -> new NicOpener(nic, port, mtu, links, journal);
            case DeviceSpec.QemuStream stream -> new QemuStreamOpener(stream, port, socketMtu);
            case DeviceSpec.QemuDgram dgram -> new QemuDgramOpener(dgram, port, socketMtu);
            case DeviceSpec.VhostUser vhost -> new VhostUserOpener(vhost, port, socketMtu,
                    () -> hostChanged.accept(vhost.socket()));
            case DeviceSpec.PcapLive live -> new PcapOpener(live, port, socketMtu, links);
            case DeviceSpec.PcapFiles files -> new PcapOpener(files, port, socketMtu, links);
            case DeviceSpec.InMemory memory -> new MemoryOpener(memory.link(), port, socketMtu);
        };
    }

    private record MemoryOpener(MemoryLink link, int port, int mtu) implements DeviceOpener {
        @Override
        public Device open() {
            return new MemoryDevice(link, port);
        }

        @Override
        public void close() {
        }
    }

    @Override
    public void close() {
        links.close();
    }
}
