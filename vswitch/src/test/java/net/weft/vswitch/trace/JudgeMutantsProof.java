package net.weft.vswitch.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Deliberate faults of the judge, each of which {@link TraceBesideWire} must find: one line of a source file is changed
 * in a copy, and only the classes that this test loads are compiled from it.
 */
class JudgeMutantsProof {
    /** Fixed, so that a fault which is found is always found; some are found by one of them only. */
    private static final long[] SEEDS = {11, 12, 13, 14, 15, 16};

    /** @param file source file behind {@code net/weft} */
    record Mutant(String name, String file, String original, String replacement) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Mutant> mutants() {
        return List.of(
                new Mutant("a connection has no zones", "zone/track/ConnectionTuple.java",
                        "(long) (from ^ zones) << 20 | (long) (to ^ zones) << 8",
                        "(from ^ zones) * 0L | (to ^ zones) * 0L"),
                new Mutant("a change of policies leaves connections alone", "zone/track/ConnectionLookup.java",
                        "if (slot >= 0 && Layout.epoch(key.policy) != epoch)",
                        "if (slot < NONE)"),
                new Mutant("connections never expire", "zone/track/ConnectionState.java",
                        "return age > 0 && age >= silence[Layout.phase(state)];",
                        "return age < 0 && silence == null;"),
                new Mutant("any TCP segment begins a connection", "zone/track/ConnectionLookup.java",
                        "if (key.protocol == IpProtocol.TCP && (tcp.flags & (Tcp.SYN | Tcp.ACK | Tcp.RST)) != Tcp.SYN)",
                        "if (key.protocol < 0)"),
                new Mutant("a flooded segment is picked up mid-stream", "zone/track/ConnectionLookup.java",
                        "if (begun == UNICAST && (tcp.flags",
                        "if ((tcp.flags"),
                new Mutant("the first answer leaves the other connections of a flooded packet",
                        "zone/track/ConnectionLookup.java",
                        "siblings.remove(key);",
                        "key.isAsBefore();"),
                new Mutant("a flooded packet is judged by policies alone", "vswitch/zoning/ZoneFilter.java",
                        "if (!copies.isUnicast())",
                        "if (copies.begun() >= 0)"),
                new Mutant("all zones share the verdict on a flooded packet", "vswitch/zoning/ZoneFilter.java",
                        "int zone = table.zone(egress, vlan);",
                        "int zone = table.zone(burst.port[i], vlan);"),
                new Mutant("the sender's zone decides about intra", "zone/policy/PolicyTable.java",
                        "from == to && intraAllowed[from]",
                        "intraAllowed[from]"),
                new Mutant("a guest may use any MAC address", "zone/guard/PortGuard.java",
                        "        if (!isMac(mac)) {\n            return MAC;",
                        "        if (!isMac(mac) && mac == 0) {\n            return MAC;"),
                new Mutant("a held MAC address is anybody's", "zone/guard/AddressOwners.java",
                        "refused |= holds.isHeld(owner, declared.bitOfMac(entry)) || isBetweenGuarded(owner, port);",
                        "refused |= isBetweenGuarded(owner, port);"),
                new Mutant("a held MAC address is unknown when it has aged", "zone/guard/AddressOwners.java",
                        "found = holds.isHeld(owner, declared.bitOfMac(entry)) ? owner : found;",
                        "found = owner < 0 ? owner : found;"),
                new Mutant("an access port takes tagged frames", "vlan/VlanMembership.java",
                        "if (tagged.contains(vid)) {",
                        "if (members.contains(vid)) {"),
                new Mutant("one VLAN's MAC addresses are known in all", "vswitch/fdb/EntryWord.java",
                        "return mix((long) vid << VID_SHIFT | mac);", "return mix(vid > 0 ? mac : 0);"),
                new Mutant("a fragment passes without its first", "vswitch/zoning/Fragments.java",
                        "                ? HELD\n                : ZoneVerdict.FRAGMENT;\n    }\n\n    /** Evaluates the copy",
                        "                ? ZoneVerdict.ALLOW\n                : ZoneVerdict.ALLOW;\n    }\n\n    /** Evaluates the copy"),
                new Mutant("an answer may acknowledge anything", "zone/track/TcpTracking.java",
                        "if (tcp.isAck() && !acknowledges) {",
                        "if (tcp.isAck() && !acknowledges && tcp.isFin()) {"),
                new Mutant("the receiver's zone is the sender's", "vswitch/zoning/ZoneFilter.java",
                        "int to = table.zone(egress, vlan);",
                        "int to = table.zone(ingress, vlan);"),
                new Mutant("a stateless policy begins connections", "zone/track/ConnectionLookup.java",
                        "if (key.isAnswer || !PolicyDecision.isAllowed(decided) || (decided & PolicyDecision.STATELESS) != 0) {",
                        "if (key.isAnswer || !PolicyDecision.isAllowed(decided)) {"),
                new Mutant("a trace begins connections", "zone/track/ConnTracker.java",
                        "return new ConnTracker(table, false, 0);",
                        "return new ConnTracker(table, true, 0);"),
                new Mutant("a trace knows no MAC addresses", "vswitch/trace/Tracer.java",
                        "        macs.copyOf(learned);\n",
                        ""),
                new Mutant("a trace knows no limits", "zone/track/ConnectionLookup.java",
                        "} else if (begun <= 0 && !table",
                        "} else if (begun < -1 && !table"),
                new Mutant("a trace forgets what it should only look at", "zone/track/ConnectionLookup.java",
                        "        recent = NONE;\n        if (changes) {\n            table.remove",
                        "        recent = NONE;\n        if (slot >= 0) {\n            table.remove"));
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void shouldBeFound(Mutant mutant, @TempDir Path scratch) throws Exception {
        MutantLoader mutated = MutantLoader.of(scratch, mutant.file, mutant.original, mutant.replacement);
        Throwable found = null;
        long by = 0;
        for (int n = 0; n < SEEDS.length && found == null; n++) {
            by = SEEDS[n];
            found = catchThrowable(mutated.traceBesideWire(by)::run);
        }
        assertThat(found).as(mutant.name).isInstanceOf(AssertionError.class);
        String finder = String.valueOf(found).contains("[rules") ? "the rules" : "the trace";
        System.out.println("JudgeMutantsProof: " + mutant + ": found by " + finder + ", seed " + by);
    }

    @Test
    void shouldFindNothingWhereNothingWasChanged(@TempDir Path scratch) throws Exception {
        assertThatCode(MutantLoader.unchanged(scratch).traceBesideWire(SEEDS[0])::run).doesNotThrowAnyException();
    }
}
