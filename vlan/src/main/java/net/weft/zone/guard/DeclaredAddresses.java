package net.weft.zone.guard;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.LongStream;
import net.weft.packet.MacAddress;
import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;
import net.weft.zone.AddressBinding;
import net.weft.zone.Prefix;

/**
 * The declared addresses of ports, with the port that declares each. A declaration is valid in every VLAN of its port.
 * Single addresses are found by hash, prefixes by linear search.
 * <p>Immutable; any thread may call it, and nothing is allocated.
 */
public final class DeclaredAddresses {
    /** The result if there is no port. */
    public static final int NOBODY = -1;
    /** No declared addresses. */
    public static final DeclaredAddresses NONE = new Builder(0).build();

    private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;
    private static final int END = -1;
    private static final int WHOLE = 128;

    private final List<VlanMembership> membership;
    private final long[] firstMac;
    private final BitSet declares;
    private final BitSet guardedAccess;
    private final VlanSet vlans;

    private final long[] macs;
    private final int[] macPort;
    private final int[] macBit;
    private final int[] macNext;
    private final int[] macBuckets;

    private final List<Prefix> prefixes;
    private final int[] ipPort;
    private final int[] ipNext;
    private final int[] ipBuckets;
    /** The number of single addresses; prefixes follow them. */
    private final int wholeCount;

    private DeclaredAddresses(Builder builder) {
        membership = List.copyOf(builder.membership);
        firstMac = builder.firstMac;
        declares = builder.declares;
        guardedAccess = builder.guardedAccess;
        vlans = builder.vlans;
        macs = builder.macs.stream().mapToLong(entry -> entry.mac).toArray();
        macPort = builder.macs.stream().mapToInt(entry -> entry.port).toArray();
        macBit = builder.macs.stream().mapToInt(entry -> entry.bit).toArray();
        macBuckets = buckets(macs.length);
        macNext = new int[macs.length];
        for (int entry = 0; entry < macs.length; entry++) {
            int bucket = hash(macs[entry]) & macBuckets.length - 1;
            macNext[entry] = macBuckets[bucket];
            macBuckets[bucket] = entry;
        }
        List<IpEntry> ips = builder.ips.stream()
                .sorted((one, other) -> Boolean.compare(other.isWhole(), one.isWhole())).toList();
        wholeCount = (int) ips.stream().filter(IpEntry::isWhole).count();
        prefixes = ips.stream().map(IpEntry::prefix).toList();
        ipPort = ips.stream().mapToInt(IpEntry::port).toArray();
        ipBuckets = buckets(wholeCount);
        ipNext = new int[ips.size()];
        for (int entry = 0; entry < wholeCount; entry++) {
            int bucket = hash(prefixes.get(entry).high(), prefixes.get(entry).low()) & ipBuckets.length - 1;
            ipNext[entry] = ipBuckets[bucket];
            ipBuckets[bucket] = entry;
        }
        for (int entry = wholeCount; entry < ipNext.length; entry++) {
            ipNext[entry] = entry + 1 < ipNext.length ? entry + 1 : END;
        }
    }

    private static int[] buckets(int entries) {
        int[] buckets = new int[Math.max(1, Integer.highestOneBit(Math.max(1, entries)) * 2)];
        Arrays.fill(buckets, END);
        return buckets;
    }

    private static int hash(long word) {
        return (int) (word * MULTIPLIER >>> 33);
    }

    private static int hash(long high, long low) {
        return hash((high * MULTIPLIER ^ low) + high);
    }

    /** Returns whether any port of the VLAN declares addresses. */
    public boolean concerns(int vlan) {
        return vlans.contains(vlan);
    }

    /** Returns whether any VLAN of the membership has declared addresses. */
    public boolean concerns(VlanMembership member) {
        return !vlans.isEmpty() && !vlans.intersection(member.members()).isEmpty();
    }

    boolean isEmpty() {
        return vlans.isEmpty();
    }

    boolean declares(int port) {
        return declares.get(port);
    }

    /** Returns the first MAC address that a port declares, or 0. */
    long firstMac(int port) {
        return port < firstMac.length ? firstMac[port] : 0;
    }

    /** Returns whether the port is guarded and has one VLAN only. */
    boolean isGuardedAccess(int port) {
        return guardedAccess.get(port);
    }

    // ---- MAC addresses ---------------------------------------------------------------------------------------------

