package net.weft.controller.member;

import java.net.InetAddress;

import net.weft.controller.model.ExportConfig;
import net.weft.vswitch.export.ExportSettings;

/** Converts the export configuration to the settings of the exporters. */
final class ExportSpecs {
    private ExportSpecs() {
    }

    static ExportSettings of(ExportConfig config) {
        return new ExportSettings(
                config.ipfix().map(ipfix -> new ExportSettings.Ipfix(endpoint(ipfix.collector()), ipfix.sampling(),
                        ipfix.activeSeconds(), ipfix.idleSeconds())),
                config.sflow().map(sflow -> new ExportSettings.Sflow(endpoint(sflow.collector()), sflow.sampling(),
                        sflow.counterSeconds(), sflow.agent().map(InetAddress::ofLiteral))));
    }

    private static ExportSettings.Endpoint endpoint(ExportConfig.Endpoint endpoint) {
        return new ExportSettings.Endpoint(endpoint.host(), endpoint.port());
    }
}
