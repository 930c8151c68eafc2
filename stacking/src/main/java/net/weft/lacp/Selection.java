package net.weft.lacp;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import net.weft.packet.MacAddress;
import org.jspecify.annotations.Nullable;

/**
 * The selection logic of one LAG (IEEE 802.1AX-2014, 6.4.14): one aggregator, and at most one partner group at a time.
 * <p>
 * The group that is in use stays while one of its legs is present. Otherwise the group with the lowest system ID is chosen; among those of
 * one system an aggregatable group comes before individual links, then the one with more legs, then the lowest key. Legs of other groups
 * stand by. A leg that lost its carrier is unselected at once, because min-links counts only legs that could work.
 */
final class Selection {
    private static final Comparator<Leg> PREFERRED = Comparator
            .comparingInt((Leg leg) -> leg.port.config().priority()).thenComparingInt(Leg::number);

    private final MacAddress own;
    private @Nullable PartnerGroup established;
    /** Name of the only group that may be chosen, 0 for any. */
    private long imposed;

    Selection(MacAddress own) {
        this.own = own;
    }

    @Nullable
    PartnerGroup established() {
        return established;
    }

    /** Allows one partner group only. @param group its {@link PartnerGroup#name}, 0 for any */
    void impose(long group) {
        imposed = group;
    }

    /** Decides anew about every leg. True when a leg's Selected, Ready or fallback changed. */
    boolean run(LagConfig lag, Collection<Leg> legs, long nowNs) {
        boolean changed = chooseFallback(lag, legs);
        legs.forEach(leg -> observe(leg, nowNs));
        PartnerGroup chosen = choose(legs);
        if (chosen != null && legs.stream().anyMatch(leg -> belongs(leg, chosen) && works(leg))) {
            established = chosen;
        }
        List<Leg> members = chosen == null
                ? List.of()
                : legs.stream().filter(leg -> belongs(leg, chosen) && !leg.port.drained()).toList();
        Reason ofMembers = admit(lag, members, nowNs);
        for (Leg leg : legs) {
            changed |= decide(leg, chosen, ofMembers, nowNs);
        }
        return updateReady(legs, nowNs) || changed;
    }

    private static void observe(Leg leg, long nowNs) {
        boolean well = leg.well();
        boolean distributing = leg.distributing();
        leg.damping.observe(leg.partnerKnown(), distributing, nowNs);
        if (distributing && !well && !leg.port.drained() && !leg.port.leaving) {
            leg.damping.failed(nowNs);
        }
    }

    private static boolean chooseFallback(LagConfig lag, Collection<Leg> legs) {
        boolean heard = legs.stream().anyMatch(leg -> leg.present() && leg.receive.current());
        boolean wanted = lag.fallback() && lag.mode() != LacpMode.OFF && !heard;
        boolean changed = false;
        boolean any = false;
        for (Leg leg : legs) {
            if (leg.port.fallback) {
                boolean stays = wanted && mayFallBack(leg);
                any |= stays;
                changed |= !stays;
                if (!stays) {
                    endFallback(leg);
                }
            }
        }
        boolean settled = legs.stream().allMatch(leg -> !leg.present() || defaulted(leg));
        if (wanted && !any && settled) {
            Leg best = legs.stream().filter(Selection::mayFallBack).min(PREFERRED).orElse(null);
            if (best != null) {
                best.port.fallback = true;
                best.port.recordDefault();
                changed = true;
            }
        }
        return changed;
    }

    private static void endFallback(Leg leg) {
        leg.port.fallback = false;
        leg.port.selected = Selected.UNSELECTED;
        if (!leg.receive.current()) {
            leg.port.recordDefault();
        }
    }

    private static boolean defaulted(Leg leg) {
        return leg.receive.state() == ReceiveMachine.State.DEFAULTED;
    }

    private static boolean mayFallBack(Leg leg) {
        return leg.present() && defaulted(leg) && !leg.port.drained();
    }

    private @Nullable PartnerGroup choose(Collection<Leg> legs) {
        if (imposed != 0) {
            return legs.stream().filter(this::mayHold).map(PartnerGroup::of).filter(group -> group.name() == imposed)
                    .findFirst().orElse(null);
        }
        PartnerGroup incumbent = established;
        if (incumbent != null && legs.stream().anyMatch(leg -> holds(leg, incumbent))) {
            return incumbent;
        }
        return legs.stream().filter(this::eligible).map(PartnerGroup::of).distinct()
                .min(order(legs)).orElse(null);
    }

    /** A leg whose partner has just fallen silent keeps its group in place until it counts as lost. */
    private boolean holds(Leg leg, PartnerGroup group) {
        return mayHold(leg) && PartnerGroup.of(leg).equals(group);
    }

    private boolean mayHold(Leg leg) {
        boolean expiring = leg.present() && leg.receive.state() == ReceiveMachine.State.EXPIRED
                && leg.port.selected == Selected.SELECTED;
        return expiring || eligible(leg);
    }

    private Comparator<PartnerGroup> order(Collection<Leg> legs) {
        return Comparator.comparing((PartnerGroup group) -> !hasUndrained(legs, group))
                .thenComparing(PartnerGroup::system).thenComparing(PartnerGroup::isIndividual)
                .thenComparingLong(group -> -legs.stream().filter(leg -> belongs(leg, group)).count())
                .thenComparingInt(PartnerGroup::key)
                .thenComparing(group -> legs.stream().filter(leg -> belongs(leg, group)).min(PREFERRED).orElseThrow(),
                        PREFERRED);
    }

