package net.weft.vswitch.zoning;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import net.weft.linux.BootId;
import net.weft.zone.Zoning;
import net.weft.zone.fragment.FragmentTable;
import net.weft.zone.policy.NamedProtocols;
import net.weft.zone.policy.PolicyTable;
import net.weft.zone.track.ConnectionTable;
import org.jspecify.annotations.Nullable;

/**
 * The zones of a switch from the outside: compiles what is wished, keeps the table of connections, and says what was counted. Any
 * thread.
 */
public final class Zones implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("net.weft.policy");
    private static final int LOGGED_AT_ONCE = 10;
    private static final int DATAGRAMS = 4096;
    /** How long TCP is picked up in the middle when what was remembered is lost, or nobody looked. */
    private static final int PICK_UP_SECONDS = 30;

    private final @Nullable Path path;
    private final Supplier<List<ZoneFilter>> gates;
    private @Nullable ConnectionFile file;
    private @Nullable ConnectionTable connections;
    private volatile Policies policies = Policies.OFF;
    private @Nullable FragmentTable fragments;
    private int epoch;
    /** What was connected without zones is unknown. */
    private boolean wasOff;
    private long told;

    /**
     * @param path file that remembers connections; null for none
     * @param gates those of each worker
     */
    public Zones(@Nullable Path path, Supplier<List<ZoneFilter>> gates) {
        this.path = path;
        this.gates = gates;
    }

    /** What to judge by from now on; the same as before where nothing has changed. With ten thousand policies it takes a moment. */
    public synchronized Policies compile(Zoning zoning) {
        if (!zoning.isActive()) {
            policies = Policies.OFF;
            wasOff = true;
        } else if (!zoning.equals(policies.zoning())) {
            ConnectionTable table = table(zoning);
            if (wasOff) {
                int nowSeconds = seconds(System.nanoTime());
                if (table.size() > 0) {
                    table.unseenUntil(nowSeconds);
                }
                table.pickUpUntil(nowSeconds + PICK_UP_SECONDS);
                wasOff = false;
            }
            policies = new Policies(zoning, PolicyTable.of(zoning), NamedProtocols.of(zoning), ++epoch, table,
                    fragments);
        }
        return policies;
    }

    /** Its size is that of the first zones there were. */
    private ConnectionTable table(Zoning zoning) {
        if (connections == null) {
            int capacity = zoning.limits().total();
            UUID boot = BootId.current();
            file = new ConnectionFile(path, ConnectionTable.bytes(capacity), memory -> ConnectionTable.inspect(memory,
                    capacity, boot.getMostSignificantBits(), boot.getLeastSignificantBits()));
            fragments = new FragmentTable(DATAGRAMS, new SecureRandom().nextLong());
            connections = ConnectionTable.attach(file.memory(), capacity, boot.getMostSignificantBits(),
                    boot.getLeastSignificantBits(), new SecureRandom().nextLong(), seconds(System.nanoTime()),
                    PICK_UP_SECONDS);
        }
        return connections;
    }

    private static int seconds(long nowNs) {
        return (int) (nowNs / 1_000_000_000L);
    }

    /** Whether frames are judged. Any thread. */
    public boolean isActive() {
        return policies.isActive();
    }

    /** The connections that are remembered; null while nothing is judged. */
    public synchronized @Nullable ConnectionTable connections() {
        return connections;
    }

    /** What was counted for a policy, {@link net.weft.zone.Ruling#NO_POLICY} for what none speaks of. */
    public PolicyCounters.Count counted(int policy) {
        return gates.get().stream().map(gate -> gate.counters().count(policy)).reduce(PolicyCounters.Count.NONE,
                PolicyCounters.Count::plus);
    }

    /**
     * Writes what policies want logged: some of it, so that nobody can flood the log, and how much was left out. A few times a second.
     *
     * @param names of ports by number
     */
    public void log(IntFunction<String> names) {
        Zoning zoning = policies.zoning();
        for (ZoneFilter gate : gates.get()) {
            gate.log().drain(LOGGED_AT_ONCE,
                    packet -> LOG.log(System.Logger.Level.INFO, ZoneNames.sentence(zoning, packet, names)));
        }
        long suppressed = gates.get().stream().mapToLong(gate -> gate.log().suppressed()).sum();
        if (suppressed > told) {
            LOG.log(System.Logger.Level.INFO, (suppressed - told) + " more packets were to be logged");
            told = suppressed;
        }
    }

    /** No worker may run any more. */
    @Override
    public synchronized void close() {
        if (file != null) {
            file.close();
            file = null;
            connections = null;
        }
    }
}
