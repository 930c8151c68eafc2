package net.weft.controller.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.DatagramSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import net.weft.controller.node.RunningWeft.Result;
import net.weft.testing.Seed;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Searches all that Weft stores and says for the keys of a configuration. */
class SecretsTest {
    private static final String FILE = """
            tenants: {acme: {networks: {web: {vlan: 10, subnets: [10.10.0.0/24]}}}}
            ports: {}
            vpn:
              secrets-test:
                listen: %d
                private-key-file: gateway.key
                peers:
                  alice: {public-key: "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=", network: acme/web, ips: [10.10.0.5], preshared-key-file: alice.psk}
            """;

    @TempDir
    Path directory = Path.of("");
    private final Map<String, byte[]> secrets = new LinkedHashMap<>();
    @SuppressWarnings("NullAway.Init")
    private RunningWeft running;

    @BeforeEach
    void start() throws IOException {
        running = new RunningWeft(directory);
        Random random = Seed.random(SecretsTest.class);
        for (String name : List.of("gateway.key", "alice.psk")) {
            byte[] key = new byte[32];
            random.nextBytes(key);
            key[0] &= (byte) 0xf8;
            key[31] = (byte) (key[31] & 0x7f | 0x40);
            secrets.put(name, key);
            Path file = Files.writeString(directory.resolve("data").resolve(name),
                    Base64.getEncoder().encodeToString(key) + "\n");
            Files.setPosixFilePermissions(file,
                    java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
        }
        int port;
        try (DatagramSocket free = new DatagramSocket()) {
            port = free.getLocalPort();
        }
        Path file = Files.writeString(directory.resolve("vpn.yaml"), FILE.formatted(port));
        done("apply", "-f", file.toString(), "--prune");
        done("port", "add", "extra", "type=qemu", "transport=stream", "mode=server", "socket=" + directory.resolve("e"),
                "access=10");
        done("rollback", "2");
    }

    @AfterEach
    void stop() {
        running.close();
    }

    private String done(String... arguments) {
        Result result = running.weft(arguments);
        assertThat(result.status()).as(result.err()).isZero();
        return result.out();
    }

    @Test
    void shouldKeepKeysOutOfEverythingButTheirFiles() throws IOException {
        Path passphrase = Files.writeString(directory.resolve("passphrase"), "correct horse battery\n");
        Path plain = directory.resolve("plain.backup");
        Path sealed = directory.resolve("sealed.backup");
        done("backup", plain.toString());
        done("backup", sealed.toString(), "--with-secrets", "--passphrase-file", passphrase.toString());
        Map<String, byte[]> searched = new LinkedHashMap<>();
        searched.put("export", done("export").getBytes(StandardCharsets.UTF_8));
        searched.put("history", done("history", "-o", "json").getBytes(StandardCharsets.UTF_8));
        searched.put("diff", done("diff", "1", "2").getBytes(StandardCharsets.UTF_8));
        searched.put("revision", done("show", "revision", "2").getBytes(StandardCharsets.UTF_8));
        searched.put("events", done("show", "events", "-o", "json").getBytes(StandardCharsets.UTF_8));
        searched.put("vpn", done("show", "vpn", "-o", "json").getBytes(StandardCharsets.UTF_8));
        running.close();
        addFiles(searched);
        searched.putAll(unzipped(plain));
        searched.putAll(unzipped(sealed));
        assertThat(searched.keySet()).as("it was looked in").anyMatch(name -> name.contains("log_"))
                .anyMatch(name -> name.contains("revisions/0000000002.json"))
                .anyMatch(name -> name.contains("events/newest.jsonl"))
                .anyMatch(name -> name.contains("sealed.backup/keys.sealed"))
                .anyMatch(name -> name.contains("snapshot."));
        List<String> found = new ArrayList<>();
        searched.forEach((name, bytes) -> secrets.forEach((secret, key) -> {
            if (holds(bytes, key)) {
                found.add(secret + " in " + name);
            }
        }));
        assertThat(found).isEmpty();
        assertThat(holds(Files.readAllBytes(directory.resolve("data/alice.psk")), key("alice.psk")))
                .as("the control: where the key is, it is found").isTrue();
        running.start(java.util.Optional.empty());
    }

    private byte[] key(String name) {
        return secrets.getOrDefault(name, new byte[0]);
    }

    /** Adds every file of the data directory, but those of the keys. */
    private void addFiles(Map<String, byte[]> searched) throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("data"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!secrets.containsKey(file.getFileName().toString())) {
                    searched.put(file.toString(), Files.readAllBytes(file));
                }
            }
        }
    }

    private static Map<String, byte[]> unzipped(Path backup) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        byte[] all = Files.readAllBytes(backup);
        entries.put(backup.toString(), all);
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(all))) {
            ZipEntry entry;
            while ((entry = zip.getNextEntry()) != null) {
                entries.put(backup + "/" + entry.getName(), zip.readAllBytes());
            }
        }
        return entries;
    }

    private static boolean holds(byte[] bytes, byte[] key) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        String raw = new String(key, StandardCharsets.ISO_8859_1);
        return text.contains(raw) || text.contains(Base64.getEncoder().encodeToString(key))
                || text.toLowerCase(java.util.Locale.ROOT).contains(HexFormat.of().formatHex(key));
    }

    @Test
    void shouldBringKeysBackWithThePassphraseOnly() throws IOException {
        Path passphrase = Files.writeString(directory.resolve("passphrase"), "correct horse battery\n");
        Path other = Files.writeString(directory.resolve("other"), "incorrect horse battery\n");
        Path sealed = directory.resolve("sealed.backup");
        done("backup", sealed.toString(), "--with-secrets", "--passphrase-file", passphrase.toString());
        Path file = directory.resolve("data/alice.psk");
        Files.writeString(file, Base64.getEncoder().encodeToString(new byte[32]) + "\n");
        Result refused = running.weft("restore", sealed.toString(), "--passphrase-file", other.toString());
        assertThat(refused.err()).contains("the passphrase does not open the keys of the backup");
        assertThat(refused.status()).isOne();
        done("restore", sealed.toString(), "--passphrase-file", passphrase.toString());
        assertThat(Base64.getDecoder().decode(Files.readString(file).strip())).isEqualTo(key("alice.psk"));
        assertThat(Arrays.equals(key("alice.psk"), new byte[32])).isFalse();
    }
}
