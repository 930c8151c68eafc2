package net.weft.controller.member;

import net.weft.controller.model.NetworkConfig;
import net.weft.packet.VlanTag;
import net.weft.v1.PacketTrace;
import net.weft.v1.TraceEgress;
import net.weft.v1.TraceStage;
import net.weft.vswitch.burst.DropReason;
import net.weft.vswitch.trace.Trace;
import net.weft.zone.Policy;

/** Converts a trace to the message of the API, with the configuration lines responsible for each step. */
final class TraceMessages {
    private TraceMessages() {
    }

    static PacketTrace.Builder of(Trace trace, MemberAgent.Desired desired) {
        ConfigLines lines = new ConfigLines(desired);
        PacketTrace.Builder message = PacketTrace.newBuilder().setPort(trace.ingress())
                .setVerdict(trace.verdict().label()).setConsumer(trace.consumer()).setVlan(trace.vid())
                .setNetwork(desired.config().networkOf(trace.vid()).map(NetworkConfig::name).map(Object::toString)
                        .orElse(""));
        DropReason reason = trace.reason();
        if (reason != null) {
            message.setReason(reason.label()).setMeaning(reason.meaning());
        }
        Policy policy = trace.policy();
        if (policy != null) {
            message.setPolicy(ZoneDirectory.name(policy));
        }
        trace.steps().forEach(step -> message.addStages(stage(step, trace, lines)));
        trace.exits().stream().filter(exit -> exit.reason() == null).forEach(exit -> message.addEgress(egress(exit)));
        return message;
    }

    private static TraceStage stage(Trace.Step step, Trace trace, ConfigLines lines) {
        TraceStage.Builder stage = TraceStage.newBuilder().setStage(step.stage().label()).setPort(step.port())
                .setText(step.text());
        DropReason reason = step.reason();
        if (reason != null) {
            stage.setReason(reason.label()).setMeaning(reason.meaning());
        }
        Trace.Setting setting = step.setting();
        if (setting != null) {
            Policy policy = trace.policy();
            stage.addAllConfig(setting == Trace.Setting.POLICY && policy != null
                    ? lines.of(policy)
                    : lines.of(step.port(), setting, trace.vid()));
        }
        return stage.build();
    }

    /** Converts a copy that leaves; the stages say why others do not. */
    private static TraceEgress egress(Trace.Exit exit) {
        return TraceEgress.newBuilder().setPort(exit.port()).setVlan(VlanTag.vid(exit.tag()))
                .setPriority(VlanTag.pcp(exit.tag())).addAllLengths(exit.lengths())
                .setSegmentBytes(exit.segmentBytes()).build();
    }
}
