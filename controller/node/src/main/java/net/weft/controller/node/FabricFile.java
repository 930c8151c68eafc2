package net.weft.controller.node;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import net.weft.controller.cli.FileOption;
import net.weft.controller.cli.connect.FailedException;
import net.weft.controller.model.FabricConfig;
import net.weft.controller.model.yaml.FabricYaml;
import net.weft.controller.model.yaml.Validation;
import net.weft.controller.server.Fabric;
import net.weft.controller.server.NotCarriedOutException;
import net.weft.controller.server.Outcome;
import net.weft.controller.server.Refusal;
import net.weft.controller.server.RefusedException;
import net.weft.controller.server.StoreException;
import net.weft.controller.server.Terms;

/**
 * The file of {@code weft up -f}, which is merged with the changes of commands at the start and after each SIGHUP. What
 * is wrong with it is logged, and reported as degraded health until an {@code apply} settles it; the newest revision
 * goes on. Only where there is no revision at all does a faulty file end the start.
 */
final class FabricFile {
    private static final System.Logger LOG = System.getLogger("net.weft.file");
    private static final String STANDARD_INPUT = "-";

    private final Optional<String> name;
    private final boolean prune;
    private final Fabric fabric;

    /**
     * Creates the file of an instance.
     *
     * @param name path of the file; empty: the newest revision runs
     * @param prune whether the file undoes what was made by command, at the start
     */
    FabricFile(Optional<String> name, boolean prune, Fabric fabric) {
        this.name = name;
        this.prune = prune;
        this.fabric = fabric;
    }

    /**
     * Merges the file at the start.
     *
     * @throws FailedException if it cannot be read or has faults, and there is no revision to run
     */
    void start() {
        name.ifPresent(file -> settle(file, () -> prune
                ? fabric.apply(FileOption.read(file), new Terms(false, OptionalLong.empty(), true), who())
                : fabric.merge(FileOption.read(file), who())));
    }

    /** Merges the file again, one call at a time: the text that was read last is merged last. Throws nothing. */
    synchronized void readAgain() {
        if (name.isEmpty() || name.get().equals(STANDARD_INPUT)) {
            LOG.log(System.Logger.Level.WARNING, "SIGHUP: there is no file to read again; start with -f FILE");
        } else if (fabric.recovery().isPresent()) {
            LOG.log(System.Logger.Level.WARNING, "SIGHUP: nothing is merged in recovery; `weft apply -f "
                    + name.get() + "` begins anew");
        } else {
            String file = name.get();
            settle(file, () -> fabric.merge(FileOption.read(file), who()));
        }
    }

    private interface Change {
        Outcome make();
    }

    private void settle(String file, Change change) {
        try {
            Outcome outcome = change.make();
            outcome.warnings().forEach(warning -> LOG.log(System.Logger.Level.WARNING, warning.describe(file)));
            fabric.problems().forEach(problem -> LOG.log(System.Logger.Level.WARNING, "degraded: " + problem));
        } catch (RefusedException e) {
            fail(lines(e.refusal(), file));
        } catch (FailedException e) {
            fail(e.lines());
        } catch (NotCarriedOutException e) {
            LOG.log(System.Logger.Level.WARNING, e.getMessage());
        } catch (StoreException e) {
            if (fabric.last().isEmpty()) {
                throw e;
            }
            fail(List.of(String.valueOf(e.getMessage())));
        }
    }

    private void fail(List<String> lines) {
        if (fabric.last().isEmpty()) {
            throw new FailedException(lines);
        }
        List<String> problems = Stream.concat(lines.stream(), Stream.of("the file changes nothing; revision "
                + fabric.revision() + " stands")).toList();
        problems.forEach(problem -> LOG.log(System.Logger.Level.ERROR, "degraded: " + problem));
        fabric.degradedFile(problems);
    }

    private static List<String> lines(Refusal refusal, String file) {
        return switch (refusal) {
            case Refusal.Invalid invalid -> invalid.faults().stream().map(fault -> fault.describe(file)).toList();
            default -> List.of(refusal.describe());
        };
    }

    /** Returns the configuration of the file, to show its ports in recovery; the empty one if there is none. */
    FabricConfig shown() {
        try {
            return name.map(FileOption::read).map(FabricYaml::parse)
                    .flatMap(parsed -> parsed instanceof Validation.Valid valid
                            ? Optional.of(valid.config())
                            : Optional.empty())
                    .orElseGet(FabricConfig::empty);
        } catch (FailedException e) {
            LOG.log(System.Logger.Level.WARNING, String.join("; ", e.lines()));
            return FabricConfig.empty();
        }
    }

    /** Returns the user who started this process. */
    private static String who() {
        return System.getProperty("user.name", "unknown");
    }
}
