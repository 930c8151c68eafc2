package net.weft.controller.model.yaml.bind;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import net.weft.controller.model.DeviceConfig;
import net.weft.controller.model.yaml.check.ExclusiveResources;
import net.weft.controller.model.yaml.tree.Fault;
import net.weft.controller.model.yaml.value.Scalars;

/** Binds the keys of a port of type {@code pcap} that reads or writes files. */
final class PcapBinder {
    private static final String FILE = "the path of a file (absolute, at most " + DeviceConfig.PcapFiles.MAX_PATH
            + " bytes)";
    private static final String FASTEST = "max";

    private PcapBinder() {
    }

    /** Returns the device; empty if a fault was reported. */
    static Optional<DeviceConfig> files(MappingReader fields, ExclusiveResources claims, String owner, int member) {
        Optional<String> read = fields.text("read", Scalars::isFilePath, FILE);
        Optional<String> write = fields.text("write", Scalars::isFilePath, FILE);
        write.ifPresent(file -> claims.claim("recording " + file + " of member " + member, owner, fields.path("write"),
                fields.position("write")));
        if (!fields.has("read")) {
            fields.refuse(List.of("loop", "speed"), "a port that reads no file");
        }
        if (!fields.has("read") && !fields.has("write")) {
            fields.fault(Fault.Kind.VALUE, "missing device, read or write; expected an interface, or files");
            return Optional.empty();
        }
        boolean loop = fields.flag("loop", false);
        String speed = fields
                .text("speed", text -> text.equals(FASTEST)
                        || Scalars.integer(text, 1, DeviceConfig.PcapFiles.MAX_SPEED).isPresent(),
                        "a speed (1-" + DeviceConfig.PcapFiles.MAX_SPEED + " times, or max)")
                .orElse("1");
        if (fields.has("read") && read.isEmpty() || fields.has("write") && write.isEmpty()) {
            return Optional.empty();
        }
        OptionalInt times = speed.equals(FASTEST) ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(speed));
        return Optional.of(new DeviceConfig.PcapFiles(read, loop, times, write));
    }
}
