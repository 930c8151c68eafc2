package net.weft.controller.server;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

import net.weft.controller.model.revision.Author;
import net.weft.controller.model.revision.Commits;
import net.weft.controller.model.revision.Revision;
import net.weft.controller.model.yaml.FabricYaml;

/** Revisions to test with. */
public final class Revisions {
    static final Author AUTHOR = new Author(Instant.parse("2026-11-21T10:00:00Z"), "test", "a comment");

    private Revisions() {
    }

    /** A file with one port in this VLAN. */
    static byte[] file(int vid) {
        return ("ports: {web1: {type: tap, device: weft0, access: " + vid + "}}\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the same revision with another number. */
    public static Revision numbered(Revision revision, long number) {
        return Commits.continued(revision, number, revision.header().author());
    }

    /** Returns the revision of such a file that follows another. */
    public static Revision next(Optional<Revision> last, int vid) {
        byte[] file = file(vid);
        return Commits.file(last, FabricYaml.parse(file).orElseThrow(), new String(file, StandardCharsets.UTF_8),
                AUTHOR,
                RandomGenerator.of("L64X128MixRandom"));
    }
}
