package net.weft.examples;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The house as DESIGN describes it: dependencies one way, libraries where they belong, no other program started. */
class ArchitectureTest {
    private static final String[] VLAN = {"net.weft.packet..", "net.weft.vlan..", "net.weft.zone.."};
    private static final String[] VSWITCH = {"net.weft.linux..", "net.weft.crypto..", "net.weft.vswitch..",
            "net.weft.router.."};
    private static final String[] VPN = {"net.weft.wireguard..", "net.weft.vpn.."};
    private static final String[] STACKING = {"net.weft.lacp..", "net.weft.lldp..", "net.weft.stacking.."};
    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar!")).importPackages("net.weft");

    @Test
    void shouldSeeTheWholeProduct() {
        assertThat(PRODUCT.stream().map(c -> c.getPackageName()))
                .contains("net.weft.packet", "net.weft.linux", "net.weft.vswitch", "net.weft.controller.cli",
                        "net.weft.controller.node");
    }

    @Test
    void shouldDependOneWay() {
        noClasses().that().resideInAnyPackage(VLAN).should().dependOnClassesThat()
                .resideInAnyPackage("net.weft.linux..",
                        "net.weft.vswitch..", "net.weft.router..", "net.weft.wireguard..", "net.weft.vpn..",
                        "net.weft.lacp..", "net.weft.lldp..",
                        "net.weft.stacking..", "net.weft.controller..", "net.weft.examples..")
                .check(PRODUCT);
        noClasses().that().resideInAnyPackage(VSWITCH).should().dependOnClassesThat().resideInAnyPackage(
                "net.weft.wireguard..", "net.weft.vpn..", "net.weft.lacp..", "net.weft.lldp..", "net.weft.stacking..",
                "net.weft.controller..", "net.weft.examples..").check(PRODUCT);
        noClasses().that().resideInAnyPackage(VPN).should().dependOnClassesThat()
                .resideInAnyPackage("net.weft.lacp..", "net.weft.lldp..", "net.weft.stacking..",
                        "net.weft.controller..")
                .allowEmptyShould(true).check(PRODUCT);
        noClasses().that().resideInAnyPackage(STACKING).should().dependOnClassesThat()
                .resideInAnyPackage("net.weft.wireguard..", "net.weft.vpn..", "net.weft.controller..")
                .allowEmptyShould(true).check(PRODUCT);
        noClasses().that().resideInAPackage("net.weft.controller..").should().dependOnClassesThat()
                .resideInAPackage("net.weft.examples..").check(PRODUCT);
    }

    @Test
    void shouldKeepTheControlPlanesLibrariesOutOfTheDataPlane() {
        noClasses().that().resideInAnyPackage("net.weft.packet..", "net.weft.vlan..", "net.weft.zone..",
                "net.weft.linux..", "net.weft.vswitch..", "net.weft.router..", "net.weft.wireguard..",
                "net.weft.lacp..", "net.weft.lldp..",
                "net.weft.stacking..").should().dependOnClassesThat().resideInAnyPackage("io.grpc..", "tools.jackson..",
                        "org.apache.ratis..", "io.netty..", "picocli..", "ch.qos..", "org.slf4j..")
                .check(PRODUCT);
        noClasses().that().resideInAPackage("net.weft.vpn..").should().dependOnClassesThat()
                .resideInAnyPackage("io.grpc..", "tools.jackson..", "org.apache.ratis..").allowEmptyShould(true)
                .check(PRODUCT);
        noClasses().that().resideOutsideOfPackages("net.weft.vswitch.device.pcap..", "net.weft.examples..").should()
                .dependOnClassesThat().resideInAPackage("org.pcap4j..").check(PRODUCT);
    }

    @Test
    void shouldSeeRatisInThePackageOfTheLogOnly() {
        noClasses().that().resideOutsideOfPackage("net.weft.controller.server.raft..").should().dependOnClassesThat()
                .resideInAPackage("org.apache.ratis..").check(PRODUCT);
    }

