package net.weft.controller.model.yaml.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.tree.Position;
import net.weft.packet.MacAddress;
import net.weft.vlan.VlanSet;
import net.weft.zone.Prefix;

/**
 * The addresses that are assigned to ports. No address may belong to two ports of a VLAN, unless both ports list it as
 * shared.
 */
public final class Addresses {
    /** The assignment of an address to a port, and its position in the text. */
    public record Place(String port, boolean shared, String path, Position position) {
    }

    /** An address or prefix, and where it is assigned to a port. */
    record Given(Prefix prefix, Place place) {
    }

    private final Map<MacAddress, List<Place>> macs = new LinkedHashMap<>();
    private final List<Given> ips = new ArrayList<>();

    public void add(MacAddress mac, Place place) {
        macs.computeIfAbsent(mac, _ -> new ArrayList<>()).add(place);
    }

    public void add(Prefix prefix, Place place) {
        ips.add(new Given(prefix, place));
    }

    Stream<Given> ips() {
        return ips.stream();
    }

    /**
     * Reports addresses that two ports of a VLAN have. Ports that are missing from the configuration have already been
     * reported.
     */
    public void report(FabricConfig config, Faults faults) {
        Map<String, Vlans> known = new HashMap<>();
        Function<Place, Vlans> vlans = place -> known.computeIfAbsent(place.port(),
                port -> config.port(port).map(of -> Vlans.of(config.vlans(of))).orElse(Vlans.NONE));
        macs.forEach((mac, places) -> {
            if (places.size() > 1) {
                List<Claim> claims = places.stream().map(place -> new Claim(mac.toString(), place, vlans.apply(place)))
                        .toList();
                for (int i = 1; i < claims.size(); i++) {
                    for (int j = 0; j < i && !faults.isFull(); j++) {
                        claims.get(i).report(claims.get(j), "shared-macs", faults);
                    }
                }
            }
        });
        Map<Given, Claim> claims = new HashMap<>();
        Function<Given, Claim> claim = given -> claims.computeIfAbsent(given,
                _ -> new Claim(given.prefix().toString(), given.place(), vlans.apply(given.place())));
        Overlaps.each(ips, Given::prefix, faults::isFull, (outer, inner) -> {
            Claim first = claim.apply(outer);
            Claim later = claim.apply(inner);
            if (first.place().position().compareTo(later.place().position()) <= 0) {
                later.report(first, "shared-ips", faults);
            } else {
                first.report(later, "shared-ips", faults);
            }
        });
    }

    /**
     * The VLANs of a port.
     *
     * @param only the single VLAN; 0 if there are none or several
     */
    private record Vlans(VlanSet all, int only) {
        static final Vlans NONE = of(VlanSet.EMPTY);

        static Vlans of(VlanSet all) {
            return new Vlans(all, all.size() == 1 ? all.vids().findFirst().orElse(0) : 0);
        }

        /** Returns a VLAN of both ports, or 0. */
        int common(Vlans other) {
            return only != 0 && other.only != 0
                    ? only == other.only ? only : 0
                    : all.intersection(other.all).vids().findFirst().orElse(0);
        }
    }

    /**
     * An address of a port, prepared for fast comparison, because a file may give one address to thousands of ports.
     */
    private record Claim(String address, Place place, Vlans vlans) {
        void report(Claim first, String key, Faults faults) {
            if (place.port().equals(first.place.port()) || place.shared() && first.place.shared()) {
                return;
            }
            int vid = vlans.common(first.vlans);
            if (vid != 0) {
                String same = address.equals(first.address)
                        ? " is port " + first.place.port() + "'s"
                        : " overlaps " + first.address + " of port " + first.place.port();
                faults.add(Fault.Kind.CONFLICT, place.path(), place.position(),
                        address + same + first.place.position().suffix() + " in VLAN " + vid
                                + " already; what stations of both may have stands in " + key + " of both");
            }
        }
    }
}
