package net.weft.stacking.neighbor;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import net.weft.lldp.LldpAgent;
import net.weft.lldp.LldpFault;
import net.weft.lldp.LldpMode;
import net.weft.lldp.LldpNeighbor;
import net.weft.lldp.LldpOutput;
import net.weft.lldp.LldpSettings;
import net.weft.packet.EtherType;
import net.weft.vswitch.attach.LegSelection;
import net.weft.vswitch.forward.punt.PuntedFrame;
import net.weft.vswitch.port.PortFlags;
import net.weft.vswitch.port.PuntRule;
import net.weft.vswitch.protocol.LinkProtocol;
import net.weft.vswitch.protocol.ProtocolPort;
import net.weft.vswitch.protocol.ProtocolPorts;
import org.jspecify.annotations.Nullable;

/**
 * Runs LLDP on the cables of the switch. The frames are for the nearest bridge: they are taken, and never forwarded. Each
 * leg of a LAG is a cable of its own. All methods run on the protocols' thread.
 */
public final class LldpProtocol implements LinkProtocol {
    private static final long TICK_NS = 500_000_000L;
    /** 01:80:c2:00:00:0e, first byte lowest: the nearest bridge, IEEE 802.1AB-2016, table 7-1. */
    private static final long NEAREST_BRIDGE = 0x0E_00_00_C2_80_01L;
    private static final int NO_LEG = -1;
    private static final int PER_SECOND = 20;
    private static final int BURST = 20;

    /** The rule that takes LLDP frames of ports that run LLDP. */
    public static final PuntRule RULE = new PuntRule("lldp",
            "LLDP reads it; `weft show neighbors` has what the neighbours say",
            new PuntRule.Match.Header(NEAREST_BRIDGE, EtherType.LLDP, PortFlags.LLDP, PuntRule.NO_PAYLOAD, 0), true,
            true, PER_SECOND, BURST);

    /** The addressee of a cable's frames. @param leg number of the attachment of a leg, {@link #NO_LEG} for any other port */
    private record Place(int port, int leg) {
    }

    /**
     * A neighbour of a cable.
     *
     * @param name name of the cable's port
     * @param ageSeconds whole seconds since it was heard
     */
    public record Neighbor(String name, LldpNeighbor heard, long ageSeconds) {
    }

    private final ProtocolPorts ports;
    private final Consumer<String> events;
    private final LldpAgent agent;
    private final Map<Integer, LldpLink> links = new LinkedHashMap<>();
    private final Map<Integer, Boolean> carrier = new HashMap<>();
    private Map<Integer, Place> places = Map.of();

    /** @param events receives a sentence for each neighbour that comes or goes; must not block */
    public LldpProtocol(ProtocolPorts ports, Consumer<String> events) {
        this.ports = ports;
        this.events = events;
        agent = new LldpAgent(LldpSettings.STANDARD, new Output());
    }

    @Override
    public List<PuntRule> rules() {
        return List.of(RULE);
    }

    /** Ends LLDP on cables that another configuration does not name, while they are still connected. */
    public void withdraw(List<LldpLink> next, long nowNs) {
        List<Integer> kept = next.stream().map(LldpLink::number).toList();
        for (LldpLink link : List.copyOf(links.values())) {
            if (!kept.contains(link.number())) {
                agent.remove(link.number(), nowNs);
                links.remove(link.number());
                carrier.remove(link.number());
            }
        }
    }

    /** Replaces the configuration. What did not change goes on undisturbed. */
    public void configure(List<LldpLink> wanted, long nowNs) {
        withdraw(wanted, nowNs);
        for (LldpLink link : wanted) {
            links.put(link.number(), link);
            agent.configure(link.number(), LldpMode.SEND_AND_RECEIVE, link.said(), link.mac(), nowNs);
        }
        legsChanged(nowNs);
    }

    @Override
    public long legsChanged(long nowNs) {
        Map<String, ProtocolPort> byName = ports.all().stream()
                .collect(Collectors.toMap(port -> port.spec().name(), port -> port));
        Map<Integer, Place> now = new HashMap<>();
        for (LldpLink link : links.values()) {
            ProtocolPort port = byName.get(link.port());
            LegSelection.Leg leg = port == null || !link.isLeg() ? null : leg(port.index(), link.name());
            boolean present = false;
            if (port != null && (!link.isLeg() || leg != null)) {
                now.put(link.number(), new Place(port.index(), leg == null ? NO_LEG : leg.number()));
                present = leg == null ? ports.hasLink(port.index()) : leg.hasLink();
            }
            places = now;
            if (!Boolean.valueOf(present).equals(carrier.put(link.number(), present))) {
                agent.carrier(link.number(), present, nowNs);
            }
        }
        places = now;
        return TICK_NS;
    }

    private LegSelection.@Nullable Leg leg(int port, String name) {
        LegSelection legs = ports.legs(port);
        return legs == null
                ? null
                : legs.legs().stream().filter(leg -> leg.name().equals(name)).findFirst().orElse(null);
    }

    @Override
    public void receive(PuntedFrame frame, long nowNs) {
        places.entrySet().stream()
                .filter(place -> place.getValue().port() == frame.port()
                        && (place.getValue().leg() == NO_LEG || place.getValue().leg() == frame.leg()))
                .map(Map.Entry::getKey).findFirst()
                .ifPresent(number -> agent.receive(number, MemorySegment.ofArray(frame.frame()), nowNs));
    }

    @Override
    public long tick(long nowNs) {
        legsChanged(nowNs);
        agent.tick(nowNs);
        return TICK_NS;
    }

    /** Returns all neighbours, by port and then in the order in which they appeared. */
    public List<Neighbor> neighbors(long nowNs) {
        return agent.neighbors().stream().map(neighbor -> new Neighbor(name(neighbor.port()), neighbor,
                neighbor.ageSeconds(nowNs))).toList();
    }

    /** Returns the numbers of frames that a port has refused, by name of the port. */
    public Map<String, Map<LldpFault, Long>> faults() {
        return links.values().stream().collect(Collectors.toMap(LldpLink::name, link -> agent.faults(link.number())));
    }

    private String name(int number) {
        LldpLink link = links.get(number);
        return link == null ? "" : link.name();
    }

    private final class Output implements LldpOutput {
        @Override
        public void send(int number, byte[] frame) {
            Place place = places.get(number);
            if (place == null) {
                return;
            }
            if (place.leg() == NO_LEG) {
                ports.inject(place.port(), frame, 0);
            } else {
                ports.inject(place.port(), place.leg(), frame, 0);
            }
        }

        @Override
        public void heard(LldpNeighbor neighbor) {
            events.accept("port " + name(neighbor.port()) + " leads to " + describe(neighbor));
        }

        @Override
        public void gone(LldpNeighbor neighbor) {
            events.accept("port " + name(neighbor.port()) + " no longer leads to " + describe(neighbor));
        }

        private static String describe(LldpNeighbor neighbor) {
            String system = neighbor.said().systemName();
            return "port " + neighbor.said().port().portText() + " of " + neighbor.said().chassis().chassisText()
                    + (system.isEmpty() ? "" : " (" + system + ")");
        }
    }
}
