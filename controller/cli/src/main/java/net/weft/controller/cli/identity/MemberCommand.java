package net.weft.controller.cli.identity;

import net.weft.controller.cli.connect.ControlClient;
import net.weft.controller.cli.connect.ControlOption;
import net.weft.v1.CreateMemberTokenRequest;
import net.weft.v1.CreateMemberTokenResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "member", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "(token | drain | undrain)", description = "Let other hosts join the fabric as members, and take members out of service.", footer = {
        "", "Examples:", "  weft member token 2", "  weft member token 2 --valid-seconds 600", "  weft member drain 2"})
public final class MemberCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing: token, drain or undrain");
    }

    @Command(name = "token", mixinStandardHelpOptions = true, sortOptions = false, description = "Print a token by which one host may join once, alone on its line.", footer = {
            "",
            "The token holds a secret: whoever has it first joins as that member. It is void once used, and after a day.",
            "",
            "Examples:", "  weft member token 2",
            "  weft switch --member 2 --controller 192.0.2.1:47800 --token \"$(ssh host1 weft member token 2)\""})
    void token(@Mixin ControlOption control,
            @Parameters(paramLabel = "N", description = "the member, which stands in the file") int member,
            @Option(names = "--valid-seconds", paramLabel = "N", defaultValue = "0", description = "how long it may be used (default: a day)") int validSeconds) {
        try (ControlClient client = control.connect()) {
            CreateMemberTokenResponse token = client.identity(identity -> identity.createMemberToken(
                    CreateMemberTokenRequest.newBuilder().setMember(member).setValidSeconds(validSeconds).build()));
            spec.commandLine().getOut().println(token.getToken());
        }
    }
}
