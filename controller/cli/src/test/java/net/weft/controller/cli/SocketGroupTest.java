package net.weft.controller.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketGroupTest {
    @TempDir
    Path directory = Path.of("");

    @Test
    void shouldNameWhoIsAsGoodAsTheOwner() throws IOException {
        Path socket = Files.writeString(directory.resolve("s"), "");
        PosixFileAttributes file = Files.readAttributes(socket, PosixFileAttributes.class);
        String owner = file.owner().getName();
        String group = file.group().getName();
        Path groups = Files.writeString(directory.resolve("group"),
                group + ":x:77:alice," + owner + "\nother:x:78:eve\n");
        Path users = Files.writeString(directory.resolve("passwd"),
                owner + ":x:0:77::/:/bin/sh\nbob:x:1001:77::/:/bin/sh\neve:x:1002:78::/:/bin/sh\n");
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
        assertThat(SocketGroup.check(socket, groups, users)).singleElement()
                .satisfies(finding -> assertThat(finding.level()).isEqualTo(Finding.Level.WARN))
                .satisfies(finding -> assertThat(finding.line()).contains("alice, bob", "as good as being " + owner)
                        .doesNotContain("eve"));
        Files.writeString(groups, group + ":x:77:\n");
        Files.writeString(users, owner + ":x:0:77::/:/bin/sh\n");
        assertThat(SocketGroup.check(socket, groups, users)).singleElement()
                .satisfies(finding -> assertThat(finding.level()).isEqualTo(Finding.Level.OK));
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        assertThat(SocketGroup.check(socket, groups, users)).singleElement()
                .satisfies(finding -> assertThat(finding.line()).contains("nobody but " + owner));
    }
}
