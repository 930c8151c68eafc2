package net.weft.controller.model.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SourceLinesTest {
    private static final String TEXT = """
            # a comment
            tenants: {acme: {networks: {web: {vlan: 10}}}}
            ports:
              a.b: {type: tap,
                    access: 10}
            """;

    @Test
    void shouldFindTheLineOfAKey() {
        SourceLines lines = SourceLines.of(TEXT);
        assertThat(lines.find(List.of("ports", "a.b", "access")))
                .contains(new SourceLines.Line("ports.a.b.access", 5, "access: 10}"));
        assertThat(lines.find(List.of("ports", "a.b"))).map(SourceLines.Line::line).contains(4);
        assertThat(lines.find(List.of("tenants", "acme", "networks", "web", "vlan"))).map(SourceLines.Line::line)
                .contains(2);
    }

    @Test
    void shouldFindItemsOfAListByTheirName() {
        SourceLines lines = SourceLines.of("""
                policies:
                  - {name: a, from: any,
                     to: any}
                  - name: b
                    to: [dmz]
                """);
        assertThat(lines.find(List.of("policies", "b")))
                .contains(new SourceLines.Line("policies[1]", 4, "- name: b"));
        assertThat(lines.find(List.of("policies", "a", "to")))
                .contains(new SourceLines.Line("policies[0].to", 3, "to: any}"));
        assertThat(lines.find(List.of("policies", "c"))).isEmpty();
    }

    @Test
    void shouldFindNothingWhereThereIsNothing() {
        assertThat(SourceLines.of(TEXT).find(List.of("ports", "c"))).isEmpty();
        assertThat(SourceLines.of(TEXT).find(List.of("ports", "a.b", "type", "deeper"))).isEmpty();
        assertThat(SourceLines.of("{").find(List.of("ports"))).isEmpty();
        assertThat(SourceLines.of("").find(List.of("ports"))).isEmpty();
    }
}
