package net.weft.lacp;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One LAG of {@link NaiveLeg}s. Partner groups are texts, and every decision is taken anew from the whole. */
final class NaiveLag {
    private static final long S = NaiveLeg.S;

    final Map<Integer, NaiveLeg> legs = new TreeMap<>();
    /** The frames that left since they were last taken, as leg and content. */
    final List<Map.Entry<Integer, byte[]>> sent = new ArrayList<>();
    final Map<String, Integer> faults = new HashMap<>();
    private @Nullable String incumbent;
    private LagConfig config;
    private final long systemMac;
    private long now;

    NaiveLag(long systemMac, LagConfig config, long now) {
        this.systemMac = systemMac;
        this.config = config;
        this.now = now;
        config.legs().forEach(leg -> administer(leg, config, false));
    }

    void elapse(long ns) {
        now += ns;
        legs.values().forEach(leg -> leg.elapse(ns));
        settle();
    }

    void configure(LagConfig changed) {
        config = changed;
        legs.values().forEach(leg -> leg.leaving = true);
        changed.legs().forEach(leg -> administer(leg, changed, true));
        settle();
        legs.values().removeIf(leg -> leg.leaving);
    }

    private void administer(LegConfig leg, LagConfig lag, boolean tell) {
        boolean known = legs.containsKey(leg.number());
        NaiveLeg naive = legs.computeIfAbsent(leg.number(), NaiveLeg::new);
        NaiveEnd before = naive.me();
        naive.leaving = false;
        naive.systemMac = systemMac;
        naive.systemPriority = lag.systemPriority();
        naive.key = lag.key();
        naive.portPriority = leg.priority();
        naive.mac = leg.mac().value();
        naive.mode = lag.mode().name();
        naive.fast = lag.rate() == LacpRate.FAST;
        naive.coupled = lag.control() == MuxControl.COUPLED;
        naive.drained = leg.drained();
        naive.flag('A', lag.mode() == LacpMode.ACTIVE);
        naive.flag('T', naive.fast);
        naive.flag('G', true);
        boolean differs = !before.identity().equals(naive.me().identity()) || before.has('A') != naive.is('A')
                || before.has('T') != naive.is('T');
        naive.ntt |= tell && known && differs;
        if (!known && !naive.lacp()) {
            naive.recordDefault();
        }
    }

    void carrier(int number, boolean present) {
        leg(number).carrier = present;
        settle();
    }

    void hear(int number, byte[] frame) {
        NaiveLeg leg = leg(number);
        if (frame[14] == 1 && admitted(leg.pdusAt)) {
            NaiveEnd sender = NaiveEnd.read(frame, 16);
            if (leg.hear(sender, NaiveEnd.read(frame, 36))) {
                legs.values().stream().filter(other -> other != leg && !other.carrier
                        && other.partner.port() == sender.port() && other.partner.system() == sender.system()
                        && other.partner.systemPriority() == sender.systemPriority())
                        .forEach(other -> other.moved = true);
                settle();
            } else {
                faults.merge("NOT_ENABLED", 1, Integer::sum);
            }
        } else if (frame[14] == 2 && admitted(leg.markersAt)) {
            if (!leg.carrier) {
                faults.merge("NOT_ENABLED", 1, Integer::sum);
            } else if (frame[16] == 1) {
                byte[] answer = frame.clone();
                answer[16] = 2;
                for (int i = 0; i < 6; i++) {
                    answer[6 + i] = (byte) (leg.mac >> 40 - 8 * i);
                }
                sent.add(Map.entry(number, answer));
            }
        }
    }

    private boolean admitted(List<Long> times) {
        times.removeIf(at -> now - at >= S);
        if (times.size() >= 10) {
            faults.merge("TOO_MANY", 1, Integer::sum);
            return false;
        }
        times.add(now);
        return true;
    }

    NaiveLeg leg(int number) {
        NaiveLeg leg = legs.get(number);
        if (leg == null) {
            throw new AssertionError("no leg " + number);
        }
        return leg;
    }

