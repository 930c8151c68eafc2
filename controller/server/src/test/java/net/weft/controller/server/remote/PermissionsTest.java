package net.weft.controller.server.remote;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FileDescriptor;
import java.util.List;
import java.util.stream.Stream;
import net.weft.controller.server.pki.Role;
import net.weft.v1.CaptureProto;
import net.weft.v1.FabricProto;
import net.weft.v1.IdentityProto;
import net.weft.v1.InspectProto;
import net.weft.v1.MemberProto;
import net.weft.v1.MigrateProto;
import net.weft.v1.RevisionProto;
import net.weft.v1.SystemProto;
import net.weft.v1.TraceProto;
import net.weft.v1.VpnProto;
import net.weft.v1.ZoneProto;
import org.junit.jupiter.api.Test;

class PermissionsTest {
    private static final List<FileDescriptor> API = List.of(CaptureProto.getDescriptor(), FabricProto.getDescriptor(),
            IdentityProto.getDescriptor(), InspectProto.getDescriptor(), MemberProto.getDescriptor(),
            MigrateProto.getDescriptor(), RevisionProto.getDescriptor(), SystemProto.getDescriptor(),
            TraceProto.getDescriptor(), VpnProto.getDescriptor(), ZoneProto.getDescriptor());

    private static Stream<String> methods() {
        return API.stream().flatMap(file -> file.getServices().stream())
                .flatMap(service -> service.getMethods().stream())
                .map(method -> method.getService().getFullName() + "/" + method.getName());
    }

    @Test
    void shouldHaveARuleForEachMethod() {
        assertThat(methods()).hasSizeGreaterThan(40).allSatisfy(method -> assertThat(
                method.equals(Permissions.JOIN) || Permissions.least(method).isPresent()).as(method).isTrue());
    }

    @Test
    void shouldLetAViewerOnlyLook() {
        assertThat(methods().filter(method -> Permissions.permits(method, Role.VIEWER)))
                .allMatch(method -> method.matches(
                        ".*/(List\\w+|Get\\w+|Diff\\w*|Export|Describe\\w+|Trace|Status|FollowEvents)"));
    }

    @Test
    void shouldKeepIdentitiesToAdminsAndStreamsToMembers() {
        assertThat(methods().filter(method -> method.contains("IdentityService"))).isNotEmpty()
                .noneMatch(method -> Permissions.permits(method, Role.OPERATOR))
                .allMatch(method -> Permissions.permits(method, Role.ADMIN));
        assertThat(methods().filter(method -> Permissions.permits(method, Role.MEMBER)))
                .containsExactlyInAnyOrder("weft.v1.MemberService/Renew", "weft.v1.MemberService/Attend");
        assertThat(methods().filter(method -> Permissions.permits(method, Role.CONTROLLER))).isEmpty();
        assertThat(Permissions.permits("weft.v1.MemberService/Attend", Role.ADMIN)).isFalse();
        assertThat(Permissions.permits("weft.v1.NewService/New", Role.ADMIN)).isFalse();
    }
}
