package net.weft.controller.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weft guest}: the whole of what it prints, for a port of each kind. */
class GuestCommandTest {
    /** SHA-256 of the fabric's MAC, a space and the port's name; its first six bytes, made a local address. */
    private static final String MAC_1 = "fe:01:41:e6:6b:aa";
    private static final String MAC_2 = "de:6c:55:f5:82:4f";
    private static final String MAC_3 = "2a:33:a5:d5:73:ab";
    private static final String MAC_4 = "96:c3:52:51:a1:d3";
    private static final String MAC_5 = "fe:45:0e:1b:f9:4d";

    /** The elements of every domain that has the card of web1. */
    private static final String WEB1 = """
              <!-- Weft reads and writes the guest's memory. -->
              <memoryBacking>
                <source type='memfd'/>
                <access mode='shared'/>
              </memoryBacking>
              <devices>
                <interface type='vhostuser'>
                  <mac address='MAC1'/>
                  <source type='unix' path='/D/web1' mode='client'>
                    <reconnect enabled='yes' timeout='1'/>
                  </source>
                  <model type='virtio'/>
                  <alias name='ua-weft-web1'/>
                </interface>
            """.replace("MAC1", MAC_1);

    @TempDir
    Path directory = Path.of("");
    @SuppressWarnings("NullAway.Init")
    private Instance instance;

    private record Result(int status, String out, String err) {
    }

    @BeforeEach
    void start() throws IOException {
        Path file = Files.writeString(directory.resolve("fabric.yaml"),
                """
                        fabric: lab
                        system-mac: "02:57:45:46:54:01"
                        ports:
                          web1: {type: vhost-user, socket: %1$s/web1, mode: server, access: 10, enabled: false}
                          web2: {type: vhost-user, socket: "%1$s/a,b c", mode: client, queues: 4, mtu: 9000, access: 10, enabled: false}
                          db1: {type: qemu, transport: stream, socket: %1$s/db1, mode: client, access: 10, enabled: false}
                          db2: {type: qemu, transport: stream, socket: %1$s/db2, mode: server, access: 10, enabled: false}
                          own: {type: vhost-user, socket: %1$s/own, mode: server, access: 10, enabled: false,
                              mac: ["02:00:00:00:0a:01", "02:00:00:00:0a:02"], shared-macs: "00:00:5e:00:01:01"}
                          db.3: {type: qemu, transport: dgram, local: %1$s/l, remote: "%1$s/it's", access: 10, enabled: false}
                          host: {type: tap, device: weft0, access: 10, enabled: false}
                          up: {type: nic, device: eth9, access: 10, enabled: false}
                        """
                        .formatted(directory));
        instance = Instance.start(new Instance.Options(Optional.of(file.toString()), false, OptionalInt.empty(),
                directory.resolve("data"), directory.resolve("c")));
    }

    @AfterEach
    void stop() {
        instance.close();
    }

