package net.weft.zone.track;

import static java.lang.Integer.MAX_VALUE;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static net.weft.packet.Tcp.ACK;
import static net.weft.packet.Tcp.SYN;
import static net.weft.zone.ZoneVerdict.ALLOW;
import static net.weft.zone.ZoneVerdict.INVALID_STATE;
import static net.weft.zone.ZoneVerdict.ZONE_DENIED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import net.weft.testing.Seed;
import net.weft.zone.PolicyDecision;
import net.weft.zone.Timeouts;
import net.weft.zone.track.Packet.Address;
import org.junit.jupiter.api.Test;

class ConnectionTableTest {
    private static final int CAPACITY = 1000;
    private final Random random = Seed.random(ConnectionTableTest.class);
    private final Bed bed = new Bed(CAPACITY, 0);

    private void open(int connections) {
        for (int i = 0; i < connections; i++) {
            bed.forth(Packet.udp(Address.v4(1), i, Address.v4(2), 53));
        }
    }

    private Attachment attached(int capacity, long boot) {
        MemorySegment copy = Arena.ofAuto().allocate(ConnectionMemory.bytes(Math.max(capacity, CAPACITY)), 64);
        copy.copyFrom(bed.memory);
        return ConnectionMemory.attach(copy, capacity, boot, 2, 3, 1000, 0).attachment();
    }

    @Test
    void shouldNeedAtMost128BytesAConnection() {
        for (int capacity : new int[]{1 << 16, 1_000_000, 1 << 20}) {
            assertThat((double) ConnectionMemory.bytes(capacity) / capacity).isLessThanOrEqualTo(128);
        }
    }

