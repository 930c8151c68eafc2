package net.weft.controller.cli.show;

import java.util.List;
import net.weft.v1.Export;
import net.weft.v1.ListExportsRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "export", mixinStandardHelpOptions = true, sortOptions = false, description = "What is exported to collectors, and whether it reaches them.", footer = {
        "", "States: sending, failing (the problem says why and what to do; samples go on being taken).",
        "One frame of `sampling` is sampled; lost-samples are those that came faster than the export took them.", "",
        "Examples:", "  weft show export", "  weft show export --protocol ipfix -o json", "  weft show export --watch"})
final class ShowExport implements Runnable {
    private static final List<Column<Export>> COLUMNS = List.of(Column.of("protocol", Export::getProtocol),
            Column.of("collector", Export::getCollector), Column.of("state", Export::getState),
            Column.of("sampling", Export::getSampling), Column.of("samples", Export::getSamples),
            Column.of("lost-samples", Export::getLostSamples), Column.of("flows", Export::getFlows),
            Column.of("datagrams", Export::getDatagrams), Column.of("failed", Export::getFailedDatagrams),
            Column.of("problem", Export::getProblem), Column.detail("member", Export::getMember),
            Column.detail("observed", Export::getObserved), Column.detail("evicted-flows", Export::getEvictedFlows),
            Column.detail("bytes", Export::getBytes));

    @Option(names = "--protocol", paramLabel = "NAME", description = "only this one: ipfix or sflow")
    private String protocol = "";
    @Mixin
    private ShowOptions options = new ShowOptions();
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        Filters.word(spec, "--protocol", protocol, List.of("ipfix", "sflow"));
        options.show(COLUMNS,
                client -> client.inspect(inspect -> inspect.listExports(ListExportsRequest.getDefaultInstance()))
                        .getExportsList().stream()
                        .filter(row -> protocol.isEmpty() || protocol.equals(row.getProtocol())).toList());
    }
}