    private Result weft(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(List.of("guest"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--control", "unix:" + directory.resolve("c")));
        int status = Weft.run(new PrintWriter(out), new PrintWriter(err), all.toArray(String[]::new));
        return new Result(status, out.toString().replace(directory.toString(), "/D"), err.toString());
    }

    @Test
    void shouldPrintArgumentsForAQemuThatConnects() {
        assertThat(weft("qemu", "web1")).isEqualTo(new Result(0, """
                -m 1G \\
                -object memory-backend-memfd,id=weft-memory,size=1G,share=on \\
                -machine memory-backend=weft-memory \\
                -chardev socket,id=weft-web1,path=/D/web1,reconnect=1 \\
                -netdev vhost-user,id=weft-web1,chardev=weft-web1 \\
                -device virtio-net-pci,netdev=weft-web1,mac=MAC1,host_mtu=1500,speed=10000,duplex=full
                """.replace("MAC1", MAC_1), ""));
    }

    @Test
    void shouldPrintArgumentsForAQemuThatListens() {
        assertThat(weft("qemu", "web2", "--memory", "4G").out()).isEqualTo("""
                -m 4G \\
                -object memory-backend-memfd,id=weft-memory,size=4G,share=on \\
                -machine memory-backend=weft-memory \\
                -chardev 'socket,id=weft-web2,path=/D/a,,b c,server=on,wait=off' \\
                -netdev vhost-user,id=weft-web2,chardev=weft-web2,queues=4 \\
                -device virtio-net-pci,netdev=weft-web2,mac=MAC2,host_mtu=9000,speed=10000,duplex=full,mq=on,vectors=10
                """.replace("MAC2", MAC_2));
    }

    /** From any other, the guard would let nothing pass. */
    @Test
    void shouldGiveTheCardTheMacOfThePort() {
        assertThat(weft("qemu", "own").out()).contains(",mac=02:00:00:00:0a:01,");
        assertThat(weft("xml", "own").out()).contains("<mac address='02:00:00:00:0a:01'/>");
    }

    @Test
    void shouldPrintEachWordOnALineForScripts() {
        assertThat(weft("qemu", "web2", "--tcg", "--lines").out()).isEqualTo("""
                -m
                1G
                -object
                memory-backend-memfd,id=weft-memory,size=1G,share=on
                -machine
                memory-backend=weft-memory
                -chardev
                socket,id=weft-web2,path=/D/a,,b c,server=on,wait=off
                -netdev
                vhost-user,id=weft-web2,chardev=weft-web2,queues=4
                -device
                virtio-net-pci,netdev=weft-web2,mac=MAC2,host_mtu=9000,speed=10000,duplex=full,mq=on,vectors=0
                """.replace("MAC2", MAC_2));
    }

    @Test
    void shouldPrintArgumentsForSocketNetdevs() {
        assertThat(weft("qemu", "db1", "db2", "db.3").out()).isEqualTo("""
                -netdev stream,id=weft-db1,server=on,addr.type=unix,addr.path=/D/db1 \\
                -device virtio-net-pci,netdev=weft-db1,mac=MAC3,host_mtu=1500,speed=10000,duplex=full \\
                -netdev stream,id=weft-db2,server=off,addr.type=unix,addr.path=/D/db2 \\
                -device virtio-net-pci,netdev=weft-db2,mac=MAC4,host_mtu=1500,speed=10000,duplex=full \\
                -netdev 'dgram,id=weft-db.3,local.type=unix,local.path=/D/it'\\''s,remote.type=unix,remote.path=/D/l' \\
                -device virtio-net-pci,netdev=weft-db.3,mac=MAC5,host_mtu=1500,speed=10000,duplex=full
                """.replace("MAC3", MAC_3).replace("MAC4", MAC_4).replace("MAC5", MAC_5));
    }

    @Test
    void shouldWriteForTheQemuThatIsThere() {
        assertThat(weft("qemu", "web1", "--qemu-version", "9.2.1").out()).contains("/D/web1,reconnect-ms=1000 ");
        assertThat(weft("qemu", "web1", "--qemu-version", "4.2").out()).contains("-numa node,memdev=weft-memory")
                .doesNotContain("-machine");
        assertThat(weft("qemu", "db2", "--qemu-version", "8.0").out()).contains("addr.path=/D/db2,reconnect=1 ");
        assertThat(weft("qemu", "db2", "--qemu-version", "10.0").out()).contains("addr.path=/D/db2,reconnect-ms=1000 ");
        assertThat(weft("qemu", "db1", "--qemu-version", "7.1").err())
                .isEqualTo("weft: port db1: QEMU 7.1 has no stream"
                        + " and dgram netdevs, which came with 7.2; use a port of type vhost-user\n");
        assertThat(weft("qemu", "web1", "--qemu-version", "3.1").status()).isEqualTo(2);
        assertThat(weft("qemu", "web1", "--qemu-version", "new").err()).contains("new is not a version of QEMU");
        assertThat(weft("qemu", "web1", "--memory", "lots").err()).contains("lots is not a size of memory");
    }

    @Test
    void shouldPrintADomainWhereWhoListensHereConnectsThere() {
        assertThat(weft("xml", "web1", "web2")).isEqualTo(new Result(0, """
                <!-- Parts of a domain, each in its place: `virsh edit` the guest and put them there. -->
                <domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
                WEB1
                    <interface type='vhostuser'>
                      <mac address='MAC2'/>
                      <source type='unix' path='/D/a,b c' mode='server'/>
                      <model type='virtio'/>
                      <driver queues='4'/>
                      <alias name='ua-weft-web2'/>
                    </interface>
                  </devices>
                  <qemu:override>
                    <qemu:device alias='ua-weft-web2'>
                      <qemu:frontend>
                        <qemu:property name='host_mtu' type='unsigned' value='9000'/>
                      </qemu:frontend>
                    </qemu:device>
                  </qemu:override>
                </domain>
                """.replace("WEB1\n", WEB1).replace("MAC2", MAC_2), ""));
    }

    @Test
    void shouldNeedNothingButLibvirtForAnOrdinaryCard() {
        assertThat(weft("xml", "web1").out()).contains("<domain type='kvm'>\n").doesNotContain("qemu:");
    }

    @Test
    void shouldPrintADomainWithoutKvm() {
        assertThat(weft("xml", "web1", "--tcg", "--memory", "96M").out()).isEqualTo("""
                <!-- Parts of a domain, each in its place: `virsh edit` the guest and put them there. -->
                <domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
                  <memory unit='MiB'>96</memory>
                WEB1
                  </devices>
                  <!-- Without KVM, QEMU 7.2 crashes on vhost-user unless the vNIC has no MSI-X vectors. -->
                  <qemu:override>
                    <qemu:device alias='ua-weft-web1'>
                      <qemu:frontend>
                        <qemu:property name='vectors' type='unsigned' value='0'/>
                      </qemu:frontend>
                    </qemu:device>
                  </qemu:override>
                </domain>
                """.replace("WEB1\n", WEB1));
    }

    @Test
    void shouldHandLibvirtWhatItHasNoInterfaceFor() {
        assertThat(weft("xml", "db.3").out()).isEqualTo(
                """
                        <!-- Parts of a domain, each in its place: `virsh edit` the guest and put them there. -->
                        <domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
                          <qemu:commandline>
                            <qemu:arg value='-netdev'/>
                            <qemu:arg value='dgram,id=weft-db.3,local.type=unix,local.path=/D/it&apos;s,remote.type=unix,remote.path=/D/l'/>
                            <qemu:arg value='-device'/>
                            <qemu:arg value='virtio-net-pci,netdev=weft-db.3,mac=MAC5,host_mtu=1500,speed=10000,duplex=full'/>
                          </qemu:commandline>
                        </domain>
                        """
                        .replace("MAC5", MAC_5));
    }

    @Test
    void shouldRefuseAPortThatNoGuestCanHave() {
        assertThat(weft("qemu", "host"))
                .isEqualTo(new Result(1, "", "weft: port host is of type tap: its interface weft0"
                        + " is for the host itself, QEMU cannot open it; a guest needs a port of type vhost-user or qemu\n"));
        assertThat(weft("xml", "up"))
                .isEqualTo(new Result(1, "", "weft: port up is of type nic: there is a cable in eth9,"
                        + " no guest; a guest needs a port of type vhost-user or qemu\n"));
        assertThat(weft("xml", "web9").err()).isEqualTo(
                "weft: port web9: there is no such port; `weft show ports` lists those there are\n");
        assertThat(weft("qemu").status()).isEqualTo(2);
        assertThat(weft("yaml", "web1").status()).isEqualTo(2);
    }

    @Test
    void shouldHelpWithExamples() {
        assertThat(weft("--help").out()).contains("Examples:");
        assertThat(weft("qemu", "--help").out()).contains("Examples:", "--memory", "--qemu-version", "--tcg");
        assertThat(weft("xml", "--help").out()).contains("Examples:");
        StringWriter script = new StringWriter();
        assertThat(Weft.run(new PrintWriter(script), new PrintWriter(new StringWriter()), "complete",
                "weft guest ")).isZero();
        assertThat(script.toString()).isEqualTo("plain\nqemu\nxml\n");
    }
}
