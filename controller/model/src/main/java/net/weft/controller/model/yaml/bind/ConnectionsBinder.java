package net.weft.controller.model.yaml.bind;

import java.util.OptionalInt;
import net.weft.controller.model.ConnectionsConfig;
import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.tree.Faults;
import net.weft.controller.model.yaml.value.TimeSpan;
import net.weft.zone.ConnectionLimits;
import net.weft.zone.Timeouts;

/** Binds {@code connections}: the limits and timeouts of the connection table. */
final class ConnectionsBinder {
    private final Faults faults;

    ConnectionsBinder(Faults faults) {
        this.faults = faults;
    }

    ConnectionsConfig bind(MappingReader root) {
        MappingReader fields = MappingReader.of(root.mapping("connections"), Section.CONNECTIONS,
                root.path("connections"), faults);
        int total = fields.integer("total", ConnectionsConfig.MIN_TOTAL, ConnectionsConfig.MAX_TOTAL,
                "a number of connections").orElse(ConnectionLimits.DEFAULT.total());
        int perNetwork = limit(fields, "per-network", total, ConnectionLimits.DEFAULT.perNetwork());
        int perPort = limit(fields, "per-port", total, ConnectionLimits.DEFAULT.perPort());
        return new ConnectionsConfig(new ConnectionLimits(total, perNetwork, perPort), timeouts(fields));
    }

    /** Reads a limit. Its default is at most the total. */
    private static int limit(MappingReader fields, String key, int total, int otherwise) {
        OptionalInt limit = fields.integer(key, 1, ConnectionsConfig.MAX_TOTAL, "a number of connections");
        if (limit.isPresent() && limit.getAsInt() > total) {
            fields.fault(Fault.Kind.CONFLICT, key, limit.getAsInt() + " is more than the total, " + total);
        }
        return limit.orElse(Math.min(total, otherwise));
    }

    private Timeouts timeouts(MappingReader connections) {
        MappingReader fields = MappingReader.of(connections.mapping("timeouts"), Section.TIMEOUTS,
                connections.path("timeouts"),
                faults);
        Timeouts otherwise = Timeouts.DEFAULT;
        return new Timeouts(seconds(fields, "tcp-established", otherwise.tcpEstablished()),
                seconds(fields, "tcp-opening", otherwise.tcpOpening()),
                seconds(fields, "tcp-half-closed", otherwise.tcpHalfClosed()),
                seconds(fields, "tcp-closing", otherwise.tcpClosing()), seconds(fields, "udp", otherwise.udp()),
                seconds(fields, "udp-stream", otherwise.udpStream()), seconds(fields, "icmp", otherwise.icmp()),
                seconds(fields, "other", otherwise.other()));
    }

    private static int seconds(MappingReader fields, String key, int otherwise) {
        return fields.text(key, text -> TimeSpan.seconds(text, ConnectionsConfig.MAX_SECONDS).isPresent(),
                "a time (such as 30s, 5m or 120h, from 1s to 720h)")
                .map(text -> TimeSpan.seconds(text, ConnectionsConfig.MAX_SECONDS))
                .map(seconds -> seconds.orElse(otherwise)).orElse(otherwise);
    }
}
