package net.weft.controller.cli.show;

import java.util.List;

import net.weft.v1.ListMembersRequest;
import net.weft.v1.Member;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "members", mixinStandardHelpOptions = true, sortOptions = false, description = "The members of the fabric, and the revision each of them runs.", footer = {
        "", "behind: the newest revision could not be carried out yet; the member tries again by itself.", "",
        "Examples:", "  weft show members", "  weft show members -o json"})
final class ShowMembers implements Runnable {
    private static final List<Column<Member>> COLUMNS = List.of(Column.of("id", Member::getId),
            Column.of("role", Member::getRole), Column.of("state", Member::getState),
            Column.of("version", Member::getVersion), Column.of("revision", Member::getRevision),
            Column.of("newest-revision", Member::getNewestRevision), Column.of("reason", Member::getReason),
            Column.wide("address", Member::getAddress));
    @Mixin
    private ShowOptions options = new ShowOptions();

    @Override
    public void run() {
        options.show(COLUMNS, client -> client
                .system(system -> system.listMembers(ListMembersRequest.getDefaultInstance())).getMembersList());
    }
}
