package net.weft.vswitch.protocol;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import net.weft.packet.Arp;
import net.weft.packet.EtherType;
import net.weft.packet.Ethernet;
import net.weft.packet.Icmpv6;
import net.weft.packet.Ipv6;
import net.weft.packet.MacAddress;
import net.weft.packet.MacWord;
import net.weft.packet.NeighborDiscovery;
import net.weft.vswitch.fdb.MacTable;
import net.weft.vswitch.forward.punt.PuntedFrame;
import net.weft.vswitch.port.PuntRule;
import net.weft.zone.Prefix;

/**
 * Notes the IP addresses that stations claim by ARP and neighbour discovery, for people: the sender of an ARP frame to
 * everyone, the source of a neighbour solicitation, the target of an advertisement. A probe claims nothing.
 * <p>
 * Frames come by a punt rule after the guard of their port has passed them, at most {@value #PER_SECOND} a second and
 * port. At most {@value #MOST_OF_STATION} addresses are kept of a MAC address, the newest ones, and {@value
 * #MOST_OF_PORT} MAC addresses of a port. They go with the entry of the MAC table.
 */
public final class AddressSightings implements LinkProtocol {
    static final int MOST_OF_STATION = 8;
    static final int MOST_OF_PORT = 1024;
    /** The maximum number of MAC addresses; the one that was noted first gives way. */
    static final int MOST = 8192;
    private static final int PER_SECOND = 20;
    private static final int BURST = 40;
    private static final long TICK_NS = 10_000_000_000L;
    private static final int WHOLE = 128;

    /** Copies ARP and neighbour discovery to groups. */
    public static final PuntRule RULE = new PuntRule("addresses", "the address of its sender is noted",
            new PuntRule.Match.NeighborMessages(), false, false, PER_SECOND, BURST);

    /** A MAC address in a VLAN. @param mac 48 bits, first byte lowest */
    public record Station(int vid, long mac) {
    }

    private static final class Sighting {
        private final int port;
        /** The newest is last. */
        private final LinkedHashSet<Prefix> addresses = new LinkedHashSet<>();

        private Sighting(int port) {
            this.port = port;
        }
    }

    private final MacTable macs;
    private final Map<Station, Sighting> sightings = new LinkedHashMap<>();
    private final Map<Integer, Integer> ofPort = new HashMap<>();

    /** @param macs the table whose entries have the addresses */
    public AddressSightings(MacTable macs) {
        this.macs = macs;
    }

    @Override
    public List<PuntRule> rules() {
        return List.of(RULE);
    }

    @Override
    public void receive(PuntedFrame punted, long nowNs) {
        MemorySegment frame = MemorySegment.ofArray(punted.frame());
        int left = punted.frame().length - Ethernet.LENGTH;
        if (left <= 0) {
            return;
        }
        switch (Ethernet.type(frame, 0)) {
            case EtherType.ARP -> arp(punted, frame, left);
            case EtherType.IPV6 -> neighborDiscovery(punted, frame, left);
            default -> {
            }
        }
    }

    private void arp(PuntedFrame punted, MemorySegment frame, int left) {
        if (Arp.check(frame, Ethernet.LENGTH, left)
                && Arp.senderMac(frame, Ethernet.LENGTH) == Ethernet.source(frame, 0)) {
            int sender = Arp.senderIp(frame, Ethernet.LENGTH);
            if (sender != 0) {
                note(punted, Ethernet.source(frame, 0), new Prefix(0, Prefix.ipv4(sender), WHOLE, true));
            }
        }
    }

    private void neighborDiscovery(PuntedFrame punted, MemorySegment frame, int left) {
        int message = Ethernet.LENGTH + Ipv6.LENGTH;
        if (left < Ipv6.LENGTH + NeighborDiscovery.TARGET + Ipv6.ADDRESS_LENGTH
                || Ipv6.hopLimit(frame, Ethernet.LENGTH) != 255) {
            return;
        }
        boolean isAdvertisement = Icmpv6.type(frame, message) == NeighborDiscovery.NEIGHBOR_ADVERTISEMENT;
        long high = isAdvertisement
                ? NeighborDiscovery.targetHigh(frame, message)
                : Ipv6.sourceHigh(frame, Ethernet.LENGTH);
        long low = isAdvertisement
                ? NeighborDiscovery.targetLow(frame, message)
                : Ipv6.sourceLow(frame, Ethernet.LENGTH);
        if ((high | low) != 0) {
            note(punted, Ethernet.source(frame, 0), new Prefix(high, low, WHOLE, false));
        }
    }

    private void note(PuntedFrame punted, long mac, Prefix address) {
        Station station = new Station(punted.vid(), MacWord.of(new MacAddress(mac)));
        Sighting sighting = sightings.get(station);
        if (sighting != null && sighting.port != punted.port()) {
            forget(station, sighting);
            sighting = null;
        }
        if (sighting == null) {
            if (ofPort.getOrDefault(punted.port(), 0) >= MOST_OF_PORT) {
                return;
            }
            if (sightings.size() >= MOST) {
                Map.Entry<Station, Sighting> first = sightings.entrySet().iterator().next();
                forget(first.getKey(), first.getValue());
            }
            sighting = new Sighting(punted.port());
            sightings.put(station, sighting);
            ofPort.merge(punted.port(), 1, Integer::sum);
        }
        sighting.addresses.remove(address);
        if (sighting.addresses.size() >= MOST_OF_STATION) {
            sighting.addresses.removeFirst();
        }
        sighting.addresses.add(address);
    }

    private void forget(Station station, Sighting sighting) {
        sightings.remove(station);
        ofPort.computeIfPresent(sighting.port, (_, count) -> count == 1 ? null : count - 1);
    }

    /** Forgets the addresses of stations whose entries have aged out or moved. */
    @Override
    public long tick(long nowNs) {
        List.copyOf(sightings.entrySet()).forEach(entry -> {
            Station station = entry.getKey();
            if (macs.lookup(station.vid, station.mac) != entry.getValue().port) {
                forget(station, entry.getValue());
            }
        });
        return TICK_NS;
    }

    /** Returns the addresses of all stations on the ports where they were noted, the newest address last. */
    public Map<Station, List<Prefix>> all() {
        Map<Station, List<Prefix>> all = new HashMap<>();
        sightings.forEach((station, sighting) -> {
            if (macs.lookup(station.vid, station.mac) == sighting.port) {
                all.put(station, List.copyOf(sighting.addresses));
            }
        });
        return all;
    }
}