    private void settle() {
        boolean again;
        do {
            again = false;
            for (NaiveLeg leg : legs.values()) {
                again |= leg.step("rx");
            }
            again |= select();
            for (NaiveLeg leg : legs.values()) {
                for (String machine : List.of("mux", "periodic", "actorChurn", "partnerChurn")) {
                    again |= leg.step(machine);
                }
            }
        } while (again);
        for (NaiveLeg leg : legs.values()) {
            byte[] frame = leg.transmit(now);
            if (frame != null) {
                sent.add(Map.entry(leg.number, frame));
            }
        }
    }

    private boolean select() {
        String before = verdicts();
        fallBack();
        legs.values().forEach(this::damp);
        String chosen = choose();
        if (chosen != null && legs.values().stream().anyMatch(leg -> chosen.equals(groupOf(leg)) && attached(leg))) {
            incumbent = chosen;
        }
        List<NaiveLeg> members = legs.values().stream()
                .filter(leg -> chosen != null && chosen.equals(groupOf(leg)) && !leg.drained).toList();
        boolean few = members.size() < config.minLinks();
        if (!few && members.stream().filter(leg -> hold(leg) <= 0).count() < config.minLinks()) {
            members.forEach(leg -> leg.waived = true);
        }
        for (NaiveLeg leg : legs.values()) {
            String[] verdict = verdict(leg, chosen, few).split(" ");
            leg.reason = verdict[1];
            boolean mustLeaveFirst = leg.selected.equals("UNSELECTED") && !leg.in("mux", "DETACHED");
            leg.selected = mustLeaveFirst ? "UNSELECTED" : verdict[0];
        }
        boolean nobodyHoldsUp = legs.values().stream()
                .filter(leg -> leg.in("mux", "WAITING") && leg.selected.equals("SELECTED"))
                .allMatch(leg -> leg.over("wait_while"));
        for (NaiveLeg leg : legs.values()) {
            boolean rejoins = incumbent != null && incumbent.equals(name(leg));
            leg.wait = leg.fallback || !leg.lacp() || rejoins ? 0 : 2 * S;
            leg.ready = leg.in("mux", "WAITING") && leg.over("wait_while")
                    && (nobodyHoldsUp || leg.waitingFor >= 4 * S);
        }
        return !before.equals(verdicts());
    }

    private String verdicts() {
        StringBuilder text = new StringBuilder();
        legs.values().forEach(leg -> text.append(leg.selected).append(leg.ready).append(leg.fallback));
        return text.toString();
    }

    private void fallBack() {
        List<NaiveLeg> here = legs.values().stream().filter(leg -> leg.carrier && !leg.leaving).toList();
        boolean heard = here.stream().anyMatch(leg -> leg.in("rx", "CURRENT"));
        boolean wanted = config.fallback() && config.mode() != LacpMode.OFF && !heard;
        List<NaiveLeg> able = wanted
                ? here.stream().filter(leg -> leg.in("rx", "DEFAULTED") && !leg.drained).toList()
                : List.of();
        legs.values().stream().filter(leg -> leg.fallback && !able.contains(leg)).forEach(leg -> {
            leg.fallback = false;
            leg.selected = "UNSELECTED";
            if (!leg.in("rx", "CURRENT")) {
                leg.recordDefault();
            }
        });
        if (able.stream().noneMatch(leg -> leg.fallback) && here.stream().allMatch(leg -> leg.in("rx", "DEFAULTED"))) {
            able.stream().min(byPriority()).ifPresent(leg -> {
                leg.fallback = true;
                leg.recordDefault();
            });
        }
    }

    private static Comparator<NaiveLeg> byPriority() {
        return Comparator.comparingInt(leg -> leg.portPriority * 0x10000 + leg.number);
    }

    private void damp(NaiveLeg leg) {
        boolean known = known(leg);
        if (known && !leg.wasWell) {
            leg.wellFor = 0;
        }
        leg.wasWell = known;
        boolean distributes = leg.is('D');
        if (distributes && !leg.wasDistributing) {
            leg.distributingFor = 0;
        }
        leg.wasDistributing = distributes;
        if (distributes && leg.distributingFor >= 60 * S) {
            leg.failures = 0;
        }
        boolean may = (known || leg.fallback && leg.carrier && !leg.leaving) && leg.partner.has('S')
                && (leg.coupled || leg.partner.has('C'));
        if (distributes && !may && !leg.drained && !leg.leaving) {
            leg.failures++;
            leg.waived = false;
            leg.wellFor = 0;
        }
    }

