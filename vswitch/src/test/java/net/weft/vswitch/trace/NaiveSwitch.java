package net.weft.vswitch.trace;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import net.weft.vswitch.Packets;
import net.weft.zone.PortZones;
import net.weft.zone.Zone;
import net.weft.zone.Zoning;
import net.weft.zone.policy.LinearPolicies;
import net.weft.zone.track.NaiveJudge;
import org.jspecify.annotations.Nullable;

/**
 * Where a frame of {@link TraceBesideWireTest} should leave: a switch of maps and sets, with a {@link NaiveJudge}. It
 * knows access ports of VLAN 10, a trunk and a tunnel, and a guard of one MAC address on one port.
 */
final class NaiveSwitch {
    /** By VLAN, in the order of ports. */
    private static final Map<Integer, List<String>> MEMBERS = Map.of(10, List.of("a", "b", "c", "d", "trunk"), 20,
            List.of("trunk"), 30, List.of("trunk", "tunnel"));
    private static final int NO_VLAN = 0;
    private static final int TAG_BYTES = 4;
    private static final int GUEST_VLAN = 10;
    /** The guarded port, and the only address of its guest. */
    private static final String GUARDED = "a";
    private static final String GUEST = Packets.mac(1);

    private record Station(int vid, String mac) {
    }

    private final IntFunction<String> names;
    private final NaiveJudge judge = new NaiveJudge();
    private final Map<Station, String> stations = new HashMap<>();
    private Map<String, PortZones> zones = Map.of();
    private boolean isActive;
    private boolean isGuarded;
    private boolean isHeard;

    NaiveSwitch(IntFunction<String> names) {
        this.names = names;
    }

    void zoning(Zoning zoning, Map<String, PortZones> inZones, boolean guarded) {
        isActive = zoning.isActive();
        zones = inZones;
        isHeard &= guarded && isGuarded;
        isGuarded = guarded;
        judge.adopt(LinearPolicies.lookup(zoning));
    }

    void nowSeconds(int seconds) {
        judge.nowSeconds(seconds);
    }

    void flush(String port) {
        stations.values().removeIf(port::equals);
    }

    /** Forgets stations and connections. */
    void clear() {
        stations.clear();
        judge.clear();
    }

    /**
     * Returns the ports by which a frame should leave, and learns from it.
     *
     * @param follows whether the first fragment of its datagram was sent before, if it is a later fragment
     * @return null if that is not known: a later fragment depends on which first one it has
     */
    @Nullable
    Set<String> send(String port, byte[] sent, boolean follows) {
        int vid = vid(port, sent);
        byte[] frame = port.equals("trunk") ? untagged(sent) : sent;
        String source = mac(frame, 6);
        if (vid == NO_VLAN || isRefused(port, vid, source)) {
            return Set.of();
        }
        isHeard |= isGuarded && port.equals(GUARDED);
        stations.put(new Station(vid, source), port);
        if (isActive && isLaterFragment(frame)) {
            return follows ? null : Set.of();
        }
        String destination = mac(frame, 0);
        boolean isGroup = (frame[0] & 1) != 0;
        String at = isGroup ? null : at(vid, destination);
        if (at != null) {
            boolean passes = !at.equals(port) && (!isActive
                    || judge.passes(frame, vid, zone(port), zone(at), number(port), false));
            return passes ? Set.of(at) : Set.of();
        }
        return flooded(port, vid, frame, isGroup);
    }

    private Set<String> flooded(String port, int vid, byte[] frame, boolean isGroup) {
        Set<String> reached = new TreeSet<>();
        Map<List<Object>, Boolean> byZone = new LinkedHashMap<>();
        for (String member : MEMBERS.getOrDefault(vid, List.of())) {
            if (!member.equals(port)) {
                boolean passes = !isActive || (isGroup
                        ? judge.passesToGroup(frame, vid, zone(port), zone(member))
                        : byZone.computeIfAbsent(List.of(zone(member), isGuarded && member.equals(GUARDED)),
                                _ -> judge.passes(frame, vid, zone(port), zone(member), number(port), true)));
                if (passes) {
                    reached.add(member);
                }
            }
        }
        return reached;
    }

    private boolean isRefused(String port, int vid, String source) {
        return isGuarded && (port.equals(GUARDED)
                ? !source.equals(GUEST)
                : vid == GUEST_VLAN && isHeard && source.equals(GUEST));
    }

    private @Nullable String at(int vid, String destination) {
        return isHeard && vid == GUEST_VLAN && destination.equals(GUEST)
                ? GUARDED
                : stations.get(new Station(vid, destination));
    }

    private int zone(String port) {
        return zones.containsKey(port) ? zones.get(port).zone(GUEST_VLAN) : Zone.NONE;
    }

    private int number(String port) {
        int number = 0;
        while (!names.apply(number).equals(port)) {
            number++;
        }
        return number;
    }

    private static int vid(String port, byte[] frame) {
        ByteBuffer header = ByteBuffer.wrap(frame);
        boolean isTagged = isTagged(frame);
        int tag = isTagged ? header.getShort(14) & 0xfff : NO_VLAN;
        return switch (port) {
            case "trunk" -> isTagged ? MEMBERS.containsKey(tag) ? tag : NO_VLAN : 20;
            case "tunnel" -> 30;
            default -> isTagged ? NO_VLAN : 10;
        };
    }

    private static boolean isTagged(byte[] frame) {
        int type = Short.toUnsignedInt(ByteBuffer.wrap(frame).getShort(12));
        return type == 0x8100 || type == 0x88a8;
    }

    private static byte[] untagged(byte[] frame) {
        return isTagged(frame)
                ? ByteBuffer.allocate(frame.length - TAG_BYTES).put(frame, 0, 12)
                        .put(frame, 12 + TAG_BYTES, frame.length - 12 - TAG_BYTES).array()
                : frame;
    }

    private static boolean isLaterFragment(byte[] frame) {
        ByteBuffer bytes = ByteBuffer.wrap(frame);
        return bytes.getShort(12) == 0x0800 && (bytes.getShort(20) & 0x1fff) != 0;
    }

    private static String mac(byte[] frame, int at) {
        StringBuilder words = new StringBuilder();
        for (int n = at; n < at + 6; n++) {
            words.append(n == at ? "" : ":").append("%02x".formatted(frame[n]));
        }
        return words.toString();
    }
}