    private boolean hasUndrained(Collection<Leg> legs, PartnerGroup group) {
        return legs.stream().anyMatch(leg -> belongs(leg, group) && !leg.port.drained());
    }

    private boolean eligible(Leg leg) {
        return leg.partnerKnown() && !loops(leg);
    }

    private boolean belongs(Leg leg, PartnerGroup group) {
        return eligible(leg) && PartnerGroup.of(leg).equals(group);
    }

    /** Whether a leg is attached, and not only on its way out. */
    private static boolean works(Leg leg) {
        return leg.mux.attached() && leg.port.selected != Selected.UNSELECTED;
    }

    private boolean loops(Leg leg) {
        return leg.receive.current() && leg.port.partner.system().mac().equals(own);
    }

    /** Why the members that are not selected are not: there are too few, or each waits until it has been well for long enough. */
    private static Reason admit(LagConfig lag, List<Leg> members, long nowNs) {
        if (members.size() < lag.minLinks()) {
            return Reason.MIN_LINKS;
        }
        long ready = members.stream().filter(leg -> !waits(leg, nowNs)).count();
        if (ready < lag.minLinks()) {
            members.forEach(leg -> leg.damping.waive());
        }
        return Reason.NONE;
    }

    private static boolean waits(Leg leg, long nowNs) {
        return leg.damping.waiting(leg.port.lag().waitToRestoreNs(), nowNs);
    }

    private boolean decide(Leg leg, @Nullable PartnerGroup chosen, Reason ofMembers, long nowNs) {
        LegPort port = leg.port;
        if (!leg.present()) {
            return become(leg, Selected.UNSELECTED, Reason.NO_CARRIER);
        }
        if (port.fallback) {
            return become(leg, Selected.SELECTED, Reason.FALLBACK);
        }
        if (!leg.partnerKnown()) {
            return undecided(leg);
        }
        if (loops(leg)) {
            return become(leg, Selected.UNSELECTED, Reason.LOOP);
        }
        PartnerGroup group = PartnerGroup.of(leg);
        if (chosen == null || !group.equals(chosen)) {
            return become(leg, Selected.STANDBY, stranger(group, chosen));
        }
        if (port.drained()) {
            return become(leg, Selected.STANDBY, Reason.DRAINED);
        }
        if (ofMembers != Reason.NONE) {
            return become(leg, Selected.STANDBY, ofMembers);
        }
        return waits(leg, nowNs)
                ? become(leg, Selected.STANDBY, Reason.WAIT_TO_RESTORE)
                : become(leg, Selected.SELECTED, Reason.NONE);
    }

    private static boolean undecided(Leg leg) {
        boolean silent = leg.receive.state() == ReceiveMachine.State.EXPIRED
                && !leg.port.partner.system().equals(SystemId.UNKNOWN);
        Selected kept = silent && leg.port.selected == Selected.SELECTED ? Selected.SELECTED : Selected.UNSELECTED;
        return become(leg, kept, silent ? Reason.LACP_TIMEOUT : Reason.NO_LACP);
    }

    private Reason stranger(PartnerGroup group, @Nullable PartnerGroup chosen) {
        if (chosen == null && imposed != 0) {
            return Reason.OTHER_SYSTEM;
        }
        if (chosen != null && !group.system().equals(chosen.system())) {
            return Reason.OTHER_SYSTEM;
        }
        return group.isIndividual() ? Reason.PARTNER_INDIVIDUAL : Reason.OTHER_KEY;
    }

    /** A leg that is UNSELECTED must have left the aggregator before it is considered again. */
    private static boolean become(Leg leg, Selected wish, Reason reason) {
        LegPort port = leg.port;
        port.reason = reason;
        boolean leaving = port.selected == Selected.UNSELECTED && leg.mux.state() != MuxMachine.State.DETACHED;
        Selected next = leaving ? Selected.UNSELECTED : wish;
        boolean changed = next != port.selected;
        port.selected = next;
        return changed;
    }

    /** Ready: all legs that wait for the aggregator are ready, or this one has waited for twice the time. */
    private boolean updateReady(Collection<Leg> legs, long nowNs) {
        boolean all = legs.stream().filter(Selection::waitsForAggregator).allMatch(leg -> leg.mux.readyAlone(nowNs));
        boolean changed = false;
        for (Leg leg : legs) {
            boolean atOnce = leg.port.fallback || !leg.port.speaksLacp()
                    || Objects.equals(PartnerGroup.of(leg), established);
            leg.port.aggregateWaitNs = atOnce ? 0 : LacpTimes.AGGREGATE_WAIT_NS;
            boolean ready = leg.mux.readyAlone(nowNs) && (all || leg.mux.waitedLongest(nowNs));
            changed |= ready != leg.port.ready;
            leg.port.ready = ready;
        }
        return changed;
    }

    private static boolean waitsForAggregator(Leg leg) {
        return leg.mux.state() == MuxMachine.State.WAITING && leg.port.selected == Selected.SELECTED;
    }
}
