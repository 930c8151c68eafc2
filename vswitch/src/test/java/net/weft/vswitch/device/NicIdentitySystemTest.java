package net.weft.vswitch.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import net.weft.linux.BootId;
import net.weft.linux.Ethtool;
import net.weft.linux.Interfaces;
import net.weft.linux.Link;
import net.weft.linux.NetworkNamespace;
import net.weft.linux.TestNetwork;
import net.weft.vlan.VlanMembership;
import net.weft.vswitch.SwitchOptions;
import net.weft.vswitch.VirtualSwitch;
import net.weft.vswitch.burst.PortReason;
import net.weft.vswitch.port.PortSpec;
import net.weft.vswitch.port.PortStatus;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Weft changed on an interface is undone on that interface, whatever its name is by then and wherever it is. Its host had IPv6 on, an
 * MTU of 1500 and fraglist GRO on.
 */
@Tag("system")
@Timeout(60)
class NicIdentitySystemTest {
    @TempDir
    private Path state = Path.of("");

    private interface Scene {
        void play() throws IOException, InterruptedException;
    }

    private static void inNamespace(Scene scene) {
        try (NetworkNamespace namespace = NetworkNamespace.create()) {
            namespace.call(() -> {
                veth("left", "right");
                scene.play();
                return true;
            });
        }
    }

    private static void veth(String left, String right) {
        TestNetwork.veth(left, right);
        Interfaces.ipv6Disabled(left, false);
        try (Ethtool ethtool = new Ethtool()) {
            assertThat(ethtool.feature(left, Ethtool.GRO_FRAGLIST, true)).isTrue();
        }
        assertThat(settings(left)).isEqualTo(HOSTS);
    }

    private static final String HOSTS = "ipv6 true, mtu 1500, fraglist true";
    private static final String WEFTS = "ipv6 false, mtu 1504, fraglist false";

    private static String settings(String device) {
        try (Ethtool ethtool = new Ethtool(); Interfaces interfaces = new Interfaces()) {
            Link link = Objects.requireNonNull(interfaces.find(device));
            return "ipv6 " + Boolean.FALSE.equals(Interfaces.ipv6Disabled(device)) + ", mtu " + link.mtu()
                    + ", fraglist "
                    + Objects.requireNonNull(ethtool.features(device).get(Ethtool.GRO_FRAGLIST)).active();
        }
    }

