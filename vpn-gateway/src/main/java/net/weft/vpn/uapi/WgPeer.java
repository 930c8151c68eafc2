package net.weft.vpn.uapi;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import net.weft.wireguard.Endpoint;
import net.weft.wireguard.PublicKey;
import net.weft.zone.Prefix;
import org.jspecify.annotations.Nullable;

/** The changes of one peer that one {@code set} requests. Filled while the request is read. */
public final class WgPeer {
    private final PublicKey key;
    private final List<Prefix> added = new ArrayList<>();
    private final List<Prefix> taken = new ArrayList<>();
    boolean removed;
    boolean updateOnly;
    boolean replacesAllowedIps;
    OptionalInt keepalive = OptionalInt.empty();
    @Nullable
    Endpoint endpoint;
    byte @Nullable [] presharedKey;

    WgPeer(PublicKey key) {
        this.key = key;
    }

    public PublicKey key() {
        return key;
    }

    public boolean isRemoved() {
        return removed;
    }

    /** Whether nothing is to be done if there is no such peer. */
    public boolean isUpdateOnly() {
        return updateOnly;
    }

    public boolean replacesAllowedIps() {
        return replacesAllowedIps;
    }

    /** Prefixes to give to the peer, in the order of the request. */
    public List<Prefix> added() {
        return added;
    }

    /** Prefixes to take from the peer. */
    public List<Prefix> taken() {
        return taken;
    }

    /** Seconds, 0 for none; empty: as it is. */
    public OptionalInt keepalive() {
        return keepalive;
    }

    /** The new endpoint of the peer; null to keep the present one. */
    public @Nullable Endpoint endpoint() {
        return endpoint;
    }

    /** 32 bytes, zeros for none; null: as it is. */
    public byte @Nullable [] presharedKey() {
        return presharedKey;
    }
}
