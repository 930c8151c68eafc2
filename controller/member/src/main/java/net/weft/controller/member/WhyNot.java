package net.weft.controller.member;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import net.weft.packet.EtherType;
import net.weft.packet.Ipv4;
import net.weft.packet.Ipv6;
import net.weft.packet.MacWord;
import net.weft.packet.NetworkOrder;
import net.weft.vlan.VlanSet;
import net.weft.vswitch.VirtualSwitch;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.port.PortStatus;
import net.weft.vswitch.protocol.AddressSightings;
import net.weft.vswitch.trace.Trace;
import net.weft.zone.AddressBinding;
import net.weft.zone.Prefix;

/** Says why a traced packet does not leave by a port, and where its destination is if that is in another VLAN. */
final class WhyNot {
    private static final int ARP_TARGET = 24;
    private static final int TAG_BYTES = 4;

    private final VirtualSwitch vswitch;
    private final List<PortStatus> ports;
    private final Trace trace;
    private final byte[] frame;
    private final List<String> sentences = new ArrayList<>();

    private WhyNot(VirtualSwitch vswitch, Trace trace, byte[] frame) {
        this.vswitch = vswitch;
        ports = vswitch.ports();
        this.trace = trace;
        this.frame = frame;
    }

    /**
     * Returns the sentences about a trace.
     *
     * @param to the port that was asked for; empty for none
     * @throws IllegalArgumentException if there is no such port
     */
    static List<String> of(VirtualSwitch vswitch, Trace trace, byte[] frame, String to) {
        WhyNot why = new WhyNot(vswitch, trace, frame);
        if (trace.vid() != 0) {
            why.elsewhere();
        }
        if (!to.isEmpty()) {
            why.notBy(to);
        }
        return why.sentences;
    }

    // ---- the port that was asked for -------------------------------------------------------------------------------

