package net.weft.controller.member;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.LagSettings;
import net.weft.controller.model.PortConfig;
import net.weft.lacp.LegView;
import net.weft.lacp.PortState;
import net.weft.lacp.SystemId;
import net.weft.packet.MacAddress;
import net.weft.stacking.StackView;
import net.weft.stacking.lag.LagStatus;
import net.weft.v1.Lag;
import net.weft.vswitch.port.LegCounters;
import net.weft.vswitch.port.LegStatus;
import org.jspecify.annotations.Nullable;

/** Reads the state of link aggregations for the API. Any thread. */
final class LagInspection {
    private LagInspection() {
    }

    static List<Lag> lags(MemberAgent agent) {
        MemberAgent.Desired desired = agent.desired();
        Map<String, LegStatus> legs = new HashMap<>();
        agent.vswitch().ports().forEach(port -> port.legs().forEach(leg -> legs.put(leg.name(), leg)));
        Optional<StackView> stack = agent.links().stack();
        return agent.links().lags().stream().map(lag -> lag(agent.member(), desired, lag, legs,
                stack.map(view -> !view.topology().lags().members(lag.config().key()).isEmpty()).orElse(false)))
                .toList();
    }

    /** @param isInUse whether a leg is in use at any member of the stack */
    private static Lag lag(int member, MemberAgent.Desired desired, LagStatus lag, Map<String, LegStatus> legs,
            boolean isInUse) {
        FabricConfig config = desired.config();
        String name = lag.config().name();
        boolean isUp = lag.view().up() || isInUse;
        Lag.Builder row = Lag.newBuilder().setName(name).setState(isUp ? "up" : "down")
                .setInterface(config.port(name).map(desired.numbers()::interfaceName).orElse(""))
                .setLacp(lag.config().mode().name().toLowerCase(Locale.ROOT)).setHash(hash(config, name))
                .setPartnerSystem(system(lag.view().partnerSystem())).setMinLinks(lag.config().minLinks())
                .setWaitingBuckets(lag.waiting());
        for (LegView leg : lag.view().legs()) {
            row.addLegs(leg(member, leg, lag.buckets().getOrDefault(leg.number(), 0), legs.get(leg.name())));
        }
        return row.build();
    }

    private static String hash(FabricConfig config, String lag) {
        return config.port(lag).map(PortConfig::device)
                .map(device -> device instanceof DeviceConfig.Lag(LagSettings settings) ? settings.hash().word() : "")
                .orElse("");
    }

    private static String system(@Nullable SystemId system) {
        return system == null || system.mac().equals(MacAddress.ZERO) ? "" : system.toString();
    }

    private static Lag.Leg leg(int member, LegView leg, int buckets, @Nullable LegStatus status) {
        Lag.Leg.Builder row = Lag.Leg.newBuilder().setPort(leg.name()).setMember(member).setState(leg.state().word())
                .setReason(reason(leg, status)).setNumber(leg.number()).setBuckets(buckets)
                .setPartnerSystem(system(leg.partner().system())).setPartnerPort(leg.partner().port())
                .setPartnerKey(leg.partner().key()).setActorFlags(PortState.describe(leg.actor().state()))
                .setPartnerFlags(PortState.describe(leg.partner().state()))
                .setLacpdusReceived(leg.lacpdusReceived()).setLacpdusSent(leg.lacpdusSent())
                .setMarkersReceived(leg.markersReceived()).setChurn(leg.actorChurn() || leg.partnerChurn());
        new TreeMap<>(leg.faults()).forEach((fault, count) -> row
                .putFaults(fault.name().toLowerCase(Locale.ROOT).replace('_', '-'), count));
        LegCounters counters = status == null ? null : status.counters();
        if (status != null) {
            row.setMtu(status.mtu());
        }
        if (counters != null) {
            row.setRxPackets(counters.sum(LegCounters.RX_PACKETS)).setRxBytes(counters.sum(LegCounters.RX_BYTES))
                    .setTxPackets(counters.sum(LegCounters.TX_PACKETS)).setTxBytes(counters.sum(LegCounters.TX_BYTES))
                    .setStandbyPackets(counters.sum(LegCounters.STANDBY));
        }
        return row.build();
    }

    /** Returns why a leg is in its state: what its device says if it has no link, else what LACP says. */
    private static String reason(LegView leg, @Nullable LegStatus status) {
        return status != null && status.failure() != null
                ? status.failure().reason().label() + ": " + status.failure().message()
                : leg.reason().meaning();
    }
}
