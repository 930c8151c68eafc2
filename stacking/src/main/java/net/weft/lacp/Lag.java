package net.weft.lacp;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.weft.packet.MacAddress;
import org.jspecify.annotations.Nullable;

/** One LAG: runs the state machines of its legs until none has anything left to do, then tells the output. */
final class Lag {
    private final MacAddress systemMac;
    private final LagOutput output;
    private final Selection selection;
    private final Map<Integer, Leg> legs = new TreeMap<>();
    private final Map<Integer, LegNews> news = new HashMap<>();
    private LagConfig config;
    private boolean up;

    /** The last state of a leg that an event has reported. */
    private record LegNews(LegState state, Reason reason, boolean churn) {
    }

    Lag(MacAddress systemMac, LagConfig config, LagOutput output) {
        this.systemMac = systemMac;
        this.output = output;
        this.config = config;
        selection = new Selection(systemMac);
        config.legs().forEach(this::add);
    }

    LagConfig config() {
        return config;
    }

    Collection<Leg> legs() {
        return legs.values();
    }

    Leg leg(int number) {
        Leg leg = legs.get(number);
        if (leg == null) {
            throw new IllegalArgumentException("LAG " + config.name() + " has no leg " + number);
        }
        return leg;
    }

    /** Takes over changed settings. Legs that are no longer named stop, say so in a last LACPDU, and go. */
    void configure(LagConfig newConfig, long nowNs) {
        run(nowNs);
        config = newConfig;
        Set<Integer> kept = newConfig.legs().stream().map(LegConfig::number).collect(Collectors.toSet());
        legs.values().forEach(leg -> leg.port.leaving = !kept.contains(leg.number()));
        for (LegConfig leg : newConfig.legs()) {
            if (legs.containsKey(leg.number())) {
                leg(leg.number()).port.configure(leg, newConfig);
            } else {
                add(leg);
            }
        }
        run(nowNs);
        legs.keySet().retainAll(kept);
        news.keySet().retainAll(kept);
    }

    /** Stops every leg. */
    void close(long nowNs) {
        configure(config.withLegs(List.of()), nowNs);
    }

    /** Allows one partner group only. @param group its {@link PartnerGroup#name}, 0 for any */
    void impose(long group, long nowNs) {
        selection.impose(group);
        run(nowNs);
    }

    /** Returns the {@link PartnerGroup#name} of the partner that legs in use lead to, 0 if there is none. */
    long partner() {
        PartnerGroup group = selection.established();
        return group == null ? 0 : group.name();
    }

    void carrier(int number, boolean present, long nowNs) {
        run(nowNs);
        leg(number).port.enabled = present;
        run(nowNs);
    }

    void receive(int number, MemorySegment frame, long nowNs) {
        run(nowNs);
        Leg leg = leg(number);
        switch (SlowFrames.parse(frame)) {
            case SlowFrame.Refused refused -> leg.count(refused.fault());
            case Lacpdu pdu -> receive(leg, pdu, nowNs);
            case Marker marker -> receive(leg, marker, nowNs);
        }
    }

    private void receive(Leg leg, Lacpdu pdu, long nowNs) {
        if (!leg.admitLacpdu(nowNs)) {
            return;
        }
        if (!leg.receive.received(pdu, nowNs)) {
            leg.count(PduFault.NOT_ENABLED);
            return;
        }
        markMoved(leg, pdu.actor());
        run(nowNs);
    }

    /** The partner's port was cabled to another leg before: what that leg remembers no longer holds (port_moved, 6.4.8). */
    private void markMoved(Leg now, PortInfo partner) {
        for (Leg leg : legs.values()) {
            PortInfo known = leg.port.partner;
            if (leg != now && !leg.port.enabled && known.port() == partner.port()
                    && known.system().equals(partner.system())) {
                leg.port.moved = true;
            }
        }
    }

    private void receive(Leg leg, Marker marker, long nowNs) {
        if (!leg.admitMarker(nowNs)) {
            return;
        }
        if (!leg.port.enabled) {
            leg.count(PduFault.NOT_ENABLED);
        } else if (!marker.response()) {
            output.send(leg.number(), SlowFrames.write(marker.answer(), leg.port.config().mac()));
        } else if (marker.port() == leg.number() && marker.system().equals(systemMac)) {
            output.markerAnswered(leg.number(), marker.transaction());
        }
    }

