package net.weft.controller.model.revision;

import java.util.List;
import net.weft.controller.model.plan.Change;
import net.weft.controller.model.plan.Plan;

/**
 * The changes of a revision in short, for a history: their number and the first of them.
 *
 * @param count number of all changes
 * @param first the first changes, at most {@value #SHOWN}, one line each, cut to {@value #MAX_LENGTH} characters
 */
public record ChangeSummary(int count, List<String> first) {
    public static final ChangeSummary NONE = new ChangeSummary(0, List.of());
    static final int SHOWN = 8;
    static final int MAX_LENGTH = 160;
    private static final String CUT = "…";

    public ChangeSummary {
        first = List.copyOf(first);
    }

    static ChangeSummary of(Plan plan) {
        return new ChangeSummary(plan.changes().size(),
                plan.changes().stream().limit(SHOWN).map(Change::describe).map(ChangeSummary::cut).toList());
    }

    private static String cut(String text) {
        return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH - CUT.length()) + CUT;
    }
}
