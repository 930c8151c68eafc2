package net.weft.controller.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import net.weft.controller.cli.connect.Surroundings;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The form of every command's help: as wide as the terminal, and examples on one line each, to be copied. */
final class Help {
    private static final int NARROWEST = 55;
    private static final int USUAL = 80;
    private static final String EXAMPLE = "  ";

    private Help() {
    }

    static void adapt(CommandLine weft) {
        int width = Math.max(NARROWEST, Surroundings.current().width().orElse(USUAL));
        weft.setUsageHelpWidth(width);
        footers(weft, width);
    }

    private static void footers(CommandLine command, int width) {
        command.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_FOOTER,
                help -> String.join("", Arrays.stream(help.commandSpec().usageMessage().footer())
                        .flatMap(line -> wrapped(line, width).stream()).map(line -> line + System.lineSeparator())
                        .toList()));
        command.getSubcommands().values().forEach(subcommand -> footers(subcommand, width));
    }

    /** Breaks a line of prose between words; an example stays whole. */
    static List<String> wrapped(String line, int width) {
        List<String> lines = new ArrayList<>();
        String rest = line;
        while (!line.startsWith(EXAMPLE) && rest.length() > width) {
            int space = rest.lastIndexOf(' ', width);
            if (space <= 0) {
                break;
            }
            lines.add(rest.substring(0, space));
            rest = rest.substring(space + 1);
        }
        lines.add(rest);
        return lines;
    }
}
