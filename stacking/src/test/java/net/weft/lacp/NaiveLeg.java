package net.weft.lacp;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One leg as the tables of IEEE 802.1AX-2014, 6.4 read when they are taken word for word: lists of rows (state, condition, next state),
 * timers that count down, flags as letters. Slow on purpose, and it shares no code with the product.
 */
final class NaiveLeg {
    static final long S = 1_000_000_000L;

    private record Row(List<String> from, BooleanSupplier condition, String to) {
        Row(String from, BooleanSupplier condition, String to) {
            this(List.of(from.split(" ", -1)), condition, to);
        }

        boolean leaves(String state) {
            return from.getFirst().equals("*") || from.contains(state);
        }
    }

    final int number;
    private final Map<String, String> states = new HashMap<>(
            Map.of("rx", "INITIALIZE", "periodic", "NO_PERIODIC", "mux",
                    "DETACHED", "actorChurn", "NO_CHURN", "partnerChurn", "NO_CHURN"));
    private final Map<String, List<Row>> tables = new HashMap<>();
    private final Map<String, Long> countdowns = new HashMap<>();
    private final List<Long> sentAt = new ArrayList<>();
    final List<Long> pdusAt = new ArrayList<>();
    final List<Long> markersAt = new ArrayList<>();

    int systemPriority;
    long systemMac;
    int key;
    int portPriority;
    long mac;
    String mode = "ACTIVE";
    boolean fast;
    boolean coupled;
    boolean carrier;
    boolean leaving;
    boolean drained;
    boolean moved;
    boolean ntt;
    boolean ready;
    boolean fallback;
    long wait = 2 * S;
    String flags = "F";
    String selected = "UNSELECTED";
    String reason = "NO_CARRIER";
    NaiveEnd partner = NaiveEnd.NOBODY;
    @Nullable
    NaiveEnd believedByPartner;

    int failures;
    boolean waived = true;
    boolean wasWell;
    boolean wasDistributing;
    long wellFor;
    long distributingFor;
    long waitingFor;

    NaiveLeg(int number) {
        this.number = number;
        table("rx", new Row("INITIALIZE", () -> true, "PORT_DISABLED"),
                new Row("*", () -> !carrier && moved, "INITIALIZE"),
                new Row("*", () -> !carrier, "PORT_DISABLED"),
                new Row("PORT_DISABLED", () -> moved, "INITIALIZE"),
                new Row("PORT_DISABLED", this::lacp, "EXPIRED"),
                new Row("PORT_DISABLED", () -> !lacp(), "LACP_DISABLED"),
                new Row("LACP_DISABLED", this::lacp, "PORT_DISABLED"),
                new Row("EXPIRED DEFAULTED CURRENT", () -> !lacp(), "PORT_DISABLED"),
                new Row("EXPIRED", () -> over("current_while"), "DEFAULTED"),
                new Row("CURRENT", () -> over("current_while"), "EXPIRED"));
        table("periodic", new Row("*", () -> !lacp() || !carrier || !is('A') && !partner.has('A'), "NO_PERIODIC"),
                new Row("NO_PERIODIC", () -> true, "FAST_PERIODIC"),
                new Row("FAST_PERIODIC", () -> over("periodic"), "PERIODIC_TX"),
                new Row("FAST_PERIODIC", () -> !partner.has('T'), "SLOW_PERIODIC"),
                new Row("SLOW_PERIODIC", () -> partner.has('T') || over("periodic"), "PERIODIC_TX"),
                new Row("PERIODIC_TX", () -> partner.has('T'), "FAST_PERIODIC"),
                new Row("PERIODIC_TX", () -> !partner.has('T'), "SLOW_PERIODIC"));
        table("mux", new Row("DETACHED", () -> !selected.equals("UNSELECTED"), "WAITING"),
                new Row("WAITING", () -> selected.equals("UNSELECTED"), "DETACHED"),
                new Row("WAITING", () -> chosen() && ready, "ATTACHED"),
                new Row("ATTACHED", () -> !chosen(), "DETACHED"),
                new Row("ATTACHED", () -> partner.has('S') && coupled, "COLLECTING_DISTRIBUTING"),
                new Row("ATTACHED", () -> partner.has('S'), "COLLECTING"),
                new Row("COLLECTING DISTRIBUTING COLLECTING_DISTRIBUTING",
                        () -> drained && selected.equals("STANDBY"), "DRAINING"),
                new Row("COLLECTING COLLECTING_DISTRIBUTING", () -> !chosen() || !partner.has('S'), "ATTACHED"),
                new Row("COLLECTING", () -> coupled, "COLLECTING_DISTRIBUTING"),
                new Row("COLLECTING_DISTRIBUTING", () -> !coupled, "COLLECTING"),
                new Row("COLLECTING", () -> partner.has('C'), "DISTRIBUTING"),
                new Row("DISTRIBUTING", () -> coupled || !chosen() || !partner.has('S') || !partner.has('C'),
                        "COLLECTING"),
                new Row("DRAINING", () -> selected.equals("UNSELECTED"), "DETACHED"),
                new Row("DRAINING", () -> lacp() && !in("rx", "CURRENT"), "DETACHED"),
                new Row("DRAINING", () -> drained && acknowledged() && (!partner.has('D') || over("grace")),
                        "DETACHED"),
                new Row("DRAINING", this::chosen, "ATTACHED"));
        churn("actorChurn", () -> is('S'));
        churn("partnerChurn", () -> partner.has('S'));
        enterRx();
    }

