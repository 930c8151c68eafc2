package net.weft.vswitch.fdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import net.weft.packet.MacAddress;
import net.weft.vlan.VlanMembership;
import net.weft.vlan.VlanSet;
import net.weft.vswitch.Frames;
import net.weft.vswitch.device.DeviceSpec;
import net.weft.vswitch.port.PortSpec;
import net.weft.zone.AddressBinding;
import net.weft.zone.PortZones;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One switch's table, its end, and what the next one takes up. Each test's clock starts at second 1000. */
class FdbKeeperTest {
    private static final int AGEING = 300;
    private static final int START = 1000;
    private static final long A = Frames.mac("02:00:00:00:00:0a");
    private static final long B = Frames.mac("02:00:00:00:00:0b");
    private static final PortSpec WEB = PortSpec.of("web", 3, new DeviceSpec.Tap("t3"), VlanMembership.access(10));
    private static final PortSpec DB = PortSpec.of("db", 4, new DeviceSpec.Tap("t4"),
            VlanMembership.trunk(VlanSet.of(10).union(VlanSet.of(20)), 0));

    private final Path directory;
    private MacTable macs = new MacTable(AGEING, 1);
    private FdbKeeper keeper;

    FdbKeeperTest(@TempDir Path directory) {
        this.directory = directory;
        keeper = begun(START);
    }

    private Path path() {
        return directory.resolve("c.stations");
    }

    private FdbKeeper begun(int nowSeconds) {
        return new FdbKeeper(macs, AGEING, new FdbFile(path()), new FdbImage(new UUID(1, 2)), nowSeconds);
    }

    /** The process is killed, and started again. */
    private void restart(int nowSeconds) {
        macs = new MacTable(AGEING, macs.hashCode());
        keeper = begun(nowSeconds);
    }

    private void comeUp(int nowSeconds, PortSpec... specs) {
        keeper.ports(List.of(specs));
        for (PortSpec spec : specs) {
            keeper.comesUp(spec, nowSeconds);
        }
    }

    private int ageOf(long mac, int nowSeconds) {
        int[] found = {-1};
        macs.forEach(nowSeconds, (vid, one, port, age) -> found[0] = one == mac ? age : found[0]);
        return found[0];
    }

    @Test
    void shouldTakeUpStationsWithTheirAge() {
        comeUp(START, WEB, DB);
        macs.learn(10, A, 3, START, 0);
        macs.learn(20, B, 4, START + 4, 0);
        keeper.tick(START + 5);
        restart(START + 100);
        assertThat(macs.lookup(10, A)).isEqualTo(-1);
        comeUp(START + 100, WEB, DB);
        assertThat(macs.lookup(10, A)).isEqualTo(3);
        assertThat(macs.lookup(20, B)).isEqualTo(4);
        assertThat(ageOf(A, START + 100)).isEqualTo(100);
        assertThat(ageOf(B, START + 100)).isEqualTo(96);
    }

    @Test
    void shouldLoseNoMoreThanWhatWasLearnedInTheLastSecond() {
        comeUp(START, WEB);
        macs.learn(10, A, 3, START + 1, 0);
        keeper.tick(START + 1);
        macs.learn(10, B, 3, START + 1, 0);
        keeper.tick(START + 1);
        restart(START + 1);
        comeUp(START + 1, WEB);
        assertThat(macs.lookup(10, A)).isEqualTo(3);
        assertThat(macs.lookup(10, B)).isEqualTo(-1);
    }

    @Test
    void shouldSaveAllWhenItEndsAndNothingAfterwards() {
        comeUp(START, WEB);
        keeper.tick(START + 1);
        macs.learn(10, A, 3, START + 1, 0);
        keeper.close(START + 1);
        macs.flush(3);
        keeper.tick(START + 20);
        restart(START + 30);
        comeUp(START + 30, WEB);
        assertThat(macs.lookup(10, A)).isEqualTo(3);
    }

