package net.weft.controller.cli;

import net.weft.controller.cli.connect.FailedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * A placeholder for help and completion. The launcher script runs examples, because the product itself starts no other
 * program.
 */
@Command(name = "example", mixinStandardHelpOptions = true, description = "Run an example of examples/, with guests and all; it leaves nothing behind.", footer = {
        "", "Examples:", "  weft example             which there are", "  weft example quickstart"})
final class ExampleCommand implements Runnable {
    @Parameters(arity = "0..1", paramLabel = "NAME", description = "directory below examples/")
    private String name = "";

    @Override
    public void run() {
        throw new FailedException("examples are run by the weft script: ./weft example " + name);
    }
}
