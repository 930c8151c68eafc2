package net.weft.controller.model.yaml.bind;

import java.util.Optional;
import net.weft.controller.model.ExportConfig;
import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.value.Scalars;
import net.weft.controller.model.yaml.value.TimeSpan;

/** Binds {@code export}: the collectors, and how much traffic is exported to them. */
final class ExportBinder {
    private static final String A_COLLECTOR = "the address of a collector (such as 192.0.2.9:4739, flows.example.org:4739 or "
            + "\"[2001:db8::9]:4739\")";
    private static final String A_TIME = "a time (such as 30s or 5m, from 1s to 1h)";

    private final Faults faults;

    ExportBinder(Faults faults) {
        this.faults = faults;
    }

    ExportConfig bind(MappingReader root) {
        if (!root.isWellFormed("export")) {
            return ExportConfig.NONE;
        }
        MappingReader fields = MappingReader.of(root.mapping("export"), Section.EXPORT, root.path("export"), faults);
        if (root.mapping("export").entries().isEmpty()) {
            fields.fault(Fault.Kind.VALUE, "is empty; expected ipfix, sflow or both");
        }
        return new ExportConfig(ipfix(fields), sflow(fields));
    }

    private Optional<ExportConfig.Ipfix> ipfix(MappingReader export) {
        if (!export.isWellFormed("ipfix")) {
            return Optional.empty();
        }
        MappingReader fields = MappingReader.of(export.mapping("ipfix"), Section.IPFIX, export.path("ipfix"), faults);
        int sampling = sampling(fields);
        int active = seconds(fields, "active-timeout", ExportConfig.Ipfix.DEFAULT_ACTIVE_SECONDS);
        int idle = seconds(fields, "idle-timeout", ExportConfig.Ipfix.DEFAULT_IDLE_SECONDS);
        return collector(fields).map(collector -> new ExportConfig.Ipfix(collector, sampling, active, idle));
    }

    private Optional<ExportConfig.Sflow> sflow(MappingReader export) {
        if (!export.isWellFormed("sflow")) {
            return Optional.empty();
        }
        MappingReader fields = MappingReader.of(export.mapping("sflow"), Section.SFLOW, export.path("sflow"), faults);
        int sampling = sampling(fields);
        int counters = seconds(fields, "counter-interval", ExportConfig.Sflow.DEFAULT_COUNTER_SECONDS);
        Optional<String> agent = fields.text("agent", Scalars::isAddress,
                "an IP address (such as 192.0.2.1 or 2001:db8::1)");
        return collector(fields).map(collector -> new ExportConfig.Sflow(collector, sampling, counters, agent));
    }

    private static int sampling(MappingReader fields) {
        return fields.integer("sampling", 1, ExportConfig.MAX_SAMPLING, "a number of frames").orElse(
                ExportConfig.DEFAULT_SAMPLING);
    }

    private static int seconds(MappingReader fields, String key, int otherwise) {
        return fields.text(key, text -> TimeSpan.seconds(text).isPresent(), A_TIME).map(TimeSpan::seconds)
                .map(seconds -> seconds.orElse(otherwise)).orElse(otherwise);
    }

    private static Optional<ExportConfig.Endpoint> collector(MappingReader fields) {
        fields.require("collector", A_COLLECTOR);
        return fields.text("collector", text -> Scalars.endpoint(text).isPresent(), A_COLLECTOR)
                .flatMap(Scalars::endpoint);
    }
}
