package net.weft.controller.server.pki;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Encodes the types of ASN.1 that a certificate has in DER (ITU-T X.690). Each method returns a whole element. */
final class Der {
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int CONTEXT = 0x80;
    private static final int CONSTRUCTED = 0x20;
    private static final int LONG_FORM = 0x80;
    /** From this year on a certificate has GeneralizedTime (RFC 5280 section 4.1.2.5). */
    private static final int GENERALIZED_FROM = 2050;
    private static final DateTimeFormatter UTC_TIME = DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter GENERALIZED = DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private Der() {
    }

    static byte[] sequence(byte[]... parts) {
        return element(SEQUENCE, joined(parts));
    }

    static byte[] set(byte[]... parts) {
        return element(SET, joined(parts));
    }

    static byte[] bool(boolean value) {
        return element(0x01, new byte[]{(byte) (value ? 0xff : 0)});
    }

    static byte[] integer(BigInteger value) {
        return element(0x02, value.toByteArray());
    }

    /** @param unused number of unused bits of the last byte */
    static byte[] bitString(int unused, byte[] bits) {
        return element(0x03, joined(new byte[]{(byte) unused}, bits));
    }

    static byte[] octetString(byte[] bytes) {
        return element(0x04, bytes);
    }

    static byte[] utf8(String text) {
        return element(0x0c, text.getBytes(StandardCharsets.UTF_8));
    }

    /** @param dotted an identifier such as {@code 2.5.29.19} */
    static byte[] oid(String dotted) {
        String[] arcs = dotted.split("\\.");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        base128(out, 40 * Integer.parseInt(arcs[0]) + Integer.parseInt(arcs[1]));
        for (int i = 2; i < arcs.length; i++) {
            base128(out, Integer.parseInt(arcs[i]));
        }
        return element(0x06, out.toByteArray());
    }

    private static void base128(ByteArrayOutputStream out, int value) {
        int groups = 1;
        while (value >>> 7 * groups != 0) {
            groups++;
        }
        for (int i = groups - 1; i >= 0; i--) {
            out.write(value >>> 7 * i & 0x7f | (i == 0 ? 0 : 0x80));
        }
    }

    static byte[] time(Instant time) {
        return time.atOffset(ZoneOffset.UTC).getYear() < GENERALIZED_FROM
                ? element(0x17, UTC_TIME.format(time).getBytes(StandardCharsets.US_ASCII))
                : element(0x18, GENERALIZED.format(time).getBytes(StandardCharsets.US_ASCII));
    }

    /** Returns an element with an explicit tag around another. */
    static byte[] explicit(int tag, byte[] element) {
        return element(CONTEXT | CONSTRUCTED | tag, element);
    }

    /** Returns a primitive element whose own tag is replaced. */
    static byte[] implicit(int tag, byte[] content) {
        return element(CONTEXT | tag, content);
    }

    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 6);
        out.write(tag);
        if (content.length < LONG_FORM) {
            out.write(content.length);
        } else {
            byte[] length = BigInteger.valueOf(content.length).toByteArray();
            int skipped = length[0] == 0 ? 1 : 0;
            out.write(LONG_FORM | length.length - skipped);
            out.write(length, skipped, length.length - skipped);
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
