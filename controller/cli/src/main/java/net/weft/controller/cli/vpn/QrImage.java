package net.weft.controller.cli.vpn;

import io.nayuki.qrcodegen.QrCode;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/** A QR code as text for a terminal, and as a PNG file. */
final class QrImage {
    private static final int QUIET = 4;
    private static final int SCALE = 6;
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    private final QrCode code;

    QrImage(String text) {
        code = QrCode.encodeText(text, QrCode.Ecc.LOW);
    }

    private boolean isDark(int x, int y) {
        return code.getModule(x - QUIET, y - QUIET);
    }

    private int size() {
        return code.size + 2 * QUIET;
    }

    /** Returns two rows of modules a line, dark on light whatever the terminal's colours are. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (int y = 0; y < size(); y += 2) {
            text.append("\u001b[30;47m");
            for (int x = 0; x < size(); x++) {
                boolean upper = isDark(x, y);
                boolean lower = y + 1 < size() && isDark(x, y + 1);
                text.append(upper ? lower ? '\u2588' : '\u2580' : lower ? '\u2584' : ' ');
            }
            text.append("\u001b[0m\n");
        }
        return text.toString();
    }

    /** Returns a greyscale image (PNG, W3C recommendation of 2003: signature, IHDR, IDAT, IEND). */
    byte[] png() {
        int pixels = size() * SCALE;
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try {
            file.write(SIGNATURE);
            ByteArrayOutputStream header = new ByteArrayOutputStream();
            DataOutputStream fields = new DataOutputStream(header);
            fields.writeInt(pixels);
            fields.writeInt(pixels);
            fields.write(new byte[]{8, 0, 0, 0, 0});
            chunk(file, "IHDR", header.toByteArray());
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            try (DeflaterOutputStream deflater = new DeflaterOutputStream(packed)) {
                for (int y = 0; y < pixels; y++) {
                    deflater.write(0);
                    for (int x = 0; x < pixels; x++) {
                        deflater.write(isDark(x / SCALE, y / SCALE) ? 0 : 255);
                    }
                }
            }
            chunk(file, "IDAT", packed.toByteArray());
            chunk(file, "IEND", new byte[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream file, String type, byte[] data) throws IOException {
        DataOutputStream out = new DataOutputStream(file);
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 crc = new CRC32();
        crc.update(name);
        crc.update(data);
        out.writeInt(data.length);
        out.write(name);
        out.write(data);
        out.writeInt((int) crc.getValue());
    }
}
