package net.weft.controller.cli;

import net.weft.v1.RollbackRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "rollback", mixinStandardHelpOptions = true, sortOptions = false, description = "Make the configuration of an earlier revision run again, as a new revision.", footer = {
        "",
        "Ports and zones keep their numbers, and revoked VPN keys stay revoked. The file given last stays the one given last, so",
        "that a restart with it changes nothing.", "", "Examples:", "  weft history",
        "  weft rollback 41 --dry-run", "  weft rollback 41 --comment 'the new policy cut off backups'",
        "  weft rollback 41 --confirm-within 2m"})
final class RollbackCommand implements Runnable {
    @Parameters(paramLabel = "REV", description = "number of the revision, as `weft history` lists it")
    private long revision;
    @Mixin
    private EditOptions edit = new EditOptions();

    @Override
    public void run() {
        RollbackRequest.Builder request = RollbackRequest.newBuilder().setRevision(revision).setDryRun(edit.dryRun())
                .setRefusalInResponse(true).setOptions(edit.options());
        edit.base().ifPresent(request::setBaseRevision);
        edit.make(client -> client.revisions(revisions -> revisions.rollback(request.build())));
    }
}
