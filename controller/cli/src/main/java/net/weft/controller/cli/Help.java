package net.weft.controller.cli;

import java.util.ArrayList;
import java.util.List;
import net.weft.controller.cli.connect.Surroundings;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The form of every command's help: as wide as the terminal, and examples on one line each, to be copied. */
final class Help {
    private static final int NARROWEST = 55;
    private static final int USUAL = 80;
    private static final String INDENT = "  ";

    private Help() {
    }

    static void adapt(CommandLine weft) {
        int width = Math.max(NARROWEST, Surroundings.current().width().orElse(USUAL));
        weft.setUsageHelpWidth(width);
        footers(weft, width);
    }

    private static void footers(CommandLine command, int width) {
        command.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_FOOTER,
                help -> String.join("", footer(List.of(help.commandSpec().usageMessage().footer()), width).stream()
                        .map(line -> line + System.lineSeparator()).toList()));
        command.getSubcommands().values().forEach(subcommand -> footers(subcommand, width));
    }

    private static List<String> footer(List<String> lines, int width) {
        List<String> footer = new ArrayList<>();
        boolean examples = false;
        for (String line : lines) {
            examples = line.equals("Examples:") || examples && !line.isEmpty();
            footer.addAll(examples ? List.of(line) : wrapped(line, width));
        }
        return footer;
    }

    /** Breaks a line between words; the rest of an indented one is indented too. */
    private static List<String> wrapped(String line, int width) {
        List<String> lines = new ArrayList<>();
        String indent = line.startsWith(INDENT) ? INDENT : "";
        String rest = line;
        while (rest.length() > width) {
            int space = rest.lastIndexOf(' ', width);
            if (space <= indent.length()) {
                break;
            }
            lines.add(rest.substring(0, space).stripTrailing());
            rest = indent + rest.substring(space).strip();
        }
        lines.add(rest);
        return lines;
    }
}
