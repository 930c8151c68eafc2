package net.weft.vswitch.zoning;

import java.util.Arrays;
import java.util.Map;
import net.weft.zone.AddressBinding;
import net.weft.zone.PortZones;
import net.weft.zone.guard.PortGuard;
import org.jspecify.annotations.Nullable;

/** In which zones the ports are, and what they may call themselves; by port number. Part of a snapshot, immutable. */
public final class ZoneTable {
    private static final int VLANS = 4096;
    /** In {@link #everywhere}: it depends on the VLAN. */
    private static final int BY_VLAN = -1;

    /** Zones, policies, bounds. */
    public final Policies policies;
    private final int[] everywhere;
    private final short[][] byVlan;
    private final @Nullable PortGuard[] guards;

    private ZoneTable(Builder builder) {
        policies = builder.policies;
        everywhere = builder.everywhere;
        byVlan = builder.byVlan;
        guards = builder.guards;
    }

    /** No zones, no guards. */
    public static ZoneTable off(int ports) {
        return new Builder(ports, Policies.OFF).build();
    }

    /** The zone of what comes in, or leaves, by a port in a VLAN. */
    public int zone(int port, int vlan) {
        int zone = everywhere[port];
        return zone == BY_VLAN ? byVlan[port][vlan] : zone;
    }

    @Nullable
    PortGuard guard(int port) {
        return guards[port];
    }

    /** Whether there are zones at all. */
    public boolean isActive() {
        return policies.isActive();
    }

    /** Whether what comes in by a port must be from its own addresses. */
    public boolean isBound(int port) {
        return guards[port] != null;
    }

    /** Made port by port. */
    public static final class Builder {
        private final Policies policies;
        private final int[] everywhere;
        private final short[][] byVlan;
        private final @Nullable PortGuard[] guards;

        /** @param ports port numbers are below this */
        public Builder(int ports, Policies policies) {
            this.policies = policies;
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
            guards[number] = binding == null ? null : new PortGuard(binding);
        }

        public ZoneTable build() {
            return new ZoneTable(this);
        }
    }
}