    @Test
    void shouldRefuseMemoryThatIsTooSmall() {
        MemorySegment small = Arena.ofAuto().allocate(ConnectionMemory.bytes(100) - 1, 64);
        assertThatThrownBy(() -> ConnectionMemory.attach(small, 100, 1, 2, 3, 0, 0))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("100 connections");
        assertThatThrownBy(() -> ConnectionMemory.bytes(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldResumeWhatAnEarlierProcessHasLeft() {
        assertThat(bed.table.attachment()).isEqualTo(Attachment.EMPTY);
        bed.forth(SYN, 99, 0);
        bed.back(SYN | ACK, 499, 100);
        bed.forth(ACK, 100, 500);
        var before = bed.rows();
        bed.nowSeconds += 5;
        bed.attach(0);

        assertThat(bed.table.attachment()).isEqualTo(Attachment.RESUMED);
        assertThat(bed.rows())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("secondsToLive", "answeringPort")
                .isEqualTo(before);
        assertThat(bed.table.size()).isOne();
        assertThat(bed.table.connectionsOfPort(Bed.GUEST_PORT)).isOne();
        assertThat(bed.back(ACK, 500, 100, 1000, 1000, "")).isEqualTo(ALLOW);
        assertThat(bed.tracker.state()).isEqualTo(PacketState.REPLY);
    }

    @Test
    void shouldJudgeAgainAfterARestart() {
        open(1);
        bed.policies = Bed.NOTHING;
        bed.epoch = 0;
        bed.attach(0);

        assertThat(bed.back(Packet.udp(Address.v4(2), 53, Address.v4(1), 0))).isEqualTo(ZONE_DENIED);
        assertThat(bed.table.size()).isZero();
    }

    @Test
    void shouldBeginAnewWhereTheTableIsNotItsOwn() {
        open(10);
        assertThat(attached(CAPACITY, 1)).isEqualTo(Attachment.RESUMED);
        assertThat(attached(CAPACITY, 9)).isEqualTo(Attachment.OTHER_BOOT);
        assertThat(attached(CAPACITY - 1, 1)).isEqualTo(Attachment.OTHER_CAPACITY);
        bed.memory.set(JAVA_LONG, Layout.SHAPE, bed.memory.get(JAVA_LONG, Layout.SHAPE) + (1L << 32));
        assertThat(attached(CAPACITY, 1)).isEqualTo(Attachment.OTHER_VERSION);
        bed.memory.set(JAVA_LONG, Layout.SHAPE, 2L << 32);
        assertThat(attached(CAPACITY, 1).isNew()).isTrue();
        bed.memory.set(JAVA_LONG, Layout.MAGIC, 1);
        assertThat(attached(CAPACITY, 1)).isEqualTo(Attachment.DAMAGED);
    }

    @Test
    void shouldForgetAllWhenItBeginsAnew() {
        open(10);
        bed.memory.set(JAVA_LONG, Layout.SECRET, 0);
        bed.attach(0);

        assertThat(bed.table.attachment()).isEqualTo(Attachment.DAMAGED);
        assertThat(bed.table.size()).isZero();
        assertThat(bed.rows()).isEmpty();
    }

    /** Killed between two stores of making an entry: what is not whole is free. */
    @Test
    void shouldDropWhatWasHalfMade() {
        open(10);
        bed.table.freeSlots().allocate();
        int slot = bed.table.freeSlots().allocate();
        bed.memory.set(JAVA_LONG, bed.table.entry(slot) + Layout.TUPLE, 17);
        bed.memory.set(JAVA_LONG, bed.table.entry(slot), ConnectionState.UDP_UNREPLIED);
        bed.attach(0);

        assertThat(bed.table.size()).isEqualTo(10);
        open(CAPACITY);
        assertThat(bed.table.size()).isEqualTo(CAPACITY);
    }

    /** Whatever bit of what identifies a connection has changed in the file, the connection is not believed. */
    @Test
    void shouldDropAnEntryOfWhichAnyBitHasChanged() {
        for (int word : new int[]{Layout.HIGH_A, Layout.LOW_A, Layout.HIGH_B, Layout.LOW_B, Layout.TUPLE}) {
            for (int bit = 0; bit < 64; bit++) {
                flip(word, bit);
            }
        }
        for (int bit = Layout.VLAN_SHIFT - 1; bit < 64; bit++) {
            flip(Layout.POLICY, bit);
        }
        open(1);
        bed.attach(0);
        assertThat(bed.table.size()).as("the control").isOne();
    }

    private void flip(int word, int bit) {
        bed.memory.fill((byte) 0);
        bed.attach(0);
        open(1);
        long at = bed.table.entry(0) + word;
        bed.memory.set(JAVA_LONG, at, bed.memory.get(JAVA_LONG, at) ^ 1L << bit);
        bed.attach(0);
        assertThat(bed.table.size()).as("word %d bit %d", word, bit).isZero();
    }

    @Test
    void shouldNotBelieveANumberOfSlotsThatIsTooSmall() {
        open(10);
        bed.memory.set(JAVA_LONG, Layout.USED, 4);
        bed.attach(0);

        assertThat(bed.table.attachment()).isEqualTo(Attachment.DAMAGED);
        open(CAPACITY);
        assertThat(bed.table.size()).isEqualTo(CAPACITY);
    }

    @Test
    void shouldNotTakeATableForEmptyThatHasLostItsHeader() {
        open(10);
        bed.memory.asSlice(0, Layout.HEADER_BYTES).fill((byte) 0);
        bed.attach(0);

        assertThat(bed.table.attachment()).isEqualTo(Attachment.DAMAGED);
        open(CAPACITY);
        assertThat(bed.table.size()).isEqualTo(CAPACITY);
    }

    @Test
    void shouldNotPickUpForeverWhateverTheFileSays() {
        bed.memory.set(JAVA_LONG, Layout.COLD_UNTIL, bed.nowSeconds + 1_000_000);
        bed.attach(30);
        assertThat(bed.forth(ACK, 100, 500)).isEqualTo(INVALID_STATE);
    }

    @Test
    void shouldForgetWhatItsTimesWouldKeepForever() {
        open(1);
        long state = bed.table.entry(0);
        bed.memory.set(JAVA_LONG, state,
                Layout.withSeconds(bed.memory.get(JAVA_LONG, state), bed.nowSeconds + Integer.MIN_VALUE));
        bed.attach(0);
        bed.at(bed.nowSeconds + 31);
        bed.tracker.sweep(CAPACITY);
        assertThat(bed.table.size()).isZero();
    }

    /** Killed before the index was told: that entry is not believed, and whatever else belongs to the index is made anew. */
    @Test
    void shouldMakeTheIndexAnew() {
        open(100);
        bed.table.index().unpublish(57, bed.table.hashOf(57));
        bed.memory.set(JAVA_LONG, Layout.FREE, 77);
        bed.memory.set(JAVA_LONG, Layout.STRAYS, -5);
        bed.attach(0);

        assertThat(bed.table.size()).isEqualTo(99);
        int allowed = 0;
        for (int i = 0; i < 100; i++) {
            allowed += bed.back(Packet.udp(Address.v4(2), 53, Address.v4(1), i)) == ALLOW ? 1 : 0;
        }
        assertThat(allowed).isEqualTo(99);
        open(CAPACITY);
        assertThat(bed.table.size()).isEqualTo(CAPACITY);
    }

    /** Whatever a table says that was written over: nothing is thrown, and what it counts is what it has. */
    @Test
    void shouldSurviveAnyDamage() {
        for (int round = 0; round < 150; round++) {
            Bed damaged = new Bed(64, 0);
            for (int i = 0; i < 40; i++) {
                damaged.forth(Packet.udp(Address.v4(i % 5), i, Address.v4(9), 53));
            }
            for (int faults = 1 + random.nextInt(40); faults > 0; faults--) {
                damaged.memory.set(JAVA_BYTE, random.nextLong(damaged.memory.byteSize()), (byte) random.nextInt());
            }
            damaged.attach(0);
            assertConsistent(damaged);
            for (int i = 0; i < 100; i++) {
                damaged.forth(Packet.udp(Address.v4(i % 5), i, Address.v4(9), 53));
                damaged.back(Packet.udp(Address.v4(9), 53, Address.v4(i % 5), i));
                damaged.forth(Packet.tcp(Address.v4(i % 5), i, Address.v4(9), 53, SYN, i, 0));
            }
            damaged.tracker.sweep(64);
            assertConsistent(damaged);
        }
    }

    private static void assertConsistent(Bed bed) {
        Timeouts ever = new Timeouts(MAX_VALUE, MAX_VALUE, MAX_VALUE, MAX_VALUE, MAX_VALUE, MAX_VALUE, MAX_VALUE,
                MAX_VALUE);
        var rows = new Connections(bed.table, ever, bed.nowSeconds).rows(ConnectionFilter.ALL, 1000);
        Set<Object> keys = new HashSet<>();
        rows.forEach(row -> keys.add(java.util.List.of(row.vlan(), row.isIpv6(), row.protocol(), row.sourceHigh(),
                row.sourceLow(), row.sourcePort(), row.destinationHigh(), row.destinationLow(), row.destinationPort(),
                row.from(), row.to())));
        assertThat(keys).hasSize(rows.size());
        assertThat(bed.table.size()).isEqualTo(rows.size());
    }

    /** Half of all buckets would be full if the hash were aimed at: connections of every pattern must spread. */
    @Test
    void shouldHoldAsManyAsItSays() {
        Bed large = new Bed(1 << 15, 0);
        large.adopt((vlan, from, to, etherType, protocol, port, sourceHigh, sourceLow, destinationHigh,
                destinationLow) -> PolicyDecision.withoutPolicy(true));
        for (int i = 0; i < 1 << 15; i++) {
            Address client = i % 2 == 0 ? Address.v4(i >> 8) : Address.v6(i >> 8);
            Address server = i % 2 == 0 ? Address.v4(1 << 20) : Address.v6(1 << 20);
            assertThat(large.forth(Packet.udp(client, i & 0xff, server, 53))).as("connection %d", i).isEqualTo(ALLOW);
        }
        assertThat(large.table.size()).isEqualTo(1 << 15);
        for (int i = 0; i < 1 << 15; i++) {
            Address client = i % 2 == 0 ? Address.v4(i >> 8) : Address.v6(i >> 8);
            Address server = i % 2 == 0 ? Address.v4(1 << 20) : Address.v6(1 << 20);
            large.back(Packet.udp(server, 53, client, i & 0xff));
            assertThat(large.tracker.state()).as("connection %d", i).isEqualTo(PacketState.REPLY);
        }
        large.at(large.nowSeconds + 1000);
        assertThat(large.tracker.sweep(1 << 15)).isEqualTo(1 << 15);
        assertThat((long) large.memory.get(JAVA_LONG, Layout.STRAYS)).isZero();
    }
}
