package net.weft.controller.model.revision;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.plan.Change;
import net.weft.controller.model.plan.Plan;
import net.weft.controller.model.plan.Subjects;
import net.weft.packet.MacAddress;

/** Makes the next revision from the last one and a checked configuration. */
public final class Commits {
    private static final long GROUP_BIT = 1L << 40;
    private static final long LOCAL_BIT = 1L << 41;

    private Commits() {
    }

    /** Creates the revision of an applied file. The file becomes the origin of every object of the configuration. */
    public static Revision file(Optional<Revision> last, FabricConfig wanted, String fileText, Author author,
            RandomGenerator random) {
        return file(last, next(last), wanted, fileText, author, random);
    }

    /**
     * Does the same for a number that need not be the next one after the last revision.
     *
     * @param number above all that revisions have had
     */
    public static Revision file(Optional<Revision> last, long number, FabricConfig wanted, String fileText,
            Author author, RandomGenerator random) {
        FabricConfig config = completed(last, wanted, random);
        Plan plan = plan(last, config);
        Set<String> all = Subjects.all(config);
        Map<String, Origin> origins = origins(last, all, all, touched(plan),
                new Origin(Origin.Kind.FILE, number, author.who()));
        return revision(last, number, author, config, plan, origins, Optional.of(fileText), List.of(), revoked(last));
    }

    /**
     * Creates the revision of a file that was merged with the changes of commands. The file becomes the origin of the
     * objects that are as it has them.
     *
     * @param file the file that was merged, with a system MAC
     * @param merged the result of the merge
     */
    public static Revision merged(Revision last, FabricConfig file, String fileText, FabricConfig merged,
            List<Conflict> conflicts, Author author) {
        long number = last.number() + 1;
        Plan plan = plan(Optional.of(last), merged);
        Map<String, Origin> origins = origins(Optional.of(last), Subjects.all(merged), asInFile(file, merged),
                touched(plan), new Origin(Origin.Kind.FILE, number, author.who()));
        return revision(Optional.of(last), number, author, merged, plan, origins, Optional.of(fileText), conflicts,
                last.revokedKeys());
    }

    /**
     * Records another file as the one given last, where the configuration stays as it is. The result has the number of
     * the revision, and replaces it.
     *
     * @param file the file, with a system MAC
     */
    public static Revision given(Revision last, FabricConfig file, String fileText, List<Conflict> conflicts,
            String who) {
        Map<String, Origin> origins = origins(Optional.of(last), Subjects.all(last.config()),
                asInFile(file, last.config()), Set.of(), new Origin(Origin.Kind.FILE, last.number(), who));
        return new Revision(last.header(), last.config(), origins, last.portNumbers(), last.zoneNumbers(),
                Optional.of(fileText), conflicts, last.revokedKeys());
    }

    private static Set<String> asInFile(FabricConfig file, FabricConfig config) {
        Set<String> same = new HashSet<>(Subjects.all(config));
        Plan.diff(config, file).changes().stream().map(Change::subject).forEach(same::remove);
        return same;
    }

    /**
     * Creates the revision of a command. The command becomes the origin of the objects that it changed; the others keep
     * theirs.
     */
    public static Revision command(Optional<Revision> last, FabricConfig wanted, Author author,
            RandomGenerator random) {
        return command(last, wanted, author, random, UnaryOperator.identity());
    }

    /**
     * Does the same, and also changes which keys of VPN peers are revoked.
     *
     * @param revoking returns the revoked keys after the command
     */
    public static Revision command(Optional<Revision> last, FabricConfig wanted, Author author,
            RandomGenerator random, UnaryOperator<Set<String>> revoking) {
        FabricConfig config = completed(last, wanted, random);
        long number = next(last);
        Origin origin = new Origin(Origin.Kind.COMMAND, number, author.who());
        Plan plan = plan(last, config);
        Set<String> touched = touched(plan);
        Map<String, Origin> origins = origins(last, Subjects.all(config), touched, touched, origin);
        return revision(last, number, author, config, plan, origins, last.flatMap(Revision::fileText),
                last.map(Revision::conflicts).orElse(List.of()), revoking.apply(revoked(last)));
    }

    /**
     * Creates the revision of a roll-back, with the configuration and the origins of an earlier revision. Numbers that were given since
     * stay given, the file given last stays the one given last, and revoked keys stay revoked.
     */
    public static Revision rollback(Revision last, Revision target, Author author) {
        return rollback(last, target, author, last.revokedKeys());
    }

    /**
     * Creates a revision that differs from the last one by its number and author only, because those in between are lost. If the last one
     * is on trial, it is too.
     */
    public static Revision continued(Revision last, long number, Author author) {
        return new Revision(new RevisionHeader(number, author, ChangeSummary.NONE, last.header().trial()),
                last.config(),
                last.origins(), last.portNumbers(), last.zoneNumbers(), last.fileText(), last.conflicts(),
                last.revokedKeys());
    }

