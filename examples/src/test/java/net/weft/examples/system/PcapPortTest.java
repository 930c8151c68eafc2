package net.weft.examples.system;

import static net.weft.examples.lab.Frames.BROADCAST;
import static net.weft.examples.lab.Frames.frame;
import static net.weft.examples.lab.Frames.marked;
import static net.weft.examples.lab.Frames.tag;
import static net.weft.examples.lab.Frames.tagged;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import net.weft.examples.lab.Fabric;
import net.weft.examples.lab.FrameSocket;
import net.weft.examples.lab.Frames;
import net.weft.examples.lab.Host;
import net.weft.examples.lab.Lab;
import net.weft.examples.lab.Namespace;
import net.weft.examples.lab.WeftProcess;
import net.weft.vswitch.device.pcap.CaptureFile;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Ports of type pcap: an interface, a recording, and that recording played. */
@Tag("system")
class PcapPortTest {
    @AutoClose
    private final Lab lab = Lab.open("pcap");
    private final Namespace namespace = lab.namespace("switch");

    private static String files(String keys) {
        return "files: {type: pcap, " + keys + ", access: 10}";
    }

    @Test
    void shouldForwardThroughLibpcapRecordAndPlay() throws Exception {
        Host left = lab.host("left", namespace, "10.10.0.1/24");
        Host right = lab.host("right", namespace, "10.10.0.2/24");
        namespace.ip("link", "set", "dev", "right", "up");
        Path file = lab.path("record.pcapng");
        String ports = Fabric.nic("left", "access: 10");
        String live = "right: {type: pcap, device: right, trunk: {allowed: [10]}}";
        WeftProcess weft = WeftProcess.up(lab, namespace, Fabric.of(ports, live, files("write: " + file)));
        weft.awaitAllUp();
        try (FrameSocket at = left.frames(); FrameSocket far = right.frames()) {
            at.send(frame(BROADCAST, left.mac(), "there"));
            assertThat(Frames.firstTag(far.await("there", marked("there")))).isEqualTo(tag(10));
            far.send(tagged(left.mac(), right.mac(), "back", tag(10)));
            assertThat(Frames.tags(at.await("back", marked("back")))).isZero();
            assertThat(weft.apply(Fabric.of(ports, files("read: " + file))).ok()).isTrue();
            assertThat(CaptureFile.frame(file, 1)).isNotEmpty();
            at.await("what was recorded of its own", marked("there"));
        }
        weft.apply(Fabric.of(ports, files("read: " + lab.path("none")))).orThrow();
        weft.awaitPort("files", "down", "no-device");
        namespace.ip("link", "del", "right");
        weft.apply(Fabric.of(ports, live)).orThrow();
        weft.awaitPort("right", "down", "no-device");
    }
}
