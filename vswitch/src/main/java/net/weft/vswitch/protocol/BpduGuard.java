package net.weft.vswitch.protocol;

import java.util.List;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.forward.punt.PuntedFrame;
import net.weft.vswitch.port.PortFlags;
import net.weft.vswitch.port.PuntRule.Match;
import net.weft.vswitch.port.PuntRule;

/**
 * Err-disables a port with {@code bpdu: guard} that receives a spanning tree frame, until none has arrived for {@value
 * #HOLD_NS} ns.
 */
public final class BpduGuard implements LinkProtocol {
    static final long HOLD_NS = 30_000_000_000L;
    private static final long NEVER_NS = Long.MAX_VALUE / 4;
    private static final int PER_SECOND = 500;
    private static final int BURST = 250;
    /** 01:80:c2:00:00:00, first byte lowest: IEEE 802.1Q-2022, table 8-1. */
    private static final long BRIDGES = 0x00_00_00_C2_80_01L;
    /** 01:00:0c:cc:cc:cd, first byte lowest: per-VLAN spanning tree. */
    private static final long PER_VLAN = 0xCD_CC_CC_0C_00_01L;

    /**
     * The rules that trap spanning tree frames of ports with {@code bpdu: guard}. The frames are copied: forwarding
     * itself drops them.
     */
    public static final List<PuntRule> RULES = List.of(rule(BRIDGES, PuntRule.BPDU_LLC),
            rule(PER_VLAN, PuntRule.ANY_TYPE));

    private final ProtocolPorts ports;

    public BpduGuard(ProtocolPorts ports) {
        this.ports = ports;
    }

    @Override
    public List<PuntRule> rules() {
        return RULES;
    }

    private static PuntRule rule(long destination, int type) {
        return new PuntRule("bpdu-guard", "the BPDU guard is told, and shuts the port until none has come for 30 s",
                new Match.Header(destination, type, PortFlags.BPDU_GUARD, PuntRule.NO_PAYLOAD, 0), false, false,
                PER_SECOND, BURST);
    }

    @Override
    public void receive(PuntedFrame frame, long nowNs) {
        ports.errDisable(frame.port(), PortReason.BPDU_GUARD, "a bridge spoke spanning tree here (VLAN " + frame.vid()
                + "), which `bpdu: guard` forbids; the port opens again when it has been silent for 30 s", HOLD_NS);
    }

    @Override
    public long tick(long nowNs) {
        return NEVER_NS;
    }
}