    void sendMarker(int number, int transaction) {
        Leg leg = leg(number);
        Marker marker = new Marker(false, number, systemMac, transaction);
        output.send(number, SlowFrames.write(marker, leg.port.config().mac()));
    }

    void run(long nowNs) {
        boolean changed = true;
        while (changed) {
            changed = false;
            for (Leg leg : legs.values()) {
                changed |= leg.receive.step(nowNs);
            }
            changed |= selection.run(config, legs.values(), nowNs);
            for (Leg leg : legs.values()) {
                changed |= leg.mux.step(nowNs);
                changed |= leg.periodic.step(nowNs);
                changed |= leg.actorChurn.step(nowNs);
                changed |= leg.partnerChurn.step(nowNs);
            }
        }
        legs.values().forEach(leg -> leg.tellStops(output));
        legs.values().forEach(leg -> leg.tellStarts(output));
        legs.values().forEach(leg -> transmit(leg, nowNs));
        report();
    }

    private void transmit(Leg leg, long nowNs) {
        byte[] frame = leg.dueFrame(nowNs);
        if (frame != null) {
            output.send(leg.number(), frame);
        }
    }

    /** Nanoseconds until a timer of a leg expires, {@link Timer#NEVER} when none runs. */
    long remainingNs(long nowNs) {
        return legs.values().stream().mapToLong(leg -> leg.remainingNs(nowNs)).min().orElse(Timer.NEVER);
    }

    LagView view() {
        List<LegView> views = new ArrayList<>();
        legs.values().forEach(leg -> views.add(leg.view()));
        SystemId partner = legs.values().stream().filter(leg -> leg.mux.attached() && leg.receive.current())
                .map(leg -> leg.port.partner.system()).findFirst().orElse(null);
        return new LagView(config.name(), config.key(), up, partner, views);
    }

    private void add(LegConfig leg) {
        legs.put(leg.number(), new Leg(leg, config, priority -> new SystemId(priority, systemMac)));
    }

    private void report() {
        for (Leg leg : legs.values()) {
            boolean churn = leg.actorChurn.churning() || leg.partnerChurn.churning();
            LegNews now = new LegNews(leg.state(), leg.port.reason, churn);
            LegNews before = news.put(leg.number(), now);
            if (!now.equals(before)) {
                reportLeg(leg, before, now);
            }
        }
        boolean upNow = legs.values().stream().anyMatch(Leg::distributing);
        if (upNow != up) {
            up = upNow;
            output.event(up
                    ? new LagEvent(LagEvent.Kind.LAG_UP, config.name(), "", "The LAG forwards.")
                    : new LagEvent(LagEvent.Kind.LAG_DOWN, config.name(), "", "No leg of the LAG forwards."));
        }
    }

    private void reportLeg(Leg leg, @Nullable LegNews before, LegNews now) {
        String name = leg.port.config().name();
        if (now.churn() && (before == null || !before.churn())) {
            output.event(new LagEvent(LagEvent.Kind.LEG_CHURN, config.name(), name,
                    "This system and the partner have not agreed about the leg for 60 s: " + agreement(leg) + "."));
        }
        if (before == null || before.state() != now.state() || before.reason() != now.reason()) {
            String because = now.reason() == Reason.NONE ? "" : " " + now.reason().meaning();
            output.event(new LagEvent(LagEvent.Kind.LEG_STATE, config.name(), name,
                    "The leg is " + now.state().word() + "." + because + partnerOf(leg, now.reason())));
        }
    }

    private static String agreement(Leg leg) {
        return "this end is " + PortState.describe(leg.port.actorState) + ", the partner "
                + PortState.describe(leg.port.partner.state());
    }

    private static String partnerOf(Leg leg, Reason reason) {
        return reason == Reason.OTHER_SYSTEM || reason == Reason.OTHER_KEY || reason == Reason.LOOP
                ? " It leads to port " + leg.port.partner.port() + " of system " + leg.port.partner.system()
                        + ", key " + leg.port.partner.key() + "."
                : "";
    }
}
