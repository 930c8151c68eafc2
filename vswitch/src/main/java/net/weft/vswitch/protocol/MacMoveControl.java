package net.weft.vswitch.protocol;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import net.weft.packet.MacAddress;
import net.weft.packet.MacWord;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.fdb.MacTable;
import net.weft.vswitch.forward.punt.PuntedFrame;
import net.weft.vswitch.port.Protection.MacMove;
import net.weft.vswitch.port.PuntRule;
import net.weft.vswitch.port.SwitchEvent;
import net.weft.zone.AddressBinding;
import org.jspecify.annotations.Nullable;

/**
 * Reports addresses that move from one port to another, and acts on those that go on moving: from the {@value
 * #TOO_MANY}th move within {@value #WINDOW_NS} ns on, what the port says to which the address moves. With {@code hold}
 * the address stays for {@value #HOLD_SECONDS} s on the port that had it before it began to move; with {@code shut} the
 * other port is err-disabled, unless it declares the address or is a trunk.
 * <p>
 * A guest that has migrated moves once, which is only reported.
 */
public final class MacMoveControl implements LinkProtocol {
    static final int TOO_MANY = 5;
    static final long WINDOW_NS = 10_000_000_000L;
    static final int HOLD_SECONDS = 10;
    /** An address that has not moved for so long is at home where it is. */
    static final long SETTLED_NS = 60_000_000_000L;
    private static final long TICK_NS = 100_000_000L;
    private static final long NS_A_SECOND = 1_000_000_000L;
    /** The maximum number of addresses whose moves are counted; the one that moved longest ago gives way. */
    private static final int MAX_ADDRESSES = 1024;
    /** The maximum number of lines that are logged a second. */
    private static final int LINES = 10;
    private static final System.Logger LOG = System.getLogger(MacMoveControl.class.getName());

    private record Address(int vid, long mac) {
    }

    /** The recent moves of an address. */
    private static final class Moves {
        /** Index of the port that had the address before it began to move. */
        private final int home;
        private long sinceNs;
        private long lastNs;
        private int count;

        private Moves(int home, long sinceNs) {
            this.home = home;
            this.sinceNs = sinceNs;
            lastNs = sinceNs;
        }

        /** Counts a move. */
        private void add(long nowNs) {
            if (nowNs - sinceNs > WINDOW_NS) {
                sinceNs = nowNs;
                count = 0;
            }
            lastNs = nowNs;
            count++;
        }
    }

    private final ProtocolPorts ports;
    private final MacTable macs;
    private final Consumer<SwitchEvent> events;
    private final Map<Address, Moves> recent = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Address, Moves> eldest) {
            return size() > MAX_ADDRESSES;
        }
    };
    private final ShutTimes shutTimes = new ShutTimes();
    private long secondNs;
    private int lines;
    private long unsaid;

    /** @param events receives an event for each move that is logged */
    public MacMoveControl(ProtocolPorts ports, MacTable macs, Consumer<SwitchEvent> events) {
        this.ports = ports;
        this.macs = macs;
        this.events = events;
    }

    @Override
    public List<PuntRule> rules() {
        return List.of();
    }

    @Override
    public void receive(PuntedFrame frame, long nowNs) {
        throw new IllegalStateException("no rule traps frames for this protocol");
    }

    @Override
    public long tick(long nowNs) {
        macs.moves().drain((vid, mac, from, to) -> moved(new Address(vid, mac), from, to, nowNs));
        macs.moves().publish((int) (nowNs / NS_A_SECOND));
        return TICK_NS;
    }

    private void moved(Address address, int from, int to, long nowNs) {
        Moves moves = recent.get(address);
        if (moves == null || nowNs - moves.lastNs > SETTLED_NS) {
            moves = new Moves(from, nowNs);
            recent.put(address, moves);
        }
        moves.add(nowNs);
        ProtocolPort home = ports.at(moves.home);
        ProtocolPort newcomer = ports.at(to == moves.home ? from : to);
        String what = MacWord.format(address.mac) + " in VLAN " + address.vid + " moved from " + name(from) + " to "
                + name(to);
        if (moves.count == TOO_MANY && home != null && newcomer != null) {
            what += ", its " + TOO_MANY + "th move within 10 s" + act(address, home, newcomer, nowNs);
            moves.count = 0;
        }
        report(name(to), what, nowNs);
    }

    /** Does what the port says to which an address moves too often; returns that in words. */
    private String act(Address address, ProtocolPort home, ProtocolPort newcomer, long nowNs) {
        MacMove action = newcomer.spec().protection().macMove();
        String name = newcomer.spec().name();
        if (action == MacMove.TELL || declares(newcomer.spec().binding(), address.mac)) {
            return "; two stations may use one address, or a loop carries its frames back";
        }
        if (action == MacMove.HOLD) {
            int nowSeconds = (int) (nowNs / NS_A_SECOND);
            if (!macs.moves().hold(address.vid, address.mac, home.index(), nowSeconds + HOLD_SECONDS)) {
                return "; it is not held, because too many addresses are held already";
            }
            if (ports.isUp(home.index())) {
                macs.learn(address.vid, address.mac, home.index(), nowSeconds, 0);
            }
            return "; it stays on " + home.spec().name() + " for " + HOLD_SECONDS + " s (`mac-move: hold` of " + name
                    + ")";
        }
        if (LoopEnds.isTrunk(newcomer.spec())) {
            return "; a trunk is not shut for that";
        }
        long holdNs = shutTimes.begin(newcomer.number(), nowNs);
        ports.errDisable(newcomer.index(), PortReason.MAC_MOVE, MacWord.format(address.mac) + " in VLAN " + address.vid
                + " moved between " + home.spec().name() + " and " + name + " " + TOO_MANY + " times within 10 s; "
                + name
                + " is shut (`mac-move: shut`) and opens again in " + holdNs / NS_A_SECOND + " s", holdNs);
        return "; " + name + " is shut for " + holdNs / NS_A_SECOND + " s (`mac-move: shut`)";
    }

    private static boolean declares(@Nullable AddressBinding binding, long mac) {
        return binding != null && binding.macs().contains(new MacAddress(Long.reverseBytes(mac) >>> 16));
    }

    private String name(int index) {
        ProtocolPort port = ports.at(index);
        return port == null ? "a port that is gone" : port.spec().name();
    }

    private void report(String port, String what, long nowNs) {
        if (nowNs - secondNs >= NS_A_SECOND) {
            if (unsaid > 0) {
                LOG.log(System.Logger.Level.WARNING, unsaid + " more moves of addresses were not logged");
            }
            secondNs = nowNs;
            lines = 0;
            unsaid = 0;
        }
        if (lines++ < LINES) {
            LOG.log(System.Logger.Level.INFO, what);
            events.accept(new SwitchEvent(SwitchEvent.Kind.MAC_MOVE, port, what));
        } else {
            unsaid++;
        }
    }
}
