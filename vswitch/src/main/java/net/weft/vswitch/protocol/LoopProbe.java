package net.weft.vswitch.protocol;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Mac;

/**
 * The frame that a switch sends out of a port to detect a loop: a group address that bridges flood, a local
 * experimental EtherType (IEEE 802-2014, 9.2.4), then magic, switch, port, VLAN, time and nonce, with a MAC under the
 * fabric's key. So members recognize each other's probes, and no outsider can have a port err-disabled with a forged probe or,
 * after {@value #FRESH_NS} ns, with a replayed one.
 */
public final class LoopProbe {
    /** 03:57:45:46:54:01, first byte lowest. */
    static final long DESTINATION = 0x01_54_46_45_57_03L;
    static final int ETHER_TYPE = 0x88B6;
    /** The offset of the switch number behind the EtherType. */
    static final int SWITCH = 4;
    static final int BYTES = 72;
    /** The nonce of a probe that looks for loops; other values confirm one. */
    static final long SEARCHING = 0;

    private static final int MAGIC = 0x57454655;
    private static final byte[] ADDRESS = {3, 0x57, 0x45, 0x46, 0x54, 1};
    private static final int PAYLOAD = 14;
    private static final int SEALED = PAYLOAD + 4 + 8 + 4 + 4 + 8 + 8;
    private static final int MAC_BYTES = 16;
    private static final long FRESH_NS = 3_000_000_000L;

    private final Mac seal;
    private final long switchId;

    /** The port and the VLAN by which a probe left, and its nonce. */
    public record Origin(int port, int vid, long nonce) {
    }

    public LoopProbe(FabricKey key) {
        seal = key.mac("loop probe");
        switchId = key.number("switch");
    }

    /** Returns the number that identifies this fabric's probes before the authentication code is verified. */
    public long switchId() {
        return switchId;
    }

    /** Returns the source MAC address of frames that the switch itself sends. */
    public byte[] source() {
        return ByteBuffer.allocate(6).put((byte) 2).put((byte) 0x57).putInt((int) switchId).array();
    }

    /**
     * Builds a probe that leaves a port in one of its VLANs.
     *
     * @param nonce {@link #SEARCHING}, or a number that is used once
     */
    public byte[] frame(int port, int vid, long nonce, long nowNs) {
        ByteBuffer frame = ByteBuffer.allocate(BYTES);
        frame.put(ADDRESS).put(source()).putShort((short) ETHER_TYPE);
        frame.putInt(MAGIC).putLong(switchId).putInt(port).putInt(vid).putLong(nowNs).putLong(nonce);
        frame.put(authenticationCode(frame.array()));
        return frame.array();
    }

    /**
     * Returns the port and VLAN by which a received probe left; empty when the frame is not a fresh and authentic probe
     * of this fabric.
     */
    public Optional<Origin> origin(byte[] received, long nowNs) {
        if (received.length < SEALED + MAC_BYTES) {
            return Optional.empty();
        }
        ByteBuffer frame = ByteBuffer.wrap(received);
        if (frame.getInt(PAYLOAD) != MAGIC || frame.getLong(PAYLOAD + SWITCH) != switchId
                || !MessageDigest.isEqual(authenticationCode(received),
                        Arrays.copyOfRange(received, SEALED, SEALED + MAC_BYTES))) {
            return Optional.empty();
        }
        long age = nowNs - frame.getLong(PAYLOAD + 20);
        return age >= 0 && age <= FRESH_NS
                ? Optional.of(new Origin(frame.getInt(PAYLOAD + 12), frame.getInt(PAYLOAD + 16),
                        frame.getLong(PAYLOAD + 28)))
                : Optional.empty();
    }

    private byte[] authenticationCode(byte[] frame) {
        seal.update(frame, PAYLOAD, SEALED - PAYLOAD);
        return Arrays.copyOf(seal.doFinal(), MAC_BYTES);
    }
}
