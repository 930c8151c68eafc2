package net.weft.vswitch.export;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.weft.vswitch.VirtualSwitch;
import org.jspecify.annotations.Nullable;

/**
 * The exports of a running switch. When new settings are applied, an export whose settings did not change goes on;
 * otherwise it exports what it has and a new one starts. Forwarding is not interrupted.
 * <p>
 * {@link #apply} and {@link #close} must be called by one thread at a time; {@link #status} by any.
 */
public final class FlowExport implements AutoCloseable {
    private final VirtualSwitch vswitch;
    private final int member;
    private ExportSettings settings = ExportSettings.NONE;
    private volatile @Nullable ExportLoop ipfix;
    private volatile @Nullable ExportLoop sflow;

    /** @param member member ID, used as IPFIX observation domain and sFlow sub-agent ID */
    public FlowExport(VirtualSwitch vswitch, int member) {
        this.vswitch = vswitch;
        this.member = member;
    }

    /** Applies new settings. */
    public void apply(ExportSettings wanted) {
        if (!wanted.ipfix().equals(settings.ipfix())) {
            end(ipfix);
            ipfix = wanted.ipfix().map(this::begin).orElse(null);
        }
        if (!wanted.sflow().equals(settings.sflow())) {
            end(sflow);
            sflow = wanted.sflow().map(this::begin).orElse(null);
        }
        settings = wanted;
    }

    private ExportLoop begin(ExportSettings.Ipfix wanted) {
        Collector collector = new Collector("export.ipfix", wanted.collector());
        return new ExportLoop("ipfix", wanted.collector(), vswitch.sample(wanted.sampling()),
                new IpfixExporter(wanted, member, IpfixExporter.MAX_FLOWS, collector), collector, vswitch::ports)
                .start();
    }

    private ExportLoop begin(ExportSettings.Sflow wanted) {
        Collector collector = new Collector("export.sflow", wanted.collector());
        return new ExportLoop("sflow", wanted.collector(), vswitch.sample(wanted.sampling()),
                new SflowExporter(wanted, member, collector, ExportLoop.now()), collector, vswitch::ports).start();
    }

    private static void end(@Nullable ExportLoop loop) {
        if (loop != null) {
            loop.close();
        }
    }

    /** The status of each running export. */
    public List<ExportStatus> status() {
        return Stream.of(ipfix, sflow).flatMap(loop -> Optional.ofNullable(loop).stream()).map(ExportLoop::status)
                .toList();
    }

    /** Exports what is left and stops. Call before the switch is closed. */
    @Override
    public void close() {
        apply(ExportSettings.NONE);
    }
}
