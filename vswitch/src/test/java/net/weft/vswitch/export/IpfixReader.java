package net.weft.vswitch.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A collector's half of RFC 7011, written from it: believes nothing but the templates it was sent. */
final class IpfixReader {
    private record Field(int element, int length) {
    }

    /** Values by number of the information element. */
    record Data(int template, Map<Integer, byte[]> values) {
        long number(int element) {
            return new BigInteger(1, bytes(element)).longValueExact();
        }

        byte[] bytes(int element) {
            return Objects.requireNonNull(values.get(element), "no element " + element);
        }
    }

    final List<Data> data = new ArrayList<>();
    private final Map<Integer, List<Field>> templates = new HashMap<>();
    private int expectedSequence;
    private int templateMessages;

    void read(byte[] message, int domain) {
        ByteBuffer in = ByteBuffer.wrap(message);
        assertThat(in.getShort()).as("version").isEqualTo((short) 10);
        assertThat(Short.toUnsignedInt(in.getShort())).as("length").isEqualTo(message.length);
        in.getInt();
        assertThat(in.getInt()).as("sequence number").isEqualTo(expectedSequence);
        assertThat(in.getInt()).as("observation domain").isEqualTo(domain);
        while (in.hasRemaining()) {
            int id = Short.toUnsignedInt(in.getShort());
            int length = Short.toUnsignedInt(in.getShort());
            assertThat(length).as("set length").isBetween(4, in.remaining() + 4);
            ByteBuffer set = in.slice(in.position(), length - 4);
            in.position(in.position() + length - 4);
            while (set.hasRemaining()) {
                if (id == 2 || id == 3) {
                    templateMessages++;
                    template(set, id == 3);
                } else {
                    data.add(record(set, id));
                    expectedSequence++;
                }
            }
        }
    }

    private void template(ByteBuffer set, boolean options) {
        int id = Short.toUnsignedInt(set.getShort());
        int count = set.getShort();
        assertThat(id).isGreaterThanOrEqualTo(256);
        if (options) {
            assertThat((int) set.getShort()).as("scope fields").isBetween(1, count);
        }
        List<Field> fields = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            int element = Short.toUnsignedInt(set.getShort());
            assertThat(element).as("no enterprise's element").isLessThan(0x8000);
            fields.add(new Field(element, Short.toUnsignedInt(set.getShort())));
        }
        List<Field> before = templates.put(id, fields);
        assertThat(before == null || before.equals(fields)).as("a template does not change").isTrue();
    }

    private Data record(ByteBuffer set, int id) {
        List<Field> template = templates.get(id);
        assertThat(template).as("template %d is known", id).isNotNull();
        Map<Integer, byte[]> values = new HashMap<>();
        for (Field field : Objects.requireNonNull(template)) {
            int length = field.length == 0xFFFF ? Byte.toUnsignedInt(set.get()) : field.length;
            byte[] value = new byte[length];
            set.get(value);
            values.put(field.element, value);
        }
        return new Data(id, values);
    }

    int templates() {
        return templateMessages;
    }

    List<Data> of(int template) {
        return data.stream().filter(record -> record.template == template).toList();
    }
}
