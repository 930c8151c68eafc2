package net.weft.vswitch.zoning;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import net.weft.linux.BootId;
import net.weft.zone.Zoning;
import net.weft.zone.fragment.FragmentTable;
import net.weft.zone.policy.NamedProtocols;
import net.weft.zone.policy.PolicyTable;
import net.weft.zone.track.ConnectionMemory;
import net.weft.zone.track.ConnectionTable;
import org.jspecify.annotations.Nullable;

/**
 * The zones of a switch as the other parts use them: compiles the configuration, owns the connection table, and sums
 * the counters. Any thread.
 */
public final class Zones implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("net.weft.policy");
    private static final int LOGGED_AT_ONCE = 10;
    private static final int DATAGRAMS = 4096;
    /**
     * The seconds of mid-stream pickup of TCP connections after the connection table was lost, or after a time without
     * zones.
     */
    private static final int PICKUP_SECONDS = 30;

    private final @Nullable Path path;
    private final Supplier<List<ZoneFilter>> filters;
    private @Nullable ConnectionFile file;
    /** Files that were replaced; whoever still reads them must find their memory mapped. */
    private final List<ConnectionFile> lost = new ArrayList<>();
    private @Nullable ConnectionTable connections;
    private volatile Policies policies = Policies.OFF;
    private @Nullable FragmentTable fragments;
    private int epoch;
    /** Set while there were no zones, so that existing connections are unknown. */
    private boolean wasOff;
    private long loggedSuppressed;

    /**
     * @param path file that keeps connections over a restart; null for none
     * @param filters supplies the zone filter of each worker
     */
    public Zones(@Nullable Path path, Supplier<List<ZoneFilter>> filters) {
        this.path = path;
        this.filters = filters;
    }

    /**
     * Compiles the policies of a configuration; returns the previous ones if nothing has changed. Takes a moment for
     * ten thousand policies.
     */
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
                table.pickUpUntil(nowSeconds + PICKUP_SECONDS);
                wasOff = false;
            }
            policies = new Policies(zoning, PolicyTable.of(zoning), NamedProtocols.of(zoning), ++epoch, table,
                    fragments);
        }
        return policies;
    }

    /**
     * Replaces the connection table if pages of its file are gone. Established TCP connections are picked up mid-stream
     * for {@value #PICKUP_SECONDS} s, as after the loss of a table at a restart. Control thread, about once a second.
     *
     * @return the policies with the new table, to be published; null if nothing has changed
     */
    public synchronized @Nullable Policies replaceDamaged() {
        ConnectionFile damaged = file;
        Policies now = policies;
        if (damaged == null || !now.isActive() || !damaged.isDamaged()) {
            return null;
        }
        LOG.log(System.Logger.Level.ERROR,
                path + ": pages of the connection table are gone; it is replaced by an empty "
                        + "one, and TCP connections that policies allow are picked up for " + PICKUP_SECONDS + " s");
        damaged.abandon(); // its memory stays mapped, for workers have not adopted the new table yet
        lost.add(damaged);
        connections = null;
        ConnectionTable table = table(now.zoning());
        table.pickUpUntil(seconds(System.nanoTime()) + PICKUP_SECONDS);
        policies = new Policies(now.zoning(), now.lookup(), now.named(), ++epoch, table, fragments);
        return policies;
    }

    /** Returns the connection table; the first zoning determines its capacity. */
    private ConnectionTable table(Zoning zoning) {
        if (connections == null) {
            int capacity = zoning.limits().total();
            UUID boot = BootId.current();
            file = new ConnectionFile(path, ConnectionMemory.bytes(capacity), memory -> ConnectionMemory.inspect(memory,
                    capacity, boot.getMostSignificantBits(), boot.getLeastSignificantBits()));
            if (fragments == null) {
                fragments = new FragmentTable(DATAGRAMS, new SecureRandom().nextLong());
            }
            connections = ConnectionMemory.attach(file.memory(), capacity, boot.getMostSignificantBits(),
                    boot.getLeastSignificantBits(), new SecureRandom().nextLong(), seconds(System.nanoTime()),
                    PICKUP_SECONDS);
        }
        return connections;
    }

    private static int seconds(long nowNs) {
        return (int) (nowNs / 1_000_000_000L);
    }

    /** Returns the newest compiled policies. Any thread. */
    public Policies policies() {
        return policies;
    }

    /** Returns whether frames are evaluated. Any thread. */
    public boolean isActive() {
        return policies.isActive();
    }

    /** Returns the connection table; null before the first zoning. */
    public synchronized @Nullable ConnectionTable connections() {
        return connections;
    }

    /**
     * Returns the counters of a policy, or of packets that match none with {@link
     * net.weft.zone.PolicyDecision#NO_POLICY}.
     */
    public PolicyCounters.Count counted(int policy) {
        return filters.get().stream().map(filter -> filter.counters().count(policy)).reduce(PolicyCounters.Count.NONE,
                PolicyCounters.Count::plus);
    }

    /**
     * Logs packets of policies with {@code log}: a limited number, so that no sender can flood the log, and the number
     * of suppressed ones. Call a few times a second.
     *
     * @param names port names by index
     */
    public void log(IntFunction<String> names) {
        Zoning zoning = policies.zoning();
        for (ZoneFilter filter : filters.get()) {
            filter.log().drain(LOGGED_AT_ONCE,
                    packet -> LOG.log(System.Logger.Level.INFO, ZoneNames.sentence(zoning, packet, names)));
        }
        long suppressed = filters.get().stream().mapToLong(filter -> filter.log().suppressed()).sum();
        if (suppressed > loggedSuppressed) {
            LOG.log(System.Logger.Level.INFO, (suppressed - loggedSuppressed) + " more packets were to be logged");
            loggedSuppressed = suppressed;
        }
    }

    /** Unmaps the connection file. No worker may run any more. */
    @Override
    public synchronized void close() {
        if (file != null) {
            file.close();
            file = null;
            connections = null;
        }
        lost.forEach(ConnectionFile::close);
        lost.clear();
    }
}