    @Test
    void shouldKeepTheControllersPartsApart() {
        classes().that().resideInAPackage("net.weft.controller.model..").should().onlyDependOnClassesThat()
                .resideInAnyPackage("net.weft.controller.model..", "net.weft.packet..", "net.weft.vlan..",
                        "net.weft.zone..", "tools.jackson..", "org.snakeyaml..", "org.jspecify..", "java..")
                .check(PRODUCT);
        noClasses().that().resideInAPackage("net.weft.controller.server..").should().dependOnClassesThat()
                .resideInAnyPackage("net.weft.vswitch..", "net.weft.linux..", "net.weft.controller.member..",
                        "net.weft.controller.cli..", "net.weft.controller.node..")
                .check(PRODUCT);
        noClasses().that().resideInAPackage("net.weft.controller.member..").should().dependOnClassesThat()
                .resideInAnyPackage("org.apache.ratis..", "net.weft.controller.server..", "net.weft.controller.cli..",
                        "net.weft.controller.node..")
                .check(PRODUCT);
    }

    @Test
    void shouldKeepTheCommandLineAClientOfTheApiAlone() {
        noClasses().that().resideInAPackage("net.weft.controller.cli..").should().dependOnClassesThat(
                resideInAPackage("net.weft..")
                        .and(not(resideInAnyPackage("net.weft.controller.cli..", "net.weft.v1.."))))
                .check(PRODUCT);
    }

    @Test
    void shouldKeepTheClientLibraryAClientOfTheApiAlone() {
        noClasses().that().resideInAPackage("net.weft.client..").should().dependOnClassesThat(
                resideInAPackage("net.weft..").and(not(resideInAnyPackage("net.weft.client..", "net.weft.v1.."))))
                .check(PRODUCT);
    }

    @Test
    void shouldHaveNoCyclesBetweenPackages() {
        slices().matching("net.weft.(**)").should().beFreeOfCycles().check(PRODUCT);
    }

    @Test
    void shouldKeepPureCodeWithoutClockThreadsAndFiles() {
        noClasses().that().resideInAnyPackage("net.weft.packet..", "net.weft.vlan..", "net.weft.zone..",
                "net.weft.lacp..", "net.weft.lldp..").should().dependOnClassesThat()
                .resideInAnyPackage("java.io..", "java.nio.file..", "java.net..",
                        "java.util.concurrent", "java.util.concurrent.locks..", "java.time..")
                .orShould().callMethod(System.class, "nanoTime").orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(PRODUCT);
    }

    /** Addresses are printed by java.net's InetAddress, and tables of peers are concurrent maps; sockets, files, threads and clocks are out. */
    @Test
    void shouldKeepTheWireGuardProtocolWithoutClockThreadsAndSockets() {
        noClasses().that().resideInAPackage("net.weft.wireguard..").should()
                .dependOnClassesThat().resideInAnyPackage("java.io..", "java.nio.file..", "java.nio.channels..",
                        "java.time..", "java.util.concurrent.locks..")
                .orShould().dependOnClassesThat().haveFullyQualifiedName("java.lang.Thread")
                .orShould().dependOnClassesThat().haveFullyQualifiedName("java.net.DatagramSocket")
                .orShould().dependOnClassesThat().haveFullyQualifiedName("net.weft.linux.Socket")
                .orShould().callMethod(System.class, "nanoTime")
                .orShould().callMethod(System.class, "currentTimeMillis").check(PRODUCT);
    }

    @Test
    void shouldStartNoOtherProgram() {
        noClasses().that().resideOutsideOfPackage("net.weft.examples..").should().dependOnClassesThat()
                .areAssignableTo(ProcessBuilder.class).orShould().callMethod(Runtime.class, "exec", String.class)
                .orShould().callMethod(Runtime.class, "exec", String[].class).check(PRODUCT);
    }
}
