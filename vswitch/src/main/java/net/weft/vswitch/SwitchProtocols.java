package net.weft.vswitch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import net.weft.vswitch.fdb.MacTable;
import net.weft.vswitch.forward.MulticastGroups;
import net.weft.vswitch.forward.punt.PuntQueues;
import net.weft.vswitch.port.SwitchEvents;
import net.weft.vswitch.protocol.AddressSightings;
import net.weft.vswitch.protocol.BpduGuard;
import net.weft.vswitch.protocol.FabricKey;
import net.weft.vswitch.protocol.LinkProtocol;
import net.weft.vswitch.protocol.LoopDetection;
import net.weft.vswitch.protocol.LoopProbe;
import net.weft.vswitch.protocol.MacMoveControl;
import net.weft.vswitch.protocol.MulticastControl;
import net.weft.vswitch.protocol.ProtocolHost;
import net.weft.vswitch.protocol.ProtocolPorts;
import net.weft.vswitch.snooping.SnoopedVlan;

/** The link protocols of a switch: its own, and those that it was created with. Any thread. */
public final class SwitchProtocols {
    private final ProtocolHost host;
    private final MulticastControl multicast;
    private final List<LinkProtocol> all;

    /** Creates a link protocol for a switch. */
    @FunctionalInterface
    public interface Factory {
        LinkProtocol create(ProtocolPorts ports);
    }

    /**
     * @param further protocols that the switch does not have itself
     * @param macs the table whose moves are reported
     * @param events receives the moves of addresses
     * @param queues supplies the punt queues of each worker
     */
    SwitchProtocols(FabricKey key, PortDirectory ports, MulticastGroups groups, List<Factory> further,
            MacTable macs, SwitchEvents events, Supplier<List<PuntQueues>> queues) {
        LoopProbe probe = new LoopProbe(key);
        multicast = new MulticastControl(groups, probe.source(), ports, System.nanoTime());
        List<LinkProtocol> protocols = new ArrayList<>();
        further.forEach(factory -> protocols.add(factory.create(ports)));
        protocols.addAll(List.of(new BpduGuard(ports), new LoopDetection(ports, probe), multicast,
                new MacMoveControl(ports, macs, events::report), new AddressSightings(macs)));
        all = List.copyOf(protocols);
        host = new ProtocolHost(all, queues);
    }

    ProtocolHost host() {
        return host;
    }

    void queriers(Set<Integer> vids) {
        host.call(() -> {
            multicast.queriers(vids, System.nanoTime());
            return null;
        });
    }

    List<SnoopedVlan> multicast() {
        return host.call(() -> multicast.vlans(System.nanoTime()));
    }

    /**
     * Asks a link protocol something, on the protocols' thread, and waits for the answer.
     *
     * @param type class of the protocol
     * @return the answer; empty if the switch does not run this protocol
     */
    public <P extends LinkProtocol, T> Optional<T> ask(Class<P> type, Function<P, T> question) {
        return all.stream().filter(type::isInstance).map(type::cast).findFirst()
                .map(protocol -> host.call(() -> question.apply(protocol)));
    }
}
