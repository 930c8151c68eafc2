package net.weft.controller.server;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import net.weft.controller.model.revision.Author;
import net.weft.v1.ChangeOptions;

/** Converts the API's options of a change to its terms. */
public final class ChangeTerms {
    private static final int MAX_NAME = 64;
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofHours(24);

    private ChangeTerms() {
    }

    /** @throws StatusRuntimeException INVALID_ARGUMENT if an option is out of range */
    public static Terms of(boolean dryRun, OptionalLong base, boolean prune, ChangeOptions options) {
        return new Terms(dryRun, base, prune, line("--comment", options.getComment(), Author.MAX_COMMENT),
                confirmWithin(options.getConfirmWithinMillis()), claimed(options.getClaimedName()));
    }

    /** Returns the revision on which a change is based, if one was given. */
    public static OptionalLong base(boolean given, long revision) {
        return given ? OptionalLong.of(revision) : OptionalLong.empty();
    }

    static String claimed(String name) {
        return line("--as", name, MAX_NAME);
    }

    private static Optional<Duration> confirmWithin(long millis) {
        if (millis == 0) {
            return Optional.empty();
        }
        if (millis < SHORTEST.toMillis() || millis > LONGEST.toMillis()) {
            throw invalid("--confirm-within: " + Long.toUnsignedString(millis) + " ms, expected 1 s to 24 h");
        }
        return Optional.of(Duration.ofMillis(millis));
    }

    /** Returns a text that stands on one line of a log and a table. */
    private static String line(String option, String text, int longest) {
        if (text.length() > longest) {
            throw invalid(option + ": " + text.length() + " characters, expected at most " + longest);
        }
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw invalid(option + ": has a control character, expected one line of text");
        }
        return text;
    }

    private static StatusRuntimeException invalid(String message) {
        return Status.INVALID_ARGUMENT.withDescription(message).asRuntimeException();
    }
}