    private void churn(String machine, BooleanSupplier synchronization) {
        table(machine, new Row("*", () -> !carrier, "CHURN_MONITOR"),
                new Row("*", synchronization, "NO_CHURN"),
                new Row("NO_CHURN", () -> true, "CHURN_MONITOR"),
                new Row("CHURN_MONITOR", () -> over(machine), "CHURN"),
                new Row("CHURN_MONITOR", () -> !countdowns.containsKey(machine), "CHURN_MONITOR"));
    }

    private void table(String machine, Row... rows) {
        tables.put(machine, List.of(rows));
    }

    /** Takes the first row that holds; a row that leads to where the machine is changes nothing. */
    boolean step(String machine) {
        String from = state(machine);
        if (machine.equals("mux") && from.equals("DRAINING") && acknowledged()) {
            countdowns.putIfAbsent("grace", 3 * S);
        }
        for (Row row : tables.getOrDefault(machine, List.of())) {
            if (row.leaves(from) && row.condition.getAsBoolean()) {
                states.put(machine, row.to);
                boolean moves = !row.to.equals(from);
                if (moves || machine.endsWith("Churn")) {
                    enter(machine, moves);
                }
                return moves;
            }
        }
        return false;
    }

    private void enter(String machine, boolean moves) {
        switch (machine) {
            case "rx" -> enterRx();
            case "periodic" -> enterPeriodic();
            case "mux" -> enterMux();
            default -> {
                if (!carrier || !in(machine, "CHURN_MONITOR")) {
                    countdowns.remove(machine);
                } else if (moves || !countdowns.containsKey(machine)) {
                    countdowns.put(machine, 60 * S);
                }
            }
        }
    }

    private void enterRx() {
        switch (state("rx")) {
            case "INITIALIZE" -> {
                selected = "UNSELECTED";
                recordDefault();
                flag('E', false);
                moved = false;
            }
            case "PORT_DISABLED" -> {
                partner = partner.with('S', false);
                countdowns.remove("current_while");
            }
            case "EXPIRED" -> {
                partner = partner.with('S', false).with('T', true);
                countdowns.put("current_while", 3 * S);
                flag('E', true);
            }
            case "LACP_DISABLED" -> {
                selected = "UNSELECTED";
                recordDefault();
                flag('E', false);
                countdowns.remove("current_while");
            }
            case "DEFAULTED" -> {
                if (!assumed().identity().equals(partner.identity())) {
                    selected = "UNSELECTED";
                }
                recordDefault();
                flag('E', false);
                countdowns.remove("current_while");
            }
            default -> throw new AssertionError(state("rx"));
        }
    }

    private void enterPeriodic() {
        switch (state("periodic")) {
            case "FAST_PERIODIC" -> countdowns.put("periodic", S);
            case "SLOW_PERIODIC" -> countdowns.put("periodic", 30 * S);
            case "PERIODIC_TX" -> ntt = true;
            default -> countdowns.remove("periodic");
        }
    }