    private static PortSpec port(String name, int number, String device) {
        return PortSpec.of(name, number, new DeviceSpec.Nic(device, false), VlanMembership.access(10));
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    private static PortStatus status(VirtualSwitch lab, String port) {
        return lab.ports().stream().filter(status -> status.spec().name().equals(port)).findFirst().orElseThrow();
    }

    private void inSwitch(List<PortSpec> ports, Scene scene) throws IOException, InterruptedException {
        try (VirtualSwitch lab = new VirtualSwitch(SwitchOptions.defaults(state))) {
            lab.apply(ports);
            this.lab = lab;
            scene.play();
        }
    }

    @SuppressWarnings("NullAway.Init")
    private VirtualSwitch lab;

    /** The control: nothing is renamed. */
    @Test
    void shouldChangeAnInterfaceAndUndoIt() {
        inNamespace(() -> {
            inSwitch(List.of(port("a", 1, "left")), () -> {
                assertThat(settings("left")).isEqualTo(WEFTS);
                assertThat(journal()).hasSize(1);
            });
            assertThat(settings("left")).isEqualTo(HOSTS);
            assertThat(journal()).isEmpty();
        });
    }

    private List<Path> journal() throws IOException {
        Path directory = state.resolve("nics");
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    @Test
    void shouldUndoOnTheInterfaceThatWasRenamed() {
        inNamespace(() -> inSwitch(List.of(port("a", 1, "left")), () -> {
            TestNetwork.rename(TestNetwork.index("left"), "other");
            await(() -> !status(lab, "a").isUp());
            await(() -> settings("other").equals(HOSTS));
            await(() -> Objects.requireNonNull(status(lab, "a").failure()).message().contains("no such interface"));
            assertThat(Objects.requireNonNull(status(lab, "a").failure()).reason()).isEqualTo(PortReason.NO_DEVICE);
            assertThat(journal()).isEmpty();
        }));
    }

    @Test
    void shouldGoOnWithAnInterfaceThatWasRenamedAndBack() {
        inNamespace(() -> {
            inSwitch(List.of(port("a", 1, "left")), () -> {
                int index = TestNetwork.index("left");
                TestNetwork.rename(index, "other");
                TestNetwork.rename(index, "left");
                await(() -> status(lab, "a").isUp() && settings("left").equals(WEFTS));
            });
            assertThat(settings("left")).isEqualTo(HOSTS);
        });
    }

    @Test
    void shouldUndoBothWhereTwoInterfacesSwapTheirNames() {
        inNamespace(() -> {
            veth("second", "behind");
            inSwitch(List.of(port("a", 1, "left"), port("b", 2, "second")), () -> {
                int left = TestNetwork.index("left");
                int second = TestNetwork.index("second");
                TestNetwork.rename(left, "between");
                TestNetwork.rename(second, "left");
                TestNetwork.rename(left, "second");
                await(() -> status(lab, "a").isUp() && status(lab, "b").isUp() && settings("left").equals(WEFTS)
                        && settings("second").equals(WEFTS));
                lab.apply(List.of(port("b", 2, "second")));
                await(() -> settings("left").equals(HOSTS) && settings("second").equals(WEFTS)
                        && status(lab, "b").isUp());
            });
            assertThat(settings("second")).isEqualTo(HOSTS);
            assertThat(journal()).isEmpty();
        });
    }

    /** As where two ports swap their interfaces: the one that comes takes over before the one that goes lets go. */
    @Test
    void shouldUndoOnceTheLastHolderLetsGo() {
        inNamespace(() -> {
            NicJournal journal = new NicJournal(state.resolve("nics"));
            try (Interfaces interfaces = new Interfaces()) {
                Link link = Objects.requireNonNull(interfaces.find("left"));
                NicJournal.Hold goes = journal.take(link);
                journal.prepare(goes, link, interfaces, false);
                journal.raiseMtu(goes, link, 1504, interfaces);
                Link now = Objects.requireNonNull(interfaces.find("left"));
                NicJournal.Hold comes = journal.take(now);
                assertThat(NicJournal.ownMtu(comes, now)).isEqualTo(1500);
                journal.prepare(comes, now, interfaces, false);
                journal.undo(goes, interfaces);
                assertThat(settings("left")).isEqualTo(WEFTS);
                journal.undo(comes, interfaces);
                assertThat(settings("left")).isEqualTo(HOSTS);
            }
        });
    }

    /** What a process leaves that is killed: its changes, and the journal. */
    private void changeAndDie() {
        try (Interfaces interfaces = new Interfaces()) {
            NicJournal journal = new NicJournal(state.resolve("nics"));
            Link link = Objects.requireNonNull(interfaces.find("left"));
            NicJournal.Hold hold = journal.take(link);
            journal.prepare(hold, link, interfaces, false);
            journal.raiseMtu(hold, link, 1504, interfaces);
        }
        assertThat(settings("left")).isEqualTo(WEFTS);
    }

    @Test
    void shouldUndoWhatAKilledProcessLeftOnAnInterfaceRenamedSince() {
        inNamespace(() -> {
            changeAndDie();
            TestNetwork.rename(TestNetwork.index("left"), "other");
            TestNetwork.veth("left", "new");
            assertThat(settings("left")).startsWith("ipv6 false");
            new NicJournal(state.resolve("nics")).undoAll();
            assertThat(settings("other")).isEqualTo(HOSTS);
            assertThat(settings("left")).as("a new one of the old name is left alone").startsWith("ipv6 false");
            assertThat(journal()).isEmpty();
        });
    }

    @Test
    void shouldLeaveAMtuAloneThatSomebodySetSince() {
        inNamespace(() -> {
            changeAndDie();
            try (Interfaces interfaces = new Interfaces()) {
                interfaces.mtu(TestNetwork.index("left"), 1400);
            }
            new NicJournal(state.resolve("nics")).undoAll();
            assertThat(settings("left")).isEqualTo("ipv6 true, mtu 1400, fraglist true");
        });
    }

    @Test
    void shouldUndoNothingAfterAReboot() {
        inNamespace(() -> {
            changeAndDie();
            Path file = journal().getFirst();
            Files.writeString(file, Files.readString(file).replace(BootId.current().toString(),
                    UUID.randomUUID().toString()));
            new NicJournal(state.resolve("nics")).undoAll();
            assertThat(settings("left")).isEqualTo(WEFTS);
            assertThat(journal()).isEmpty();
        });
    }

    /** As a version before this one wrote it. */
    @Test
    void shouldUndoByTheFileOfAnEarlierVersion() {
        inNamespace(() -> {
            Interfaces.ipv6Disabled("left", true);
            Path file = Files.createDirectories(state.resolve("nics")).resolve("left");
            Files.writeString(file, TestNetwork.index("left") + "\nipv6-enabled\n");
            new NicJournal(state.resolve("nics")).undoAll();
            assertThat(settings("left")).isEqualTo(HOSTS);
        });
    }

    private static void ip(String... words) throws IOException, InterruptedException {
        List<String> command = Stream.concat(Stream.of("ip"), Stream.of(words)).toList();
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).as("%s", command).isZero();
    }

    private static void withOther(Scene scene) throws IOException, InterruptedException {
        ip("netns", "add", "weft-moved");
        try {
            scene.play();
        } finally {
            ip("netns", "delete", "weft-moved");
        }
    }

    private static String settingsThere(String device) {
        try (NetworkNamespace there = NetworkNamespace.open("/run/netns/weft-moved")) {
            return there.call(() -> settings(device));
        }
    }

    @Test
    void shouldUndoInTheNamespaceThatAnInterfaceWasMovedTo() {
        inNamespace(() -> withOther(() -> inSwitch(List.of(port("a", 1, "left")), () -> {
            ip("link", "set", "left", "netns", "weft-moved", "name", "eth0");
            await(() -> !status(lab, "a").isUp());
            await(() -> settingsThere("eth0").equals(HOSTS));
        })));
        assertThat(state.resolve("nics")).isEmptyDirectory();
    }

    @Test
    void shouldUndoWhatAKilledProcessLeftOnAnInterfaceMovedSince() {
        inNamespace(() -> withOther(() -> {
            changeAndDie();
            ip("link", "set", "left", "netns", "weft-moved", "name", "eth0");
            assertThat(settingsThere("eth0")).as("the kernel itself restores IPv6 only")
                    .isEqualTo("ipv6 true, mtu 1504, fraglist false");
            new NicJournal(state.resolve("nics")).undoAll();
            assertThat(settingsThere("eth0")).isEqualTo(HOSTS);
            assertThat(journal()).isEmpty();
        }));
    }
}
