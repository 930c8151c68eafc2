package net.weft.lldp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.weft.packet.MacAddress;
import net.weft.packet.Octets;
import org.junit.jupiter.api.Test;

/** LLDPDUs as bytes: laid out by hand from IEEE 802.1AB-2016, clause 8, and spoiled. */
class LldpFramesTest {
    static final MacAddress SOURCE = MacAddress.parse("02:00:00:00:00:01");
    private static final String HEADER = "0180c200000e" + "020000000001" + "88cc";
    private static final String CHASSIS = "0207" + "04" + "02574c000001";
    private static final String PORT = "0406" + "05" + "312f302f33";
    private static final String TTL = "0602" + "0079";
    private static final String MANDATORY = HEADER + CHASSIS + PORT + TTL;
    private static final String OPTIONAL = "0803" + "757031" + "0a03" + "6c6162" + "0c04" + "57656674"
            + "0e04" + "0014" + "0004" + "fe06" + "0080c201" + "000a" + "fe0a" + "0080c203" + "0014" + "03" + "776562"
            + "fe09" + "0080c207" + "03"
            + "00000007" + "fe09" + "00120f03" + "03" + "00000007" + "fe06" + "00120f04" + "05ee";
    private static final LldpAnnouncement WHOLE = LldpAnnouncement
            .of(LldpId.chassis(MacAddress.parse("02:57:4c:00:00:01")), LldpId.port("1/0/3")).withTtl(121)
            .withTexts("up1", "lab", "Weft")
            .withCapabilities(Capability.BRIDGE | Capability.ROUTER, Capability.BRIDGE)
            .withVlans(10, List.of(new NamedVlan(20, "web")))
            .withLink(new AggregationStatus(true, true, 7), 1_518);

    private static LldpMessage read(String hex) {
        return LldpReader.read(MemorySegment.ofArray(HexFormat.of().parseHex(hex)));
    }

    private static LldpMessage refused(LldpFault fault) {
        return new LldpMessage.Refused(fault);
    }

    @Test
    void shouldLayOutWhatTheStandardDraws() {
        assertThat(LldpWriter.write(WHOLE, SOURCE)).asHexString()
                .isEqualToIgnoringCase(MANDATORY + OPTIONAL + "0000");
        assertThat(read(MANDATORY + OPTIONAL + "0000")).isEqualTo(WHOLE);
    }

    @Test
    void shouldTakeBackWithMandatoryTlvsOnlyInSixtyBytes() {
        String expected = HEADER + CHASSIS + PORT + "06020000" + "0000";
        byte[] frame = LldpWriter.writeShutdown(WHOLE, SOURCE);
        assertThat(frame).hasSize(60);
        assertThat(HexFormat.of().formatHex(frame)).startsWith(expected);
        assertThat(((LldpAnnouncement) LldpReader.read(MemorySegment.ofArray(frame))).ttlSeconds()).isZero();
    }

    @Test
    void shouldRefuseAWrongBeginning() {
        assertThat(read(HEADER)).isEqualTo(refused(LldpFault.MISSING_MANDATORY));
        assertThat(read(HEADER + PORT + CHASSIS + TTL)).isEqualTo(refused(LldpFault.MISSING_MANDATORY));
        assertThat(read(HEADER + CHASSIS + PORT + "0000")).isEqualTo(refused(LldpFault.MISSING_MANDATORY));
        assertThat(read(HEADER + "0201" + "04" + PORT + TTL)).isEqualTo(refused(LldpFault.BAD_MANDATORY));
        assertThat(read(HEADER + CHASSIS + PORT + "0601" + "79")).isEqualTo(refused(LldpFault.BAD_MANDATORY));
        assertThat(read(HEADER + "0301" + "04" + "00".repeat(256) + PORT + TTL))
                .isEqualTo(refused(LldpFault.BAD_MANDATORY));
        assertThat(read(MANDATORY + TTL + "0000")).isEqualTo(refused(LldpFault.REPEATED_MANDATORY));
        assertThat(read(MANDATORY + "0aff" + "6c6162")).isEqualTo(refused(LldpFault.TRUNCATED));
        for (String header : List.of("0180c200000f" + "020000000001" + "88cc", "0180c200000e" + "030000000001" + "88cc",
                "0180c200000e" + "020000000001" + "88cd")) {
            assertThat(read(header + CHASSIS + PORT + TTL)).isEqualTo(refused(LldpFault.NOT_LLDP));
        }
    }