    private long hold(NaiveLeg leg) {
        if (leg.waived || leg.failures == 0) {
            return 0;
        }
        long hold = config.waitToRestoreNs();
        if (leg.failures > 1) {
            long seconds = Math.min(60,
                    (long) (Math.max(hold, S) / (double) S * Math.pow(2, Math.min(leg.failures - 1, 6))));
            hold = Math.max(hold, seconds * S);
        }
        return hold - leg.wellFor;
    }

    private static boolean known(NaiveLeg leg) {
        return leg.carrier && !leg.leaving && (leg.in("rx", "CURRENT") || leg.in("rx", "LACP_DISABLED"));
    }

    private boolean loop(NaiveLeg leg) {
        return leg.in("rx", "CURRENT") && leg.partner.system() == systemMac;
    }

    private static boolean attached(NaiveLeg leg) {
        return !leg.in("mux", "DETACHED") && !leg.in("mux", "WAITING") && !leg.selected.equals("UNSELECTED");
    }

    /** System, key and, when it cannot be aggregated, the leg. */
    private static String name(NaiveLeg leg) {
        boolean aggregatable = leg.partner.has('G');
        return padded(leg.partner.systemPriority()) + padded(leg.partner.system()) + "|"
                + (aggregatable ? "aggregatable" : "individual") + "|" + padded(leg.partner.key()) + "|"
                + (aggregatable ? 0 : leg.number);
    }

    /** Digits that sort as the number does. */
    private static String padded(long number) {
        return Long.toString(1_000_000_000_000_000L + number);
    }

    private @Nullable String groupOf(NaiveLeg leg) {
        return known(leg) && !loop(leg) ? name(leg) : null;
    }

    private @Nullable String choose() {
        List<String> present = new ArrayList<>();
        for (NaiveLeg leg : legs.values()) {
            String group = groupOf(leg);
            if (group != null) {
                present.add(group);
            }
        }
        boolean expiring = legs.values().stream().anyMatch(leg -> leg.carrier && !leg.leaving && leg.in("rx", "EXPIRED")
                && leg.selected.equals("SELECTED") && name(leg).equals(incumbent));
        if (incumbent != null && (expiring || present.contains(incumbent))) {
            return incumbent;
        }
        return present.stream().min(Comparator.comparing(group -> {
            String[] part = group.split("\\|");
            long size = present.stream().filter(group::equals).count();
            boolean usable = legs.values().stream().anyMatch(leg -> group.equals(groupOf(leg)) && !leg.drained);
            int number = Integer.parseInt(part[3]);
            String preference = number == 0 ? "" : padded(leg(number).portPriority) + padded(number);
            return (usable ? "a" : "b") + part[0] + part[1] + (99 - size) + part[2] + preference;
        })).orElse(null);
    }

    private String verdict(NaiveLeg leg, @Nullable String chosen, boolean few) {
        if (!leg.carrier || leg.leaving) {
            return "UNSELECTED NO_CARRIER";
        }
        if (leg.fallback) {
            return "SELECTED FALLBACK";
        }
        if (!known(leg)) {
            boolean silent = leg.in("rx", "EXPIRED")
                    && (leg.partner.system() != 0 || leg.partner.systemPriority() != 0);
            return silent
                    ? (leg.selected.equals("SELECTED") ? "SELECTED" : "UNSELECTED") + " LACP_TIMEOUT"
                    : "UNSELECTED NO_LACP";
        }
        if (loop(leg)) {
            return "UNSELECTED LOOP";
        }
        String mine = name(leg);
        if (!mine.equals(chosen)) {
            boolean foreign = chosen != null && !mine.split("\\|")[0].equals(chosen.split("\\|")[0]);
            return "STANDBY " + (foreign ? "OTHER_SYSTEM" : leg.partner.has('G') ? "OTHER_KEY" : "PARTNER_INDIVIDUAL");
        }
        if (leg.drained) {
            return "STANDBY DRAINED";
        }
        return few ? "STANDBY MIN_LINKS" : hold(leg) > 0 ? "STANDBY WAIT_TO_RESTORE" : "SELECTED NONE";
    }
}
