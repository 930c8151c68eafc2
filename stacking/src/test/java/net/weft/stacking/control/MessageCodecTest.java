package net.weft.stacking.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import net.weft.stacking.control.MemberState.Adjacency;
import net.weft.stacking.control.MemberState.LagUse;
import net.weft.stacking.control.StackMessage.Heard;
import net.weft.stacking.control.StackMessage.Hello;
import net.weft.stacking.control.StackMessage.States;
import net.weft.testing.Seed;
import org.junit.jupiter.api.Test;

class MessageCodecTest {
    private final Random random = Seed.random(MessageCodecTest.class);
    private final StackSecret secret = new StackSecret(new byte[StackSecret.KEY_BYTES]);
    private final MessageCodec codec = new MessageCodec(secret);

    private Sender sender() {
        return new Sender(secret.fingerprint(), 1 + random.nextInt(65_534), random.nextLong(), random.nextInt(32),
                random.nextLong() | 1, random.nextLong(1000));
    }

    private Hello hello() {
        byte[] key = new byte[PublicKey.BYTES];
        random.nextBytes(key);
        return new Hello(sender(), new PublicKey(key),
                random.nextBoolean() ? null : new Heard(3, random.nextLong() | 1),
                random.nextLong());
    }

    private States states() {
        List<MemberState> states = new ArrayList<>();
        for (int n = random.nextInt(4); n > 0; n--) {
            List<Adjacency> links = new ArrayList<>();
            for (int link = 0; link < 32; link++) {
                if (random.nextInt(4) == 0) {
                    links.add(new Adjacency(link, 1 + random.nextInt(65_534), random.nextInt(32)));
                }
            }
            states.add(new MemberState(1 + random.nextInt(65_534), random.nextLong(), random.nextInt(1 << 20),
                    random.nextInt(65_536), random.nextInt(1 << 30), random.nextBoolean(), random.nextBoolean(),
                    links, lags(random.nextInt(10))));
        }
        return new States(sender(), states);
    }

    private List<LagUse> lags(int count) {
        return random.ints(count, 1, 65_536).sorted().distinct()
                .mapToObj(number -> new LagUse(number, random.nextLong())).toList();
    }

    private byte[] bytes(StackMessage message) {
        return switch (message) {
            case Hello hello -> codec.hello(hello);
            case States states -> codec.states(states.sender(), states.states());
        };
    }

    @Test
    void shouldReadWhatItWrites() {
        for (int n = 0; n < 2000; n++) {
            StackMessage message = random.nextBoolean() ? hello() : states();
            byte[] bytes = bytes(message);
            byte[] padded = Arrays.copyOf(bytes, bytes.length + random.nextInt(30));
            assertThat(codec.read(padded, 0, bytes.length)).isEqualTo(new MessageCodec.Read(message, null));
        }
    }

    @Test
    void shouldRefuseWhatWasChangedOrCut() {
        for (int n = 0; n < 5000; n++) {
            byte[] bytes = bytes(random.nextBoolean() ? hello() : states());
            byte[] changed = bytes.clone();
            int length = bytes.length;
            if (random.nextBoolean()) {
                changed[random.nextInt(length)] ^= (byte) (1 + random.nextInt(255));
            } else {
                length = random.nextInt(length);
            }
            MessageCodec.Read read = codec.read(changed, 0, length);
            assertThat(read.message()).isNull();
            assertThat(read.fault()).isNotNull();
        }
    }

    /** A member whose program is broken signs what it writes: nothing that it writes may do harm. */
    @Test
    void shouldRefuseOrReadAnySignedBytes() {
        int read = 0;
        for (int n = 0; n < 20_000; n++) {
            byte[] bytes = bytes(random.nextBoolean() ? hello() : states());
            int body = bytes.length - StackSecret.TAG_BYTES;
            for (int change = 1 + random.nextInt(4); change > 0; change--) {
                bytes[10 + random.nextInt(body - 10)] = (byte) random.nextInt();
            }
            int length = random.nextInt(3) == 0 ? 20 + random.nextInt(body - 20) : body;
            byte[] signed = Arrays.copyOf(bytes, length + StackSecret.TAG_BYTES);
            secret.sign(signed, length);
            MessageCodec.Read result = codec.read(signed, 0, signed.length);
            assertThat((result.message() == null) == (result.fault() != null)).isTrue();
            read += result.message() != null ? 1 : 0;
        }
        assertThat(read).as("the control: some are read").isGreaterThan(1000);
    }

    @Test
    void shouldNameAnotherFabricAndAnotherVersion() {
        byte[] key = new byte[StackSecret.KEY_BYTES];
        key[0] = 1;
        byte[] bytes = codec.hello(hello());
        assertThat(new MessageCodec(new StackSecret(key)).read(bytes, 0, bytes.length).fault())
                .isEqualTo(MessageFault.FOREIGN_FABRIC);
        bytes[0] = 9;
        assertThat(codec.read(bytes, 0, bytes.length).fault()).isEqualTo(MessageFault.VERSION);
    }

    @Test
    void shouldSplitStatesThatDoNotFitIntoOneMessage() {
        List<Adjacency> links = new ArrayList<>();
        for (int link = 0; link < 32; link++) {
            links.add(new Adjacency(link, link + 1, link));
        }
        List<MemberState> all = new ArrayList<>();
        for (int member = 1; member <= 64; member++) {
            all.add(new MemberState(member, member, 1, 1, 1, true, false, links, lags(MemberState.MOST_LAGS)));
        }
        List<MemberState> rest = all;
        while (!rest.isEmpty()) {
            int fitting = MessageCodec.fitting(rest);
            assertThat(fitting).isPositive();
            byte[] bytes = codec.states(sender(), rest);
            assertThat(bytes.length).isLessThanOrEqualTo(MessageCodec.MAX_BYTES);
            assertThat(((States) Objects.requireNonNull(codec.read(bytes, 0, bytes.length).message())).states())
                    .isEqualTo(rest.subList(0, fitting));
            rest = rest.subList(fitting, rest.size());
        }
    }

    @Test
    void shouldAgreeOnASecret() {
        Agreement one = Agreement.create();
        Agreement other = Agreement.create();
        assertThat(one.with(other.publicKey())).isPresent();
        assertThat(one.with(other.publicKey()).orElseThrow()).isEqualTo(other.with(one.publicKey()).orElseThrow())
                .isNotEqualTo(one.with(Agreement.create().publicKey()).orElseThrow());
        assertThat(one.with(new PublicKey(new byte[PublicKey.BYTES]))).as("a point of low order").isEmpty();
    }
}
