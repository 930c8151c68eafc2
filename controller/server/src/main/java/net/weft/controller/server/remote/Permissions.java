package net.weft.controller.server.remote;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import net.weft.controller.server.pki.Role;

/**
 * Which role of a certificate may call which method. A method without a rule is nobody's; a test holds that each method of
 * the API has one.
 */
final class Permissions {
    private static final Map<String, Role> LEAST = new HashMap<>();

    static {
        permit(Role.VIEWER, "FabricService", "Diff", "Export");
        permit(Role.OPERATOR, "FabricService", "Apply", "AddPort", "SetPort", "RemovePort", "EditObject", "Batch");
        permit(Role.VIEWER, "RevisionService", "ListRevisions", "GetRevision", "DiffRevisions");
        permit(Role.OPERATOR, "RevisionService", "Rollback", "Confirm");
        permit(Role.ADMIN, "BackupService", "Backup", "Restore");
        permit(Role.VIEWER, "InspectService", "ListPorts", "ListMacs", "ListVlans", "ListDrops", "ListNetworks",
                "ListWorkers", "ListExports", "ListMulticast", "ListLags", "ListNeighbors", "ListStack", "ListNames",
                "DescribeGuestNics");
        permit(Role.VIEWER, "ZoneService", "ListZones", "ListZonePairs", "ListPolicies", "ListConnections");
        permit(Role.OPERATOR, "ZoneService", "KillConnections");
        permit(Role.VIEWER, "MigrateService", "ListMigrations");
        permit(Role.OPERATOR, "MigrateService", "BeginMigration", "AbortMigration");
        permit(Role.VIEWER, "TraceService", "Trace");
        // Packets of guests are no state of the switch: whoever sees them reads what they carry.
        permit(Role.OPERATOR, "TraceService", "FollowPackets");
        permit(Role.OPERATOR, "CaptureService", "Capture");
        permit(Role.VIEWER, "VpnService", "ListVpnPeers", "DescribeVpnClient");
        permit(Role.VIEWER, "SystemService", "Status", "ListMembers", "ListEvents", "FollowEvents");
        permit(Role.ADMIN, "IdentityService", "InitAuthority", "CreateMemberToken", "IssueCertificate",
                "RevokeCertificate", "ListCertificates");
        permit(Role.MEMBER, "MemberService", "Renew", "Attend");
    }

    private Permissions() {
    }

    /** The one method that needs no certificate: a token is what it checks. */
    static final String JOIN = "weft.v1.MemberService/Join";

    private static void permit(Role least, String service, String... methods) {
        for (String method : methods) {
            LEAST.put("weft.v1." + service + "/" + method, least);
        }
    }

    /** Returns the role that a method needs at least; empty: nobody may call it over the network. */
    static Optional<Role> least(String method) {
        return Optional.ofNullable(LEAST.get(method));
    }

    static boolean permits(String method, Role role) {
        return least(method).map(least -> role == least || role.includes(least)).orElse(false);
    }
}
