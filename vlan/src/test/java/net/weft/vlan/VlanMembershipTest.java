package net.weft.vlan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import net.weft.testing.Seed;
import org.junit.jupiter.api.Test;

class VlanMembershipTest {
    private static final int[] TPIDS = {0x8100, 0x88a8, 0x9100, 0xffff, 0x0001};

    /** Every port kind against every TCI of every tag kind, and every VLAN on the way out, as a naive model says. */
    @Test
    void shouldJudgeEveryTagAsTheModelDoes() {
        Random random = Seed.random(VlanMembershipTest.class);
        Set<Integer> some = new HashSet<>(Set.of(1, 63, 64, 4094));
        random.ints(40, 1, 4095).forEach(some::add);
        some.remove(2000); // stands below for a tunnel VLAN that the trunk does not carry
        Set<Integer> every = new HashSet<>(VlanSet.ALL.vids().boxed().toList());
        int nativeVid = some.iterator().next();

        Set<Integer> few = Set.of(1, 64, 2000);
        Set<Integer> tunnelled = Set.of(1, 64);
        assertJudgesAs(VlanMembership.trunk(setOf(some), 63, setOf(few), 0x88a8),
                new Model(false, some, 63, tunnelled, 0x88a8));
        assertJudgesAs(VlanMembership.trunk(setOf(some), 0, setOf(few), 0x8100), new Model(false, some, 0));
        assertJudgesAs(VlanMembership.trunk(setOf(some), 0, VlanSet.of(2000), 0x88a8), new Model(false, some, 0));
        assertJudgesAs(VlanMembership.access(10), new Model(true, Set.of(10), 10));
        assertJudgesAs(VlanMembership.access(4094), new Model(true, Set.of(4094), 4094));
        assertJudgesAs(VlanMembership.trunk(setOf(some), 0), new Model(false, some, 0));
        assertJudgesAs(VlanMembership.trunk(setOf(some), nativeVid), new Model(false, some, nativeVid));
        assertJudgesAs(VlanMembership.trunk(VlanSet.ALL, 1), new Model(false, every, 1));
    }

    private static VlanSet setOf(Set<Integer> vids) {
        return VlanSet.of(vids.stream().mapToInt(Integer::intValue).toArray());
    }

    private static void assertJudgesAs(VlanMembership port, Model model) {
        assertThat(port.ingressVid(0)).isEqualTo(model.ingress(0, 0));
        for (int tpid : TPIDS) {
            for (int tci = 0; tci <= 0xffff; tci++) {
                int verdict = port.ingressVid(tpid << 16 | tci);
                if (verdict != model.ingress(tpid, tci)) {
                    assertThat(verdict).as("%s, TPID %x, TCI %x", port, tpid, tci).isEqualTo(model.ingress(tpid, tci));
                }
            }
        }
        for (int vid = -1; vid <= 4096; vid++) {
            assertThat(port.isMember(vid)).as("%s has VLAN %d", port, vid).isEqualTo(model.vlans.contains(vid));
            for (int ingressTag : new int[]{0, 0x8100_0000, 0x8100_e000, 0x8100_f001, 0x8100_1fff, 0x88a8_6123}) {
                assertThat(port.egressTag(vid, ingressTag)).as("%s, VLAN %d, from %x", port, vid, ingressTag)
                        .isEqualTo(model.egress(vid, ingressTag));
            }
        }
    }

    /** The rules as one would say them, over boxed sets. */
    private record Model(boolean access, Set<Integer> vlans, int untagged, Set<Integer> tunnels, int tunnelTpid) {
        Model(boolean access, Set<Integer> vlans, int untagged) {
            this(access, vlans, untagged, Set.of(), 0);
        }

        int ingress(int tpid, int tci) {
            int vid = tci % 4096;
            boolean isTagged = tpid != 0;
            if (isTagged && tpid == tunnelTpid && tunnels.contains(vid)) {
                return vid;
            }
            if (isTagged && tpid != 0x8100) {
                return VlanMembership.FOREIGN_TPID;
            }
            if (!isTagged || vid == 0) {
                return untagged == 0 ? VlanMembership.NO_NATIVE : untagged;
            }
            if (vid == 4095) {
                return VlanMembership.RESERVED_VID;
            }
            if (access) {
                return VlanMembership.TAGGED_ON_ACCESS;
            }
            if (tunnels.contains(vid)) {
                return VlanMembership.NOT_TUNNEL_TPID;
            }
            return vlans.contains(vid) ? vid : VlanMembership.NOT_MEMBER;
        }