    @Test
    void shouldForgetStationsThatWereSilentForTooLong() {
        comeUp(START, WEB);
        macs.learn(10, A, 3, START, 0);
        macs.learn(10, B, 3, START + 1, 0);
        keeper.close(START + 1);
        restart(START + AGEING);
        comeUp(START + AGEING, WEB);
        assertThat(macs.lookup(10, A)).isEqualTo(-1);
        assertThat(macs.lookup(10, B)).isEqualTo(3);
    }

    /** Those seen later than the clock says are another clock's. */
    @Test
    void shouldForgetStationsOfTheFuture() {
        comeUp(START, WEB);
        macs.learn(10, A, 3, START + 50, 0);
        keeper.close(START + 50);
        restart(START);
        comeUp(START, WEB);
        assertThat(macs.entries(3)).isZero();
    }

    @Test
    void shouldForgetStationsOfPortsThatAreOthersNow() {
        for (PortSpec other : List.of(
                PortSpec.of("web", 3, new DeviceSpec.Tap("t5"), VlanMembership.access(10)),
                PortSpec.of("web", 3, new DeviceSpec.Nic("t3", false), VlanMembership.access(10)),
                PortSpec.of("www", 3, new DeviceSpec.Tap("t3"), VlanMembership.access(10)),
                PortSpec.of("web", 5, new DeviceSpec.Tap("t3"), VlanMembership.access(10)),
                PortSpec.of("web", 3, new DeviceSpec.Tap("t3"), VlanMembership.access(11)))) {
            comeUp(START, WEB);
            macs.learn(10, A, 3, START, 0);
            keeper.close(START + 1);
            restart(START + 2);
            comeUp(START + 2, other);
            assertThat(macs.lookup(10, A)).as(other.toString()).isEqualTo(-1);
            restart(START);
        }
    }

    @Test
    void shouldTakeUpNoAddressThatThePortMayNoLongerUse() {
        comeUp(START, WEB);
        macs.learn(10, A, 3, START, 0);
        macs.learn(10, B, 3, START, 0);
        keeper.close(START + 1);
        restart(START + 2);
        comeUp(START + 2, WEB.zoned(PortZones.NONE,
                new AddressBinding(Set.of(MacAddress.parse("02:00:00:00:00:0b")), List.of())));
        assertThat(macs.lookup(10, A)).isEqualTo(-1);
        assertThat(macs.lookup(10, B)).isEqualTo(3);
    }

    @Test
    void shouldTakeUpAnyAddressOfAPortThatIsBoundToNone() {
        comeUp(START, WEB);
        macs.learn(10, A, 3, START, 0);
        keeper.close(START + 1);
        restart(START + 2);
        comeUp(START + 2, WEB.zoned(PortZones.NONE, new AddressBinding(Set.of(), List.of())));
        assertThat(macs.lookup(10, A)).isEqualTo(3);
    }

    @Test
    void shouldTakeUpNoMoreThanThePortMayHaveAndTheNewestFirst() {
        comeUp(START, WEB);
        for (int n = 0; n < 10; n++) {
            macs.learn(10, 0x1000 + 2 * n, 3, START + n, 0);
        }
        keeper.close(START + 20);
        restart(START + 20);
        comeUp(START + 20, new PortSpec("web", 3, WEB.device(), WEB.membership(), true, 0, 4));
        assertThat(macs.entries(3)).isEqualTo(4);
        assertThat(macs.lookup(10, 0x1000 + 2 * 6)).isEqualTo(3);
        assertThat(macs.learn(10, A, 3, START + 20, 4)).isEqualTo(MacTable.LIMIT);
    }

    @Test
    void shouldBelieveWhatWasLearnedSinceRatherThanTheFile() {
        comeUp(START, WEB, DB);
        macs.learn(10, A, 3, START, 0);
        keeper.close(START + 1);
        restart(START + 2);
        comeUp(START + 2, DB);
        macs.learn(10, A, 4, START + 3, 0);
        comeUp(START + 4, WEB);
        assertThat(macs.lookup(10, A)).isEqualTo(4);
        assertThat(macs.entries(3)).isZero();
    }

