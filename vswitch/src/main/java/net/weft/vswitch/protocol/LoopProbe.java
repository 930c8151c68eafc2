package net.weft.vswitch.protocol;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Mac;

/**
 * The frame that a switch sends out of a trunk to see whether it comes back: a group address that bridges flood, a local
 * experimental EtherType (IEEE 802-2014, 9.2.4), then magic, switch, port, VLAN and time, sealed with the fabric's key. So members
 * know each other's probes, and nobody outside can have a port shut with a probe of his own making or, after {@value #FRESH_NS} ns, with one he has recorded.
 */
public final class LoopProbe {
    /** 03:57:45:46:54:01, first byte lowest. */
    static final long DESTINATION = 0x01_54_46_45_57_03L;
    static final int ETHER_TYPE = 0x88B6;
    /** Where, behind the EtherType, the number of the switch stands. */
    static final int SWITCH = 4;
    static final int BYTES = 64;

    private static final int MAGIC = 0x57454654;
    private static final byte[] ADDRESS = {3, 0x57, 0x45, 0x46, 0x54, 1};
    private static final int PAYLOAD = 14;
    private static final int SEALED = PAYLOAD + 4 + 8 + 4 + 4 + 8;
    private static final int SEAL_BYTES = 16;
    private static final long FRESH_NS = 3_000_000_000L;

    private final Mac seal;
    private final long switchId;

    /** What a probe says of itself. */
    public record Origin(int port, int vid) {
    }

    public LoopProbe(FabricKey key) {
        seal = key.mac("loop probe");
        switchId = key.number("switch");
    }

    /** What tells this switch's probes from others', before the seal is looked at. */
    public long switchId() {
        return switchId;
    }

    /** The MAC address that frames of the switch's own come from. */
    public byte[] source() {
        return ByteBuffer.allocate(6).put((byte) 2).put((byte) 0x57).putInt((int) switchId).array();
    }

    /** A probe to leave by a port in one of its VLANs. */
    public byte[] frame(int port, int vid, long nowNs) {
        ByteBuffer frame = ByteBuffer.allocate(BYTES);
        frame.put(ADDRESS).put(source()).putShort((short) ETHER_TYPE);
        frame.putInt(MAGIC).putLong(switchId).putInt(port).putInt(vid).putLong(nowNs);
        frame.put(sealOf(frame.array()));
        return frame.array();
    }

    /** Where a received frame left this switch; empty when it is no fresh probe of it. */
    public Optional<Origin> origin(byte[] received, long nowNs) {
        if (received.length < SEALED + SEAL_BYTES) {
            return Optional.empty();
        }
        ByteBuffer frame = ByteBuffer.wrap(received);
        if (frame.getInt(PAYLOAD) != MAGIC || frame.getLong(PAYLOAD + SWITCH) != switchId
                || !MessageDigest.isEqual(sealOf(received),
                        Arrays.copyOfRange(received, SEALED, SEALED + SEAL_BYTES))) {
            return Optional.empty();
        }
        long age = nowNs - frame.getLong(PAYLOAD + 20);
        return age >= 0 && age <= FRESH_NS
                ? Optional.of(new Origin(frame.getInt(PAYLOAD + 12), frame.getInt(PAYLOAD + 16)))
                : Optional.empty();
    }

    private byte[] sealOf(byte[] frame) {
        seal.update(frame, PAYLOAD, SEALED - PAYLOAD);
        return Arrays.copyOf(seal.doFinal(), SEAL_BYTES);
    }
}