        int egress(int vid, int ingressTag) {
            if (!vlans.contains(vid)) {
                return VlanMembership.NOT_MEMBER;
            }
            if (vid == untagged) {
                return 0;
            }
            int priorityAndDei = Math.floorMod(ingressTag, 0x1_0000) / 4096;
            return (tunnels.contains(vid) ? tunnelTpid << 16 : 0x8100_0000) + priorityAndDei * 4096 + vid;
        }
    }

    @Test
    void shouldRefuseItsOwnVlanTaggedOnAnAccessPort() {
        assertThat(VlanMembership.access(10).ingressVid(0x8100_000a)).isEqualTo(VlanMembership.TAGGED_ON_ACCESS);
    }

    @Test
    void shouldTakeEverythingIntoATunnelAndGiveItBackWithoutATag() {
        VlanMembership port = VlanMembership.tunnel(200);
        for (int tpid : TPIDS) {
            for (int tci = 0; tci <= 0xffff; tci++) {
                assertThat(port.ingressVid(tpid << 16 | tci) == 200).as("TPID %x, TCI %x", tpid, tci).isTrue();
            }
        }
        assertThat(port.ingressVid(0)).isEqualTo(200);
        for (int vid = -1; vid <= 4096; vid++) {
            assertThat(port.egressTag(vid, 0x8100_6000)).isEqualTo(vid == 200 ? 0 : VlanMembership.NOT_MEMBER);
        }
    }

    @Test
    void shouldKeepThePriorityWhereATagLeaves() {
        VlanMembership port = VlanMembership.trunk(VlanSet.of(10, 20), 10);

        assertThat(port.egressTag(10, 0x8100_a000)).isZero();
        assertThat(port.egressTag(20, 0x8100_a000)).isEqualTo(0x8100_a014);
    }

    @Test
    void shouldReadAsThePersonWroteIt() {
        assertThat(VlanMembership.access(10)).hasToString("access 10");
        assertThat(VlanMembership.trunk(VlanSet.parse("10,20,100-199"), 10))
                .hasToString("trunk 10,20,100-199 native 10");
        assertThat(VlanMembership.trunk(VlanSet.of(7), 0)).hasToString("trunk 7");
        assertThat(VlanMembership.tunnel(200)).hasToString("dot1q-tunnel 200");
    }

    @Test
    void shouldBeEqualWhenItJudgesAlike() {
        VlanMembership port = VlanMembership.trunk(VlanSet.of(10, 20), 10);

        assertThat(port).isEqualTo(VlanMembership.trunk(VlanSet.parse("20,10"), 10))
                .hasSameHashCodeAs(VlanMembership.trunk(VlanSet.parse("20,10"), 10))
                .isNotEqualTo(VlanMembership.trunk(VlanSet.of(10, 20), 20))
                .isNotEqualTo(VlanMembership.trunk(VlanSet.of(10, 20), 0))
                .isNotEqualTo(VlanMembership.trunk(VlanSet.of(10, 20), 10, VlanSet.of(20), 0x88a8))
                .isNotEqualTo(VlanMembership.tunnel(10));
        assertThat(VlanMembership.access(10)).isNotEqualTo(VlanMembership.trunk(VlanSet.of(10), 10));
    }

    @Test
    void shouldRefuseMembershipThatCannotBe() {
        assertThatIllegalArgumentException().isThrownBy(() -> VlanMembership.access(4095))
                .withMessage("4095 is not a VLAN ID (1-4094)");
        assertThatIllegalArgumentException().isThrownBy(() -> VlanMembership.trunk(VlanSet.of(10, 20), 5))
                .withMessage("native VLAN 5 is not among the allowed (10,20): add it there");
        assertThatIllegalArgumentException().isThrownBy(() -> VlanMembership.trunk(VlanSet.of(10), -1))
                .withMessageContaining("-1 is not a VLAN ID");
        assertThatIllegalArgumentException().isThrownBy(() -> VlanMembership.trunk(VlanSet.EMPTY, 0))
                .withMessageContaining("at least one");
    }
}
