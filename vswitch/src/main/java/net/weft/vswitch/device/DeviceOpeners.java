package net.weft.vswitch.device;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import net.weft.vswitch.burst.Device;
import net.weft.vswitch.burst.PortReason;

/**
 * Creates the {@link DeviceOpener} of a {@link DeviceSpec}, and owns what openers share: the journal of changed host
 * settings and the list of host interfaces.
 */
public final class DeviceOpeners implements AutoCloseable {
    /** The MTU in bytes of a port whose device has none of its own. */
    public static final int DEFAULT_MTU = 1500;

    private final HostLinks links;
    private final NicJournal journal;
    private final TapStore tapStore;
    private final Consumer<String> hostChanged;
    private final List<DeviceProvider> providers;

    /**
     * @param state directory of the journal of host changes and of the MAC addresses of taps; changes left by an
     *     earlier run are undone now
     * @param hostChanged called with the label of each interface or socket that appears, vanishes or changes; any
     *     thread
     * @param providers of further device types
     */
    public DeviceOpeners(Path state, Consumer<String> hostChanged, List<DeviceProvider> providers) {
        this.hostChanged = hostChanged;
        this.providers = List.copyOf(providers);
        journal = new NicJournal(nicJournal(state));
        journal.undoAll();
        tapStore = new TapStore(state.resolve("taps"));
        links = new HostLinks(hostChanged);
    }

    /** Returns the directory of the journal of {@code nic} ports. */
    static Path nicJournal(Path state) {
        return state.resolve("nics");
    }

    /**
     * Creates an opener by the first provider that supports the type, else one of the switch's own.
     *
     * @param ports indices that received frames carry; the switch's own types serve one port
     * @param mtu requested MTU in bytes; 0: the device's own
     * @return an opener; if no provider supports the type, or the type serves one port and there are several, its
     *     {@code open} always fails with that reason
     */
    public DeviceOpener opener(DeviceSpec spec, int[] ports, int mtu) {
        for (DeviceProvider provider : providers) {
            Optional<DeviceOpener> opener = provider.opener(spec, ports, mtu);
            if (opener.isPresent()) {
                return opener.get();
            }
        }
        return ports.length == 1 ? own(spec, ports[0], mtu) : new UnknownOpener(spec, ports.length);
    }

    private DeviceOpener own(DeviceSpec spec, int port, int mtu) {
        int socketMtu = mtu == 0 ? DEFAULT_MTU : mtu;
        return switch (spec) {
            case DeviceSpec.Tap tap -> new TapOpener(tap, port, socketMtu, links, tapStore);
            case DeviceSpec.Nic nic -> new NicOpener(nic, port, mtu, links, journal);
            case DeviceSpec.Udp udp -> new UdpOpener(udp, port);
            case DeviceSpec.QemuStream stream -> new QemuStreamOpener(stream, port, socketMtu);
            case DeviceSpec.QemuDgram dgram -> new QemuDgramOpener(dgram, port, socketMtu);
            case DeviceSpec.VhostUser vhost -> new VhostUserOpener(vhost, port, socketMtu,
                    () -> hostChanged.accept(vhost.socket()));
            case DeviceSpec.PcapLive live -> new PcapOpener(live, port, socketMtu, links);
            case DeviceSpec.PcapFiles files -> new PcapOpener(files, port, socketMtu, links);
            case DeviceSpec.InMemory memory -> {
                memory.link().onCarrier(() -> hostChanged.accept(memory.label()));
                yield new MemoryOpener(memory.link(), port, socketMtu);
            }
            default -> new UnknownOpener(spec, 1);
        };
    }

    private record UnknownOpener(DeviceSpec spec, int ports) implements DeviceOpener {
        @Override
        public Device open() throws DeviceUnavailableException {
            throw new DeviceUnavailableException(PortReason.NO_DEVICE,
                    spec.label() + ": this switch opens no devices of type "
                            + spec.type() + " for " + ports + (ports == 1 ? " port" : " ports"));
        }

        @Override
        public int mtu() {
            return DEFAULT_MTU;
        }

        @Override
        public void close() {
        }
    }

    private record MemoryOpener(MemoryLink link, int port, int mtu) implements DeviceOpener {
        @Override
        public Device open() {
            return link.device(port);
        }

        @Override
        public boolean hasCarrier() {
            return link.hasCarrier();
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
