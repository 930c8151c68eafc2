package net.weft.vswitch.offload;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Random;

/**
 * A well-formed TCP or UDP frame of random addresses and content, to be described and then built. Its checksum field holds
 * the pseudo-header sum, as a sender leaves it.
 */
record SampleFrame(boolean ipv6, boolean tcp, List<Integer> tags, int ipOptions, List<Integer> extensions,
        int tcpOptions,
        int tcpFlags, int payload) {
    static final int ACK = 0x10;
    /** Destination options of 200 bytes; the low byte goes into the frame. */
    static final int LONG_OPTIONS = 0x100 | 60;

    static SampleFrame tcp4(int payload) {
        return new SampleFrame(false, true, List.of(), 0, List.of(), 0, ACK, payload);
    }

    static SampleFrame tcp6(int payload) {
        return new SampleFrame(true, true, List.of(), 0, List.of(), 0, ACK, payload);
    }

    static SampleFrame udp4(int payload) {
        return new SampleFrame(false, false, List.of(), 0, List.of(), 0, 0, payload);
    }

    static SampleFrame udp6(int payload) {
        return new SampleFrame(true, false, List.of(), 0, List.of(), 0, 0, payload);
    }

    SampleFrame tagged(Integer... tpids) {
        return new SampleFrame(ipv6, tcp, List.of(tpids), ipOptions, extensions, tcpOptions, tcpFlags, payload);
    }

    SampleFrame ipOptions(int bytes) {
        return new SampleFrame(ipv6, tcp, tags, bytes, extensions, tcpOptions, tcpFlags, payload);
    }

    SampleFrame extensions(Integer... types) {
        return new SampleFrame(ipv6, tcp, tags, ipOptions, List.of(types), tcpOptions, tcpFlags, payload);
    }

    SampleFrame tcpOptions(int bytes) {
        return new SampleFrame(ipv6, tcp, tags, ipOptions, extensions, bytes, tcpFlags, payload);
    }

    SampleFrame tcpFlags(int flags) {
        return new SampleFrame(ipv6, tcp, tags, ipOptions, extensions, tcpOptions, flags, payload);
    }

    /** Any frame of this kind, with a payload of at most {@code maxPayload} bytes. */
    static SampleFrame any(Random random, int maxPayload) {
        boolean ipv6 = random.nextBoolean();
        boolean tcp = random.nextBoolean();
        List<Integer> tags = random.nextInt(3) > 0
                ? List.of()
                : random.nextBoolean() ? List.of(0x8100) : List.of(0x88a8, 0x8100);
        List<Integer> extensions = !ipv6 || random.nextInt(4) > 0
                ? List.of()
                : random.nextBoolean() ? List.of(0, 60) : List.of(random.nextBoolean() ? 60 : 43);
        int ipOptions = ipv6 || random.nextInt(4) > 0 ? 0 : 4 * random.nextInt(11);
        int tcpOptions = tcp && random.nextBoolean() ? 4 * random.nextInt(11) : 0;
        return new SampleFrame(ipv6, tcp, tags, ipOptions, extensions, tcpOptions, random.nextInt(256),
                random.nextInt(maxPayload + 1));
    }

    /** Offset of the IP header. */
    int l3() {
        return 14 + 4 * tags.size();
    }

    /** Offset of the transport header. */
    int l4() {
        int bytes = ipv6 ? 40 : 20 + ipOptions;
        for (int type : extensions) {
            bytes += extensionBytes(type);
        }
        return l3() + bytes;
    }

    int payloadOffset() {
        return l4() + (tcp ? 20 + tcpOptions : 8);
    }

    private static int extensionBytes(int type) {
        return type == LONG_OPTIONS ? 200 : type == 43 ? 24 : 8;
    }

    byte[] build(Random random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[]{2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2});
        for (int tpid : tags) {
            u16(out, tpid);
            u16(out, 1 + random.nextInt(4094));
        }
        u16(out, ipv6 ? 0x86dd : 0x0800);
        int transport = (tcp ? 20 + tcpOptions : 8) + payload;
        if (ipv6) {
            ipv6(out, random, transport);
        } else {
            ipv4(out, random, transport);
        }
        out.writeBytes(bytes(random, 4));
        if (tcp) {
            out.writeBytes(bytes(random, 8));
            out.write(((20 + tcpOptions) / 4) << 4);
            out.write(tcpFlags);
            u16(out, 0x1234);
            u16(out, 0);
            u16(out, 0);
            out.writeBytes(bytes(random, tcpOptions));
        } else {
            u16(out, transport);
            u16(out, 0);
        }
        out.writeBytes(bytes(random, payload));
        byte[] frame = out.toByteArray();
        NaiveOffload.seed(frame);
        return frame;
    }

    private void ipv4(ByteArrayOutputStream out, Random random, int transport) {
        out.write(0x40 | (20 + ipOptions) / 4);
        out.write(random.nextInt(256));
        u16(out, 20 + ipOptions + transport);
        out.writeBytes(bytes(random, 2));
        u16(out, 0x4000);
        out.write(64);
        out.write(tcp ? 6 : 17);
        u16(out, 0);
        out.writeBytes(bytes(random, 8 + ipOptions));
    }

    private void ipv6(ByteArrayOutputStream out, Random random, int transport) {
        int last = tcp ? 6 : 17;
        u16(out, 0x6000 | random.nextInt(0x1000));
        out.writeBytes(bytes(random, 2));
        u16(out, l4() - l3() - 40 + transport);
        out.write(extensions.isEmpty() ? last : extensions.getFirst());
        out.write(64);
        out.writeBytes(bytes(random, 32));
        for (int i = 0; i < extensions.size(); i++) {
            int type = extensions.get(i);
            int length = extensionBytes(type);
            out.write(i + 1 < extensions.size() ? extensions.get(i + 1) : last);
            out.write(type == 44 || type == 51 ? 0 : length / 8 - 1);
            out.writeBytes(new byte[length - 2]);
        }
    }

    private static void u16(ByteArrayOutputStream out, int value) {
        out.write(value >>> 8);
        out.write(value);
    }

    private static byte[] bytes(Random random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
