package net.weft.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import net.weft.testing.Seed;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every view promises, on arbitrary bytes in a segment that ends where the readable ones do: the check reads nothing
 * beyond; behind it the value is read without a fault; and emitting that value gives the same bytes again, so that nothing
 * unknown is lost. Where the check says no, parsing says so too.
 */
class ViewFuzzTest {
    private static final int ROUNDS = 20_000;
    private static final Random RANDOM = Seed.random(ViewFuzzTest.class);

    interface Check {
        boolean check(MemorySegment segment, long offset, int available);
    }

    interface Parse<H> {
        H parse(MemorySegment segment, long offset, int available);
    }

    record Emitted(int length, BiConsumer<MemorySegment, Long> emit) {
    }

    /** @param bias makes random bytes plausible, so that the check passes often */
    record View(String name, Check check, Parse<Emitted> parse, Bias bias) {
        @Override
        public String toString() {
            return name;
        }
    }

    interface Bias {
        void apply(byte[] bytes, Random random);
    }

    private static Bias at(int index, int... values) {
        return (bytes, random) -> {
            if (index < bytes.length) {
                bytes[index] = (byte) values[random.nextInt(values.length)];
            }
        };
    }

    private static View extension(int type) {
        return new View("extension " + type, (s, o, a) -> Ipv6Extensions.check(type, s, o, a), (s, o, a) -> {
            var header = Ipv6Extensions.Header.parse(type, s, o, a);
            return new Emitted(header.length(), header::emit);
        }, at(1, 0, 1, 2, 5, 200));
    }

    static List<View> views() {
        return List.of(new View("Ethernet", Ethernet::check, (s, o, a) -> {
            var header = Ethernet.Header.parse(s, o, a);
            return new Emitted(header.length(), header::emit);
        }, at(0, 0)), new View("VlanTag", VlanTag::check, (s, o, a) -> {
            var header = VlanTag.Header.parse(s, o, a);
            return new Emitted(header.length(), header::emit);
        }, (bytes, random) -> {
            boolean service = random.nextBoolean();
            at(0, service ? 0x88 : 0x81).apply(bytes, random);
            at(1, service ? 0xa8 : 0x00).apply(bytes, random);
        }), new View("Arp", Arp::check, (s, o, a) -> {
            var header = Arp.Header.parse(s, o, a);
            return new Emitted(header.length(), header::emit);
        }, (bytes, random) -> System.arraycopy(new byte[]{0, 1, 8, 0, 6, 4}, 0, bytes, 0, Math.min(6, bytes.length))),
                new View("Ipv4", Ipv4::check, (s, o, a) -> {
                    var header = Ipv4.Header.parse(s, o, a);
                    return new Emitted(header.length(), header::emit);
                }, at(0, 0x45, 0x46, 0x4f, 0x44, 0x65)), new View("Ipv6", Ipv6::check, (s, o, a) -> {
                    var header = Ipv6.Header.parse(s, o, a);
                    return new Emitted(header.length(), header::emit);
                }, at(0, 0x60, 0x6f, 0x4f)), new View("Ipv6Fragment", Ipv6Fragment::check, (s, o, a) -> {
                    var header = Ipv6Fragment.Header.parse(s, o, a);
                    return new Emitted(header.length(), header::emit);
                }, at(0, 0)), extension(IpProtocol.HOP_BY_HOP), extension(IpProtocol.ROUTING),
                extension(IpProtocol.AH), extension(IpProtocol.DESTINATION_OPTIONS),
                new View("Tcp", Tcp::check, (s, o, a) -> {
                    var header = Tcp.Header.parse(s, o, a);
                    return new Emitted(header.length(), header::emit);
                }, at(12, 0x50, 0x6f, 0xf1, 0x40)), new View("Udp", Udp::check, (s, o, a) -> {
                    var header = Udp.Header.parse(s, o, a);
                    return new Emitted(header.length(), header::emit);
                }, at(4, 0, 1)), new View("Icmp", Icmp::check, (s, o, a) -> {
                    var header = Icmp.Header.parse(s, o, a);
                    return new Emitted(header.length(), header::emit);
                }, at(0, 0, 8)), new View("Icmpv6", Icmpv6::check, (s, o, a) -> {
                    var header = Icmpv6.Header.parse(s, o, a);
                    return new Emitted(header.length(), header::emit);
                }, at(0, 128)), new View("NeighborDiscovery", NeighborDiscovery::check, (s, o, a) -> {
                    var header = NeighborDiscovery.Header.parse(s, o, a);
                    return new Emitted(header.length(), header::emit);
                }, (bytes, random) -> {
                    at(0, 133, 134, 135, 136, 137).apply(bytes, random);
                    at(1, 0).apply(bytes, random);
                    for (int option = 8; option < bytes.length; option += 8) {
                        at(option + 1, 1, 1, 1, 2).apply(bytes, random);
                    }
                }));
    }

    @ParameterizedTest
    @MethodSource("views")
    void shouldReadAnyBytesAndGiveThemBack(View view) {
        int passed = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = Bytes.random(RANDOM, RANDOM.nextInt(100));
            if (RANDOM.nextInt(8) != 0) {
                view.bias.apply(bytes, RANDOM);
            }
            MemorySegment segment = Bytes.segment(bytes);
            if (view.check.check(segment, Bytes.AT, bytes.length)) {
                passed++;
                Emitted emitted = view.parse.parse(segment, Bytes.AT, bytes.length);
                assertThat(Bytes.emitted(emitted.length, emitted.emit))
                        .isEqualTo(Arrays.copyOf(bytes, emitted.length));
            } else {
                assertThat(refuses(view, segment, bytes.length)).isTrue();
            }
        }
        assertThat(passed).isBetween(ROUNDS / 100, ROUNDS - 1);
    }

    private static boolean refuses(View view, MemorySegment segment, int available) {
        try {
            view.parse.parse(segment, Bytes.AT, available);
            return false;
        } catch (IllegalArgumentException expected) {
            return true;
        }
    }
}
