package net.weft.lacp;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.Random;
import net.weft.packet.MacAddress;
import org.junit.jupiter.api.Test;

class SlowFramesTest {
    /** Laid out by hand from IEEE 802.1AX-2014, figure 6-7. */
    private static final String LACPDU = "0180c2000002" + "020000000001" + "8809" + "0101"
            + "0114" + "8000" + "02574c000001" + "0011" + "00ff" + "0003" + "3d" + "000000"
            + "0214" + "0064" + "02000000000b" + "0007" + "0005" + "0065" + "3f" + "000000"
            + "0310" + "0032" + "00".repeat(12) + "0000" + "00".repeat(50);
    private static final String MARKER = "0180c2000002" + "020000000001" + "8809" + "0201"
            + "0110" + "0003" + "02574c000001" + "01020304" + "0000" + "0000" + "00".repeat(90);

    @Test
    void shouldLayOutALacpduAsTheStandardDraws() {
        Lacpdu pdu = new Lacpdu(
                new PortInfo(new SystemId(32_768, MacAddress.parse("02:57:4c:00:00:01")), 17, 255, 3, 0x3d),
                new PortInfo(new SystemId(100, MacAddress.parse("02:00:00:00:00:0b")), 7, 5, 101, 0x3f), 50);
        byte[] expected = HexFormat.of().parseHex(LACPDU);
        assertThat(SlowFrames.write(pdu, new MacAddress(0x0200_0000_0001L))).isEqualTo(expected);
        assertThat(SlowFrames.parse(MemorySegment.ofArray(expected))).isEqualTo(pdu);
    }

    @Test
    void shouldLayOutAMarkerAsTheStandardDraws() {
        Marker marker = new Marker(false, 3, MacAddress.parse("02:57:4c:00:00:01"), 0x01020304);
        byte[] expected = HexFormat.of().parseHex(MARKER);
        assertThat(SlowFrames.write(marker, new MacAddress(0x0200_0000_0001L))).isEqualTo(expected);
        assertThat(SlowFrames.parse(MemorySegment.ofArray(expected))).isEqualTo(marker);
        expected[16] = 2;
        assertThat(SlowFrames.parse(MemorySegment.ofArray(expected))).isEqualTo(marker.answer());
    }

    @Test
    void shouldReadBackWhatItWrites() {
        long seed = Long.getLong("weft.seed", System.nanoTime());
        System.out.println("SlowFramesTest: -Dweft.seed=" + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            Lacpdu pdu = new Lacpdu(info(random), info(random), random.nextInt(0x10000));
            byte[] frame = SlowFrames.write(pdu, new MacAddress(2));
            assertThat(SlowFrames.parse(MemorySegment.ofArray(frame))).as("-Dweft.seed=%d", seed).isEqualTo(pdu);
        }
    }

    private static PortInfo info(Random random) {
        return new PortInfo(new SystemId(random.nextInt(0x10000), new MacAddress(random.nextLong(1L << 48))),
                random.nextInt(0x10000), random.nextInt(0x10000), random.nextInt(0x10000), random.nextInt(256));
    }

    @Test
    void shouldNameTheBitsOfAState() {
        assertThat(PortState.describe(0x3d))
                .isEqualTo("active,aggregatable,in-sync,collecting,distributing");
        assertThat(PortState.describe(0)).isEmpty();
    }
}