    private void notBy(String to) {
        PortStatus port = ports.stream().filter(each -> each.spec().name().equals(to)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no port " + to));
        Optional<Trace.Exit> exit = trace.exits().stream().filter(each -> each.port().equals(to)).findFirst();
        if (exit.isPresent() && exit.get().reason() == null) {
            return;
        }
        sentences.add(exit.map(Trace.Exit::reason).map(reason -> "not by " + to + ": " + reason.label() + ", "
                + reason.meaning()).orElseGet(() -> withoutExit(to, port)));
    }

    private String withoutExit(String to, PortStatus port) {
        VlanSet vlans = port.spec().membership().members();
        if (to.equals(trace.ingress())) {
            return "not by " + to + ": the packet came in by it";
        }
        if (trace.reason() != null && trace.exits().isEmpty() && trace.vid() == 0) {
            return "not by " + to + ": it is dropped before it is in any VLAN (" + trace.reason().label() + ")";
        }
        if (!vlans.contains(trace.vid())) {
            return "not by " + to + ": " + to + " is in " + words(vlans) + "; " + trace.ingress()
                    + "'s packet is in VLAN "
                    + trace.vid();
        }
        if (!port.isUp()) {
            return "not by " + to + ": it is " + (port.failure() == null
                    ? port.state()
                    : "down, " + port.failure().reason().label() + ": " + port.failure().message());
        }
        if (trace.reason() != null && trace.exits().isEmpty()) {
            return "not by " + to + ": it is dropped first (" + trace.reason().label() + ")";
        }
        return trace.verdict() == Trace.Verdict.FORWARD
                ? "not by " + to + ": the destination " + MacWord.format(destinationMac()) + " is behind "
                        + trace.exits().getFirst().port()
                : "not by " + to + ": no host behind it has joined the group";
    }

    // ---- the destination -------------------------------------------------------------------------------------------

    /** Says where the destination is if that is in another VLAN only. */
    private void elsewhere() {
        Set<String> found = new LinkedHashSet<>();
        boolean isHere = false;
        Optional<Prefix> address = destination();
        for (PortStatus port : ports) {
            AddressBinding binding = port.spec().binding();
            if (address.isPresent() && binding != null && binding.ips().contains(address.get())) {
                isHere |= port.spec().membership().isMember(trace.vid());
                found.add(address.get() + " is behind " + where(port.spec(), OptionalInt.empty()));
            }
        }
        if (found.isEmpty() && address.isPresent()) {
            isHere = seen(address.get(), found);
        }
        if (found.isEmpty() && (destinationMac() & 1) == 0) {
            long wanted = destinationMac();
            boolean[] here = {false};
            vswitch.macs().forEach(vswitch.nowSeconds(), (vid, mac, index, _) -> {
                if (mac == wanted) {
                    here[0] |= vid == trace.vid();
                    ports.stream().map(PortStatus::spec).filter(spec -> spec.number() == vswitch.portNumber(index))
                            .forEach(spec -> found
                                    .add(MacWord.format(mac) + " is behind " + where(spec, OptionalInt.of(vid))));
                }
            });
            isHere = here[0];
        }
        if (!isHere) {
            found.stream().limit(3)
                    .forEach(where -> sentences.add(where + "; " + trace.ingress() + " is in VLAN " + trace.vid()));
        }
    }

    /** Looks for a station that has claimed the address; returns whether one is in the VLAN of the packet. */
    private boolean seen(Prefix address, Set<String> found) {
        Map<AddressSightings.Station, List<Prefix>> all = vswitch.protocols()
                .ask(AddressSightings.class, AddressSightings::all).orElse(Map.of());
        boolean[] isHere = {false};
        vswitch.macs().forEach(vswitch.nowSeconds(), (vid, mac, index, _) -> {
            if (all.getOrDefault(new AddressSightings.Station(vid, mac), List.of()).contains(address)) {
                isHere[0] |= vid == trace.vid();
                ports.stream().map(PortStatus::spec).filter(spec -> spec.number() == vswitch.portNumber(index))
                        .forEach(spec -> found.add(address + " is behind " + where(spec, OptionalInt.of(vid))));
            }
        });
        return isHere[0];
    }

    private static String where(PortSpec port, OptionalInt vid) {
        return port.name() + ", in "
                + (vid.isPresent() ? "VLAN " + vid.getAsInt() : words(port.membership().members()));
    }

    private static String words(VlanSet vlans) {
        return vlans.isEmpty() ? "no VLAN" : (vlans.size() == 1 ? "VLAN " : "VLANs ") + vlans;
    }

    /** Returns the destination MAC address, first byte lowest. */
    private long destinationMac() {
        MemorySegment padded = MemorySegment.ofArray(Arrays.copyOf(frame, Long.BYTES));
        return Long.reverseBytes(NetworkOrder.getLong(padded, 0)) & MacWord.MASK;
    }

    /** Returns the address that the packet is for, or that ARP asks for. */
    private Optional<Prefix> destination() {
        MemorySegment bytes = MemorySegment.ofArray(frame);
        int at = 12;
        while (frame.length >= at + 2 + TAG_BYTES && EtherType.isVlan(NetworkOrder.getU16(bytes, at))) {
            at += TAG_BYTES;
        }
        if (frame.length < at + 2) {
            return Optional.empty();
        }
        int l3 = at + 2;
        return switch (NetworkOrder.getU16(bytes, at)) {
            case EtherType.IPV4 -> ipv4(bytes, l3 + Ipv4.DESTINATION);
            case EtherType.ARP -> ipv4(bytes, l3 + ARP_TARGET);
            case EtherType.IPV6 -> frame.length < l3 + Ipv6.LENGTH
                    ? Optional.empty()
                    : Optional.of(
                            new Prefix(Ipv6.destinationHigh(bytes, l3), Ipv6.destinationLow(bytes, l3), 128, false));
            default -> Optional.empty();
        };
    }

    private Optional<Prefix> ipv4(MemorySegment bytes, int at) {
        return frame.length < at + 4
                ? Optional.empty()
                : Optional.of(new Prefix(0, Prefix.ipv4(NetworkOrder.getInt(bytes, at)), 128, true));
    }
}