    private void enterMux() {
        countdowns.remove("wait_while");
        countdowns.remove("grace");
        String outcome = switch (state("mux")) {
            case "DETACHED" -> "scd!";
            case "WAITING" -> "";
            case "ATTACHED" -> "Scd!";
            case "COLLECTING" -> "SCd!";
            case "DISTRIBUTING" -> "SCD";
            case "COLLECTING_DISTRIBUTING" -> "SCD!";
            case "DRAINING" -> "sCd!";
            default -> throw new AssertionError(state("mux"));
        };
        if (outcome.isEmpty()) {
            countdowns.put("wait_while", wait);
            waitingFor = 0;
        }
        for (char letter : outcome.toCharArray()) {
            if (letter == '!') {
                ntt = true;
            } else {
                flag(Character.toUpperCase(letter), Character.isUpperCase(letter));
            }
        }
    }

    /** What current_while, the transmit window and the rest have left goes down. */
    void elapse(long ns) {
        countdowns.replaceAll((timer, left) -> left - ns);
        wellFor += ns;
        distributingFor += ns;
        waitingFor += ns;
    }

    boolean over(String timer) {
        Long left = countdowns.get(timer);
        return left != null && left <= 0;
    }

    boolean hear(NaiveEnd sender, NaiveEnd believed) {
        if (!in("rx", "EXPIRED") && !in("rx", "DEFAULTED") && !in("rx", "CURRENT")) {
            return false;
        }
        if (!sender.identity().equals(partner.identity())) {
            selected = "UNSELECTED";
        }
        NaiveEnd me = me();
        if (!believed.identity().equals(me.identity()) || "ATSG".chars()
                .anyMatch(flag -> believed.has((char) flag) != me.has((char) flag))) {
            ntt = true;
        }
        boolean alive = sender.has('A') || is('A') && believed.has('A');
        boolean matched = believed.identity().equals(me.identity()) || !sender.has('G');
        partner = sender.with('S', sender.has('S') && alive && matched);
        believedByPartner = believed;
        flag('F', false);
        flag('E', false);
        countdowns.put("current_while", fast ? 3 * S : 90 * S);
        states.put("rx", "CURRENT");
        return true;
    }

    /** The LACPDU that leaves now, or nothing. */
    byte @Nullable [] transmit(long now) {
        if (in("periodic", "NO_PERIODIC")) {
            ntt = false;
        }
        if (!ntt || sentAt.stream().filter(at -> now - at < S).count() >= 3) {
            return null;
        }
        ntt = false;
        sentAt.add(now);
        sentAt.removeIf(at -> now - at >= S);
        return bytes();
    }

    private byte[] bytes() {
        ByteBuffer frame = ByteBuffer.allocate(124);
        frame.putLong(0x0180_c200_0002_0000L).position(6);
        frame.putLong(mac << 16).position(12);
        frame.putShort((short) 0x8809).put((byte) 1).put((byte) 1);
        me().put(frame, 1);
        partner.put(frame, 2);
        frame.put((byte) 3).put((byte) 16);
        return frame.array();
    }

    NaiveEnd me() {
        return new NaiveEnd(systemPriority, systemMac, key, portPriority, number, flags);
    }

    int octet() {
        int octet = 0;
        for (int bit = 0; bit < 8; bit++) {
            octet |= is(NaiveEnd.LETTERS.charAt(bit)) ? 1 << bit : 0;
        }
        return octet;
    }

    void recordDefault() {
        partner = assumed();
        believedByPartner = null;
        flag('F', true);
    }

    private NaiveEnd assumed() {
        String flags = !lacp() ? "CDGS" : fallback ? "CDS" : "";
        return new NaiveEnd(0, 0, 0, 0, 0, flags);
    }

    private boolean acknowledged() {
        return believedByPartner != null && !believedByPartner.has('S') && believedByPartner.has('C');
    }

    private boolean chosen() {
        return selected.equals("SELECTED");
    }

    boolean lacp() {
        return !mode.equals("OFF");
    }

    boolean in(String machine, String state) {
        return state(machine).equals(state);
    }

    String state(String machine) {
        return states.getOrDefault(machine, "");
    }

    boolean is(char flag) {
        return flags.indexOf(flag) >= 0;
    }

    void flag(char flag, boolean on) {
        flags = flags.replace(String.valueOf(flag), "") + (on ? flag : "");
    }
}