    @Test
    void shouldWaitForAPortThatComesUpLaterButNotForLong() {
        comeUp(START, WEB, DB);
        macs.learn(10, A, 3, START, 0);
        macs.learn(20, B, 4, START, 0);
        keeper.close(START + 1);
        restart(START + 10);
        keeper.ports(List.of(WEB, DB));
        int intime = START + 10 + FdbKeeper.RETURN_SECONDS;
        keeper.comesUp(WEB, intime);
        keeper.comesUp(DB, intime + 1);
        assertThat(macs.lookup(10, A)).isEqualTo(3);
        assertThat(macs.lookup(20, B)).isEqualTo(-1);
    }

    @Test
    void shouldNotTakeUpStationsASecondTimeWhenAPortWasDownMeanwhile() {
        comeUp(START, WEB);
        macs.learn(10, A, 3, START, 0);
        keeper.close(START + 1);
        restart(START + 2);
        comeUp(START + 2, WEB);
        macs.flush(3);
        comeUp(START + 3, WEB);
        assertThat(macs.lookup(10, A)).isEqualTo(-1);
    }

    @Test
    void shouldKeepThroughASecondRestartWhatIsStillWaitedFor() {
        comeUp(START, WEB, DB);
        macs.learn(10, A, 3, START, 0);
        keeper.close(START + 1);
        restart(START + 2);
        comeUp(START + 2, DB);
        keeper.ports(List.of(WEB, DB));
        keeper.tick(START + 3);
        restart(START + 4);
        comeUp(START + 4, WEB, DB);
        assertThat(macs.lookup(10, A)).isEqualTo(3);
    }

    @Test
    void shouldKeepTheFileUntilItKnowsThePorts() {
        comeUp(START, WEB);
        macs.learn(10, A, 3, START, 0);
        keeper.close(START + 1);
        restart(START + 2);
        keeper.tick(START + 3);
        keeper.close(START + 4);
        restart(START + 5);
        comeUp(START + 5, WEB);
        assertThat(macs.lookup(10, A)).isEqualTo(3);
    }

    @Test
    void shouldWriteOnlyWhatHasChangedButTimesNowAndThen() throws IOException {
        comeUp(START, WEB);
        macs.learn(10, A, 3, START, 0);
        keeper.tick(START + 1);
        for (int second = 2; second <= FdbKeeper.REFRESH_SECONDS; second++) {
            Files.delete(path());
            macs.learn(10, A, 3, START + second, 0);
            keeper.tick(START + second);
            assertThat(path()).as("second " + second).doesNotExist();
            Files.writeString(path(), "");
        }
        keeper.tick(START + 1 + FdbKeeper.REFRESH_SECONDS);
        assertThat(Files.size(path())).isPositive();
        restart(START + 20);
        comeUp(START + 20, WEB);
        assertThat(ageOf(A, START + 20)).isEqualTo(5);

        macs.flush(3);
        keeper.tick(START + 21);
        restart(START + 22);
        comeUp(START + 22, WEB);
        assertThat(macs.entries(3)).as("what was forgotten").isZero();
    }

    @Test
    void shouldBeginWithoutStationsWhereTheFileIsNone() throws IOException {
        Files.writeString(path(), "no such file of ours");
        restart(START);
        comeUp(START, WEB);
        macs.learn(10, A, 3, START, 0);
        keeper.tick(START + 1);
        restart(START + 2);
        comeUp(START + 2, WEB);
        assertThat(macs.lookup(10, A)).isEqualTo(3);
    }

    @Test
    void shouldKeepNothingWithoutAFile() {
        keeper = new FdbKeeper(macs, AGEING, null, new FdbImage(new UUID(1, 2)), START);
        comeUp(START, WEB);
        macs.learn(10, A, 3, START, 0);
        keeper.tick(START + 1);
        keeper.close(START + 2);
        assertThat(directory).isEmptyDirectory();
    }
}
