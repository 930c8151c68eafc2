package net.weft.lacp.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LagHashTest {
    @Test
    void shouldReadTheWordsOfTheFile() {
        for (LagHash hash : LagHash.values()) {
            assertThat(LagHash.parse(hash.word())).isEqualTo(hash);
        }
        assertThat(LagHash.parse("l3+l4")).isEqualTo(LagHash.L3_L4);
        assertThatThrownBy(() -> LagHash.parse("l4")).hasMessageContaining("expected l2, l2+l3 or l3+l4");
    }

    @Test
    void shouldHashFragmentsByAddressesAlone() {
        assertThat(LagHash.L3_L4.fieldsOfFragment()).isEqualTo(HashField.ADDRESSES);
    }

    @Test
    void shouldHashTheFlowLabelOnlyWhereThereAreNoPorts() {
        assertThat(LagHash.L3_L4.fieldsOfPacket(true) & HashField.FLOW_LABEL).isZero();
        assertThat(LagHash.L3_L4.fieldsOfPacket(true) & HashField.PORTS).isEqualTo(HashField.PORTS);
        assertThat(LagHash.L3_L4.fieldsOfPacket(false) & HashField.FLOW_LABEL).isNotZero();
        assertThat(LagHash.L3_L4.fieldsOfPacket(false) & HashField.PORTS).isZero();
    }

    @Test
    void shouldHashOnlyWhatTheWordNames() {
        assertThat(LagHash.L2.fieldsOfPacket(true)).isEqualTo(HashField.LAYER_2);
        assertThat(LagHash.L2_L3.fieldsOfPacket(true)).isEqualTo(HashField.LAYER_2 | HashField.ADDRESSES);
        assertThat(LagHash.L3_L4.fieldsOfOther()).isEqualTo(HashField.LAYER_2);
        assertThat(LagHash.L3_L4.fieldsOfPacket(true) & HashField.LAYER_2).as("routers change these").isZero();
    }
}
