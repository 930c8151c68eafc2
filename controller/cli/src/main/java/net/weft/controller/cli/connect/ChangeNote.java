package net.weft.controller.cli.connect;

import java.util.OptionalLong;
import net.weft.v1.ChangeOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that makes a revision: the revision it is based on, a comment, and a name. */
public final class ChangeNote {
    @Option(names = "--base", paramLabel = "REV", description = "refuse unless this is the newest revision")
    private @Nullable Long base;
    @Option(names = "--comment", paramLabel = "TEXT", description = "why, for `weft history`; one line")
    private String comment = "";
    @Option(names = "--as", paramLabel = "NAME", description = "for whom, recorded as claimed beside the user that the kernel knows")
    private String claimed = "";

    /** Returns the revision that must be the newest; empty: any. */
    public OptionalLong base() {
        return base == null ? OptionalLong.empty() : OptionalLong.of(base);
    }

    /** Returns the options of the change for the API. */
    public ChangeOptions.Builder options() {
        return ChangeOptions.newBuilder().setComment(comment).setClaimedName(claimed);
    }
}