    @Test
    void shouldSkipOptionalTlvsThatAreUnknownOrWrong() {
        String unknown = "1a03" + "010203" + "fe07" + "00abcd01" + "010203" + "fe03" + "0080c2";
        String wrong = "0e03" + "001400" + "fe05" + "0080c201" + "0a" + "fe08" + "0080c203" + "0014" + "05" + "77"
                + "fe08"
                + "00120f03" + "03000000";
        assertThat(read(MANDATORY + unknown + wrong + OPTIONAL + "0000")).isEqualTo(WHOLE);
    }

    @Test
    void shouldReadTheFirstOfRepeatedTlvsAndNothingBehindTheEnd() {
        assertThat(read(MANDATORY + OPTIONAL + "0a03" + "626164" + "0000" + "0c03" + "626164")).isEqualTo(WHOLE);
    }

    @Test
    void shouldReadALongerTimeToLiveTlvByItsFirstTwoBytes() {
        assertThat(read(HEADER + CHASSIS + PORT + "0604" + "0079" + "ffff" + OPTIONAL)).isEqualTo(WHOLE);
    }

    @Test
    void shouldKeepWhatANeighbourSaysPrintable() {
        LldpId id = new LldpId(7, Octets.of("a\u001b[31mb\u202ec\n".getBytes(StandardCharsets.UTF_8)));
        assertThat(id.portText()).isEqualTo("a?[31mb?c?");
        assertThat(LldpId.chassis(SOURCE).chassisText()).isEqualTo(SOURCE.toString());
        assertThat(new LldpId(4, Octets.ofHex("ff00")).chassisText()).isEqualTo("??".replace("??", "\ufffd?"));
    }

    @Test
    void shouldCutTextsAtWholeCharacters() {
        String longName = "ä".repeat(200);
        byte[] frame = LldpWriter.write(WHOLE.withTexts(longName, longName, longName), SOURCE);
        LldpAnnouncement read = (LldpAnnouncement) LldpReader.read(MemorySegment.ofArray(frame));
        assertThat(read.systemName()).isEqualTo("ä".repeat(127));
        assertThat(frame.length).isLessThan(1_514);
    }

    @Test
    void shouldReadEveryPrefixAndEveryFlipWithoutThrowing() {
        long seed = Long.getLong("weft.seed", System.nanoTime());
        System.out.println("LldpFramesTest: -Dweft.seed=" + seed);
        Random random = new Random(seed);
        byte[] whole = LldpWriter.write(WHOLE, SOURCE);
        for (int length = 0; length < whole.length - 2; length++) {
            assertThat(LldpReader.read(MemorySegment.ofArray(Arrays.copyOf(whole, length)))).isNotEqualTo(WHOLE);
        }
        int read = 0;
        for (int i = 0; i < 50_000; i++) {
            byte[] frame = whole.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                frame[14 + random.nextInt(frame.length - 14)] = (byte) random.nextInt();
            }
            read += LldpReader.read(MemorySegment.ofArray(frame)) instanceof LldpAnnouncement ? 1 : 0;
        }
        assertThat(read).isBetween(5_000, 49_000);
    }

    @Test
    void shouldRefuseToSayWhatCannotBeSaid() {
        assertThatThrownBy(() -> new LldpId(5, Octets.EMPTY)).hasMessageContaining("0 bytes: expected 1 to 255");
        assertThatThrownBy(() -> LldpId.port("x".repeat(256))).hasMessageContaining("256 bytes");
        assertThatThrownBy(() -> WHOLE.withTtl(70_000)).hasMessageContaining("70000 s is not in 0-65535");
        assertThatThrownBy(() -> new LldpSettings(1, 4, 8, 100)).hasMessageContaining("interval in seconds 1");
    }
}
