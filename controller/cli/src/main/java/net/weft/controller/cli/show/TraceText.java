package net.weft.controller.cli.show;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.weft.v1.ConfigLine;
import net.weft.v1.PacketTrace;
import net.weft.v1.TraceEgress;
import net.weft.v1.TraceStage;

/** Writes a trace: line by line for people, one object for scripts. */
final class TraceText {
    private TraceText() {
    }

    static void write(Listing.Format format, PacketTrace trace, PrintWriter out) {
        if (format.isTable()) {
            text(trace, out);
        } else {
            Listing.object(format, object(trace), out);
        }
    }

    private static void text(PacketTrace trace, PrintWriter out) {
        trace.getAssumptionsList().forEach(line -> out.println("assumed: " + line));
        int width = trace.getStagesList().stream().mapToInt(stage -> stage.getPort().length()).max().orElse(0);
        for (TraceStage stage : trace.getStagesList()) {
            String port = stage.getPort() + " ".repeat(width - stage.getPort().length());
            out.println(port + "  " + "%-8s".formatted(stage.getStage()) + "  " + stage.getText()
                    + (stage.getReason().isEmpty() ? "" : ": dropped, " + stage.getReason()));
            stage.getConfigList().forEach(line -> out.println(" ".repeat(width + 12) + config(line)));
        }
        if (!trace.getReason().isEmpty()) {
            out.println("drop: " + trace.getReason() + ": " + trace.getMeaning());
        } else if (trace.getVerdict().equals("consume")) {
            out.println("consume: by " + trace.getConsumer() + ", and nobody else gets it");
        } else {
            out.println(trace.getVerdict() + " to "
                    + String.join(", ", trace.getEgressList().stream().map(TraceText::leaves).toList()));
        }
        trace.getWhyNotList().forEach(out::println);
        if (trace.getMissed() > 0) {
            out.println(
                    trace.getMissed() + " packets before it were passed over: they came faster than they were told");
        }
    }

    private static String config(ConfigLine line) {
        return line.getLine() == 0
                ? line.getPath() + (line.getText().isEmpty() ? "" : " " + line.getText())
                : "line " + line.getLine() + ", " + line.getPath() + ": " + line.getText();
    }

    private static String leaves(TraceEgress egress) {
        return egress.getPort() + (egress.getVlan() == 0 ? " (untagged)" : " (vlan " + egress.getVlan() + ")");
    }

    private static Map<String, Object> object(PacketTrace trace) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("port", trace.getPort());
        object.put("verdict", trace.getVerdict());
        object.put("reason", trace.getReason());
        object.put("meaning", trace.getMeaning());
        object.put("consumer", trace.getConsumer());
        object.put("policy", trace.getPolicy());
        object.put("vlan", trace.getVlan());
        object.put("network", trace.getNetwork());
        object.put("egress", trace.getEgressList().stream().map(TraceText::egress).toList());
        object.put("stages", trace.getStagesList().stream().map(TraceText::stage).toList());
        object.put("why-not", List.copyOf(trace.getWhyNotList()));
        object.put("assumptions", List.copyOf(trace.getAssumptionsList()));
        object.put("missed", trace.getMissed());
        return object;
    }

    private static Map<String, Object> egress(TraceEgress egress) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("port", egress.getPort());
        object.put("vlan", egress.getVlan());
        object.put("priority", egress.getPriority());
        object.put("lengths", List.copyOf(egress.getLengthsList()));
        object.put("segment-bytes", egress.getSegmentBytes());
        return object;
    }

    private static Map<String, Object> stage(TraceStage stage) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("stage", stage.getStage());
        object.put("port", stage.getPort());
        object.put("text", stage.getText());
        object.put("reason", stage.getReason());
        object.put("meaning", stage.getMeaning());
        object.put("config", stage.getConfigList().stream().map(line -> {
            Map<String, Object> config = new LinkedHashMap<>();
            config.put("path", line.getPath());
            config.put("line", line.getLine());
            config.put("text", line.getText());
            return config;
        }).toList());
        return object;
    }
}