    /**
     * Creates the revision that undoes one on trial. Keys that were revoked before or by it are revoked, also those that it had
     * admitted again.
     */
    public static Revision undone(Revision onTrial, Revision fallback, Author author) {
        Set<String> revoked = new HashSet<>(onTrial.revokedKeys());
        revoked.addAll(fallback.revokedKeys());
        return rollback(onTrial, fallback, author, revoked);
    }

    /**
     * Creates the revision that brings back one of a backup. Numbers of ports and zones are those of the backup, unless the newest
     * revision has the same ones and more. Keys that were revoked in either are revoked.
     */
    public static Revision restored(Revision last, Revision target, Author author) {
        Set<String> revoked = new HashSet<>(last.revokedKeys());
        revoked.addAll(target.revokedKeys());
        boolean hasNumbers = last.portNumbers().byName().entrySet()
                .containsAll(target.portNumbers().byName().entrySet())
                && last.zoneNumbers().zones().entrySet().containsAll(target.zoneNumbers().zones().entrySet())
                && last.zoneNumbers().policies().entrySet().containsAll(target.zoneNumbers().policies().entrySet());
        Revision plain = rollback(last, target, author, revoked);
        return hasNumbers
                ? plain
                : new Revision(plain.header(), plain.config(), plain.origins(), target.portNumbers(),
                        target.zoneNumbers(), target.fileText(), target.conflicts(), revoked);
    }

    private static Revision rollback(Revision last, Revision target, Author author, Set<String> revoked) {
        return revision(Optional.of(last), last.number() + 1, author, target.config(),
                plan(Optional.of(last), target.config()), target.origins(),
                last.fileText(), last.conflicts(), revoked);
    }

    /** Fills in the system MAC: the configured one, else that of the last revision, else a new random one. */
    public static FabricConfig completed(Optional<Revision> last, FabricConfig wanted, RandomGenerator random) {
        if (wanted.systemMac().isPresent()) {
            return wanted;
        }
        return wanted.withSystemMac(last.flatMap(revision -> revision.config().systemMac())
                .orElseGet(() -> randomMac(random)));
    }

    /** Returns a locally administered unicast address (IEEE 802-2014, 8.4) with 46 random bits. */
    private static MacAddress randomMac(RandomGenerator random) {
        return new MacAddress(random.nextLong() & MacAddress.BROADCAST.value() & ~GROUP_BIT | LOCAL_BIT);
    }

    private static Revision revision(Optional<Revision> last, long number, Author author, FabricConfig config,
            Plan plan, Map<String, Origin> origins, Optional<String> fileText, List<Conflict> conflicts,
            Set<String> revoked) {
        PortNumbers numbers = last.map(Revision::portNumbers).orElse(PortNumbers.NONE).assign(config);
        ZoneNumbers zones = last.map(Revision::zoneNumbers).orElse(ZoneNumbers.NONE).assign(config);
        RevisionHeader header = new RevisionHeader(number, author, ChangeSummary.of(plan),
                Optional.empty());
        return new Revision(header, config, origins, numbers, zones, fileText, conflicts, revoked);
    }

    private static Set<String> revoked(Optional<Revision> last) {
        return last.map(Revision::revokedKeys).orElse(Set.of());
    }

    private static long next(Optional<Revision> last) {
        return last.map(Revision::number).orElse(0L) + 1;
    }

    /** Returns the subjects of the changes. */
    private static Set<String> touched(Plan plan) {
        Set<String> touched = new HashSet<>();
        plan.changes().stream().map(Change::subject).forEach(touched::add);
        return touched;
    }

    /** Returns the changes since the last revision, or since the initial configuration before the first commit. */
    private static Plan plan(Optional<Revision> last, FabricConfig config) {
        FabricConfig before = last.map(Revision::config).orElseGet(
                () -> config.systemMac().map(FabricConfig.empty()::withSystemMac).orElseGet(FabricConfig::empty));
        return Plan.diff(before, config);
    }

    /**
     * Sets the origin of the touched objects. An object whose origin already has that kind and that did not change
     * keeps the older one.
     *
     * @param subjects every object of the new configuration
     * @param changed those that differ from the last revision
     */
    private static Map<String, Origin> origins(Optional<Revision> last, Set<String> subjects, Set<String> touched,
            Set<String> changed, Origin origin) {
        Map<String, Origin> before = last.map(Revision::origins).orElse(Map.of());
        Map<String, Origin> origins = HashMap.newHashMap(subjects.size());
        for (String subject : subjects) {
            Origin old = before.get(subject);
            boolean kept = !touched.contains(subject)
                    || old != null && old.kind() == origin.kind() && !changed.contains(subject);
            if (!kept) {
                origins.put(subject, origin);
            } else if (old != null) {
                origins.put(subject, old);
            }
        }
        return origins;
    }
}