    /** Returns the first entry of a MAC address in a VLAN, or the next one after {@code after}; negative for none. */
    int macEntry(int vlan, long mac, int after) {
        int entry = after == END ? macBuckets[hash(mac) & macBuckets.length - 1] : macNext[after];
        while (entry != END && (macs[entry] != mac || !membership.get(macPort[entry]).isMember(vlan))) {
            entry = macNext[entry];
        }
        return entry;
    }

    int portOfMac(int entry) {
        return macPort[entry];
    }

    /** Returns the number of the entry's address among those of its port. */
    int bitOfMac(int entry) {
        return macBit[entry];
    }

    /**
     * Returns a port other than {@code asking} that declares a MAC address; {@link #NOBODY} also if {@code asking}
     * declares it itself.
     */
    int declarerOfMac(int vlan, long mac, int asking) {
        int found = NOBODY;
        for (int entry = macEntry(vlan, mac, END); entry != END; entry = macEntry(vlan, mac, entry)) {
            if (macPort[entry] == asking) {
                return NOBODY;
            }
            found = macPort[entry];
        }
        return found;
    }

    // ---- IP addresses ----------------------------------------------------------------------------------------------

    /**
     * Returns the first entry that contains an IP address in a VLAN, or the next one after {@code after}; negative for
     * none.
     */
    int ipEntry(int vlan, long high, long low, int after) {
        int entry = after == END ? ipBuckets[hash(high, low) & ipBuckets.length - 1] : ipNext[after];
        boolean beyondWhole = after >= wholeCount;
        while (true) {
            if (entry == END) {
                if (beyondWhole || wholeCount == ipNext.length) {
                    return END;
                }
                beyondWhole = true;
                entry = wholeCount;
            }
            if (prefixes.get(entry).contains(high, low) && membership.get(ipPort[entry]).isMember(vlan)) {
                return entry;
            }
            entry = ipNext[entry];
        }
    }

    int portOfIp(int entry) {
        return ipPort[entry];
    }

    /**
     * Returns a port other than {@code asking} that declares an IP address; {@link #NOBODY} also if {@code asking}
     * declares it itself.
     */
    int declarerOfIp(int vlan, long high, long low, int asking) {
        int found = NOBODY;
        for (int entry = ipEntry(vlan, high, low, END); entry != END; entry = ipEntry(vlan, high, low, entry)) {
            if (ipPort[entry] == asking) {
                return NOBODY;
            }
            found = ipPort[entry];
        }
        return found;
    }

    private record MacEntry(long mac, int port, int bit) {
    }

    private record IpEntry(Prefix prefix, int port) {
        boolean isWhole() {
            return prefix.bits() == WHOLE;
        }
    }

    /** Builds the table port by port. */
    public static final class Builder {
        private final List<VlanMembership> membership = new ArrayList<>();
        private final long[] firstMac;
        private final BitSet declares = new BitSet();
        private final BitSet guardedAccess = new BitSet();
        private final List<MacEntry> macs = new ArrayList<>();
        private final List<IpEntry> ips = new ArrayList<>();
        private VlanSet vlans = VlanSet.EMPTY;

        /** @param ports upper bound of port indices, exclusive */
        public Builder(int ports) {
            firstMac = new long[ports];
            for (int port = 0; port < ports; port++) {
                membership.add(VlanMembership.none());
            }
        }

        public void port(int number, VlanMembership member, AddressBinding binding) {
            membership.set(number, member);
            guardedAccess.set(number, binding.isStrict() && member.isAccess());
            if (binding.macs().isEmpty() && binding.ips().isEmpty()) {
                return;
            }
            declares.set(number);
            vlans = vlans.union(member.members());
            long[] sorted = sorted(binding);
            for (int i = 0; i < sorted.length; i++) {
                macs.add(new MacEntry(sorted[i], number, Math.min(i, AddressHolds.MAC_BITS - 1)));
            }
            firstMac[number] = sorted.length == 0 ? 0 : sorted[0];
            binding.ips().forEach(prefix -> ips.add(new IpEntry(prefix, number)));
        }

        private static long[] sorted(AddressBinding binding) {
            LongStream values = binding.macs().stream().mapToLong(MacAddress::value);
            return values.sorted().toArray();
        }

        public DeclaredAddresses build() {
            return new DeclaredAddresses(this);
        }
    }
}
