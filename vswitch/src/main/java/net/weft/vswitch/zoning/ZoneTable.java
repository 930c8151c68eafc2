package net.weft.vswitch.zoning;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import net.weft.vlan.VlanMembership;
import net.weft.zone.AddressBinding;
import net.weft.zone.PortZones;
import net.weft.zone.guard.AddressHolds;
import net.weft.zone.guard.AddressOwners;
import net.weft.zone.guard.DeclaredAddresses;
import net.weft.zone.guard.PortGuard;
import org.jspecify.annotations.Nullable;

/** The zones and guards of the ports, by port index. Part of a snapshot; immutable. */
public final class ZoneTable {
    private static final int VLANS = 4096;
    /** The value in {@link #everywhere} for ports whose zone depends on the VLAN. */
    private static final int BY_VLAN = -1;
    private static final int[] NO_ZONES = {};

    /** The compiled policies with their zones and limits. */
    public final Policies policies;
    private final int[] everywhere;
    private final short[][] byVlan;
    private final @Nullable PortGuard[] guards;
    private final BitSet watched;
    private final BitSet answering;
    private final AddressOwners owners;

    /** The zones of the ports of each VLAN, in the order of ports; null without zones. */
    private final int @Nullable [][] zonesOfVlan;

    private ZoneTable(Builder builder) {
        policies = builder.policies;
        everywhere = builder.everywhere;
        byVlan = builder.byVlan;
        guards = builder.guards;
        answering = builder.answering;
        DeclaredAddresses declared = builder.declared.build();
        owners = new AddressOwners(declared, builder.holds);
        watched = new BitSet();
        for (int port = 0; port < builder.membership.length; port++) {
            VlanMembership member = builder.membership[port];
            watched.set(port, member != null && declared.concerns(member));
        }
        zonesOfVlan = policies.isActive() ? zonesOfVlan(builder.membership) : null;
    }

    /** Returns a table without zones and guards. */
    public static ZoneTable off(int ports) {
        return new Builder(ports, Policies.OFF).build();
    }

    /** Returns the zone of a port in a VLAN. */
    public int zone(int port, int vlan) {
        int zone = everywhere[port];
        return zone == BY_VLAN ? byVlan[port][vlan] : zone;
    }

    private int[][] zonesOfVlan(@Nullable VlanMembership[] membership) {
        int[][] all = new int[VLANS][];
        Arrays.fill(all, NO_ZONES);
        for (int port = 0; port < membership.length; port++) {
            VlanMembership member = membership[port];
            if (member != null) {
                int of = port;
                member.members().vids().forEach(vid -> all[vid] = with(all[vid], zone(of, vid)));
            }
        }
        return all;
    }

    private static int[] with(int[] zones, int zone) {
        for (int each : zones) {
            if (each == zone) {
                return zones;
            }
        }
        int[] more = Arrays.copyOf(zones, zones.length + 1);
        more[zones.length] = zone;
        return more;
    }

    /** Returns the zones that the ports of a VLAN are in. */
    int[] zones(int vlan) {
        return zonesOfVlan == null ? NO_ZONES : zonesOfVlan[vlan];
    }

    @Nullable
    PortGuard guard(int port) {
        return guards[port];
    }

    /** Returns the owners of declared addresses. */
    public AddressOwners owners() {
        return owners;
    }

    /** Returns whether frames from the port could claim an address that a port declares. */
    public boolean isWatched(int port) {
        return watched.get(port);
    }

    /** Returns whether frames from the port must not hide packets. */
    public boolean looksInside(int port) {
        return isActive() || isWatched(port);
    }

    /**
     * Returns whether DHCP requests may leave the port without a policy, because a server or relay may be behind it.
     */
    boolean mayAnswer(int port) {
        return answering.get(port);
    }

    /** Returns whether any zones are configured. */
    public boolean isActive() {
        return policies.isActive();
    }

    /** Returns whether the port has a guard. */
    public boolean isBound(int port) {
        return guards[port] != null;
    }

    /** Builds the table port by port. */
    public static final class Builder {
        private final Policies policies;
        private final int[] everywhere;
        private final short[][] byVlan;
        private final @Nullable PortGuard[] guards;
        private final @Nullable VlanMembership[] membership;
        private final BitSet answering = new BitSet();
        private final DeclaredAddresses.Builder declared;
        private final AddressHolds holds;

        /** Creates a builder without observed addresses. */
        public Builder(int ports, Policies policies) {
            this(ports, policies, new AddressHolds(0));
        }

        /**
         * @param ports upper bound of port indices, exclusive
         * @param holds the observed addresses of the ports
         */
        public Builder(int ports, Policies policies, AddressHolds holds) {
            this.policies = policies;
            this.holds = holds;
            membership = new @Nullable VlanMembership[ports];
            declared = new DeclaredAddresses.Builder(ports);
            everywhere = new int[ports];
            byVlan = new short[ports][];
            guards = new @Nullable PortGuard[ports];
        }

        public void port(int number, PortZones zones, @Nullable AddressBinding binding) {
            everywhere[number] = zones.byVlan().isEmpty() ? zones.zone() : BY_VLAN;
            if (!zones.byVlan().isEmpty()) {
                short[] vlans = new short[VLANS];
                Arrays.fill(vlans, (short) zones.zone());
                for (Map.Entry<Integer, Integer> entry : zones.byVlan().entrySet()) {
                    vlans[entry.getKey()] = entry.getValue().shortValue();
                }
                byVlan[number] = vlans;
            }
            PortGuard guard = binding == null || !binding.isStrict() ? null : new PortGuard(binding);
            guards[number] = guard;
            answering.set(number, guard == null || guard.isDhcpServer() || guard.isRouter());
        }

        /** Sets zones and guard of a port. @param member the VLANs in which it owns its addresses */
        public void port(int number, PortZones zones, @Nullable AddressBinding binding, VlanMembership member) {
            port(number, zones, binding);
            membership[number] = member;
            holds.adopt(number, binding);
            if (binding != null) {
                declared.port(number, member, binding);
            }
            if (!member.isAccess()) {
                answering.set(number);
            }
        }

        public ZoneTable build() {
            return new ZoneTable(this);
        }
    }
}
